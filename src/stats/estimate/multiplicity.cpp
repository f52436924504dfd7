// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/multiplicity.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace daybreak::stats {

Result<std::vector<double>> adjust_p_values(std::span<const double> p_values,
                                            FalseDiscovery method) {
  const std::size_t n = p_values.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (p_values[i] >= 0 && p_values[i] <= 1) continue;
    return fail(ErrorKind::kInvalid, fmt::format("{} is not a p-value", p_values[i]),
                fmt::format("number {}", i + 1), "p-values lie between 0 and 1");
  }
  double factor = 1;
  if (method == FalseDiscovery::kBenjaminiYekutieli) {
    factor = 0;
    for (std::size_t i = n; i > 0; --i) factor += 1 / static_cast<double>(i);
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return p_values[a] > p_values[b]; });
  std::vector<double> adjusted(n);
  double least = 1;
  for (std::size_t i = 0; i < n; ++i) {
    const double rank = static_cast<double>(n - i);
    least = std::min(least, p_values[order[i]] * (factor * static_cast<double>(n) / rank));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace daybreak::stats
