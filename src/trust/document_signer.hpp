// SPDX-License-Identifier: AGPL-3.0-or-later
// Signs what leaves a node, so that a reader can tell whose it is and that nothing was changed
// (Ed25519, with a key that comes from the node's key). Values; safe to use from any thread.
#pragma once

#include <string>
#include <string_view>

#include "trust/sealing.hpp"

namespace daybreak::trust {

class DocumentSigner {
 public:
  explicit DocumentSigner(const NodeKey& key);
  // 64 hexadecimal digits: what others know the node by.
  const std::string& public_key() const { return public_key_; }
  std::string sign(std::string_view text) const;  // 128 hexadecimal digits

  static bool is_signed(std::string_view text, std::string_view public_key,
                        std::string_view signature);

 private:
  std::string public_key_;
  Secret<std::string> secret_key_;
};

}  // namespace daybreak::trust
