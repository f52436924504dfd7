// SPDX-License-Identifier: AGPL-3.0-or-later
// From pairs with probabilities to entities: greedy agglomeration, strongest pair first, that
// refuses a merge when a cannot-link value would clash or when too few of the pairs between two
// groups are links (one bridge must not join two crowds). Pure, deterministic, safe from any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/linkage/corpus.hpp"

namespace daybreak::linkage {

struct ScoredPair {
  Record a = 0, b = 0;
  float probability = 0;
  float bits = 0;  // log2 of the odds, before gate and siblings
};

struct ClusterRules {
  std::vector<std::size_t> cannot_link;  // fields of the corpus whose values may not differ
  double least_support = 0.25;           // share of the pairs between two groups that must be links
};

// Cluster number per record (numbers by first record). `pairs` are the links only, sorted by (a,
// b).
std::vector<std::uint32_t> cluster_records(const Corpus& corpus, std::span<const ScoredPair> pairs,
                                           const ClusterRules& rules);

// Keeps each record's best partner, strongest pair first, so that no record has two.
std::vector<ScoredPair> keep_one_to_one(std::vector<ScoredPair> pairs, Record records);

}  // namespace daybreak::linkage
