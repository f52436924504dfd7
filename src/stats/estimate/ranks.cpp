// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "stats/estimate/checks.hpp"
#include "stats/estimate/counter_random.hpp"

namespace daybreak::stats {
namespace {

// `counts`: in how many draws the place had each rank, from the highest risk on.
RankSummary summarise(std::span<const std::uint32_t> counts, const RankOptions& options) {
  RankSummary summary;
  const auto draws = static_cast<double>(options.draws);
  const double tail = (1 - options.level) / 2 * draws;
  double below = 0;  // draws with a smaller rank
  double weighted = 0;
  double median_low = 0;
  double median_high = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    const auto here = static_cast<double>(counts[r]);
    if (here == 0) continue;
    const auto rank = static_cast<double>(r + 1);
    weighted += rank * here;
    const double through = below + here;
    if (summary.lower_rank == 0 && through > tail)
      summary.lower_rank = static_cast<std::uint32_t>(r + 1);
    if (summary.upper_rank == 0 && through >= draws - tail)
      summary.upper_rank = static_cast<std::uint32_t>(r + 1);
    if (median_low == 0 && through >= draws / 2) median_low = rank;
    if (median_high == 0 && through > draws / 2) median_high = rank;
    if (r < options.top) summary.probability_top += here / draws;
    below = through;
  }
  summary.expected_rank = weighted / draws;
  summary.median_rank = (median_low + (median_high == 0 ? median_low : median_high)) / 2;
  summary.probability_highest = counts[0] / draws;
  return summary;
}

}  // namespace

Result<std::vector<RankSummary>> rank_places(std::span<const double> cases,
                                             std::span<const double> expected,
                                             const GammaPrior& prior, const RankOptions& options) {
  TRY(check_cases(cases, expected, "expected number"));
  constexpr std::size_t kMostPlaces = 10'000;  // a table of places x places is kept: 400 MB
  const std::size_t n = cases.size();
  if (options.draws < 1 || options.draws > 10'000'000 ||
      !(options.level > 0 && options.level < 1) || n > kMostPlaces) {
    return fail(ErrorKind::kInvalid,
                fmt::format("{} draws at level {} over {} places", options.draws, options.level, n),
                {},
                "take 1 to 10,000,000 draws, a level between 0 and 1, and 10,000 places at most");
  }
  if (prior.pooled) {
    return fail(ErrorKind::kInvalid, "the counts vary no more than chance, so places have no ranks",
                {}, "do not rank these places");
  }
  std::vector<std::vector<std::uint32_t>> counts(n);
  std::vector<double> risk(n);
  std::vector<std::uint32_t> order(n);
  for (auto& of_place : counts) of_place.assign(n, 0);
  for (std::size_t draw = 0; draw < options.draws; ++draw) {
    for (std::uint32_t i = 0; i < n; ++i) {
      CounterRandom random(options.seed, i, draw);
      risk[i] = random.gamma(prior.shape + cases[i]) / (prior.rate + expected[i]);
    }
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
      return risk[a] != risk[b] ? risk[a] > risk[b] : a < b;
    });
    for (std::size_t r = 0; r < n; ++r) ++counts[order[r]][r];
  }
  std::vector<RankSummary> summaries;
  for (const auto& of_place : counts) summaries.push_back(summarise(of_place, options));
  return summaries;
}

}  // namespace daybreak::stats
