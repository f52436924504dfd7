// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/merkle.hpp"

#include <bit>

#include "base/digest.hpp"

namespace daybreak::trust {
namespace {

constexpr std::size_t kHash = 32;

std::uint64_t bits(std::int64_t number) { return static_cast<std::uint64_t>(number); }

// The largest power of two below n (n > 1).
std::int64_t split_of(std::int64_t n) {
  return static_cast<std::int64_t>(std::bit_floor(bits(n) - 1));
}

// The hash of the leaves [first, first + count); `first` is a multiple of the power of two above
// count.
Result<std::string> hash_of(std::int64_t first, std::int64_t count, const Subtree& subtree) {
  if (std::has_single_bit(bits(count)))
    return subtree(std::countr_zero(bits(count)), first / count);
  const std::int64_t left = split_of(count);
  const std::string left_hash = TRY(hash_of(first, left, subtree));
  const std::string right_hash = TRY(hash_of(first + left, count - left, subtree));
  return merkle_node_hash(left_hash, right_hash);
}

tl::unexpected<Error> out_of_range() {
  return fail(ErrorKind::kInvalid, "the tree has no such entry or size", {},
              "Ask for a number below the tree's size");
}

}  // namespace

std::string merkle_leaf_hash(std::string_view leaf) {
  std::string bytes;
  bytes.reserve(leaf.size() + 1);
  bytes += '\0';
  bytes += leaf;
  return sha256(bytes);
}

std::string merkle_node_hash(std::string_view left, std::string_view right) {
  std::string bytes;
  bytes.reserve(2 * kHash + 1);
  bytes += '\1';
  bytes += left;
  bytes += right;
  return sha256(bytes);
}

Result<MerkleFrontier> MerkleFrontier::restore(std::int64_t size, std::string_view bytes) {
  if (size < 0 || bytes.size() != kHash * static_cast<std::size_t>(std::popcount(bits(size))))
    return fail(ErrorKind::kCorrupt, "the tree's edge does not fit its size", "audit log");
  MerkleFrontier frontier;
  frontier.size_ = size;
  for (std::size_t at = 0; at < bytes.size(); at += kHash)
    frontier.hashes_.emplace_back(bytes.substr(at, kHash));
  return frontier;
}

void MerkleFrontier::append(std::string leaf_hash, const Completed& completed) {
  std::int64_t number = size_++;
  int height = 0;
  for (; number & 1; number >>= 1) {
    leaf_hash = merkle_node_hash(hashes_.back(), leaf_hash);
    hashes_.pop_back();
    ++height;
    if (completed) completed(height, number >> 1, leaf_hash);
  }
  hashes_.push_back(std::move(leaf_hash));
}

std::string MerkleFrontier::root() const {
  if (hashes_.empty()) return sha256("");
  std::string root = hashes_.back();
  for (std::size_t i = hashes_.size() - 1; i-- > 0;) root = merkle_node_hash(hashes_[i], root);
  return root;
}

std::string MerkleFrontier::bytes() const {
  std::string bytes;
  for (const std::string& hash : hashes_) bytes += hash;
  return bytes;
}

Result<std::string> merkle_root(std::int64_t size, const Subtree& subtree) {
  if (size < 0) return out_of_range();
  if (size == 0) return sha256("");
  return hash_of(0, size, subtree);
}

Result<std::vector<std::string>> merkle_inclusion(std::int64_t index, std::int64_t size,
                                                  const Subtree& subtree) {
  if (index < 0 || index >= size) return out_of_range();
  std::vector<std::string> path;  // from the root down, turned round at the end
  std::int64_t first = 0;
  for (std::int64_t count = size; count > 1;) {
    const std::int64_t left = split_of(count);
    if (index - first < left) {
      path.push_back(TRY(hash_of(first + left, count - left, subtree)));
      count = left;
    } else {
      path.push_back(TRY(hash_of(first, left, subtree)));
      first += left;
      count -= left;
    }
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Result<std::vector<std::string>> merkle_consistency(std::int64_t earlier, std::int64_t size,
                                                    const Subtree& subtree) {
  if (earlier < 1 || earlier > size) return out_of_range();
  std::vector<std::string> path;
  std::int64_t first = 0, count = size, rest = earlier;
  bool whole =
      true;  // the earlier tree is itself a subtree here: its root is known to the one who asks
  while (rest != count) {
    const std::int64_t left = split_of(count);
    if (rest <= left) {
      path.push_back(TRY(hash_of(first + left, count - left, subtree)));
      count = left;
    } else {
      path.push_back(TRY(hash_of(first, left, subtree)));
      first += left;
      count -= left;
      rest -= left;
      whole = false;
    }
  }
  if (!whole) path.push_back(TRY(hash_of(first, count, subtree)));
  std::reverse(path.begin(), path.end());
  return path;
}

bool verify_inclusion(std::string_view leaf_hash, std::int64_t index, std::int64_t size,
                      std::span<const std::string> proof, std::string_view root) {
  if (index < 0 || index >= size) return false;
  std::int64_t node = index, last = size - 1;
  std::string hash(leaf_hash);
  for (const std::string& step : proof) {
    if (last == 0 || step.size() != kHash) return false;
    if ((node & 1) || node == last) {
      hash = merkle_node_hash(step, hash);
      while (!(node & 1) && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = merkle_node_hash(hash, step);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool verify_consistency(std::int64_t earlier, std::string_view earlier_root, std::int64_t size,
                        std::string_view root, std::span<const std::string> proof) {
  if (earlier < 1 || earlier > size) return false;
  if (earlier == size) return proof.empty() && earlier_root == root;
  std::size_t at = 0;
  std::int64_t node = earlier - 1, last = size - 1;
  while (node & 1) {
    node >>= 1;
    last >>= 1;
  }
  if (node != 0 && proof.empty()) return false;
  std::string old_hash = node == 0 ? std::string(earlier_root) : proof[at++];
  std::string new_hash = old_hash;
  for (; at < proof.size(); ++at) {
    if (last == 0 || proof[at].size() != kHash) return false;
    if ((node & 1) || node == last) {
      old_hash = merkle_node_hash(proof[at], old_hash);
      new_hash = merkle_node_hash(proof[at], new_hash);
      while (!(node & 1) && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = merkle_node_hash(new_hash, proof[at]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == earlier_root && new_hash == root;
}

}  // namespace daybreak::trust
