// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether the p-values mean what they say: uniform under the null hypothesis, no more false
// findings than stated when ties abound, and planted clusters found as often as by the plain rule.
// Fixed seeds.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "stats/scan/random.hpp"
#include "stats/scan/scan.hpp"
#include "stats/scan/test_data.hpp"

namespace daybreak::stats {
namespace {

struct Region {
  std::vector<Point> points;
  std::vector<double> population;
  SpaceWindows space;
};

Region region(std::uint32_t places, bool alike) {
  Region out;
  ReplicateStream random(11, 5);
  for (std::uint32_t i = 0; i < places; ++i) {
    out.points.push_back(
        {static_cast<double>(random.below(10000)), static_cast<double>(random.below(10000))});
    out.population.push_back(alike ? 1.0 : 100.0 + static_cast<double>(random.below(1000)));
  }
  out.space = circles(Coordinates::kCartesian, out.points, out.population, 0.5);
  return out;
}

// `total` cases by their weights.
ScanData data_of(const Region& region, const std::vector<double>& weights, std::uint32_t total,
                 std::mt19937_64& random) {
  ScanData data;
  data.places = static_cast<std::uint32_t>(region.points.size());
  data.measure = region.population;
  data.cases.assign(data.places, 0);
  std::discrete_distribution<std::size_t> pick(weights.begin(), weights.end());
  for (std::uint32_t i = 0; i < total; ++i) ++data.cases[pick(random)];
  return data;
}

std::vector<double> null_p_values(const Region& region, std::uint32_t cases, int runs,
                                  std::uint32_t replications) {
  std::mt19937_64 random(2026);
  std::vector<double> out;
  for (int run = 0; run < runs; ++run) {
    const ScanData data = data_of(region, region.population, cases, random);
    ScanOptions options;
    options.replications = replications;
    options.seed = 1000 + static_cast<std::uint64_t>(run);
    options.simd = best_simd();
    const ScanResult result = scan(data, region.space, {}, options).value();
    out.push_back(result.clusters.empty() ? 1.0 : result.clusters[0].p_value);
  }
  return out;
}

TEST(Calibration, PIsUniformUnderTheNull) {
  std::vector<double> p = null_p_values(region(40, false), 300, 2000, 199);
  std::sort(p.begin(), p.end());
  double distance = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    // P(p <= k/200) = k/200 on the grid that 199 replicates allow.
    const double share = static_cast<double>(i + 1) / static_cast<double>(p.size());
    if (i + 1 < p.size() && p[i + 1] == p[i]) continue;
    distance = std::max(distance, std::abs(share - p[i]));
  }
  EXPECT_LT(distance, 1.949 / std::sqrt(2000.0)) << "Kolmogorov-Smirnov p below 0.001";
}

TEST(Calibration, FalseFindingsKeepTheStatedRateWithTies) {
  // Twelve cases on equal places: most statistics tie.
  const std::vector<double> p = null_p_values(region(30, true), 12, 2000, 199);
  for (const double alpha : {0.01, 0.05, 0.2}) {
    const auto found =
        std::count_if(p.begin(), p.end(), [&](double x) { return x <= alpha + 1e-12; });
    EXPECT_LE(static_cast<double>(found) / 2000, alpha + 3 * std::sqrt(alpha * (1 - alpha) / 2000));
  }
}

// The plain rule, written without any of the engine's devices.
double plain_maximum(const Region& region, const std::vector<std::uint32_t>& cases, double total) {
  double population = 0;
  for (const double p : region.population) population += p;
  double best = 0;
  for (const SpaceWindows::Chain& chain : region.space.chains) {
    double c = 0, e = 0;
    for (std::uint32_t k = 0; k < chain.steps; ++k) {
      const std::uint32_t place = region.space.order[chain.first + k];
      c += cases[place];
      e += region.population[place] * total / population;
      if (c >= 2) best = std::max(best, poisson_llr(c, e, total));
    }
  }
  return best;
}

TEST(Calibration, PlantedClustersAreFoundAsOftenAsByThePlainRule) {
  const Region place = region(40, false);
  std::vector<double> weights = place.population;
  for (std::uint32_t k = 0; k < 4; ++k) weights[place.space.order[k]] *= 2.2;
  std::mt19937_64 random(7);
  std::vector<double> null;
  for (int i = 0; i < 1999; ++i)
    null.push_back(plain_maximum(place, data_of(place, place.population, 200, random).cases, 200));
  int found = 0, plainly = 0;
  for (int run = 0; run < 200; ++run) {
    const ScanData data = data_of(place, weights, 200, random);
    ScanOptions options;
    options.replications = 499;
    options.seed = static_cast<std::uint64_t>(run);
    options.simd = best_simd();
    found += scan(data, place.space, {}, options).value().clusters[0].p_value <= 0.05 ? 1 : 0;
    plainly += monte_carlo_p(plain_maximum(place, data.cases, 200), null, 1e-9) <= 0.05 ? 1 : 0;
  }
  EXPECT_GT(plainly, 60);
  EXPECT_GE(found, plainly - 8);  // they see the same data and differ in their replicates only
}

}  // namespace
}  // namespace daybreak::stats
