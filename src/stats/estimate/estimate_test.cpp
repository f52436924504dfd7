// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>

#include "base/text.hpp"
#include "stats/estimate/autocorrelation.hpp"
#include "stats/estimate/counter_random.hpp"
#include "stats/estimate/dispersion.hpp"
#include "stats/estimate/multiplicity.hpp"
#include "stats/estimate/ranks.hpp"
#include "stats/estimate/shrinkage.hpp"
#include "stats/estimate/special.hpp"
#include "stats/estimate/standardise.hpp"

namespace daybreak::stats {
namespace {

using testing::ElementsAre;
using Numbers = std::vector<double>;

std::string oracle_folder() {
  const char* shared = std::getenv("DAYBREAK_SHARED");
  return (shared ? std::string(shared) : DAYBREAK_SOURCE_DIR "/../shared") +
         "/data/oracles/spdata/";
}

struct Regions {
  Keys keys;
  Numbers cases, population;
  Neighbours neighbours;

  Numbers rates(double per) const {
    Numbers rates;
    for (std::size_t i = 0; i < cases.size(); ++i) rates.push_back(per * cases[i] / population[i]);
    return rates;
  }
};

// North Carolina: county, ., births, deaths; neighbours "Ashe|Alleghany Wilkes", where the one name
// of two words is not quoted.
Regions north_carolina() {
  Regions nc;
  RecordReader table = *RecordReader::open(oracle_folder() + "nc_sids_100.csv");
  Record record;
  (void)*table.next(record);  // the heading
  while (*table.next(record)) {
    nc.keys.places.intern(record.fields[0]);
    nc.population.push_back(*to_number(record.fields[2]));
    nc.cases.push_back(*to_number(record.fields[3]));
  }
  RecordReader list = *RecordReader::open(oracle_folder() + "nc_sids_neighbors_CR85.txt");
  std::string text;
  while (*list.next(record)) {
    for (const auto field : record.fields) text += std::string(field) + " ";
    text += "\n";
  }
  text = replace_all(text, "|", " ");
  text = replace_all(text, "New Hanover", "\"New Hanover\"");
  RecordReader reader = RecordReader::over(text, "neighbours");
  nc.neighbours = *read_neighbours(reader, NeighbourRule::kSymmetric, UnknownIds::kReject, nc.keys);
  return nc;
}

Regions auckland() {
  Regions regions;
  RecordReader table = *RecordReader::open(oracle_folder() + "auckland_167.csv");
  Record record;
  (void)*table.next(record);
  while (*table.next(record)) {
    regions.cases.push_back(*to_number(record.fields[2]));
    regions.population.push_back(9 * *to_number(record.fields[3]));
  }
  return regions;
}

#define SKIP_WITHOUT_ORACLES() \
  if (!std::filesystem::exists(oracle_folder())) GTEST_SKIP() << "no data at " << oracle_folder()

TEST(Marshall, GlobalAgreesWithSpdep) {
  SKIP_WITHOUT_ORACLES();
  const Regions nc = north_carolina();
  const MarshallGlobal here = *marshall_global(nc.cases, nc.population);
  EXPECT_NEAR(here.variance, 7.69293064701e-07, 1e-18);
  EXPECT_NEAR(here.mean, 0.00202144489365, 1e-14);
  const double first[] = {0.0016972973, 0.0017053777, 0.001773087, 0.0020128681};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(here.rates[i], first[i], 5.1e-11);

  const Regions city = auckland();
  const MarshallGlobal there = *marshall_global(city.cases, city.population);
  EXPECT_NEAR(there.variance, 7.284172901e-07, 5.1e-17);
  EXPECT_NEAR(there.mean, 0.002633436193, 5.1e-13);
  const double six[] = {0.0029780339, 0.0028656233, 0.0021181647,
                        0.0025358083, 0.0025652015, 0.0029245465};
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(there.rates[i], six[i], 5.1e-11);
}

TEST(Marshall, LocalIsGlobalWhereEveryPlaceIsANeighbour) {
  const Numbers cases = {3, 0, 7, 12, 1};
  const Numbers population = {100, 250, 90, 400, 120};
  Keys keys;
  RecordReader all =
      RecordReader::over("a b c d e\nb a c d e\nc a b d e\nd a b c e\ne a b c d\n", "t");
  const Neighbours everyone =
      *read_neighbours(all, NeighbourRule::kSymmetric, UnknownIds::kAdd, keys);
  const auto local = *marshall_local(cases, population, everyone, LocalCentre::kEachPlace);
  const auto global = *marshall_global(cases, population);
  const auto own = *marshall_local(cases, population, everyone, LocalCentre::kNeighbourhood);
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(local.rates[i], global.rates[i], 1e-15);
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(own.rates[i], global.rates[i], 1e-15);
  EXPECT_GT(global.variance, 0);
  // Alone, a place has its own mean and no variance: its rate stays.
  Neighbours nobody;
  nobody.start.assign(6, 0);
  const auto alone = *marshall_local(cases, population, nobody, LocalCentre::kEachPlace);
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(alone.rates[i], cases[i] / population[i], 1e-15);
}

TEST(Marshall, LocalCentresByHand) {
  // a - b - c: the middle is the neighbour of both ends.
  const Numbers cases = {10, 2, 6};
  const Numbers population = {100, 100, 100};
  Keys keys;
  RecordReader line = RecordReader::over("a b\nb a c\nc b\n", "t");
  const Neighbours row = *read_neighbours(line, NeighbourRule::kSymmetric, UnknownIds::kAdd, keys);
  const auto own = *marshall_local(cases, population, row, LocalCentre::kNeighbourhood);
  const auto each = *marshall_local(cases, population, row, LocalCentre::kEachPlace);
  // Means 0.06, 0.06, 0.04. Of place a, by its own mean: (0.04^2 + 0.04^2) / 2 - 0.06 / 100.
  EXPECT_NEAR(own.variances[0], 0.0016 - 0.0006, 1e-15);
  // Of place c, by each place's mean: ((0.02 - 0.06)^2 + (0.06 - 0.04)^2) / 2 - 0.04 / 100.
  EXPECT_NEAR(each.variances[2], 0.001 - 0.0004, 1e-15);
  EXPECT_NEAR(each.rates[2], 0.04 + 0.6 * 0.02, 1e-15);
}

TEST(Marshall, PlaceWithoutPopulationHasTheMean) {
  const auto fit = *marshall_global(Numbers{5, 0, 1}, Numbers{100, 0, 100});
  EXPECT_DOUBLE_EQ(fit.rates[1], 0.03);
  EXPECT_EQ(
      marshall_global(Numbers{5, 1}, Numbers{100, 0}).error().describe(),
      "place 2: 1 cases where the population is zero. correct one of them, or leave the place "
      "out");
  EXPECT_FALSE(marshall_global(Numbers{1, NAN}, Numbers{1, 1}));
  EXPECT_FALSE(marshall_global(Numbers{0, 0}, Numbers{0, 0}));
  EXPECT_FALSE(marshall_global({}, {}));
}

TEST(ClaytonKaldor, AgreesWithDCluster) {
  SKIP_WITHOUT_ORACLES();
  // Parameters that DCluster gives for these data (Bivand's introduction to the data set).
  const Regions nc = north_carolina();
  const Numbers expected = *expected_cases(nc.cases, nc.population, 1);
  const GammaPrior prior = *clayton_kaldor(nc.cases, expected);
  EXPECT_NEAR(prior.shape, 4.6307, 5e-5);
  EXPECT_NEAR(prior.rate, 4.3956, 2e-4);  // it stops at a change of 1e-5
}

TEST(ClaytonKaldor, FixedPointHolds) {
  const Numbers cases = {30, 2, 0, 9, 14, 55, 1, 7};
  const Numbers expected = {12, 4, 3, 10, 9, 30, 5, 6};
  const GammaPrior prior = *clayton_kaldor(cases, expected);
  ASSERT_FALSE(prior.pooled);
  double mean = 0;
  Numbers risk;
  for (int i = 0; i < 8; ++i) {
    risk.push_back((prior.shape + cases[i]) / (prior.rate + expected[i]));
    mean += risk.back() / 8;
  }
  double variance = 0;
  for (int i = 0; i < 8; ++i) {
    variance += (1 + prior.rate / expected[i]) * std::pow(risk[i] - mean, 2) / 7;
  }
  EXPECT_NEAR(prior.shape / prior.rate, mean, 1e-10);
  EXPECT_NEAR(prior.shape / prior.rate / prior.rate, variance, 1e-10);
}

TEST(ClaytonKaldor, RecoversThePriorOfDrawnData) {
  Numbers cases, expected;
  for (std::uint32_t i = 0; i < 4000; ++i) {
    CounterRandom random(7, i, 0);
    expected.push_back(1 + random.below(30));
    // Gamma(4, 4) risks; a Poisson count as arrivals before the time is over.
    const double rate = random.gamma(4) / 4 * expected.back();
    double count = 0;
    for (double time = -std::log(random.uniform()); time < rate; time -= std::log(random.uniform()))
      ++count;
    cases.push_back(count);
  }
  const GammaPrior prior = *clayton_kaldor(cases, expected);
  EXPECT_NEAR(prior.mean, 1, 0.03);
  EXPECT_NEAR(prior.rate, 4, 0.5);
}

TEST(ClaytonKaldor, CountsWithoutSpreadArePooled) {
  const GammaPrior prior = *clayton_kaldor(Numbers{5, 5, 5, 5}, Numbers{5, 5, 5, 5});
  EXPECT_TRUE(prior.pooled);
  const auto risks = *relative_risks(Numbers{5, 5, 5, 5}, Numbers{5, 5, 5, 5}, prior, {});
  EXPECT_EQ(risks[0].mean, 1);
  EXPECT_FALSE(clayton_kaldor(Numbers{5, 0}, Numbers{5, 0}));
  EXPECT_FALSE(clayton_kaldor(Numbers{0, 0}, Numbers{5, 5}));
}

TEST(RelativeRisks, ClosedFormOfAnExponentialPosterior) {
  // nu + y = 1: the posterior is exponential, P(RR > t) = exp(-(alpha + E) t).
  const auto risk =
      (*relative_risks(Numbers{0}, Numbers{2}, {.shape = 1, .rate = 1, .mean = 1}, {}))[0];
  EXPECT_NEAR(risk.mean, 1.0 / 3, 1e-15);
  EXPECT_NEAR(risk.probability_above, std::exp(-4.5), 1e-14);
  EXPECT_NEAR(risk.lower, -std::log(0.975) / 3, 1e-14);
  EXPECT_NEAR(risk.upper, -std::log(0.025) / 3, 1e-13);
}

TEST(Standardise, IndirectKeepsTheTotal) {
  const Numbers cases = {3, 1, 0, 6, 2, 2};
  const Numbers population = {100, 50, 80, 200, 10, 90};
  const Numbers expected = *expected_cases(cases, population, 2);
  EXPECT_NEAR(std::accumulate(expected.begin(), expected.end(), 0.0), 14, 1e-12);
  EXPECT_NEAR(expected[0], 100 * 5.0 / 190 + 50 * 9.0 / 340, 1e-12);
  EXPECT_FALSE(expected_cases(Numbers{1, 1}, Numbers{1, 0}, 2));
}

TEST(Standardise, ExactPoissonInterval) {
  // Garwood's published limits for 10 events: 4.795 to 18.390.
  const Ratio ratio = standardised_ratio(10, 1, 0.95);
  EXPECT_NEAR(ratio.lower, 4.7954, 1e-4);
  EXPECT_NEAR(ratio.upper, 18.3904, 1e-4);
  EXPECT_EQ(standardised_ratio(0, 2, 0.95).lower, 0);
  EXPECT_NEAR(standardised_ratio(0, 1, 0.95).upper, -std::log(0.025), 1e-12);
}

TEST(Standardise, DirectWithOneCategoryIsTheCrudeRateAndTheExactInterval) {
  const auto rate = (*direct_rates(Numbers{10}, Numbers{1000}, Numbers{5}, 0.95))[0];
  EXPECT_NEAR(rate.rate, 0.01, 1e-15);
  EXPECT_NEAR(rate.lower * 1000, 4.7954, 1e-4);
  EXPECT_NEAR(rate.upper * 1000, 18.3904, 1e-4);
  EXPECT_FALSE(direct_rates(Numbers{0, 0}, Numbers{10, 0}, Numbers{1, 1}, 0.95));
}

TEST(Dispersion, ByHand) {
  const Dispersion d = *test_dispersion(Numbers{4, 8, 0, 12}, Numbers{3, 3, 3, 3});
  EXPECT_NEAR(d.pearson, (4 + 4 + 36 + 36) / 6.0, 1e-12);
  EXPECT_EQ(d.degrees, 3);
  EXPECT_NEAR(d.pearson_p, 0.0040, 5e-4);
  EXPECT_NEAR(d.dean, (80 - 24) / std::sqrt(2 * 4 * 36.0), 1e-12);
  EXPECT_NEAR(d.dean_adjusted, (80 - 24 + 6) / std::sqrt(2 * 4 * 36.0), 1e-12);
  EXPECT_NEAR(d.dean_p, normal_upper_tail(d.dean), 0);
}

TEST(FalseDiscovery, StepUpWithTiesAndBoundary) {
  // Benjamini and Hochberg (1995), section 3.2: at 0.05 the first four of fifteen are findings.
  const Numbers p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                     0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const Numbers bh = *adjust_p_values(p, FalseDiscovery::kBenjaminiHochberg);
  EXPECT_EQ(std::ranges::count_if(bh, [](double q) { return q <= 0.05; }), 4);
  EXPECT_NEAR(bh[4], 0.0201 * 15 / 5, 1e-12);
  EXPECT_NEAR(bh[5], 0.0298 * 15 / 7, 1e-12);
  const Numbers tie = *adjust_p_values(Numbers{0.05, 0.05}, FalseDiscovery::kBenjaminiHochberg);
  EXPECT_THAT(tie, ElementsAre(0.05, 0.05));
  const Numbers by = *adjust_p_values(Numbers{0.02, 0.5}, FalseDiscovery::kBenjaminiYekutieli);
  EXPECT_THAT(by, ElementsAre(0.06, 0.75));
  EXPECT_FALSE(adjust_p_values(Numbers{0.5, NAN}, FalseDiscovery::kBenjaminiHochberg));
  EXPECT_TRUE(adjust_p_values({}, FalseDiscovery::kBenjaminiHochberg)->empty());
}

TEST(CounterRandom, PhiloxKnownAnswers) {
  // From the known-answer file of the Random123 library, philox4x32 with 10 rounds.
  EXPECT_THAT(CounterRandom::philox({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
  EXPECT_THAT(CounterRandom::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                                    {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u));
}

TEST(CounterRandom, GammaHasItsMoments) {
  for (const double shape : {0.3, 1.0, 7.5}) {
    double sum = 0, squares = 0;
    constexpr int kDraws = 40000;
    for (int i = 0; i < kDraws; ++i) {
      const double x = CounterRandom(3, 1, static_cast<std::uint64_t>(i)).gamma(shape);
      sum += x;
      squares += x * x;
    }
    const double mean = sum / kDraws;
    EXPECT_NEAR(mean, shape, 5 * std::sqrt(shape / kDraws));
    EXPECT_NEAR(squares / kDraws - mean * mean, shape, 0.06 * shape + 0.02);
  }
}

TEST(Ranks, SureAndUnsurePlaces) {
  const Numbers cases = {400, 10, 11, 9, 0};
  const Numbers expected = {100, 10, 10, 10, 60};
  const GammaPrior prior = *clayton_kaldor(cases, expected);
  const auto ranks = *rank_places(cases, expected, prior, {.draws = 4000, .top = 2, .seed = 5});
  EXPECT_GT(ranks[0].probability_highest, 0.99);
  EXPECT_NEAR(ranks[4].expected_rank, 5, 0.05);
  EXPECT_EQ(ranks[0].lower_rank, 1u);
  EXPECT_LT(ranks[1].lower_rank, ranks[1].upper_rank);
  double sum = 0, top = 0;
  for (const auto& rank : ranks) {
    sum += rank.expected_rank;
    top += rank.probability_top;
  }
  EXPECT_NEAR(sum, 15, 1e-9);
  EXPECT_NEAR(top, 2, 1e-9);
  const auto again = *rank_places(cases, expected, prior, {.draws = 4000, .top = 2, .seed = 5});
  EXPECT_EQ(again[1].expected_rank, ranks[1].expected_rank);
  // Two gamma variables of equal rate: P(X > Y) is known for shapes 1 and 2, 1/4.
  const auto two = *rank_places(Numbers{0, 1}, Numbers{1, 1}, {.shape = 1, .rate = 1, .mean = 1},
                                {.draws = 20000, .top = 1});
  EXPECT_NEAR(two[0].probability_highest, 0.25, 0.013);
  EXPECT_FALSE(rank_places(cases, expected, {.pooled = true}, {}));
  EXPECT_FALSE(rank_places(cases, expected, prior, {.draws = 0}));
}

TEST(GetisOrd, AgreesWithSpdep) {
  SKIP_WITHOUT_ORACLES();
  const Regions nc = north_carolina();
  const Numbers star = *getis_ord(
      nc.rates(1000), make_weights(nc.neighbours, WeightStyle::kBinary, IncludeSelf::kYes));
  const double first[] = {-1.69909282, -1.43555209, -1.92214749, -0.96368605,
                          4.05200585,  2.43385956,  -1.42141756, -0.5950699};
  for (int i = 0; i < 8; ++i) EXPECT_NEAR(star[i], first[i], 5.1e-9);
  EXPECT_NEAR(star[*nc.keys.places.find("Robeson")], 2.8695038, 5.1e-8);
  const Numbers plain = *getis_ord(
      nc.rates(1000), make_weights(nc.neighbours, WeightStyle::kBinary, IncludeSelf::kNo));
  const double without[] = {-1.540369759, -0.913439351, -1.953855182, -1.300672335,
                            3.214393683,  1.81334345,   -0.897141071, -0.082320003};
  for (int i = 0; i < 8; ++i) EXPECT_NEAR(plain[i], without[i], 5.1e-10);
  Numbers p;
  for (const double z : star) p.push_back(normal_two_sided(z));
  const auto low = [](const Numbers& values) {
    return std::ranges::count_if(values, [](double v) { return v <= 0.05; });
  };
  EXPECT_EQ(low(p), 10);
  EXPECT_EQ(low(*adjust_p_values(p, FalseDiscovery::kBenjaminiHochberg)), 2);
  EXPECT_EQ(low(*adjust_p_values(p, FalseDiscovery::kBenjaminiYekutieli)), 2);
}

TEST(Moran, AgreesWithSpdep) {
  SKIP_WITHOUT_ORACLES();
  const Regions nc = north_carolina();
  const auto weights = make_weights(nc.neighbours, WeightStyle::kRowStandard, IncludeSelf::kNo);
  const GlobalMoran global = *global_moran(nc.rates(1000), weights, {.replications = 999});
  EXPECT_NEAR(global.statistic, 0.238517233466, 5.1e-13);
  EXPECT_NEAR(global.expected, -0.010101010101, 5.1e-13);
  EXPECT_NEAR(global.variance, 0.004132649813, 5.1e-13);
  EXPECT_LE(global.p_permutation, 0.01);
  const auto local = *local_moran(nc.rates(1000), weights, {.replications = 0});
  EXPECT_NEAR(local[0].statistic, 0.631074766, 5.1e-10);
  EXPECT_NEAR(local[1].statistic, 0.662309529, 5.1e-10);
  const auto binary = make_weights(nc.neighbours, WeightStyle::kBinary, IncludeSelf::kNo);
  const GlobalMoran rates = *empirical_bayes_moran(nc.cases, nc.population, binary, {});
  EXPECT_NEAR(rates.statistic, 0.22944, 5.1e-6);
}

// Five places in a row.
Neighbours row_of_five() {
  Keys keys;
  RecordReader reader = RecordReader::over("a b\nb a c\nc b d\nd c e\ne d\n", "row");
  return *read_neighbours(reader, NeighbourRule::kSymmetric, UnknownIds::kAdd, keys);
}

TEST(Moran, MomentsAndPermutationAgreeWithEveryShuffle) {
  const Numbers values = {1, 7, 2.5, 4, 11};
  const auto weights = make_weights(row_of_five(), WeightStyle::kRowStandard, IncludeSelf::kNo);
  const GlobalMoran moran = *global_moran(values, weights, {.replications = 20000});
  Numbers shuffled = values;
  std::ranges::sort(shuffled);
  double sum = 0, squares = 0, reached = 0, all = 0;
  do {
    const double i = global_moran(shuffled, weights, {.replications = 0})->statistic;
    sum += i;
    squares += i * i;
    reached += i >= moran.statistic - 1e-12;
    ++all;
  } while (std::ranges::next_permutation(shuffled).found);
  EXPECT_EQ(all, 120);
  EXPECT_NEAR(moran.expected, sum / all, 1e-12);
  EXPECT_NEAR(moran.variance, squares / all - sum * sum / all / all, 1e-12);
  EXPECT_NEAR(moran.p_permutation, reached / all, 4 * std::sqrt(0.25 / 20000));
}

TEST(Moran, LocalMomentsAndPermutationAgreeWithEveryShuffle) {
  const Numbers values = {1, 7, 2.5, 4, 11};
  const auto weights = make_weights(row_of_five(), WeightStyle::kRowStandard, IncludeSelf::kNo);
  const auto local = *local_moran(values, weights, {.replications = 20000});
  for (std::size_t place = 0; place < 5; ++place) {
    Numbers others = values;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(place));
    std::ranges::sort(others);
    double sum = 0, squares = 0, above = 0, below = 0, all = 0;
    do {
      Numbers shuffled = others;
      shuffled.insert(shuffled.begin() + static_cast<std::ptrdiff_t>(place), values[place]);
      const auto there = *local_moran(shuffled, weights, {.replications = 0});
      const double i = there[place].statistic;
      const double lag = i / (values[place] - 5.1);  // the shuffled part, sign of z taken out
      const double observed = local[place].statistic / (values[place] - 5.1);
      sum += i;
      squares += i * i;
      above += lag >= observed - 1e-12;
      below += lag <= observed + 1e-12;
      ++all;
    } while (std::ranges::next_permutation(others).found);
    EXPECT_NEAR(local[place].expected, sum / all, 1e-12);
    EXPECT_NEAR(local[place].variance, squares / all - sum * sum / all / all, 1e-12);
    const double exact = std::min(1.0, 2 * std::min(above, below) / all);
    EXPECT_NEAR(local[place].p_permutation, exact, 8 * std::sqrt(0.25 / 20000));
  }
}

// The distance of p-values from the uniform distribution on 1/s ... s/s, and its p (Kolmogorov).
double uniformity(Numbers p, double s) {
  std::ranges::sort(p);
  const auto n = static_cast<double>(p.size());
  double distance = 0;
  for (double k = 1; k <= s; ++k) {
    const auto at_most =
        static_cast<double>(std::ranges::upper_bound(p, k / s + 1e-12) - p.begin());
    distance = std::max(distance, std::abs(at_most / n - k / s));
  }
  const double x = distance * std::sqrt(n);
  double sum = 0;
  for (int j = 1; j < 100; ++j) sum += (j % 2 ? 2 : -2) * std::exp(-2.0 * j * j * x * x);
  return std::min(1.0, sum);
}

// A grid of so many rows and columns, neighbours along the edges.
Neighbours grid(std::uint32_t rows, std::uint32_t columns) {
  Neighbours neighbours;
  for (std::uint32_t i = 0; i < rows * columns; ++i) {
    if (i >= columns) neighbours.ids.push_back(i - columns);
    if (i % columns != 0) neighbours.ids.push_back(i - 1);
    if (i % columns != columns - 1) neighbours.ids.push_back(i + 1);
    if (i + columns < rows * columns) neighbours.ids.push_back(i + columns);
    neighbours.start.push_back(neighbours.ids.size());
  }
  return neighbours;
}

TEST(Moran, PermutationPIsUniformUnderTheNullAndFindsAPattern) {
  const auto weights = make_weights(grid(6, 6), WeightStyle::kRowStandard, IncludeSelf::kNo);
  Numbers global, local;
  int found = 0;
  for (std::uint32_t run = 0; run < 2000; ++run) {
    CounterRandom random(11, run, 0);
    Numbers values;
    for (int i = 0; i < 36; ++i) values.push_back(random.normal());
    const PermutationOptions options{.replications = 99, .seed = run};
    global.push_back(global_moran(values, weights, options)->p_permutation);
    if (run % 10 == 0) {
      local.push_back((*local_moran(values, weights, options))[14].p_permutation);
      for (int i = 0; i < 36; ++i) values[static_cast<std::size_t>(i)] += 0.5 * (i / 6);
      found += global_moran(values, weights, options)->p_permutation <= 0.05;
    }
  }
  EXPECT_GT(uniformity(global, 100), 0.001);
  EXPECT_GT(found,
            160);  // of 200: a slope of half a standard deviation a row is seen four times in five
  // The local p is twice a tail, so it may be conservative but must not fall short.
  const auto small = std::ranges::count_if(local, [](double p) { return p <= 0.1; });
  EXPECT_LE(small, 36);
}

TEST(Moran, OddInputHasADefinedAnswer) {
  const auto weights = make_weights(row_of_five(), WeightStyle::kRowStandard, IncludeSelf::kNo);
  EXPECT_EQ(global_moran(Numbers{2, 2, 2, 2, 2}, weights, {}).error().message,
            "all values are equal");
  EXPECT_FALSE(global_moran(Numbers{2, 2, NAN, 2, 2}, weights, {}));
  EXPECT_FALSE(global_moran(Numbers{2, 2}, weights, {}));
  EXPECT_FALSE(empirical_bayes_moran(Numbers{1, 0, 0, 0, 0}, Numbers{9, 9, 9, 9, 0}, weights, {}));
  Neighbours nobody;
  nobody.start.assign(6, 0);
  const auto empty = make_weights(nobody, WeightStyle::kBinary, IncludeSelf::kNo);
  EXPECT_FALSE(global_moran(Numbers{1, 2, 3, 4, 5}, empty, {}));
  const auto local = *local_moran(Numbers{1, 2, 3, 4, 5}, empty, {});
  EXPECT_EQ(local[0].p_permutation, 1);
  EXPECT_EQ(local[0].quadrant, Quadrant::kNone);
}

}  // namespace
}  // namespace daybreak::stats
