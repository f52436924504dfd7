// SPDX-License-Identifier: AGPL-3.0-or-later
// Ranks that say how sure they are. Sorting point estimates puts the smallest places on top; here
// the posterior is drawn many times, each draw is ranked, and the ranks are summed up. Pure, and
// the same for the same seed on every machine and number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/estimate/shrinkage.hpp"

namespace daybreak::stats {

struct RankOptions {
  std::size_t draws = 10'000;  // 1 to 10,000,000
  std::size_t top = 10;        // for probability_top
  double level = 0.90;         // of the rank interval
  std::uint64_t seed = 1;
};

struct RankSummary {
  double expected_rank = 0;  // 1 is the highest risk
  double median_rank = 0;
  std::uint32_t lower_rank = 0;  // of the interval
  std::uint32_t upper_rank = 0;
  double probability_top = 0;      // P(rank <= top)
  double probability_highest = 0;  // P(rank = 1)
};

// From the Poisson-gamma posterior of shrinkage.hpp. Fails under a pooled prior: the places do not
// differ, so there is no rank to speak of.
Result<std::vector<RankSummary>> rank_places(std::span<const double> cases,
                                             std::span<const double> expected,
                                             const GammaPrior& prior, const RankOptions& options);

}  // namespace daybreak::stats
