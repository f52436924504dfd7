// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/signing.hpp"

#include <sodium.h>

#include "base/text.hpp"
#include "trust/keys/bytes.hpp"
#include "trust/keys/seal.hpp"

namespace daybreak::trust::keys {

OrganizationSigner::OrganizationSigner(const Keyring& ring) : secret_(crypto_sign_SECRETKEYBYTES) {
  const Key seed = derive(ring.pair().secret(), "organization signing");
  std::string shown(crypto_sign_PUBLICKEYBYTES, '\0');
  crypto_sign_seed_keypair(bytes_of(shown), secret_.data(), seed.data());
  public_key_ = to_hex(shown);
}

std::string OrganizationSigner::sign(std::string_view text) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(text), text.size(), secret_.data());
  return to_hex(signature);
}

}  // namespace daybreak::trust::keys
