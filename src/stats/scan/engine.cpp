// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/engine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/scan/large_pages.hpp"

namespace daybreak::stats {
namespace {

constexpr std::size_t kKeptMeasures = std::size_t{16} << 20;

}  // namespace

Frame::Frame(const ScanData& scan_data, std::span<const double> measure,
             const SpaceWindows& space_windows, const TimeWindows& time_windows,
             const Score& window_score, std::uint32_t fewest)
    : data(scan_data),
      space(space_windows),
      time(time_windows),
      score(window_score),
      fewest_cases(fewest),
      program(layer_program(scan_data)),
      lengths(time_windows.longest - time_windows.shortest + 1),
      cells_of_leaf(static_cast<std::size_t>(scan_data.places) * scan_data.times) {
  const std::size_t n = cells_of_leaf;
  std::vector<double> levels((program.levels + 1) * n);
  layer_measure_.resize(program.layers * n);
  for_each_layer<double>(
      program, [&](std::uint32_t leaf) { return measure.data() + leaf * n; },
      [&](std::uint32_t depth) { return levels.data() + depth * n; },
      [n](double* to, const double* from) { std::copy(from, from + n, to); },
      [n](double* to, const double* from) {
        for (std::size_t i = 0; i < n; ++i) to[i] += from[i];
      },
      [&](const LayerStep& step, const double* table) {
        double* out = layer_measure_.data() + step.layer * n;
        for (std::size_t i = 0; i < n; ++i) {
          out[i] = table[i] + (i % data.times > 0 ? out[i - 1] : 0.0);
        }
      });
  std::uint64_t time_count = 0;
  for (std::uint32_t length = time.shortest; length <= time.longest; ++length) {
    time_count += time.only_alive ? 1 : data.times - length + 1;
  }
  windows = time_count * space.order.size() * program.layers;
  find_profile();
  for (std::size_t at = 0; at < layer_measure_.size(); at += n) {
    double sum = 0;
    for (std::size_t p = data.times - 1; p < n; p += data.times) sum += layer_measure_[at + p];
    widest_ = std::max(widest_, sum);
  }
  const std::size_t all = program.layers * space.order.size() * data.times;
  if (all > kKeptMeasures) return;
  reserve_large(kept_, all);
  kept_.resize(all);
  for (std::uint32_t layer = 0; layer < program.layers; ++layer) {
    double* out = kept_.data() + layer * space.order.size() * data.times;
    for (const SpaceWindows::Chain& chain : space.chains) {
      fill_measures(layer, chain, out + chain.first * data.times);
    }
  }
}

// Whether all places are high and low at the same times, and then the smallest share of the whole
// that a window of each length has.
void Frame::find_profile() {
  const std::uint32_t times = data.times;
  const double* profile = nullptr;
  for (std::size_t at = 0; at < layer_measure_.size(); at += times) {
    const double* row = layer_measure_.data() + at;
    const double whole = row[times - 1];
    if (whole <= 0) continue;
    if (profile == nullptr) profile = row;
    for (std::uint32_t t = 0; t < times; ++t) {
      if (std::abs(row[t] / whole - profile[t] / profile[times - 1]) > 1e-12) return;
    }
  }
  if (profile == nullptr) return;
  smallest_share_.assign(times + 1, 0);
  for (std::uint32_t length = 1; length <= times; ++length) {
    const std::uint32_t last = times - length;
    double smallest = window_measure(profile, last, length);
    for (std::uint32_t s = 0; s < last && !time.only_alive; ++s) {
      smallest = std::min(smallest, window_measure(profile, s, length));
    }
    smallest_share_[length] = smallest / profile[times - 1] * (1 - 1e-11) - 1e-12;
  }
}

double Frame::smallest_window(const double* row, std::uint32_t length) const {
  if (!smallest_share_.empty()) {
    return std::max(0.0, row[data.times - 1] * smallest_share_[length]);
  }
  const std::uint32_t last = data.times - length;
  double smallest = window_measure(row, last, length);
  for (std::uint32_t s = 0; s < last && !time.only_alive; ++s) {
    smallest = std::min(smallest, window_measure(row, s, length));
  }
  return smallest;
}

void Frame::fill_measures(std::uint32_t layer, const SpaceWindows::Chain& chain,
                          double* sums) const {
  const std::size_t times = data.times;
  const double* measure = layer_measure_.data() + layer * cells_of_leaf;
  const std::uint32_t* order = space.order.data() + chain.first;
  if (space.depth.empty()) {
    for (std::uint32_t k = 0; k < chain.steps; ++k) {
      const double* place = measure + order[k] * times;
      for (std::size_t t = 0; t < times; ++t) {
        sums[k * times + t] = place[t] + (k > 0 ? sums[(k - 1) * times + t] : 0.0);
      }
    }
    return;
  }
  const std::uint8_t* depth = space.depth.data() + chain.first;
  std::vector<double> levels(256 * times, 0.0);
  for (std::uint32_t k = 0; k < chain.steps; ++k) {
    const double* place = measure + order[k] * times;
    double* level = levels.data() + depth[k] * times;
    for (std::size_t t = 0; t < times; ++t) {
      level[t] = place[t] + *(level + t - times);
      sums[k * times + t] = level[t];
    }
  }
}

const double* Frame::measures(std::uint32_t layer, const SpaceWindows::Chain& chain,
                              std::vector<double>& scratch) const {
  if (!kept_.empty()) {
    return kept_.data() + (layer * space.order.size() + chain.first) * data.times;
  }
  scratch.resize(static_cast<std::size_t>(chain.steps) * data.times);
  fill_measures(layer, chain, scratch.data());
  return scratch.data();
}

Levels::Levels(const Frame& frame, double level) : frame_(frame), level_(level) {
  const ScoreKind kind = frame.score.kind();
  const bool limited = kind == ScoreKind::kPoisson || kind == ScoreKind::kBernoulli;
  most_ = limited ? static_cast<std::uint32_t>(frame.score.total_cases()) : 0xfffffff0u;
  for (const Shape& shape : frame.space.shapes) {
    const auto at = std::find_if(tables_.begin(), tables_.end(),
                                 [&](const Table& t) { return t.factor == shape.factor; });
    table_of_shape_.push_back(static_cast<std::uint32_t>(at - tables_.begin()));
    if (at == tables_.end()) tables_.push_back({shape.factor, 0, {}, {}});
  }
  bool chains = false;
  for (const SpaceWindows::Chain& chain : frame.space.chains) chains = chains || chain.steps > 1;
  // Beyond that the tables would outweigh what they save.
  if (!chains || frame.widest_measure() * frame.score.expected(1.0) > 2e7) return;
  for (Table& table : tables_) fill(table);
}

void Levels::fill(Table& table) const {
  const double widest = frame_.widest_measure();
  // Cells half as wide as the gap between counts hold at most one boundary, mostly.
  const double per_case = frame_.score.expected(1.0);
  table.cell = 0.5 / per_case;
  table.largest.assign(frame_.fewest_cases, 0.0);
  while (table.largest.back() < widest && table.largest.size() <= most_) {
    const auto cases = static_cast<double>(table.largest.size());
    table.largest.push_back(
        std::max(table.largest.back(),
                 frame_.score.largest_measure(cases, level_ / table.factor, table.largest.back())));
  }
  table.largest.resize(table.largest.size() + 2, std::numeric_limits<double>::infinity());
  std::uint32_t cases = frame_.fewest_cases;
  for (double from = 0; from <= widest + table.cell; from += table.cell) {
    while (table.largest[cases] < from) ++cases;
    table.start.push_back(cases);
  }
}

// By bisection, for windows that stand alone. Never too many.
std::uint32_t Levels::fewest(double measure, double level) const {
  const double slack = 1e-10 * std::max(1.0, level) + frame_.score.tolerance(level);
  std::uint64_t low = frame_.fewest_cases;
  const bool limited = frame_.score.kind() != ScoreKind::kPoissonUnconditional;
  std::uint64_t high = limited ? static_cast<std::uint64_t>(frame_.score.total_cases()) + 1
                               : std::uint64_t{0xfffffffe};
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (frame_.score(static_cast<double>(middle), measure) >= level - slack) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return static_cast<std::uint32_t>(low);
}

template <typename Count>
void Levels::limits(const SpaceWindows::Chain& chain, const double* sums, Count* out) const {
  const Frame& f = frame_;
  const Table& table = tables_[table_of_shape_[chain.shape]];
  constexpr std::uint32_t unreachable = std::numeric_limits<Count>::max();
  const std::uint32_t top = std::min(most_, unreachable);
  const double inverse = table.start.empty() ? 0 : 1 / table.cell;
  const double* largest = table.largest.data();
  if (f.data.times == 1 && !table.start.empty()) {
    const std::uint32_t* start = table.start.data();
    for (std::uint32_t k = 0; k < chain.steps; ++k) {
      const double measure = sums[k];
      std::uint32_t cases = start[static_cast<std::uint32_t>(measure * inverse)];
      cases += largest[cases] < measure ? 1 : 0;  // without a jump: as often as not
      while (largest[cases] < measure) ++cases;
      out[k] = static_cast<Count>(cases > top ? unreachable : cases - 1);
    }
    return;
  }
  for (std::uint32_t k = 0; k < chain.steps; ++k) {
    const double* row = sums + static_cast<std::size_t>(k) * f.data.times;
    for (std::uint32_t i = 0; i < f.lengths; ++i) {
      const double smallest =
          f.data.times == 1 ? *row : f.smallest_window(row, f.time.shortest + i);
      std::uint32_t cases = 0;
      if (table.start.empty()) {
        cases = fewest(smallest, level_ / table.factor);
      } else {
        cases = table.start.data()[static_cast<std::size_t>(smallest * inverse)];
        while (largest[cases] < smallest) ++cases;
      }
      *out++ = static_cast<Count>(cases > top ? unreachable : cases - 1);
    }
  }
}

template void Levels::limits(const SpaceWindows::Chain&, const double*, std::uint16_t*) const;
template void Levels::limits(const SpaceWindows::Chain&, const double*, std::uint32_t*) const;

}  // namespace daybreak::stats
