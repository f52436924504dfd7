// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/suppression/suppress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "stats/suppression/attacker.hpp"

namespace daybreak::stats {
namespace {

Table table_of(std::vector<std::size_t> shape, std::vector<std::int64_t> counts) {
  Table table{.counts = std::move(counts)};
  for (std::size_t d = 0; d < shape.size(); ++d) {
    Table::Dimension dimension{.name = std::string(1, static_cast<char>('A' + d))};
    for (std::size_t k = 0; k < shape[d]; ++k) {
      dimension.categories.push_back(dimension.name + std::to_string(k + 1));
    }
    table.dimensions.push_back(std::move(dimension));
  }
  return table;
}

// Counts as small agencies have them: Poisson about log-normal means, about 40 % from 1 to 10.
Table random_table(std::vector<std::size_t> shape, std::uint32_t seed, double log_mean) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> mean(log_mean, 1.3);
  std::vector<std::int64_t> counts(
      std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies{}));
  for (auto& count : counts) count = std::poisson_distribution<std::int64_t>(mean(random))(random);
  return table_of(std::move(shape), std::move(counts));
}

TEST(Publication, FiguresOfATable) {
  const Publication p = *publication_of(table_of({2, 2}, {1, 2, 3, 4}));
  ASSERT_EQ(p.figures.size(), 9u);
  EXPECT_EQ(p.figures[1].name, "A1, B2");
  EXPECT_EQ(p.figures[1].value, 2);
  EXPECT_EQ(p.figures.back().name, "the grand total");
  EXPECT_EQ(p.figures.back().value, 10);
  EXPECT_EQ(publication_of(table_of({3, 4, 5}, std::vector<std::int64_t>(60, 1)))->figures.size(),
            120u);
  EXPECT_FALSE(publication_of(table_of({2, 2}, {1, 2, 3})));
  EXPECT_FALSE(publication_of(table_of({2, 2}, {1, 2, 3, -4})));
  EXPECT_FALSE(publication_of(table_of({}, {})));
}

TEST(Suppression, PrimaryAloneLeaksAndSaysWhich) {
  const Publication p = *publication_of(table_of({2, 2}, {4, 30, 25, 40}));
  const auto states = *primary_states(p, {});
  EXPECT_EQ(states[0], FigureState::kPrimary);
  const auto leaks = *audit(p, {}, states);
  ASSERT_EQ(leaks.size(), 1u);
  EXPECT_EQ(leaks[0].low, 4);
  EXPECT_EQ(leaks[0].high, 4);
  EXPECT_TRUE(leaks[0].words.starts_with(
      "\"A1, B1\" can be worked out exactly, where 10 between the ends is demanded, from \""))
      << leaks[0].words;
}

TEST(Suppression, ComplementClosesTheLeak) {
  const Publication p = *publication_of(table_of({2, 2}, {4, 30, 25, 40}));
  const Suppression result = *suppress(p, {});
  EXPECT_EQ(result.primary, 1u);
  EXPECT_EQ(result.complementary, 3u);  // a rectangle; the margins stay
  EXPECT_TRUE(audit(p, {}, result.states)->empty());
}

TEST(Suppression, ZerosAreShownOrHidden) {
  const Publication p = *publication_of(table_of({3, 3}, {4, 0, 90, 0, 70, 60, 80, 50, 90}));
  const Suppression shown = *suppress(p, {});
  EXPECT_EQ(shown.states[1], FigureState::kPublished);
  EXPECT_EQ(shown.states[3], FigureState::kPublished);
  const Suppression hidden = *suppress(p, {.zeros = Zeros::kSuppress});
  EXPECT_EQ(hidden.states[1], FigureState::kPrimary);
  EXPECT_TRUE(audit(p, {.zeros = Zeros::kSuppress}, hidden.states)->empty());
}

TEST(Suppression, DominatedCellsAreWithheld) {
  Table table = table_of({2, 2}, {100, 200, 300, 400});
  table.contributions = {{0, 1, 85}, {0, 2, 15}, {1, 1, 10}, {1, 2, 190}, {2, 3, 300}, {3, 4, 400}};
  const Publication p = *publication_of(table);
  EXPECT_EQ(p.figures[0].largest, 85);
  EXPECT_EQ(p.figures.back().largest, 400);
  const auto states = *primary_states(p, {});
  EXPECT_EQ(states[0], FigureState::kPrimary);
  EXPECT_EQ(states.back(), FigureState::kPublished);
}

TEST(Suppression, AnEarlierTableIsRemembered) {
  // First quarter, then the half year: the difference would give the second quarter away.
  Table table = table_of({2, 3}, {5, 60, 70, 65, 80, 90});
  Publication p = *publication_of(table);
  const auto before = suppress(p, {});
  ASSERT_TRUE(before);
  const std::int64_t first_row[] = {0, kAll};
  p.earlier.push_back({.cells = {1, 2}, .value = 130, .name = "A1 without B1, published in May"});
  // 130 and the total of row A1, 135, give 5: the total must go too.
  const Suppression after = *suppress(p, {});
  std::size_t total = 0;
  for (std::size_t f = 0; f < p.figures.size(); ++f) {
    if (p.figures[f].cells == cells_of(table, first_row)) total = f;
  }
  EXPECT_EQ(after.states[total], FigureState::kComplementary);
  EXPECT_FALSE(audit(p, {}, before->states)->empty());
  // When the earlier table already tells the cell, nothing helps, and the error says so.
  p.earlier.push_back({.cells = {0, 1, 2}, .value = 135, .name = "A1, published in June"});
  const auto lost = suppress(p, {});
  ASSERT_FALSE(lost);
  EXPECT_NE(lost.error().message.find("of an earlier table"), std::string::npos)
      << lost.error().message;
  // An earlier figure that these counts contradict is a conflict, not a licence to publish.
  p.earlier.back().value = 136;
  EXPECT_EQ(suppress(p, {}).error().kind, ErrorKind::kConflict);
}

TEST(Suppression, BillionsBesideASmallCell) {
  // The solver's tolerance grows with the numbers; the leak of a 4 beside billions must still show.
  const Publication p =
      *publication_of(table_of({2, 2}, {4, 200'000'000'000, 300'000'000'000, 25}));
  const auto leaks = *audit(p, {}, *primary_states(p, {}));
  ASSERT_EQ(leaks.size(), 1u);
  EXPECT_NEAR(leaks[0].high - leaks[0].low, 0, 1e-6);
  const Suppression result = *suppress(p, {});
  EXPECT_EQ(result.complementary, 3u);
  EXPECT_FALSE(publication_of(table_of({2, 2}, {4, 2'000'000'000'000, 3, 25})));
}

TEST(Suppression, WholeNumbersInThreeDimensions) {
  // The ends of every interval are counts that can be, not fractions.
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    const Publication p = *publication_of(random_table({3, 4, 3}, seed, 2.6));
    const SuppressionRule rule{.width = 50};
    const auto leaks = *audit(p, rule, *primary_states(p, rule), Counting::kWhole);
    EXPECT_FALSE(leaks.empty());
    for (const Leak& leak : leaks) {
      EXPECT_NEAR(leak.low, std::round(leak.low), 1e-5);
      EXPECT_NEAR(leak.high, std::round(leak.high), 1e-5);
    }
  }
}

TEST(Suppression, HiddenDetailIsProtectedToo) {
  // Only the margins are wanted; but with one row the column totals are the cells.
  Publication p;
  p.cells = {5, 40};
  p.figures = {{.cells = {0, 1}, .value = 45, .name = "both"},
               {.cells = {1}, .value = 40, .name = "adults"},
               {.cells = {0}, .value = 5, .name = "minors", .role = FigureRole::kHidden}};
  const Suppression result = *suppress(p, {});
  EXPECT_EQ(result.complementary, 1u);
  EXPECT_EQ(result.states[2], FigureState::kNotWanted);
}

// Every table of whole numbers that agrees with what is published, by counting.
Interval by_enumeration(const Publication& p, const std::vector<FigureState>& states,
                        std::size_t asked, std::int64_t least) {
  Interval found{1e9, -1e9};
  const std::int64_t most = p.figures.back().value;
  std::vector<std::int64_t> cells(p.cells.size(), 0);
  const auto agrees = [&] {
    for (std::size_t f = 0; f < p.figures.size(); ++f) {
      std::int64_t sum = 0;
      for (const auto cell : p.figures[f].cells) sum += cells[cell];
      if (states[f] == FigureState::kPublished ? sum != p.figures[f].value : sum < least)
        return false;
    }
    return true;
  };
  for (;;) {
    if (agrees()) {
      double sum = 0;
      for (const auto cell : p.figures[asked].cells) sum += static_cast<double>(cells[cell]);
      found = {std::min(found.low, sum), std::max(found.high, sum)};
    }
    std::size_t i = 0;
    while (i < cells.size() && ++cells[i] > most) cells[i++] = 0;
    if (i == cells.size()) return found;
  }
}

TEST(Suppression, AuditAgreesWithEnumeration) {
  // Tables of 2 x 2 with a small total, threshold 3, every pattern of published inner cells.
  const SuppressionRule rule{.threshold = 3, .width = 2};
  for (const auto& counts : {std::vector<std::int64_t>{1, 4, 2, 3}, {2, 2, 1, 5}, {1, 1, 1, 6}}) {
    const Publication p = *publication_of(table_of({2, 2}, counts));
    for (unsigned pattern = 0; pattern < 256; ++pattern) {
      auto states = *primary_states(p, rule);
      for (std::size_t f = 0; f < 8; ++f) {
        if (states[f] == FigureState::kPublished && (pattern >> f & 1) != 0) {
          states[f] = FigureState::kComplementary;
        }
      }
      Attacker attacker(p, 1, 100);
      for (std::size_t f = 0; f < states.size(); ++f) {
        attacker.set_published(f, states[f] == FigureState::kPublished);
      }
      for (std::size_t f = 0; f < 4; ++f) {
        const Interval exact = by_enumeration(p, states, f, 1);
        const Interval here = *attacker.interval_of(f);
        ASSERT_NEAR(here.low, exact.low, 1e-6) << pattern;
        ASSERT_NEAR(here.high, exact.high, 1e-6) << pattern;
      }
    }
  }
}

TEST(Suppression, AnyTableIsMadeSafeOrRefused) {
  // Shapes, zeros, rules and earlier tables at random: what is returned passes the audit, what is
  // published is neither small nor zero by mistake, and an earlier table never makes it less safe.
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t least, std::size_t most) {
      return std::uniform_int_distribution<std::size_t>(least, most)(random);
    };
    std::vector<std::size_t> shape(pick(1, 3));
    for (auto& size : shape) size = pick(1, 4);
    Table table = random_table(shape, seed, 3.0);
    for (auto& count : table.counts) count *= pick(0, 3) != 0;
    const SuppressionRule rule{.threshold = static_cast<std::int64_t>(pick(1, 15)),
                               .width = static_cast<std::int64_t>(pick(1, 15)),
                               .zeros = pick(0, 1) == 0 ? Zeros::kPublish : Zeros::kSuppress};
    Publication p = *publication_of(table);
    if (pick(0, 1) == 1) p.earlier.push_back(p.figures.back());
    const auto result = suppress(p, rule);
    if (!result) {
      EXPECT_EQ(result.error().kind, ErrorKind::kInvalid) << seed << result.error().describe();
      continue;
    }
    EXPECT_TRUE(audit(p, rule, result->states)->empty()) << seed;
    for (std::size_t f = 0; f < p.figures.size(); ++f) {
      if (result->states[f] != FigureState::kPublished) continue;
      const bool zero = p.figures[f].value == 0;
      EXPECT_TRUE(zero ? rule.zeros == Zeros::kPublish : p.figures[f].value >= rule.threshold);
    }
  }
}

struct Benchmark {
  std::size_t leaking_primary_only = 0, exact_primary_only = 0, failing = 0, inner = 0, primary = 0,
              extra = 0;
  double cpu_seconds = 0;
};

Benchmark run_benchmark(std::size_t tables, std::vector<std::size_t> shape, double log_mean = 2.6) {
  Benchmark sum;
  for (std::uint32_t seed = 1; seed <= tables; ++seed) {
    const Table table = random_table(shape, seed, log_mean);
    const Publication p = *publication_of(table);
    const auto leaks = *audit(p, {}, *primary_states(p, {}));
    sum.leaking_primary_only += !leaks.empty();
    sum.exact_primary_only +=
        std::ranges::any_of(leaks, [](const Leak& leak) { return leak.high - leak.low < 0.5; });
    const std::clock_t start = std::clock();
    const auto result = suppress(p, {});
    sum.cpu_seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    if (!result || !audit(p, {}, result->states)->empty()) {
      ++sum.failing;
      ADD_FAILURE() << "seed " << seed << (result ? "" : result.error().describe());
      continue;
    }
    sum.inner += p.cells.size();
    sum.primary += result->primary;
    sum.extra += result->complementary;
  }
  return sum;
}

// DAYBREAK_LONG=1 runs the 10,000 tables of the published claim.
TEST(SuppressionBenchmark, TablesOfSixByEight) {
  const std::size_t tables = std::getenv("DAYBREAK_LONG") != nullptr ? 10'000 : 400;
  const Benchmark sum = run_benchmark(tables, {6, 8});
  EXPECT_EQ(sum.failing, 0u);
  EXPECT_GT(sum.leaking_primary_only, tables / 2);
  EXPECT_LE(static_cast<double>(sum.extra), 0.12 * static_cast<double>(sum.inner));
  RecordProperty("leaking_primary_only", static_cast<int>(sum.leaking_primary_only));
  RecordProperty("extra_per_thousand", static_cast<int>(1000 * sum.extra / sum.inner));
  EXPECT_GT(sum.exact_primary_only, tables / 2);
  const auto share = [](std::size_t part, std::size_t whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  std::printf(
      "%zu tables 6x8: primary alone leaks in %.1f %%, exactly in %.1f %%; %.1f %% primary, %.2f "
      "%% "
      "extra; %.2f CPU s\n",
      tables, share(sum.leaking_primary_only, tables), share(sum.exact_primary_only, tables),
      share(sum.primary, sum.inner), share(sum.extra, sum.inner), sum.cpu_seconds);
}

TEST(SuppressionBenchmark, ThreeDimensions) {
  const Benchmark sum = run_benchmark(20, {4, 3, 5});
  EXPECT_EQ(sum.failing, 0u);
}

TEST(SuppressionBenchmark, FiftyByFifty) {
  // Many small cells hide each other; few of them need others.
  for (const double log_mean : {2.6, 4.5}) {
    const Benchmark sum = run_benchmark(1, {50, 50}, log_mean);
    EXPECT_EQ(sum.failing, 0u);
    EXPECT_LT(sum.cpu_seconds, 10);
    std::printf("50x50: %zu primary, %zu extra, %.2f CPU s\n", sum.primary, sum.extra,
                sum.cpu_seconds);
  }
}

}  // namespace
}  // namespace daybreak::stats
