// SPDX-License-Identifier: AGPL-3.0-or-later
// Merkle trees as in RFC 6962, section 2.1: pure functions on SHA-256 hashes of 32 bytes. Used by
// the audit log and by those who check its proofs. Safe to use from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::trust {

std::string merkle_leaf_hash(std::string_view leaf);  // SHA-256(0x00 || leaf)
std::string merkle_node_hash(std::string_view left,
                             std::string_view right);  // SHA-256(0x01 || left || right)

// A tree that grows at its right edge: keeps the hashes of its full subtrees only.
class MerkleFrontier {
 public:
  MerkleFrontier() = default;
  // From what bytes() gave. kCorrupt when it does not fit the size.
  static Result<MerkleFrontier> restore(std::int64_t size, std::string_view bytes);

  // Called with every full subtree that the new leaf completes: its height (1, 2, …) and number.
  using Completed = std::function<void(int height, std::int64_t number, const std::string& hash)>;
  void append(std::string leaf_hash, const Completed& completed = {});
  std::int64_t size() const { return size_; }
  std::string root() const;   // SHA-256 of nothing when the tree is empty
  std::string bytes() const;  // largest subtree first

 private:
  std::int64_t size_ = 0;
  std::vector<std::string> hashes_;
};

// Gives the hash of the full subtree of 2^height leaves with this number.
using Subtree = std::function<Result<std::string>(int height, std::int64_t number)>;

// The root of the first `size` leaves; the proofs of RFC 6962 2.1.1 and 2.1.2.
Result<std::string> merkle_root(std::int64_t size, const Subtree& subtree);
Result<std::vector<std::string>> merkle_inclusion(std::int64_t index, std::int64_t size,
                                                  const Subtree& subtree);
Result<std::vector<std::string>> merkle_consistency(std::int64_t earlier, std::int64_t size,
                                                    const Subtree& subtree);

// Whether the proof shows that the leaf is in the tree; that `later` continues `earlier`.
bool verify_inclusion(std::string_view leaf_hash, std::int64_t index, std::int64_t size,
                      std::span<const std::string> proof, std::string_view root);
bool verify_consistency(std::int64_t earlier, std::string_view earlier_root, std::int64_t size,
                        std::string_view root, std::span<const std::string> proof);

}  // namespace daybreak::trust
