// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/scan.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

#include "stats/scan/clusters.hpp"
#include "stats/scan/engine.hpp"

namespace daybreak::stats {
namespace {

tl::unexpected<Error> bad(std::string message, std::string cure = {}) {
  return fail(ErrorKind::kInvalid, std::move(message), {}, std::move(cure));
}

struct Totals {
  std::int64_t cases = 0;
  double measure = 0;
};

Result<Totals> check(const ScanData& data, const SpaceWindows& space, const TimeWindows& time) {
  const std::size_t cells = static_cast<std::size_t>(data.leaves) * data.places * data.times;
  if (cells == 0 || data.cases.size() != cells) return bad("there are no cells to scan");
  if (data.model != Model::kPermutation && data.measure.size() != cells) {
    return bad("the cases and the population do not cover the same cells");
  }
  if (space.chains.empty()) {
    return bad("no place is small enough to be a window", "raise --max-size");
  }
  if (time.shortest < 1 || time.shortest > time.longest || time.longest > data.times) {
    return bad("no time window fits the study period", "check --min-time and --max-time");
  }
  if (data.tree) {
    if (data.tree->parent.empty()) return bad("the tree is empty");
    if (find_cycle(*data.tree)) return bad("the tree has a cycle");
  }
  Totals totals;
  for (std::size_t i = 0; i < cells; ++i) {
    totals.cases += data.cases[i];
    if (data.measure.empty()) continue;
    const double m = data.measure[i];
    if (!std::isfinite(m) || m < 0) return bad("a population is negative or not a number");
    if (m == 0 && data.cases[i] > 0) return bad("a cell has cases but no population");
    totals.measure += m;
    const bool trials =
        data.model == Model::kBernoulli || data.model == Model::kBernoulliUnconditional;
    if (trials && (m != std::floor(m) || m < data.cases[i] || m > 4294967295.0)) {
      return bad("a cell has more cases than cases and controls together");
    }
  }
  if (totals.cases == 0) return bad("there are no cases", "check the case file");
  if (totals.cases > 2147483647) return bad("there are more than 2,147,483,647 cases");
  if (data.model != Model::kPermutation && totals.measure <= 0) {
    return bad("the total population is zero");
  }
  return totals;
}

// The measure of every cell in the units of the score.
std::vector<double> measure_of(const ScanData& data, const Totals& totals) {
  if (data.model != Model::kPermutation) {
    std::vector<double> out = data.measure;
    if (data.model == Model::kPoisson) {
      const double scale = static_cast<double>(totals.cases) / totals.measure;
      for (double& m : out) m *= scale;
    }
    return out;
  }
  const std::size_t rows = data.cases.size() / data.columns;
  std::vector<double> row(rows), column(data.columns), out(data.cases.size());
  for (std::size_t i = 0; i < data.cases.size(); ++i) {
    row[i / data.columns] += data.cases[i];
    column[i % data.columns] += data.cases[i];
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = row[i / data.columns] * column[i % data.columns] / static_cast<double>(totals.cases);
  }
  return out;
}

Score score_of(const ScanData& data, const Totals& totals) {
  const auto cases = static_cast<double>(totals.cases);
  switch (data.model) {
    case Model::kPoisson:
    case Model::kPermutation:
      return Score(ScoreKind::kPoisson, cases, cases);
    case Model::kPoissonUnconditional:
      return Score(ScoreKind::kPoissonUnconditional, cases, totals.measure);
    case Model::kBernoulli:
      return Score(ScoreKind::kBernoulli, cases, totals.measure);
    case Model::kBernoulliUnconditional:
      return Score(ScoreKind::kBernoulliUnconditional, cases, totals.measure, data.probability);
  }
  return {};
}

std::unique_ptr<NullModel> null_of(const ScanData& data, const Totals& totals,
                                   std::span<const double> measure, std::uint64_t seed) {
  std::vector<std::uint32_t> individuals;
  if (data.model == Model::kBernoulli || data.model == Model::kBernoulliUnconditional) {
    individuals.assign(measure.begin(), measure.end());
  }
  switch (data.model) {
    case Model::kPoisson:
      return multinomial_null(measure, totals.cases, seed);
    case Model::kPoissonUnconditional:
      return poisson_null(measure, seed);
    case Model::kBernoulli:
      return hypergeometric_null(individuals, totals.cases, seed);
    case Model::kBernoulliUnconditional:
      return binomial_null(individuals, data.probability, seed);
    case Model::kPermutation:
      return permutation_null(data.cases, data.columns, seed);
  }
  return nullptr;
}

double largest_total(const ScanData& data, const Totals& totals) {
  if (data.model == Model::kPoissonUnconditional) {
    return totals.measure + 40 * std::sqrt(totals.measure) + 1000;
  }
  if (data.model == Model::kBernoulliUnconditional) return totals.measure;
  return static_cast<double>(totals.cases);
}

// Fills maxima and replications, stopping early when asked to.
void replicate(const Frame& frame, const NullModel& null, double largest, double best,
               const ScanOptions& options, const std::function<void(std::uint32_t)>& progress,
               ScanResult& out) {
  if (options.replications == 0) return;
  const auto replicates = make_replicates(frame, null, largest, options);
  const double level = replicates->pilot();
  const std::uint32_t chunk = options.stop_after > 0 ? 256 : 1u << 20;
  std::uint32_t reached = 0;
  for (std::uint32_t first = 0; first < options.replications && !out.stopped_early;
       first += chunk) {
    const std::uint32_t count = std::min(chunk, options.replications - first);
    for (const Best& b : replicates->scan(first, count, level, Depth::kAll)) {
      out.maxima.push_back(b.statistic);
      if (b.statistic >= best - frame.score.tolerance(best)) ++reached;
      if (options.stop_after > 0 && reached == options.stop_after) {
        out.stopped_early = out.maxima.size() < options.replications;
        break;
      }
    }
    if (progress) progress(static_cast<std::uint32_t>(out.maxima.size()));
  }
  out.replications = static_cast<std::uint32_t>(out.maxima.size());
}

void fill_p_values(const Score& score, ScanResult& out) {
  for (std::size_t i = 0; i < out.clusters.size(); ++i) {
    Cluster& cluster = out.clusters[i];
    cluster.p_value =
        monte_carlo_p(cluster.statistic, out.maxima, score.tolerance(cluster.statistic));
    if (i == 0 && out.stopped_early) {
      // Besag & Clifford: h over the number of replicates run, the last of which reached.
      cluster.p_value = (cluster.p_value * (out.replications + 1) - 1) / out.replications;
    }
    cluster.gumbel_p = gumbel_p(cluster.statistic, out.maxima);
  }
}

}  // namespace

double monte_carlo_p(double statistic, const std::vector<double>& maxima, double tolerance) {
  std::size_t reached = 0;
  for (const double m : maxima) reached += m >= statistic - tolerance ? 1 : 0;
  return static_cast<double>(1 + reached) / static_cast<double>(1 + maxima.size());
}

std::optional<double> gumbel_p(double statistic, const std::vector<double>& maxima) {
  if (maxima.size() < 2) return std::nullopt;
  double mean = 0;
  for (const double m : maxima) mean += m;
  mean /= static_cast<double>(maxima.size());
  double squares = 0;
  for (const double m : maxima) squares += (m - mean) * (m - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(maxima.size() - 1));
  if (deviation <= 0) return std::nullopt;
  const double beta = deviation * std::sqrt(6.0) / std::numbers::pi;
  const double mode = mean - std::numbers::egamma * beta;
  return -std::expm1(-std::exp(-(statistic - mode) / beta));
}

Result<ScanResult> scan(const ScanData& data, const SpaceWindows& space, const TimeWindows& time,
                        const ScanOptions& options,
                        const std::function<void(std::uint32_t)>& progress) {
  const Totals totals = TRY(check(data, space, time));
  const std::vector<double> measure = measure_of(data, totals);
  const Score score = score_of(data, totals);
  const Frame frame(data, measure, space, time, score, std::max(1u, options.fewest_cases));
  const std::unique_ptr<NullModel> null = null_of(data, totals, measure, options.seed);
  const double largest = largest_total(data, totals);

  ScanResult out;
  out.total_cases = totals.cases;
  out.total_measure = totals.measure;
  out.windows = frame.windows;
  std::optional<std::vector<Best>> fast;
  if (frame.windows > 5'000'000) fast = scan_observed_in_lanes(frame, options.simd, 1.5);
  const std::vector<Best> candidates = fast ? std::move(*fast) : scan_observed(frame, {}, INFINITY);
  double best = 0;
  for (const Best& b : candidates) best = std::max(best, b.statistic);
  replicate(frame, *null, largest, best, options, progress, out);
  choose_clusters(frame, candidates, options, out);
  fill_p_values(score, out);
  if (options.certainty_samples > 0) certainty(frame, options, out);
  return out;
}

}  // namespace daybreak::stats
