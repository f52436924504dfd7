// SPDX-License-Identifier: AGPL-3.0-or-later
// The other kinds of scan: trees, tree x space x time, permutation, unconditional models,
// multinomial, flexible, restricted, secondary clusters, certainty, early stopping.
#include <cmath>
#include <gtest/gtest.h>

#include "stats/scan/multinomial.hpp"
#include "stats/scan/random.hpp"
#include "stats/scan/restricted.hpp"
#include "stats/scan/test_data.hpp"

namespace daybreak::stats {
namespace {

//        0
//      /   \        leaves 3, 4 under 1; leaf 5 alone under 2
//     1     2
//    / \     \.
//   3   4     5
ScanData small_tree() {
  ScanData data;
  data.tree = ScanTree{{kNoParent, 0, 0, 1, 1, 2}};
  data.leaf_node = {3, 4, 5};
  data.leaves = 3;
  data.cases = {9, 8, 3};
  data.measure = {4, 4, 12};
  return data;
}

TEST(Kinds, TreeFindsTheBranch) {
  ScanOptions options;
  options.secondary = Secondary::kAll;
  const ScanResult result = scan(small_tree(), single_place(), {}, options).value();
  ASSERT_EQ(result.clusters.size(), 3u);  // 1, 3, 4; not 2, which equals 5, nor the root
  EXPECT_EQ(result.clusters[0].node, 1u);
  EXPECT_EQ(result.clusters[0].cases, 17);
  EXPECT_NEAR(result.clusters[0].expected, 8, 1e-12);
  EXPECT_NEAR(result.clusters[0].llr, poisson_llr(17, 8, 20), 1e-12);
  EXPECT_EQ(result.windows, 5u);
}

TEST(Kinds, TreeEqualsTreeScan) {
  if (!std::filesystem::exists(oracle_folder())) GTEST_SKIP() << "no shared reference data";
  std::map<std::string, std::uint32_t> index;
  ScanData data;
  data.tree.emplace();
  const auto node = [&](const std::string& name) {
    const auto [at, fresh] = index.try_emplace(name, static_cast<std::uint32_t>(index.size()));
    if (fresh) data.tree->parent.push_back(kNoParent);
    return at->second;
  };
  std::string line;
  for (std::ifstream in(oracle_folder() / "naics_tree" / "naics.tre"); std::getline(in, line);) {
    const std::size_t comma = line.find(',');
    if (comma == std::string::npos) continue;  // the root
    const std::uint32_t child = node(line.substr(0, comma));
    const std::uint32_t parent = node(line.substr(comma + 1));
    data.tree->parent[child] = parent;
  }
  for (std::ifstream in(oracle_folder() / "naics_tree" / "naics_synth900.cas");
       std::getline(in, line);) {
    const std::size_t first = line.find(','), second = line.rfind(',');
    data.leaf_node.push_back(index.at(line.substr(0, first)));
    data.cases.push_back(static_cast<std::uint32_t>(std::stoul(line.substr(first + 1))));
    data.measure.push_back(std::stod(line.substr(second + 1)));
  }
  data.leaves = static_cast<std::uint32_t>(data.leaf_node.size());
  ScanOptions options;
  options.replications = 9999;
  options.simd = best_simd();
  options.secondary = Secondary::kAll;
  const auto found = scan(data, single_place(), {}, options);
  ASSERT_TRUE(found) << found.error().describe();
  const ScanResult& result = *found;
  const char* names[] = {"N115210", "N11",    "N332999", "N721110",
                         "N3261",   "N33299", "N488991", "N115"};
  const double llrs[] = {5.250805, 5.013683, 4.121115, 3.829824,
                         3.426462, 3.167152, 3.060662, 3.005906};
  const double p[] = {0.4165, 0.4882, 0.8409, 0.9159};
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(result.clusters[i].node, index.at(names[i]));
    EXPECT_NEAR(result.clusters[i].llr, llrs[i], 1e-6);
    if (i < 4)
      EXPECT_NEAR(result.clusters[i].p_value, p[i], 4 * std::sqrt(p[i] * (1 - p[i]) * 2e-4));
  }
}

// Every window of tree x space x time by brute force.
TEST(Kinds, TreeSpaceTimeFindsWhatBruteForceFinds) {
  ScanData data = small_tree();
  data.places = 3;
  data.times = 4;
  data.cases.assign(36, 0);
  data.measure.assign(36, 0);
  ReplicateStream random(9, 2);
  for (std::size_t i = 0; i < 36; ++i) {
    data.cases[i] = static_cast<std::uint32_t>(random.below(4));
    data.measure[i] = 1.0 + static_cast<double>(random.below(5));
  }
  const std::vector<Point> points{{0, 0}, {1, 0}, {5, 0}};
  const SpaceWindows space = circles(Coordinates::kCartesian, points, {1, 1, 1}, 0.7);
  ScanOptions options;
  options.secondary = Secondary::kAll;
  options.replications = 99;
  const ScanResult result = scan(data, space, {1, 2, false}, options).value();
  double total = 0, measure = 0, best = 0;
  for (std::size_t i = 0; i < 36; ++i) {
    total += data.cases[i];
    measure += data.measure[i];
  }
  const std::vector<std::vector<int>> branches{{0}, {1}, {2}, {0, 1}, {0, 1, 2}};
  for (const auto& branch : branches) {
    for (const auto& chain : space.chains) {
      for (std::uint32_t steps = 1; steps <= chain.steps; ++steps) {
        for (std::uint32_t start = 0; start < 4; ++start) {
          for (std::uint32_t end = start + 1; end <= std::min(4u, start + 2); ++end) {
            double c = 0, e = 0;
            for (const int leaf : branch) {
              for (std::uint32_t k = 0; k < steps; ++k) {
                for (std::uint32_t t = start; t < end; ++t) {
                  const std::size_t cell =
                      (static_cast<std::size_t>(leaf) * 3 + space.order[chain.first + k]) * 4 + t;
                  c += data.cases[cell];
                  e += data.measure[cell] * total / measure;
                }
              }
            }
            if (c >= 2) best = std::max(best, poisson_llr(c, e, total));
          }
        }
      }
    }
  }
  EXPECT_NEAR(result.clusters[0].llr, best, 1e-9);
}

TEST(Kinds, PermutationKeepsBothMargins) {
  ScanData data;
  data.model = Model::kPermutation;
  data.places = 3;
  data.times = 3;
  data.columns = 3;
  data.cases = {5, 0, 1, 1, 2, 1, 0, 1, 4};
  const auto null = permutation_null(data.cases, 3, 1);
  std::vector<std::uint16_t> rows(9 * kLanes<std::uint16_t>, 0);
  const std::uint64_t ids[] = {0, 1, 2};
  null->draw(ids, rows.data());
  for (int lane = 0; lane < 3; ++lane) {
    for (int i = 0; i < 3; ++i) {
      std::uint32_t across = 0, down = 0, wanted_across = 0, wanted_down = 0;
      for (int j = 0; j < 3; ++j) {
        across += rows[(i * 3 + j) * 32 + lane];
        down += rows[(j * 3 + i) * 32 + lane];
        wanted_across += data.cases[i * 3 + j];
        wanted_down += data.cases[j * 3 + i];
      }
      EXPECT_EQ(across, wanted_across);
      EXPECT_EQ(down, wanted_down);
    }
  }
  const SpaceWindows space =
      circles(Coordinates::kCartesian, {{0, 0}, {1, 0}, {9, 0}}, {6, 4, 5}, 0.5);
  const ScanResult result = scan(data, space, {1, 1, false}, {}).value();
  EXPECT_EQ(result.clusters[0].members, std::vector<std::uint32_t>{0});
  EXPECT_NEAR(result.clusters[0].expected, 6.0 * 6.0 / 15.0, 1e-12);
}

TEST(Kinds, NullsKeepTheirTotals) {
  const std::vector<double> weights{1, 0, 30000, 5, 2};
  const std::vector<std::uint32_t> people{10, 0, 300000, 50, 20};
  const std::uint64_t ids[] = {4, 5};
  for (const std::int64_t total : {std::int64_t{2}, std::int64_t{3000}, std::int64_t{250000}}) {
    std::vector<std::uint32_t> rows(5 * kLanes<std::uint32_t>, 0);
    multinomial_null(weights, total, 1)->draw(ids, rows.data());
    std::vector<std::uint32_t> drawn(5 * kLanes<std::uint32_t>, 0);
    hypergeometric_null(people, total, 1)->draw(ids, drawn.data());
    for (int lane = 0; lane < 2; ++lane) {
      std::int64_t sum = 0, taken = 0;
      for (int i = 0; i < 5; ++i) {
        sum += rows[i * 16 + lane];
        taken += drawn[i * 16 + lane];
        EXPECT_LE(drawn[i * 16 + lane], people[i]);
      }
      EXPECT_EQ(sum, total);
      EXPECT_EQ(taken, total);
      EXPECT_EQ(rows[16 + lane], 0u);
    }
  }
}

TEST(Kinds, MultinomialReplicatesHaveTheRightMeanAndVariance) {
  const std::vector<double> weights{1, 3, 6};
  const auto null = multinomial_null(weights, 1000, 3);
  double sum = 0, squares = 0;
  for (std::uint64_t batch = 0; batch < 200; ++batch) {
    std::vector<std::uint64_t> ids;
    for (std::uint64_t i = 0; i < 32; ++i) ids.push_back(batch * 32 + i);
    std::vector<std::uint16_t> rows(3 * 32, 0);
    null->draw(ids, rows.data());
    for (int lane = 0; lane < 32; ++lane) {
      sum += rows[32 + lane];
      squares += static_cast<double>(rows[32 + lane]) * rows[32 + lane];
    }
  }
  const double n = 6400;
  EXPECT_NEAR(sum / n, 300, 4 * std::sqrt(210 / n));
  EXPECT_NEAR(squares / n - sum / n * sum / n, 210, 4 * 210 * std::sqrt(2 / n));
}

TEST(Kinds, UnconditionalTreeUsesItsOwnScore) {
  ScanData data = small_tree();
  data.model = Model::kPoissonUnconditional;
  data.measure = {4, 4, 4};
  ScanOptions options;
  options.secondary = Secondary::kAll;
  const ScanResult poisson = scan(data, single_place(), {}, options).value();
  EXPECT_NEAR(poisson.clusters[0].llr, poisson_unconditional_llr(17, 8), 1e-12);
  data.model = Model::kBernoulliUnconditional;
  data.measure = {12, 12, 20};
  data.probability = 0.3;
  const ScanResult bernoulli = scan(data, single_place(), {}, options).value();
  EXPECT_NEAR(bernoulli.clusters[0].llr, bernoulli_unconditional_llr(17, 24, 0.3), 1e-12);
}

TEST(Kinds, CycleIsFound) {
  EXPECT_FALSE(find_cycle(ScanTree{{kNoParent, 0, 1}}));
  const auto node = find_cycle(ScanTree{{kNoParent, 2, 3, 1}});
  ASSERT_TRUE(node);
  EXPECT_GE(*node, 1u);
}

TEST(Kinds, MultinomialFindsTheOddMix) {
  CategoryTable table;
  table.categories = 3;
  table.cases = {20, 1, 1, 5, 9, 8, 6, 8, 9, 5, 9, 7};
  const std::vector<Point> points{{0, 0}, {5, 0}, {6, 0}, {7, 0}};
  const SpaceWindows space = circles(Coordinates::kCartesian, points, {22, 22, 23, 21}, 0.5);
  ScanOptions options;
  const ScanResult result = scan_multinomial(table, space, options).value();
  EXPECT_EQ(result.clusters[0].members, std::vector<std::uint32_t>{0});
  const std::int64_t inside[] = {20, 1, 1};
  const std::int64_t totals[] = {36, 27, 25};
  EXPECT_NEAR(result.clusters[0].llr, multinomial_llr(inside, totals), 1e-9);
  EXPECT_LE(result.clusters[0].p_value, 0.005);
}

TEST(Kinds, RestrictedSetsHoldHighPlacesOnly) {
  ScanData data;
  data.places = 4;
  data.cases = {9, 2, 8, 1};
  data.measure = {5, 5, 5, 5};
  const std::vector<Point> points{{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  const std::vector<std::vector<std::uint32_t>> adjacent{{1, 2}, {0, 2}, {0, 1, 3}, {2}};
  const ScanResult result =
      scan_restricted(data, points, Coordinates::kCartesian, adjacent, 4, 0.2, {}).value();
  ASSERT_EQ(result.clusters.size(), 1u);
  EXPECT_EQ(result.clusters[0].members, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_NEAR(result.clusters[0].llr, poisson_llr(17, 10, 20), 1e-12);
}

TEST(Kinds, ClustersAtOtherTimesMayShareAPlace) {
  ScanData data;
  data.places = 3;
  data.times = 6;
  data.cases.assign(18, 1);
  data.cases[1] = 20;
  data.cases[4] = 15;
  data.cases[6 + 5] = 0;
  data.measure.assign(18, 1.0);
  const SpaceWindows space =
      circles(Coordinates::kCartesian, {{0, 0}, {1, 0}, {2.5, 0}}, {1, 1, 1}, 0.4);
  ScanOptions options;
  options.secondary = Secondary::kNoPlaceOverlap;
  const ScanResult apart = scan(data, space, {1, 2, false}, options).value();
  for (const Cluster& c : apart.clusters) EXPECT_LE(c.cases, 21);
  options.secondary = Secondary::kNoOverlap;
  const ScanResult result = scan(data, space, {1, 2, false}, options).value();
  EXPECT_EQ(result.clusters[0].start, 1u);
  EXPECT_EQ(result.clusters[0].length, 1u);
}

TEST(Kinds, CertaintyAndEarlyStopAndGini) {
  std::vector<Point> points;
  std::vector<double> population(25, 10.0);
  for (int i = 0; i < 25; ++i)
    points.push_back({static_cast<double>(i % 5), static_cast<double>(i / 5) * 1.01});
  ScanData data;
  data.places = 25;
  data.measure = population;
  data.cases.assign(25, 4);
  data.cases[0] = 18;
  data.cases[1] = 16;
  const SpaceWindows space = circles(Coordinates::kCartesian, points, population, 0.5);
  ScanOptions options;
  options.certainty_samples = 300;
  const ScanResult sure = scan(data, space, {}, options).value();
  EXPECT_GT(sure.certainty[0], 0.9);
  EXPECT_LT(sure.certainty[24], 0.2);
  options.certainty_samples = 0;
  options.secondary = Secondary::kGini;
  const ScanResult gini = scan(data, space, {}, options).value();
  ASSERT_TRUE(gini.gini_size);
  EXPECT_LE(gini.clusters[0].members.size(), 2u);
  EXPECT_GT(*gini.gini, 0.1);
  data.cases.assign(25, 4);
  data.cases[3] = 5;
  options.secondary = Secondary::kNoOverlap;
  options.stop_after = 20;
  options.replications = 99999;
  const ScanResult stopped = scan(data, space, {}, options).value();
  EXPECT_TRUE(stopped.stopped_early);
  EXPECT_NEAR(stopped.clusters[0].p_value, 20.0 / stopped.replications, 1e-12);
}

TEST(Kinds, GumbelMatchesItsFormula) {
  const std::vector<double> maxima{3, 4, 5, 4.5, 3.5, 6};
  const double mean = 26.0 / 6;
  double squares = 0;
  for (const double m : maxima) squares += (m - mean) * (m - mean);
  const double beta = std::sqrt(squares / 5) * std::sqrt(6.0) / M_PI;
  const double mu = mean - 0.57721566490153286 * beta;
  EXPECT_NEAR(*gumbel_p(7, maxima), 1 - std::exp(-std::exp(-(7 - mu) / beta)), 1e-12);
  EXPECT_FALSE(gumbel_p(7, {2, 2, 2}));
}

}  // namespace
}  // namespace daybreak::stats
