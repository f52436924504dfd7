// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/document_signer.hpp"

#include <sodium.h>

#include "base/text.hpp"

namespace daybreak::trust {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return static_cast<const unsigned char*>(static_cast<const void*>(text.data()));
}
unsigned char* bytes_of(std::string& text) {
  return static_cast<unsigned char*>(static_cast<void*>(text.data()));
}

// Empty when it is not so many bytes in hexadecimal digits.
std::string bytes_from(std::string_view hex, std::size_t size) {
  const auto bytes = from_hex(hex);
  return bytes && bytes->size() == size ? *bytes : std::string();
}

}  // namespace

DocumentSigner::DocumentSigner(const NodeKey& key) : secret_key_(std::string()) {
  const Secret<std::string> seed = key.derived("daybreak document signing");
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0'), open(crypto_sign_PUBLICKEYBYTES, '\0');
  crypto_sign_seed_keypair(bytes_of(open), bytes_of(secret), bytes_of(seed.reveal()));
  secret_key_ = Secret<std::string>(std::move(secret));
  public_key_ = to_hex(open);
}

std::string DocumentSigner::sign(std::string_view text) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(text), text.size(),
                       bytes_of(std::string_view(secret_key_.reveal())));
  return to_hex(signature);
}

bool DocumentSigner::is_signed(std::string_view text, std::string_view public_key,
                               std::string_view signature) {
  const std::string key = bytes_from(public_key, crypto_sign_PUBLICKEYBYTES),
                    sealed = bytes_from(signature, crypto_sign_BYTES);
  return !key.empty() && !sealed.empty() &&
         crypto_sign_verify_detached(bytes_of(std::string_view(sealed)), bytes_of(text),
                                     text.size(), bytes_of(std::string_view(key))) == 0;
}

}  // namespace daybreak::trust
