// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/discrete.hpp"

#include <algorithm>
#include <cmath>

namespace daybreak::stats {
namespace {

constexpr double kLargestTableMean = 20000;
constexpr std::uint32_t kLargestTableTrials = 40000;
constexpr double kCut = 1e-18;

// Weights of a unimodal distribution around its mode, outwards until they vanish. `ratio(k)` is
// p(k+1)/p(k).
template <typename Ratio>
void unimodal(std::uint32_t mode, std::uint32_t last, Ratio ratio, std::vector<double>& weights,
              std::uint32_t& offset) {
  std::vector<double> below;
  double weight = 1;
  for (std::uint32_t k = mode; k > 0; --k) {
    weight /= ratio(k - 1);
    if (weight < kCut) break;
    below.push_back(weight);
  }
  weights.assign(below.rbegin(), below.rend());
  offset = mode - static_cast<std::uint32_t>(below.size());
  weights.push_back(1);
  weight = 1;
  for (std::uint32_t k = mode; k < last; ++k) {
    weight *= ratio(k);
    if (weight < kCut) break;
    weights.push_back(weight);
  }
}

void append_poisson(double mean, std::vector<AliasCell>& cells) {
  std::vector<double> weights;
  std::uint32_t offset = 0;
  unimodal(
      static_cast<std::uint32_t>(mean), 0xffffffff,
      [mean](std::uint32_t k) { return mean / (k + 1.0); }, weights, offset);
  append_alias(weights, offset, cells);
}

void append_binomial(std::uint32_t trials, double probability, std::vector<AliasCell>& cells) {
  const double odds = probability / (1 - probability);
  const auto mode = static_cast<std::uint32_t>(
      std::min<double>(trials, std::floor((trials + 1.0) * probability)));
  std::vector<double> weights;
  std::uint32_t offset = 0;
  unimodal(
      mode, trials,
      [&](std::uint32_t k) { return (static_cast<double>(trials) - k) / (k + 1.0) * odds; },
      weights, offset);
  append_alias(weights, offset, cells);
}

}  // namespace

void append_alias(std::span<const double> weights, std::uint32_t offset,
                  std::vector<AliasCell>& cells) {
  const std::size_t n = weights.size();
  double total = 0;
  for (const double w : weights) total += w;
  std::vector<double> scaled(n);
  std::vector<std::uint32_t> small, large;
  for (std::size_t i = 0; i < n; ++i) {
    scaled[i] = weights[i] / total * static_cast<double>(n);
    (scaled[i] < 1 ? small : large).push_back(static_cast<std::uint32_t>(i));
  }
  const std::size_t first = cells.size();
  cells.resize(first + n);
  const auto set = [&](std::uint32_t i, double keep, std::uint32_t other) {
    cells[first + i] = {keep >= 1 ? ~0ULL : static_cast<std::uint64_t>(keep * 0x1p64), offset + i,
                        offset + other};
  };
  while (!small.empty() && !large.empty()) {
    const std::uint32_t s = small.back();
    const std::uint32_t l = large.back();
    small.pop_back();
    set(s, scaled[s], l);
    scaled[l] = (scaled[l] + scaled[s]) - 1;
    if (scaled[l] < 1) {
      large.pop_back();
      small.push_back(l);
    }
  }
  for (const std::uint32_t i : large) set(i, 1, i);
  for (const std::uint32_t i : small) set(i, 1, i);
}

CountTables CountTables::poisson(std::span<const double> means) {
  CountTables out;
  std::uint32_t part_first = 0, part_length = 0;
  for (const double mean : means) {
    Table table;
    double rest = mean;
    if (mean > kLargestTableMean) {
      if (part_length == 0) {
        part_first = static_cast<std::uint32_t>(out.cells_.size());
        append_poisson(kLargestTableMean, out.cells_);
        part_length = static_cast<std::uint32_t>(out.cells_.size()) - part_first;
      }
      table.repeats = static_cast<std::uint32_t>(mean / kLargestTableMean);
      table.part_first = part_first;
      table.part_length = part_length;
      rest = mean - table.repeats * kLargestTableMean;
    }
    table.first = static_cast<std::uint32_t>(out.cells_.size());
    if (rest > 0) append_poisson(rest, out.cells_);
    table.length = static_cast<std::uint32_t>(out.cells_.size()) - table.first;
    out.positions_ = std::max(out.positions_, table.repeats + 1);
    out.tables_.push_back(table);
  }
  return out;
}

CountTables CountTables::binomial(std::span<const std::uint32_t> trials, double probability) {
  CountTables out;
  std::uint32_t part_first = 0, part_length = 0;
  for (const std::uint32_t n : trials) {
    Table table;
    std::uint32_t rest = n;
    if (n > kLargestTableTrials) {
      if (part_length == 0) {
        part_first = static_cast<std::uint32_t>(out.cells_.size());
        append_binomial(kLargestTableTrials, probability, out.cells_);
        part_length = static_cast<std::uint32_t>(out.cells_.size()) - part_first;
      }
      table.repeats = n / kLargestTableTrials;
      table.part_first = part_first;
      table.part_length = part_length;
      rest = n % kLargestTableTrials;
    }
    table.first = static_cast<std::uint32_t>(out.cells_.size());
    if (rest > 0 && probability > 0) append_binomial(rest, probability, out.cells_);
    table.length = static_cast<std::uint32_t>(out.cells_.size()) - table.first;
    out.positions_ = std::max(out.positions_, table.repeats + 1);
    out.tables_.push_back(table);
  }
  return out;
}

}  // namespace daybreak::stats
