// SPDX-License-Identifier: AGPL-3.0-or-later
// An organisation's signature on what leaves its vault (Ed25519), with a key that comes from its
// secret key: who can unlock the vault can sign, and nobody else. DocumentSigner::is_signed checks
// it. Values; safe to use from any thread.
#pragma once

#include <string>
#include <string_view>

#include "trust/keys/keyring.hpp"

namespace daybreak::trust::keys {

class OrganizationSigner {
 public:
  explicit OrganizationSigner(const Keyring& ring);
  // 64 hexadecimal digits.
  const std::string& public_key() const { return public_key_; }
  std::string sign(std::string_view text) const;  // 128 hexadecimal digits

 private:
  LockedBytes secret_;
  std::string public_key_;
};

}  // namespace daybreak::trust::keys
