// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/scan.hpp"

#include <cmath>
#include <gtest/gtest.h>

#include "stats/scan/random.hpp"
#include "stats/scan/test_data.hpp"

namespace daybreak::stats {
namespace {

struct Small {
  ScanData data;
  SpaceWindows space;
};

// Places on a line, circles up to half the measure.
Small line(Model model, std::vector<std::uint32_t> cases, std::vector<double> measure) {
  Small out;
  out.data.model = model;
  out.data.places = static_cast<std::uint32_t>(cases.size());
  out.data.cases = std::move(cases);
  out.data.measure = measure;
  std::vector<Point> points;
  for (std::size_t i = 0; i < measure.size(); ++i)
    points.push_back({static_cast<double>(i * i), 0});
  out.space = circles(Coordinates::kCartesian, points, measure, 0.5);
  return out;
}

double largest_statistic(const Small& small, const std::vector<std::uint32_t>& cases,
                         const Score& score) {
  double best = 0;
  for (const SpaceWindows::Chain& chain : small.space.chains) {
    double c = 0, m = 0;
    for (std::uint32_t k = 0; k < chain.steps; ++k) {
      const std::uint32_t place = small.space.order[chain.first + k];
      c += cases[place];
      m += score.expected(1) == 1 ? small.data.measure[place] * score.total_cases() / 10
                                  : small.data.measure[place];
      if (c >= 2) best = std::max(best, score(c, m));
    }
  }
  return best;
}

// Sums the probability of every way to spread the cases whose best window reaches the observed one.
double exact_p(const Small& small, const Score& score, double observed, std::size_t place,
               std::uint32_t left, double log_weight, std::vector<std::uint32_t>& cases) {
  const bool trials = small.data.model == Model::kBernoulli;
  if (place == small.data.places) {
    if (left > 0) return 0;
    return largest_statistic(small, cases, score) >= observed - 1e-9 ? std::exp(log_weight) : 0;
  }
  double sum = 0;
  for (std::uint32_t c = 0; c <= left; ++c) {
    const double m = small.data.measure[place];
    if (trials && c > m) break;
    const double weight = trials ? std::lgamma(m + 1) - std::lgamma(c + 1) - std::lgamma(m - c + 1)
                                 : c * std::log(m / 10) - std::lgamma(c + 1);
    cases[place] = c;
    sum += exact_p(small, score, observed, place + 1, left - c, log_weight + weight, cases);
  }
  cases[place] = 0;
  return sum;
}

void expect_exact(const Small& small) {
  const bool trials = small.data.model == Model::kBernoulli;
  std::uint32_t total = 0;
  double population = 0;
  for (const std::uint32_t c : small.data.cases) total += c;
  for (const double m : small.data.measure) population += m;
  ASSERT_TRUE(trials || population == 10);
  const Score score(trials ? ScoreKind::kBernoulli : ScoreKind::kPoisson, total,
                    trials ? population : total);
  const double base = trials ? -(std::lgamma(population + 1) - std::lgamma(total + 1) -
                                 std::lgamma(population - total + 1))
                             : std::lgamma(total + 1);
  std::vector<std::uint32_t> cases(small.data.places);
  const double observed = largest_statistic(small, small.data.cases, score);
  const double exact = exact_p(small, score, observed, 0, total, base, cases);
  ScanOptions options;
  options.replications = 99999;
  options.threads = 2;
  const ScanResult result = scan(small.data, small.space, {}, options).value();
  ASSERT_FALSE(result.clusters.empty());
  EXPECT_NEAR(result.clusters[0].statistic, observed, 1e-9);
  EXPECT_NEAR(result.clusters[0].p_value, exact, 4 * std::sqrt(exact * (1 - exact) / 1e5) + 1e-5);
}

TEST(Scan, PoissonPEqualsTheExactEnumeration) {
  expect_exact(line(Model::kPoisson, {4, 1, 0, 2, 0}, {1, 3, 2, 2, 2}));
  expect_exact(line(Model::kPoisson, {1, 2, 1, 0, 3}, {2, 2, 2, 2, 2}));
  expect_exact(line(Model::kPoisson, {0, 0, 5, 1}, {4, 1, 1, 4}));
}

TEST(Scan, BernoulliPEqualsTheExactEnumeration) {
  expect_exact(line(Model::kBernoulli, {3, 1, 0, 2}, {4, 5, 3, 3}));
  expect_exact(line(Model::kBernoulli, {1, 1, 1, 0, 1}, {1, 1, 2, 4, 3}));
}

TEST(Scan, EqualStatisticsGetEqualP) {
  // Two far-apart pairs with the same counts.
  const Small small = line(Model::kPoisson, {6, 0, 1, 1, 0, 6}, {1, 2, 2, 2, 2, 1});
  ScanOptions options;
  options.replications = 499;
  const ScanResult result = scan(small.data, small.space, {}, options).value();
  ASSERT_GE(result.clusters.size(), 2u);
  EXPECT_NEAR(result.clusters[0].statistic, result.clusters[1].statistic, 1e-12);
  EXPECT_EQ(result.clusters[0].p_value, result.clusters[1].p_value);
}

TEST(Scan, SameBitsOnEveryInstructionSetAndThreadCount) {
  Small small =
      line(Model::kPoisson, std::vector<std::uint32_t>(60), std::vector<double>(60, 10.0));
  ReplicateStream random(7, 7);
  for (int i = 0; i < 400; ++i) ++small.data.cases[random.below(60)];
  for (const std::uint32_t scale : {1u, 400u}) {  // 16-bit and 32-bit lanes
    Small scaled = small;
    for (std::uint32_t& c : scaled.data.cases) c *= scale;
    ScanOptions options;
    options.replications = 333;
    const ScanResult first = scan(scaled.data, scaled.space, {}, options).value();
    for (const Simd simd : {Simd::kPortable, Simd::kAvx2, Simd::kAvx512}) {
      if (!is_supported(simd)) continue;
      for (const unsigned threads : {1u, 2u}) {
        options.simd = simd;
        options.threads = threads;
        EXPECT_EQ(scan(scaled.data, scaled.space, {}, options).value().maxima, first.maxima);
      }
    }
  }
}

TEST(Scan, ReplicatesDoNotDependOnTheirNumber) {
  const Small small = line(Model::kPoisson, {4, 1, 0, 2, 0}, {1, 3, 2, 2, 2});
  ScanOptions options;
  options.replications = 50;
  const std::vector<double> few = scan(small.data, small.space, {}, options).value().maxima;
  options.replications = 200;
  const std::vector<double> many = scan(small.data, small.space, {}, options).value().maxima;
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(Scan, RefusesDataThatMakeNoSense) {
  Small small = line(Model::kPoisson, {1, 2, 3}, {1, 5, 4});
  small.data.measure = {0, 5, 4};
  EXPECT_FALSE(scan(small.data, small.space, {}, {}).has_value());
  small.data.measure = {std::nan(""), 5, 4};
  EXPECT_FALSE(scan(small.data, small.space, {}, {}).has_value());
  small.data.measure = {1, 5, 4};
  small.data.cases = {0, 0, 0};
  EXPECT_FALSE(scan(small.data, small.space, {}, {}).has_value());
}

TEST(Scan, AllCasesInOnePlace) {
  const Small small = line(Model::kPoisson, {0, 9, 0, 0}, {2, 2, 3, 3});
  const ScanResult result = scan(small.data, small.space, {}, {}).value();
  ASSERT_EQ(result.clusters.size(), 1u);
  EXPECT_EQ(result.clusters[0].members, std::vector<std::uint32_t>{1});
  EXPECT_TRUE(std::isinf(result.clusters[0].relative_risk));
  EXPECT_NEAR(result.clusters[0].llr, 9 * std::log(9 / 1.8), 1e-9);
}

TEST(Scan, UnitedStatesEqualsSaTScan) {
  if (!std::filesystem::exists(oracle_folder())) GTEST_SKIP() << "no shared reference data";
  const UnitedStates us = read_united_states("us5000.cas", 1);
  const SpaceWindows space =
      circles(Coordinates::kLatitudeLongitude, us.points, us.population, 0.5);
  ScanOptions options;
  options.threads = 2;
  options.simd = best_simd();
  const ScanResult result = scan(us.data, space, {}, options).value();
  const Cluster& first = result.clusters[0];
  std::vector<std::string> members;
  for (const std::uint32_t m : first.members) members.push_back(us.ids[m]);
  EXPECT_EQ(members,
            (std::vector<std::string>{"c2231", "c2272", "c2254", "c2236", "c2248", "c2227"}));
  EXPECT_EQ(first.cases, 16);
  EXPECT_NEAR(first.llr, 8.204081, 1e-6);
  EXPECT_NEAR(first.p_value, 0.3605, 4 * std::sqrt(0.3605 * 0.6395 * (1e-3 + 1e-4)));
  const double llrs[] = {8.204081, 7.548974, 5.745943, 4.792800, 4.777724};
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(result.clusters[i].llr, llrs[i], 1e-6);
}

TEST(Scan, UnitedStatesByMonthEqualsSaTScan) {
  if (!std::filesystem::exists(oracle_folder())) GTEST_SKIP() << "no shared reference data";
  const UnitedStates us = read_united_states("us5000st.cas", 24);
  const SpaceWindows space =
      circles(Coordinates::kLatitudeLongitude, us.points, us.population, 0.1);
  ScanOptions options;
  options.threads = 2;
  options.replications = 199;
  options.simd = best_simd();
  options.secondary = Secondary::kNoPlaceOverlap;
  const ScanResult result = scan(us.data, space, {1, 12, false}, options).value();
  const double llrs[] = {14.190875, 12.818942, 10.205413, 10.157254};
  const std::size_t sizes[] = {7, 16, 1, 14};
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(result.clusters[i].llr, llrs[i], 1e-6);
    EXPECT_EQ(result.clusters[i].members.size(), sizes[i]);
  }
  EXPECT_EQ(result.clusters[0].start, 20u);
  EXPECT_EQ(result.clusters[0].length, 2u);
  EXPECT_NEAR(result.clusters[0].p_value, 0.112, 4 * std::sqrt(0.112 * 0.888 * (5e-3 + 1e-3)));
}

}  // namespace
}  // namespace daybreak::stats
