// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/restricted.hpp"

#include <algorithm>
#include <cmath>

#include "stats/scan/parallel.hpp"

namespace daybreak::stats {
namespace {

// Fewest cases with which a place of this expectation is high by itself.
std::uint32_t fewest_high(double expected, double alpha) {
  double below = 0;  // P(X < n)
  double at = std::exp(-expected);
  for (std::uint32_t n = 0;; ++n) {
    if (1 - below - at / 2 < alpha) return n;
    below += at;
    at *= expected / (n + 1.0);
    if (n > expected && at < 1e-300) return n;
  }
}

struct Best {
  double statistic = 0;
  std::vector<std::uint32_t> members;
};

class Search {
 public:
  Search(const Score& score, const std::vector<double>& expected,
         const std::vector<std::vector<std::uint32_t>>& near,
         std::span<const std::vector<std::uint32_t>> adjacent, std::uint32_t fewest_cases)
      : score_(score),
        expected_(expected),
        near_(near),
        adjacent_(adjacent),
        fewest_cases_(fewest_cases),
        open_(expected.size(), 0) {}

  // The best set of high places; `high[place]` 1 where the place may belong to one.
  Best run(const std::vector<std::uint32_t>& cases, const std::vector<std::uint8_t>& high) {
    cases_ = &cases;
    best_ = {};
    for (std::uint32_t centre = 0; centre < near_.size(); ++centre) {
      if (high[centre] == 0) continue;
      for (const std::uint32_t place : near_[centre]) open_[place] = high[place];
      open_[centre] = 0;
      set_.clear();
      extend(centre, 0, 0, {});
      for (const std::uint32_t place : near_[centre]) open_[place] = 0;
    }
    return best_;
  }

 private:
  void extend(std::uint32_t place, double cases, double expected,
              std::vector<std::uint32_t> waiting) {
    cases += (*cases_)[place];
    expected += expected_[place];
    set_.push_back(place);
    if (cases >= fewest_cases_) {
      const double statistic = score_(cases, expected);
      if (statistic > best_.statistic + score_.tolerance(0)) best_ = {statistic, set_};
    }
    std::vector<std::uint32_t> added;
    for (const std::uint32_t next : adjacent_[place]) {
      if (open_[next] == 0) continue;
      open_[next] = 0;
      added.push_back(next);
      waiting.push_back(next);
    }
    while (!waiting.empty()) {
      const std::uint32_t next = waiting.back();
      waiting.pop_back();
      extend(next, cases, expected, waiting);
    }
    for (const std::uint32_t next : added) open_[next] = 1;
    set_.pop_back();
  }

  const Score& score_;
  const std::vector<double>& expected_;
  const std::vector<std::vector<std::uint32_t>>& near_;
  std::span<const std::vector<std::uint32_t>> adjacent_;
  std::uint32_t fewest_cases_;
  std::vector<std::uint8_t> open_;
  std::vector<std::uint32_t> set_;
  const std::vector<std::uint32_t>* cases_ = nullptr;
  Best best_;
};

}  // namespace

Result<ScanResult> scan_restricted(const ScanData& data, std::span<const Point> points,
                                   Coordinates coordinates,
                                   std::span<const std::vector<std::uint32_t>> adjacent,
                                   std::uint32_t nearest, double alpha,
                                   const ScanOptions& options) {
  if (data.model != Model::kPoisson || data.times != 1 || data.leaves != 1) {
    return fail(ErrorKind::kUnsupported, "the restricted scan is for places and the Poisson model");
  }
  ScanResult out;
  double measure = 0;
  for (const std::uint32_t c : data.cases) out.total_cases += c;
  for (const double m : data.measure) measure += m;
  if (out.total_cases == 0)
    return fail(ErrorKind::kInvalid, "there are no cases", "", "check the case file");
  if (!(measure > 0)) return fail(ErrorKind::kInvalid, "the total population is zero");
  out.total_measure = measure;
  std::vector<double> expected = data.measure;
  for (double& m : expected) m *= static_cast<double>(out.total_cases) / measure;
  std::vector<std::uint32_t> fewest;
  for (const double m : expected) fewest.push_back(fewest_high(m, alpha));
  std::vector<std::vector<std::uint32_t>> near;
  const SpaceWindows balls = nearest_places(coordinates, points, nearest);
  for (const SpaceWindows::Chain& chain : balls.chains) {
    near.emplace_back(balls.order.begin() + static_cast<std::ptrdiff_t>(chain.first),
                      balls.order.begin() + static_cast<std::ptrdiff_t>(chain.first + chain.steps));
  }
  const Score score(ScoreKind::kPoisson, static_cast<double>(out.total_cases),
                    static_cast<double>(out.total_cases));
  const auto high = [&](const std::vector<std::uint32_t>& cases) {
    std::vector<std::uint8_t> flags(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) flags[i] = cases[i] >= fewest[i] ? 1 : 0;
    return flags;
  };
  const auto null = multinomial_null(expected, out.total_cases, options.seed);
  out.maxima.resize(options.replications);
  constexpr std::size_t lanes = kLanes<std::uint32_t>;
  for_each_index((options.replications + lanes - 1) / lanes, options.threads, [&] {
    return [&, search = Search(score, expected, near, adjacent, options.fewest_cases),
            rows = std::vector<std::uint32_t>(),
            cases = std::vector<std::uint32_t>()](std::size_t batch) mutable {
      std::vector<std::uint64_t> ids;
      for (std::size_t i = batch * lanes;
           i < std::min<std::size_t>(options.replications, (batch + 1) * lanes); ++i)
        ids.push_back(i);
      rows.assign(expected.size() * lanes, 0);
      null->draw(ids, rows.data());
      cases.resize(expected.size());
      for (std::size_t lane = 0; lane < ids.size(); ++lane) {
        for (std::size_t i = 0; i < cases.size(); ++i) cases[i] = rows[i * lanes + lane];
        out.maxima[ids[lane]] = search.run(cases, high(cases)).statistic;
      }
    };
  });
  out.replications = options.replications;
  Search search(score, expected, near, adjacent, options.fewest_cases);
  std::vector<std::uint8_t> flags = high(data.cases);
  while (out.clusters.size() < options.most_clusters) {
    const Best best = search.run(data.cases, flags);
    if (best.statistic <= 0) break;
    Cluster cluster;
    cluster.members = best.members;
    for (const std::uint32_t place : best.members) {
      cluster.cases += data.cases[place];
      cluster.expected += expected[place];
      flags[place] = 0;
    }
    cluster.measure = cluster.expected;
    cluster.llr = cluster.statistic = best.statistic;
    cluster.relative_risk =
        score.relative_risk(static_cast<double>(cluster.cases), cluster.expected);
    cluster.p_value =
        monte_carlo_p(cluster.statistic, out.maxima, score.tolerance(cluster.statistic));
    cluster.gumbel_p = gumbel_p(cluster.statistic, out.maxima);
    out.clusters.push_back(std::move(cluster));
  }
  return out;
}

}  // namespace daybreak::stats
