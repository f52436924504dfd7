// SPDX-License-Identifier: AGPL-3.0-or-later
// Which pairs are worth comparing. Each family of keys (rare words, pairs of words, word and town,
// sound and town, likeness of spelling, address, two equal fields, ...) puts records into blocks;
// two records of one block become a candidate. Blocks that are too large for their family's share
// of the work are walked with a sliding window over their names instead, so the work stays linear
// however many names are equal. The result is sorted and does not depend on the number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include "stats/linkage/corpus.hpp"

namespace daybreak::linkage {

struct Candidate {
  Record a = 0, b = 0;        // a < b; in two tables a is of the first, b of the second
  std::uint8_t families = 0;  // how many families found it
};

// Sorted by (a, b), without repeats.
std::vector<Candidate> find_candidates(const Corpus& corpus, int threads,
                                       const StageReport& progress);

}  // namespace daybreak::linkage
