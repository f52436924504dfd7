// SPDX-License-Identifier: AGPL-3.0-or-later
// The machinery behind scan(): the measure of every window, the thresholds for a level, the walk
// over replicates in lanes, and the scan of the observed counts. Internal to stats/scan.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "stats/scan/layers.hpp"
#include "stats/scan/scan.hpp"

namespace daybreak::stats {

// The window a replicate or the observed data did best with.
struct Best {
  double statistic = 0;
  double cases = 0;
  double measure = 0;
  std::uint32_t layer = 0, chain = 0, step = 0, start = 0, length = 1;
};

// What both scans share; immutable while they run.
class Frame {
 public:
  // `measure` per cell [leaf][place][time].
  Frame(const ScanData& data, std::span<const double> measure, const SpaceWindows& space,
        const TimeWindows& time, const Score& score, std::uint32_t fewest_cases);

  const ScanData& data;
  const SpaceWindows& space;
  const TimeWindows time;
  const Score score;
  const std::uint32_t fewest_cases;
  LayerProgram program;
  std::uint32_t lengths = 1;
  std::size_t cells_of_leaf = 1;  // places * times
  std::uint64_t windows = 0;      // layers * sets of places * time windows

  // The measure of each step of a chain, [step][time] cumulated over time: kept from the start when
  // memory allows, else computed into `scratch`.
  const double* measures(std::uint32_t layer, const SpaceWindows::Chain& chain,
                         std::vector<double>& scratch) const;
  // From a row of `measures`.
  double window_measure(const double* row, std::uint32_t start, std::uint32_t length) const {
    return row[start + length - 1] - (start > 0 ? row[start - 1] : 0.0);
  }
  // Of the whole study period, without a tree.
  double place_measure(std::uint32_t place) const {
    return layer_measure_[static_cast<std::size_t>(place) * data.times + data.times - 1];
  }
  // A measure that no time window of this length falls below, given a row of `measures`. Exact when
  // every place shares one profile over time.
  double smallest_window(const double* row, std::uint32_t length) const;
  // No window of any layer measures more.
  double widest_measure() const { return widest_ * (1 + 1e-9); }
  double factor(const SpaceWindows::Chain& chain) const { return space.shapes[chain.shape].factor; }

 private:
  void fill_measures(std::uint32_t layer, const SpaceWindows::Chain& chain, double* sums) const;

  void find_profile();

  double widest_ = 0;
  std::vector<double> smallest_share_;  // [length], when every place shares one profile over time
  std::vector<double> layer_measure_;   // [layer][place][time], cumulated over time
  std::vector<double> kept_;            // [layer][step][time]
};

// The counts that each window must exceed to reach a level; the largest Count when none can.
class Levels {
 public:
  Levels(const Frame& frame, double level);
  // For the measures of one chain (Frame::measures), into out[step * lengths + i].
  template <typename Count>
  void limits(const SpaceWindows::Chain& chain, const double* sums, Count* out) const;
  // Below what any window of this shape measures whose limit is `limit`.
  double least_measure(std::uint32_t shape, std::uint32_t limit) const {
    const Table& table = tables_[table_of_shape_[shape]];
    return limit < table.largest.size() ? table.largest[limit] : 0.0;
  }
  double level() const { return level_; }

 private:
  // By shape factor. `largest[c]` is the largest measure with which c cases reach the level;
  // `start[m / cell]` is the fewest cases that may do for the measures of that cell.
  struct Table {
    double factor = 1;
    double cell = 0;
    std::vector<double> largest;
    std::vector<std::uint32_t> start;
  };
  void fill(Table& table) const;
  std::uint32_t fewest(double measure, double level) const;

  const Frame& frame_;
  double level_;
  std::uint32_t most_ = 0;  // cases that a window can have
  std::vector<Table> tables_;
  std::vector<std::uint32_t> table_of_shape_;
};

// How far down the scan of replicates must go.
enum class Depth : std::uint8_t {
  kAll,         // the best window of every replicate; the level only sets where the search begins
  kAboveLevel,  // replicates whose best stays below the level may come back as 0
};

// Scans the replicates of one null model, which draws at most `largest_total` cases. Not
// thread-safe; runs its own threads. A replicate's result is a function of its number alone.
class Replicates {
 public:
  virtual ~Replicates() = default;
  // Tries 32 replicates and settles on a level that most of them reach.
  virtual double pilot() = 0;
  // The best windows of replicates first, first+1, ...
  virtual std::vector<Best> scan(std::uint64_t first, std::uint64_t count, double level,
                                 Depth depth) = 0;
};
std::unique_ptr<Replicates> make_replicates(const Frame& frame, const NullModel& null,
                                            double largest_total, const ScanOptions& options);

// The best window of every centre by the lane loops, for many time windows: nothing when some
// centre has no window above the level (or there is a tree, or no time), and scan_observed must do
// it.
std::optional<std::vector<Best>> scan_observed_in_lanes(const Frame& frame, Simd simd,
                                                        double level);

// The best window of every (layer, centre) with a positive statistic. `blocked` places (may be
// empty) and sets of more than `largest` measure are left out.
std::vector<Best> scan_observed(const Frame& frame, const std::vector<std::uint8_t>& blocked,
                                double largest);

}  // namespace daybreak::stats
