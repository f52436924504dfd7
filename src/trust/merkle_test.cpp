// SPDX-License-Identifier: AGPL-3.0-or-later
// Against the recursive definitions of RFC 6962, section 2.1, and its published test vectors.
#include "trust/merkle.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace daybreak::trust {
namespace {

using Hashes = std::vector<std::string>;

std::size_t split(std::size_t n) {
  std::size_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

std::string naive_root(std::span<const std::string> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves[0];
  const std::size_t k = split(leaves.size());
  return merkle_node_hash(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

Hashes leaves_of(std::size_t count) {
  Hashes leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(merkle_leaf_hash("entry " + std::to_string(i)));
  return leaves;
}

Subtree subtrees(const Hashes& leaves) {
  return [&leaves](int height, std::int64_t number) -> Result<std::string> {
    const std::size_t count = std::size_t{1} << height;
    return naive_root(std::span(leaves).subspan(static_cast<std::size_t>(number) * count, count));
  };
}

TEST(Merkle, RootsOfThePublishedVectors) {
  // The eight leaves and roots used by Certificate Transparency's own tests.
  const Hashes inputs = {"",
                         "00",
                         "10",
                         "2021",
                         "3031",
                         "40414243",
                         "5051525354555657",
                         "606162636465666768696a6b6c6d6e6f"};
  const Hashes roots = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleFrontier tree;
  EXPECT_EQ(to_hex(tree.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tree.append(merkle_leaf_hash(*from_hex(inputs[i])));
    EXPECT_EQ(to_hex(tree.root()), roots[i]) << i;
  }
}

TEST(Merkle, RootsAndProofsOfEverySmallTree) {
  const Hashes leaves = leaves_of(70);
  MerkleFrontier tree;
  Hashes roots = {tree.root()};
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    tree.append(leaves[size - 1]);
    roots.push_back(tree.root());
    const auto n = static_cast<std::int64_t>(size);
    ASSERT_EQ(tree.root(), naive_root(std::span(leaves).first(size)));
    ASSERT_EQ(*merkle_root(n, subtrees(leaves)), tree.root());
    for (std::int64_t i = 0; i < n; ++i) {
      const auto proof = merkle_inclusion(i, n, subtrees(leaves));
      ASSERT_TRUE(verify_inclusion(leaves[static_cast<std::size_t>(i)], i, n, *proof, roots[size]))
          << i << " of " << n;
      ASSERT_FALSE(
          verify_inclusion(leaves[static_cast<std::size_t>(i)], i, n, *proof, roots[size - 1]));
      if (n > 1) {
        ASSERT_FALSE(verify_inclusion(leaves[static_cast<std::size_t>(i)], (i + 1) % n, n, *proof,
                                      roots[size]));
      }
      const auto history = merkle_consistency(i + 1, n, subtrees(leaves));
      ASSERT_TRUE(verify_consistency(i + 1, roots[static_cast<std::size_t>(i) + 1], n, roots[size],
                                     *history))
          << i + 1 << " to " << n;
      if (i + 1 < n) {
        ASSERT_FALSE(verify_consistency(i + 1, roots[static_cast<std::size_t>(i)], n, roots[size],
                                        *history));
      }
    }
  }
  EXPECT_FALSE(merkle_inclusion(70, 70, subtrees(leaves)));
  EXPECT_FALSE(merkle_consistency(0, 70, subtrees(leaves)));
}

TEST(Merkle, AFrontierIsRestoredFromItsBytes) {
  const Hashes leaves = leaves_of(37);
  MerkleFrontier tree;
  for (std::size_t i = 0; i < 21; ++i) tree.append(leaves[i]);
  auto restored = MerkleFrontier::restore(tree.size(), tree.bytes());
  ASSERT_TRUE(restored);
  for (std::size_t i = 21; i < leaves.size(); ++i) restored->append(leaves[i]);
  EXPECT_EQ(restored->root(), naive_root(leaves));
  EXPECT_FALSE(MerkleFrontier::restore(20, tree.bytes()));
  EXPECT_FALSE(MerkleFrontier::restore(-1, ""));
}

}  // namespace
}  // namespace daybreak::trust
