// SPDX-License-Identifier: AGPL-3.0-or-later
// Tests only: an authenticator in software, for each of the three kinds of keys. What it says can
// be changed before it signs, to see that it is refused.
#pragma once

#include <memory>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdexcept>
#include <string>

#include "base/digest.hpp"
#include "trust/webauthn.hpp"

namespace daybreak::trust {

class TestPasskey {
 public:
  explicit TestPasskey(PasskeyAlgorithm algorithm, std::string id = std::string(24, '\x2a'))
      : id(std::move(id)), algorithm_(algorithm), key_(generate(algorithm)) {}

  std::string id;
  std::uint32_t counter = 0;
  unsigned flags = 0x05;  // the person was there, and verified
  std::string origin = "https://resources.example.org", site = "resources.example.org";
  std::string handle;
  std::string more_client_data;  // ",\"crossOrigin\":true"

  PasskeyRegistration create(std::string_view challenge,
                             std::string_view type = "webauthn.create") const {
    std::string data = head(flags | 0x40);
    data += std::string(16, '\0');
    data += static_cast<char>(id.size() >> 8);
    data += static_cast<char>(id.size() & 0xff);
    data += id + cose_key();
    return {id, client_data(type, challenge), data};
  }
  PasskeyAssertion get(std::string_view challenge, std::string_view type = "webauthn.get") {
    PasskeyAssertion answer{id, client_data(type, challenge), head(flags), {}, handle};
    answer.signature = sign(answer.authenticator_data + sha256(answer.client_data));
    return answer;
  }
  std::string sign(std::string_view message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    const EVP_MD* digest = algorithm_ == PasskeyAlgorithm::kEdDsa ? nullptr : EVP_sha256();
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) != 1)
      throw std::runtime_error("cannot sign");
    std::string signature(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       bytes, message.size()) != 1)
      throw std::runtime_error("cannot sign");
    signature.resize(size);
    return signature;
  }

 private:
  using Pair = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  static Pair generate(PasskeyAlgorithm algorithm) {
    EVP_PKEY* key = algorithm == PasskeyAlgorithm::kEs256 ? EVP_EC_gen("P-256")
                    : algorithm == PasskeyAlgorithm::kEdDsa
                        ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                        : EVP_RSA_gen(2048);
    if (key == nullptr) throw std::runtime_error("no key");
    return Pair(key, EVP_PKEY_free);
  }
  std::string client_data(std::string_view type, std::string_view challenge) const {
    return "{\"type\":\"" + std::string(type) + "\",\"challenge\":\"" + to_base64url(challenge) +
           "\",\"origin\":\"" + origin + "\"" + more_client_data + "}";
  }
  std::string head(unsigned all) const {
    std::string data = sha256(site);
    data += static_cast<char>(all);
    for (const int shift : {24, 16, 8, 0}) data += static_cast<char>(counter >> shift & 0xff);
    return data;
  }
  // CBOR: a text or byte string's beginning.
  static std::string bytes(std::string_view value) {
    std::string text = value.size() < 256 ? std::string("\x58") : std::string("\x59");
    if (value.size() >= 256) text += static_cast<char>(value.size() >> 8);
    text += static_cast<char>(value.size() & 0xff);
    return text + std::string(value);
  }
  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), name, &value) != 1) throw std::runtime_error(name);
    std::string out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(out.data()));
    BN_free(value);
    return out;
  }
  static std::string filled(std::string value, std::size_t size) {
    return std::string(size - value.size(), '\0') + value;
  }
  std::string cose_key() const {
    using namespace std::string_literals;
    if (algorithm_ == PasskeyAlgorithm::kEs256)
      return "\xa5\x01\x02\x03\x26\x20\x01\x21"s + bytes(filled(number("qx"), 32)) + "\x22" +
             bytes(filled(number("qy"), 32));
    if (algorithm_ == PasskeyAlgorithm::kRs256)
      return "\xa4\x01\x03\x03\x39\x01\x00\x20"s + bytes(number("n")) + "\x21\x43\x01\x00\x01"s;
    std::string raw(32, '\0');
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
    return "\xa4\x01\x01\x03\x27\x20\x06\x21"s + bytes(raw);
  }

  PasskeyAlgorithm algorithm_;
  Pair key_;
};

}  // namespace daybreak::trust
