// SPDX-License-Identifier: AGPL-3.0-or-later
// The node's key and what it seals: small secrets that the program must be able to read again
// (code generators' secrets). Bound to a context, so that a sealed value cannot be moved to another
// row. The key is a file of the data directory, readable by its owner alone; it is not in the
// database, so a copy of the database alone opens nothing. Vault keys are not kept here. Safe to
// use from any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace daybreak::trust {

class NodeKey {
 public:
  // Reads `folder`/node.key; makes it when it is not there and `random` is given.
  static Result<NodeKey> load(const std::filesystem::path& folder);
  static Result<NodeKey> load_or_create(const std::filesystem::path& folder, Random& random);
  static NodeKey for_tests();

  std::string seal(std::string_view plain, std::string_view context, Random& random) const;
  // kCorrupt when it was changed or sealed under another key or context.
  Result<Secret<std::string>> open(std::string_view sealed, std::string_view context) const;
  // A short name for a network address, the same each time on this node, that does not tell the
  // address.
  std::string pseudonym(std::string_view address) const;
  // 32 bytes for one use; they lead neither back to the key nor to those of another use.
  Secret<std::string> derived(std::string_view use) const;

 private:
  explicit NodeKey(std::string key) : key_(std::move(key)) {}
  Secret<std::string> key_;
};

}  // namespace daybreak::trust
