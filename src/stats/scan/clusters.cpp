// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/clusters.hpp"

#include <algorithm>
#include <cmath>

namespace daybreak::stats {
namespace {

Cluster describe(const Frame& frame, const Best& best) {
  Cluster out;
  for (const LayerStep& step : frame.program.steps) {
    if (step.evaluate && step.layer == best.layer) out.node = step.node;
  }
  const SpaceWindows::Chain& chain = frame.space.chains[best.chain];
  out.members = members_of(frame.space, best.chain, best.step);
  out.shape = chain.shape;
  out.start = best.start;
  out.length = best.length;
  out.cases = static_cast<std::int64_t>(best.cases);
  out.measure = best.measure;
  out.expected = frame.score.expected(best.measure);
  out.relative_risk = frame.score.relative_risk(best.cases, best.measure);
  out.llr = frame.score(best.cases, best.measure);
  out.statistic = best.statistic;
  return out;
}

// Whether one node is the other or lies above it.
bool share_branch(const Frame& frame, std::uint32_t a, std::uint32_t b) {
  if (!frame.data.tree) return true;
  return is_above(*frame.data.tree, b, a) || is_above(*frame.data.tree, a, b);
}

class Chosen {
 public:
  Chosen(const Frame& frame, const ScanOptions& options) : frame_(frame), options_(options) {}

  // Takes the candidates from best to worst, dropping those that overlap a better one.
  void add(std::vector<Best> candidates) {
    std::stable_sort(candidates.begin(), candidates.end(), [](const Best& a, const Best& b) {
      return std::round(a.statistic * 1e9) > std::round(b.statistic * 1e9);
    });
    for (const Best& candidate : candidates) {
      if (clusters.size() >= options_.most_clusters) return;
      Cluster cluster = describe(frame_, candidate);
      if (!overlaps(cluster)) keep(std::move(cluster));
    }
  }

  std::vector<Cluster> clusters;

 private:
  bool overlaps(const Cluster& cluster) {
    if (options_.secondary == Secondary::kAll || clusters.empty()) return false;
    mark_.assign(frame_.data.places, 0);
    for (const std::uint32_t place : cluster.members) mark_[place] = 1;
    for (const Cluster& other : clusters) {
      const bool apart_in_time = other.start + other.length <= cluster.start ||
                                 cluster.start + cluster.length <= other.start;
      if (options_.secondary != Secondary::kNoPlaceOverlap && apart_in_time) continue;
      if (!share_branch(frame_, cluster.node, other.node)) continue;
      for (const std::uint32_t place : other.members) {
        if (mark_[place] != 0) return true;
      }
    }
    return false;
  }
  void keep(Cluster cluster) { clusters.push_back(std::move(cluster)); }

  const Frame& frame_;
  const ScanOptions& options_;
  std::vector<std::uint8_t> mark_;
};

// Each centre's best flexible set may touch a better cluster while its second best does not: after
// each cluster the rest is searched again without the places taken.
void choose_flexible(const Frame& frame, std::vector<Best> candidates, const ScanOptions& options,
                     ScanResult& out) {
  std::vector<std::uint8_t> taken(frame.data.places, 0);
  while (!candidates.empty() && out.clusters.size() < options.most_clusters) {
    const auto best =
        std::max_element(candidates.begin(), candidates.end(), [](const Best& a, const Best& b) {
          return std::round(a.statistic * 1e9) < std::round(b.statistic * 1e9);
        });
    Cluster cluster = describe(frame, *best);
    for (const std::uint32_t place : cluster.members) taken[place] = 1;
    const bool last =
        monte_carlo_p(cluster.statistic, out.maxima, frame.score.tolerance(cluster.statistic)) >= 1;
    out.clusters.push_back(std::move(cluster));
    if (last) break;
    candidates = scan_observed(frame, taken, INFINITY);
  }
}

// Twice the area between the diagonal and the curve of cases over expected cases, the clusters
// from the highest rate down and then all the rest.
double gini_of(const Frame& frame, std::vector<Cluster> clusters) {
  std::sort(clusters.begin(), clusters.end(), [](const Cluster& a, const Cluster& b) {
    return static_cast<double>(a.cases) * b.expected > static_cast<double>(b.cases) * a.expected;
  });
  const double total = frame.score.total_cases();
  double x = 0, y = 0, area = 0;
  for (const Cluster& cluster : clusters) {
    const double dx = cluster.expected / total;
    const double dy = static_cast<double>(cluster.cases) / total;
    area += dx * (y + dy / 2);
    x += dx;
    y += dy;
  }
  area += (1 - x) * (y + 1) / 2;
  return 2 * area - 1;
}

void choose_gini(const Frame& frame, const ScanOptions& options, ScanResult& out) {
  double whole = 0;
  for (std::uint32_t p = 0; p < frame.data.places; ++p) whole += frame.place_measure(p);
  double best = -1;
  for (const double size : options.gini_sizes) {
    Chosen chosen(frame, options);
    chosen.add(scan_observed(frame, {}, size * whole * (1 + 1e-9)));
    std::vector<Cluster> significant;
    for (const Cluster& c : chosen.clusters) {
      const double p = monte_carlo_p(c.statistic, out.maxima, frame.score.tolerance(c.statistic));
      if (p <= options.certainty_level) significant.push_back(c);
    }
    const double gini = significant.empty() ? 0 : gini_of(frame, significant);
    if (gini <= best + 1e-12) continue;
    best = gini;
    out.gini = gini;
    out.gini_size = size;
    out.clusters = std::move(chosen.clusters);
  }
  if (best <= 0) {  // nothing significant at any size: the plain choice
    out.gini.reset();
    out.gini_size.reset();
    Chosen chosen(frame, options);
    chosen.add(scan_observed(frame, {}, INFINITY));
    out.clusters = std::move(chosen.clusters);
  }
}

}  // namespace

void choose_clusters(const Frame& frame, const std::vector<Best>& candidates,
                     const ScanOptions& options, ScanResult& out) {
  if (options.secondary == Secondary::kGini) return choose_gini(frame, options, out);
  if (!frame.space.depth.empty()) return choose_flexible(frame, candidates, options, out);
  Chosen chosen(frame, options);
  chosen.add(candidates);
  out.clusters = std::move(chosen.clusters);
}

void certainty(const Frame& frame, const ScanOptions& options, ScanResult& out) {
  std::vector<double> weights(frame.data.cases.begin(), frame.data.cases.end());
  const std::unique_ptr<NullModel> bootstrap =
      multinomial_null(weights, out.total_cases, options.seed ^ 0x6f6c697665697261ULL);
  std::vector<double> maxima = out.maxima;
  std::sort(maxima.rbegin(), maxima.rend());
  const auto rank =
      static_cast<std::size_t>(options.certainty_level * static_cast<double>(maxima.size() + 1));
  // The statistic must exceed the rank-th largest maximum to have p <= level.
  const double critical = rank >= 1 && rank <= maxima.size() ? maxima[rank - 1] : INFINITY;
  out.certainty.assign(frame.data.places, 0);
  if (!std::isfinite(critical)) return;
  const std::vector<Best> samples =
      make_replicates(frame, *bootstrap, static_cast<double>(out.total_cases), options)
          ->scan(0, options.certainty_samples, critical, Depth::kAboveLevel);
  for (const Best& best : samples) {
    if (best.statistic <= critical) continue;
    for (const std::uint32_t place : members_of(frame.space, best.chain, best.step)) {
      out.certainty[place] += 1.0 / options.certainty_samples;
    }
  }
}

}  // namespace daybreak::stats
