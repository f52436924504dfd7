// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/device_secret.hpp"

#include <sodium.h>
#include <stdexcept>

#include "trust/keys/bytes.hpp"

namespace daybreak::trust::keys {
namespace {

constexpr std::size_t kSalt = 32;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHead = 1 + kSalt + kNonce;  // version, salt, nonce
constexpr char kVersion = 1;

void hmac_sha256(std::string_view key, std::string_view message, unsigned char* out) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(message), message.size());
  crypto_auth_hmacsha256_final(&state, out);
  sodium_memzero(&state, sizeof state);
}

std::string bound_of(std::string_view head, std::string_view context) {
  return joined({"daybreak passkey 1", head, context});
}

}  // namespace

Key hkdf_sha256(std::string_view salt, std::string_view secret, std::string_view use) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  Key extracted, expanded;
  hmac_sha256(salt, secret, extracted.data());
  hmac_sha256(extracted.view(), std::string(use) + '\x01', expanded.data());
  return expanded;
}

Result<std::string> wrap_under_device_secret(const Secret<std::string>& secret,
                                             std::string_view plain, std::string_view context,
                                             Random& random) {
  if (secret.reveal().size() != kDeviceSecretBytes)
    return fail(ErrorKind::kInvalid, "this passkey gives no secret", "passkey secret",
                "Use the passphrase, or another passkey");
  std::string wrapped(1, kVersion);
  const std::string salt = random.bytes(kSalt), nonce = random.bytes(kNonce);
  wrapped += salt + nonce;
  const std::string bound = bound_of(wrapped, context);
  const Key key = hkdf_sha256(salt, secret.reveal(), context);
  wrapped.resize(kHead + plain.size() + kTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(wrapped) + kHead, nullptr, bytes_of(plain),
                                             plain.size(), bytes_of(bound), bound.size(), nullptr,
                                             bytes_of(nonce), key.data());
  return wrapped;
}

Result<LockedBytes> unwrap_under_device_secret(const Secret<std::string>& secret,
                                               std::string_view wrapped, std::string_view context) {
  if (wrapped.size() < kHead + kTag || wrapped[0] != kVersion)
    return fail(ErrorKind::kCorrupt, "a key under a passkey is damaged");
  const std::string_view salt = wrapped.substr(1, kSalt), nonce = wrapped.substr(1 + kSalt, kNonce),
                         body = wrapped.substr(kHead);
  const std::string bound = bound_of(wrapped.substr(0, kHead), context);
  const Key key = hkdf_sha256(salt, secret.reveal(), context);
  LockedBytes plain(body.size() - kTag);
  if (secret.reveal().size() != kDeviceSecretBytes ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, bytes_of(body),
                                                 body.size(), bytes_of(bound), bound.size(),
                                                 bytes_of(nonce), key.data()) != 0)
    return fail(ErrorKind::kDenied, "this passkey does not open the vault", "passkey secret",
                "Use the passphrase");
  return plain;
}

}  // namespace daybreak::trust::keys
