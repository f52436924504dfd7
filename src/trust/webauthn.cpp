// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/webauthn.hpp"

#include <array>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <memory>
#include <mutex>
#include <openssl/evp.h>
#include <sodium.h>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace daybreak::trust {
namespace {

constexpr std::size_t kMostBytes = 16 * 1024, kMostId = 1023;
constexpr std::size_t kRpHash = 32, kFlags = kRpHash, kLeastAuthenticatorData = kRpHash + 1 + 4;
// Bits of the flags.
constexpr unsigned kPresent = 0x01, kVerified = 0x04, kMayBeSynced = 0x08, kSynced = 0x10,
                   kHasExtensions = 0x80;

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { fido_init(0); });
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

tl::unexpected<Error> refused(std::string_view field) {
  return fail(ErrorKind::kDenied, "the passkey's answer is not right",
              "passkey " + std::string(field), "Try again, or use password and code");
}

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* value) const {
    Free(&value);
  }
};
using Credential = std::unique_ptr<fido_cred_t, FreeWith<fido_cred_free>>;
using Assertion = std::unique_ptr<fido_assert_t, FreeWith<fido_assert_free>>;
using Es256 = std::unique_ptr<es256_pk_t, FreeWith<es256_pk_free>>;
using EdDsa = std::unique_ptr<eddsa_pk_t, FreeWith<eddsa_pk_free>>;
using Rs256 = std::unique_ptr<rs256_pk_t, FreeWith<rs256_pk_free>>;

// Whose answer it is: kind, challenge and origin, and that no other site's frame asked.
Result<void> check_client_data(const RelyingParty& party, std::string_view type,
                               std::string_view challenge, std::string_view client_data) {
  if (client_data.size() > kMostBytes) return refused("client data");
  const auto parsed = parse_json(client_data, {.max_depth = 8, .max_bytes = kMostBytes});
  if (!parsed) return refused("client data");
  const auto says = [&](std::string_view key, std::string_view wanted) {
    const Json* value = parsed->find(key);
    return value != nullptr && value->if_string() != nullptr && *value->if_string() == wanted;
  };
  if (!says("type", type)) return refused("type");
  if (challenge.empty() || !says("challenge", to_base64url(challenge))) return refused("challenge");
  if (!says("origin", party.origin)) return refused("origin");
  const Json* crossed = parsed->find("crossOrigin");
  if (crossed != nullptr && (crossed->if_bool() == nullptr || *crossed->if_bool()))
    return refused("origin");
  if (parsed->find("topOrigin") != nullptr) return refused("origin");
  return {};
}

// That it was for this site, and that the person was there and verified (finger, face or PIN).
Result<unsigned> check_authenticator_data(const RelyingParty& party, std::string_view data) {
  if (data.size() < kLeastAuthenticatorData || data.size() > kMostBytes)
    return refused("authenticator data");
  if (data.substr(0, kRpHash) != sha256(party.id)) return refused("site");
  const auto flags = static_cast<unsigned>(static_cast<unsigned char>(data[kFlags]));
  if ((flags & kPresent) == 0 || (flags & kVerified) == 0) return refused("verification");
  if ((flags & kSynced) != 0 && (flags & kMayBeSynced) == 0) return refused("flags");
  return flags;
}

// The key in libfido2's form, or null when it is none of its kind (a point off the curve).
std::unique_ptr<void, void (*)(void*)> key_of(PasskeyAlgorithm algorithm, std::string_view bytes) {
  const auto made = [](auto key, bool right, auto free, EVP_PKEY* checked) {
    right = right && checked != nullptr;
    EVP_PKEY_free(checked);
    return std::unique_ptr<void, void (*)(void*)>(right ? key.release() : nullptr, free);
  };
  switch (algorithm) {
    case PasskeyAlgorithm::kEs256: {
      Es256 key(es256_pk_new());
      const bool right = es256_pk_from_ptr(key.get(), bytes.data(), bytes.size()) == FIDO_OK;
      EVP_PKEY* checked = right ? es256_pk_to_EVP_PKEY(key.get()) : nullptr;
      return made(
          std::move(key), right, [](void* p) { Es256(static_cast<es256_pk_t*>(p)); }, checked);
    }
    case PasskeyAlgorithm::kEdDsa: {
      EdDsa key(eddsa_pk_new());
      const bool right = eddsa_pk_from_ptr(key.get(), bytes.data(), bytes.size()) == FIDO_OK;
      EVP_PKEY* checked = right ? eddsa_pk_to_EVP_PKEY(key.get()) : nullptr;
      return made(
          std::move(key), right, [](void* p) { EdDsa(static_cast<eddsa_pk_t*>(p)); }, checked);
    }
    case PasskeyAlgorithm::kRs256: {
      Rs256 key(rs256_pk_new());
      const bool right = rs256_pk_from_ptr(key.get(), bytes.data(), bytes.size()) == FIDO_OK;
      EVP_PKEY* checked = right ? rs256_pk_to_EVP_PKEY(key.get()) : nullptr;
      return made(
          std::move(key), right, [](void* p) { Rs256(static_cast<rs256_pk_t*>(p)); }, checked);
    }
  }
  return {nullptr, [](void*) {}};
}

bool is_address(std::string_view host) {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::optional<RelyingParty> relying_party_of(std::string_view url) {
  const bool tls = url.starts_with("https://");
  if (!tls && !url.starts_with("http://")) return std::nullopt;
  const std::size_t start = tls ? 8 : 7;
  const std::string authority = to_lower_ascii(url.substr(start, url.find('/', start) - start));
  if (authority.empty() || authority.find('@') != std::string::npos || is_address(authority))
    return std::nullopt;
  const auto colon = authority.rfind(':');
  const std::string host = authority.substr(0, colon);
  if (host.empty() || is_address(host) || (!tls && host != "localhost")) return std::nullopt;
  const std::string port = colon == std::string::npos ? "" : authority.substr(colon + 1);
  const bool usual = port.empty() || port == (tls ? "443" : "80");
  return RelyingParty{(tls ? "https://" : "http://") + host + (usual ? "" : ":" + port), host};
}

Result<PasskeyKey> verify_registration(const RelyingParty& party, std::string_view challenge,
                                       const PasskeyRegistration& given) {
  start_library();
  TRY(check_client_data(party, "webauthn.create", challenge, given.client_data));
  const unsigned flags = TRY(check_authenticator_data(party, given.authenticator_data));
  for (const auto algorithm :
       {PasskeyAlgorithm::kEs256, PasskeyAlgorithm::kEdDsa, PasskeyAlgorithm::kRs256}) {
    const Credential credential(fido_cred_new());
    if (fido_cred_set_type(credential.get(), static_cast<int>(algorithm)) != FIDO_OK ||
        fido_cred_set_authdata_raw(credential.get(), bytes_of(given.authenticator_data),
                                   given.authenticator_data.size()) != FIDO_OK)
      continue;
    PasskeyKey key;
    key.algorithm = algorithm;
    key.id.assign(reinterpret_cast<const char*>(fido_cred_id_ptr(credential.get())),
                  fido_cred_id_len(credential.get()));
    key.public_key.assign(reinterpret_cast<const char*>(fido_cred_pubkey_ptr(credential.get())),
                          fido_cred_pubkey_len(credential.get()));
    if (key.id.empty() || key.id.size() > kMostId || key.id != given.id) return refused("id");
    if (!key_of(algorithm, key.public_key)) return refused("key");
    key.counter = fido_cred_sigcount(credential.get());
    key.synced = (flags & kSynced) != 0;
    return key;
  }
  return refused("key");
}

Result<PasskeyState> verify_assertion(const RelyingParty& party, std::string_view challenge,
                                      const PasskeyKey& key, const PasskeyAssertion& given) {
  start_library();
  if (given.id != key.id) return refused("id");
  TRY(check_client_data(party, "webauthn.get", challenge, given.client_data));
  const unsigned flags = TRY(check_authenticator_data(party, given.authenticator_data));
  if (given.signature.empty() || given.signature.size() > kMostBytes) return refused("signature");
  const auto public_key = key_of(key.algorithm, key.public_key);
  if (!public_key) return refused("key");
  const Assertion assertion(fido_assert_new());
  fido_assert_t* a = assertion.get();
  if (fido_assert_set_count(a, 1) != FIDO_OK ||
      fido_assert_set_rp(a, party.id.c_str()) != FIDO_OK ||
      fido_assert_set_clientdata(a, bytes_of(given.client_data), given.client_data.size()) !=
          FIDO_OK ||
      fido_assert_set_authdata_raw(a, 0, bytes_of(given.authenticator_data),
                                   given.authenticator_data.size()) != FIDO_OK)
    return refused("authenticator data");
  if (fido_assert_set_sig(a, 0, bytes_of(given.signature), given.signature.size()) != FIDO_OK ||
      fido_assert_set_up(a, FIDO_OPT_TRUE) != FIDO_OK ||
      fido_assert_set_uv(a, FIDO_OPT_TRUE) != FIDO_OK)
    return refused("signature");
  const auto is_right = [&] {
    return fido_assert_verify(a, 0, static_cast<int>(key.algorithm), public_key.get()) == FIDO_OK;
  };
  bool right = is_right();
  // A vault's secret was asked for: the library wants to be told of the extension. It is signed
  // too.
  if (!right && (flags & kHasExtensions) != 0)
    right = fido_assert_set_extensions(a, FIDO_EXT_HMAC_SECRET) == FIDO_OK && is_right();
  if (!right) return refused("signature");
  return PasskeyState{fido_assert_sigcount(a, 0), (flags & kSynced) != 0};
}

bool is_counter_back(std::uint32_t known, std::uint32_t given) {
  return (known != 0 || given != 0) && given <= known;
}

std::optional<std::string> challenge_of(std::string_view client_data) {
  if (client_data.size() > kMostBytes) return std::nullopt;
  const auto parsed = parse_json(client_data, {.max_depth = 8, .max_bytes = kMostBytes});
  const Json* challenge = parsed ? parsed->find("challenge") : nullptr;
  if (challenge == nullptr || challenge->if_string() == nullptr) return std::nullopt;
  return from_base64url(*challenge->if_string());
}

std::string to_base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), kVariant);
  text.pop_back();  // the final zero
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() > 2 * kMostBytes) return std::nullopt;
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace daybreak::trust
