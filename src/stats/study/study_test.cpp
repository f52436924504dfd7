// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/study/study.hpp"

#include <gtest/gtest.h>

namespace daybreak::stats {
namespace {

TEST(Calendar, UnitsFollowTheCalendar) {
  const Calendar months =
      Calendar::over(Time{2022, 1, 0}, Time{2023, 12, 0}, {TimeUnit::kMonth, 1}).value();
  EXPECT_EQ(months.units(), 24u);
  EXPECT_EQ(months.end_day(1) - months.first_day(1), 28);
  EXPECT_EQ(months.unit_of(Time{2023, 9, 15}).value(), 20u);
  EXPECT_FALSE(months.unit_of(Time{2024, 1, 0}).value());
  EXPECT_FALSE(months.unit_of(Time{2023, 0, 0}).has_value());  // a year is coarser than a month
  const Calendar quarters =
      Calendar::over(Time{2022, 1, 0}, Time{2024, 12, 0}, {TimeUnit::kMonth, 3}).value();
  EXPECT_EQ(quarters.units(), 12u);
  EXPECT_EQ(quarters.unit_of(Time{2022, 6, 0}).value(), 1u);
  const Calendar years =
      Calendar::over(Time{1973, 0, 0}, Time{1991, 0, 0}, {TimeUnit::kYear, 1}).value();
  EXPECT_EQ(years.units(), 19u);
  EXPECT_FALSE(Calendar::over(Time{2023, 0, 0}, Time{2022, 0, 0}, {TimeUnit::kYear, 1}));
}

TEST(Population, IsLinearBetweenItsDates) {
  const std::vector<PopulationPoint> points{{0, 100}, {100, 200}};
  EXPECT_NEAR(person_days(points, 0, 100), 15000, 1e-9);
  EXPECT_NEAR(person_days(points, -50, 0), 5000, 1e-9);
  EXPECT_NEAR(person_days(points, 100, 150), 10000, 1e-9);
  EXPECT_NEAR(person_days(points, 50, 150), 50 * 175 + 50 * 200, 1e-9);
  EXPECT_EQ(person_days({}, 0, 10), 0);
  EXPECT_EQ(population_day(Time{1980, 0, 0}), earliest_day(Time{1980, 7, 1}));
  EXPECT_EQ(population_day(Time{1980, 2, 0}), earliest_day(Time{1980, 2, 15}));
}

struct Files {
  Keys keys;
  std::vector<Coordinate> coordinates;
  CountFile cases, controls;
  PopulationFile population;

  Files(std::string_view geo, std::string_view cas, std::string_view pop,
        std::string_view ctl = {}) {
    RecordReader geo_reader = RecordReader::over(geo, "x.geo");
    coordinates = read_coordinates(geo_reader, CoordinateSystem::kCartesian, keys).value();
    RecordReader cas_reader = RecordReader::over(cas, "x.cas");
    cases = read_counts(cas_reader, {}, keys).value();
    if (!pop.empty()) {
      RecordReader reader = RecordReader::over(pop, "x.pop");
      population = read_population(reader, UnknownIds::kReject, keys).value();
    }
    if (!ctl.empty()) {
      RecordReader reader = RecordReader::over(ctl, "x.ctl");
      controls = read_counts(reader, {.what = "controls"}, keys).value();
    }
  }
  Result<Study> build(const StudyPlan& plan) const {
    return build_study({keys, coordinates, cases, controls, population, "x.cas", "x.ctl", "x.pop"},
                       plan);
  }
};

// Two counties, two age groups: the worked example of docs/statistics/scan.md.
TEST(Study, AdjustsForCovariates) {
  const Files files("a 0 0\nb 1 0\n", "a 6 young\na 2 old\nb 2 young\nb 10 old\n",
                    "a 2020 3000 young\na 2020 1000 old\nb 2020 1000 young\nb 2020 2000 old\n");
  const Study adjusted = files.build({}).value();
  EXPECT_NEAR(adjusted.data.measure[0], 8 * 0.75 + 12.0 / 3, 1e-12);
  EXPECT_NEAR(adjusted.data.measure[1], 8 * 0.25 + 24.0 / 3, 1e-12);
  const Study plain = files.build({.adjust_covariates = false}).value();
  EXPECT_NEAR(plain.data.measure[0], 20 * 4.0 / 7, 1e-12);
}

TEST(Study, SpreadsExpectationOverTheDays) {
  const Files files("a 0 0\nb 1 0\n", "a 3 2023/01\nb 1 2023/02\n", "a 2023 100\nb 2023 300\n");
  const Study study = files.build({.time = TimeUse::kUnits, .step = {TimeUnit::kMonth, 1}}).value();
  ASSERT_EQ(study.data.times, 2u);
  EXPECT_NEAR(study.data.measure[0], 4 * 0.25 * 31 / 59, 1e-12);
  EXPECT_NEAR(study.data.measure[3], 4 * 0.75 * 28 / 59, 1e-12);
}

TEST(Study, IdenticalPointsAreOnePlace) {
  const Files files("a 0 0\nb 0 0\nc 1 1\n", "a 3\nb 1\n", "a 2020 10\nb 2020 20\nc 2020 30\n");
  const Study study = files.build({}).value();
  EXPECT_EQ(study.data.places, 2u);
  EXPECT_EQ(study.data.cases[0], 4u);
  EXPECT_EQ(study.ids[0], (std::vector<std::uint32_t>{0, 1}));
}

TEST(Study, BernoulliCountsCasesAndControls) {
  const Files files("a 0 0\nb 1 0\n", "a 3\nb 1\n", "", "a 2\nb 9\n");
  const Study study = files.build({.model = Model::kBernoulli}).value();
  EXPECT_EQ(study.data.measure, (std::vector<double>{5, 10}));
}

TEST(Study, ErrorsNameTheirPlace) {
  const Files outside("a 0 0\n", "a 1 2020/01\na 1 2021/05\n", "");
  const auto time = outside.build(
      {.time = TimeUse::kUnits, .step = {TimeUnit::kMonth, 1}, .end = Time{2020, 12, 0}});
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().place, "x.cas:2");
  const Files nobody("a 0 0\nb 1 1\n", "a 1\nb 1\n", "a 2020 0\nb 2020 5\n");
  const auto population = nobody.build({});
  ASSERT_FALSE(population);
  EXPECT_NE(population.error().message.find("place a"), std::string::npos);
  const Files huge("a 0 0\n", "a 2147483648\n", "");
  const auto count = huge.build({});
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().place, "x.cas:1");
  const Files empty("a 0 0\n", "a 1\n", "a 2020 0\n");
  EXPECT_FALSE(empty.build({}));
}

}  // namespace
}  // namespace daybreak::stats
