// SPDX-License-Identifier: AGPL-3.0-or-later
// Scan statistics: which window of industry (tree) x place x time holds more cases than chance
// explains, and with which probability after all the windows tried. One window iterator (tree x
// space x time, each of which may be absent), one family of scores (score.hpp), one kernel
// (lanes.hpp). No I/O; blocking; `scan` runs its own threads and may be called from any thread.
//
// Formulas, sources and assumptions: docs/statistics/scan.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "stats/scan/lanes.hpp"
#include "stats/scan/null_model.hpp"
#include "stats/scan/score.hpp"
#include "stats/scan/space.hpp"

namespace daybreak::stats {

// A tree of categories. parent[i] is the index of the parent of node i, kNoParent for a root. A
// node may have further parents; what lies below it counts once in each branch that holds it.
inline constexpr std::uint32_t kNoParent = 0xffffffff;
struct ScanTree {
  std::vector<std::uint32_t> parent;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> further = {};  // node, one more parent
};
// Whether `high` is `low` or lies above it.
bool is_above(const ScanTree& tree, std::uint32_t high, std::uint32_t low);
// Fails with the first node that is its own ancestor.
std::optional<std::uint32_t> find_cycle(const ScanTree& tree);

enum class Model : std::uint8_t {
  kPoisson,                 // measure: expected cases up to a factor; given the number of cases
  kPoissonUnconditional,    // measure: expected cases
  kBernoulli,               // measure: cases + controls
  kBernoulliUnconditional,  // measure: cases + controls; `probability`
  kPermutation,             // no measure: rows against columns, both margins kept
};

// What was observed, in cells [leaf][place][time]. Without a tree leaves = 1, and so on.
struct ScanData {
  Model model = Model::kPoisson;
  double probability = 0.5;
  std::uint32_t leaves = 1, places = 1, times = 1;
  std::vector<std::uint32_t> cases;
  std::vector<double> measure;
  // kPermutation: the cells of one row, places*times for tree against the rest, times for
  // (tree x) space against time.
  std::size_t columns = 1;
  std::optional<ScanTree> tree;
  std::vector<std::uint32_t> leaf_node;  // the node of each leaf
};

struct TimeWindows {
  std::uint32_t shortest = 1, longest = 1;  // in times
  bool only_alive = false;                  // prospective: windows that end with the last time
};

enum class Secondary : std::uint8_t {
  kNoOverlap,       // no cluster shares place and time (and branch) with a better one
  kNoPlaceOverlap,  // no cluster shares a place with a better one, whatever the time
  kAll,             // the best of each centre
  kGini,  // no overlap among windows up to the size that maximises the Gini coefficient of
          // the significant clusters (Han et al. 2016); purely spatial scans
};

struct ScanOptions {
  std::uint32_t replications = 999;
  std::uint64_t seed = 1;
  unsigned threads = 1;
  Simd simd = Simd::kPortable;
  std::uint32_t fewest_cases = 2;  // of a window
  Secondary secondary = Secondary::kNoOverlap;
  std::size_t most_clusters = 500;
  // Besag & Clifford (1991): stop when this many replicates reached the best cluster; 0: never.
  std::uint32_t stop_after = 0;
  // Bootstrap samples for the certainty of each place (Oliveira et al. 2011); 0: none.
  std::uint32_t certainty_samples = 0;
  double certainty_level = 0.05;
  // Shares of the total measure that kGini chooses among.
  std::vector<double> gini_sizes{0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.10,
                                 0.12, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50};
};

struct Cluster {
  std::uint32_t node = 0;               // of the tree; 0 without one
  std::vector<std::uint32_t> members;   // places, the centre first
  std::uint32_t shape = 0;              // of SpaceWindows::shapes
  std::uint32_t start = 0, length = 1;  // times
  std::int64_t cases = 0;
  double measure = 0;
  double expected = 0;
  double relative_risk = 0;
  double llr = 0;
  double statistic = 0;            // llr times the factor of the shape
  double p_value = 1;              // (1 + replicates that reach the statistic) / (1 + replicates)
  std::optional<double> gumbel_p;  // an extrapolation, see docs
};

struct ScanResult {
  std::vector<Cluster> clusters;  // best first
  std::int64_t total_cases = 0;
  double total_measure = 0;
  std::uint32_t replications = 0;  // that were run
  bool stopped_early = false;
  std::vector<double> maxima;     // the largest statistic of each replicate, in their order
  std::vector<double> certainty;  // per place: share of bootstrap samples in a significant cluster
  std::uint64_t windows = 0;      // tried in each replicate
  std::optional<double> gini_size;  // the size that kGini chose
  std::optional<double> gini;
};

// Fails when the data make no sense (lengths, no cases, no measure, a cell with cases but no
// measure) or the scan would not fit in memory. `progress` hears replicates done, may be empty.
Result<ScanResult> scan(const ScanData& data, const SpaceWindows& space, const TimeWindows& time,
                        const ScanOptions& options,
                        const std::function<void(std::uint32_t)>& progress = {});

// p of one statistic given the replicate maxima; ties count as reaching.
double monte_carlo_p(double statistic, const std::vector<double>& maxima, double tolerance);
// Abrams, Kleinman & Kulldorff 2010: Gumbel by moments. Nothing when the maxima do not vary.
std::optional<double> gumbel_p(double statistic, const std::vector<double>& maxima);

}  // namespace daybreak::stats
