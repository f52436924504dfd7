// SPDX-License-Identifier: AGPL-3.0-or-later
// What is withheld, number by number: no more than must be, so that a table is still of use.
#include "gates/aggregate/withhold.hpp"

#include "base/test_result.hpp"

#include <gtest/gtest.h>

namespace daybreak::gates {
namespace {

using measures::CountTable;
using measures::Measure;
using measures::MeasureList;

const Measure& measure(std::string_view code) { return *MeasureList::built_in().find(code); }

CountTable head(const Measure& of, std::int64_t version = 1) {
  CountTable table;
  table.measure = of.code;
  table.period = "2026-Q3";
  table.version = version;
  return table;
}

// "40 - 12 total 60": as published, - for what is withheld; the zeros at the end are left out.
std::string shown(const CountTable& table) {
  std::string text;
  std::size_t last = 0;
  for (std::size_t i = 0; i < table.cells.size(); ++i)
    if (table.cells[i].count != 0) last = i + 1;
  for (std::size_t i = 0; i < last; ++i)
    text += (table.cells[i].count ? std::to_string(*table.cells[i].count) : "-") + " ";
  return text + "total " + (table.total ? std::to_string(*table.total) : "-");
}

// The numbers in the order of the measure's codes.
std::map<std::string, std::int64_t> counts_of(const Measure& of,
                                              const std::vector<std::int64_t>& numbers) {
  std::map<std::string, std::int64_t> counts;
  for (std::size_t i = 0; i < numbers.size(); ++i) counts[of.codes.at(i).code] = numbers[i];
  return counts;
}

CountTable table_of(std::string_view code, const std::vector<std::int64_t>& numbers,
                    const std::vector<CountTable>& earlier = {}, std::int64_t version = 1) {
  const Measure& of = measure(code);
  const auto table = withhold(head(of, version), of, counts_of(of, numbers), earlier);
  EXPECT_TRUE(table) << table.error().describe();
  return table ? *table : CountTable();
}

TEST(Withhold, NothingWhereNoNumberIsSmall) {
  EXPECT_EQ(shown(table_of("clients_by_age", {40, 0, 11, 30})), "40 0 11 30 total 81");
}

TEST(Withhold, ASmallNumberTakesTheSmallestOtherAlong) {
  EXPECT_EQ(shown(table_of("clients_by_age", {40, 5, 20, 30})), "40 - - 30 total 95");
  EXPECT_EQ(shown(table_of("clients_by_age", {20, 40, 30, 10})), "- 40 30 - total 100");
  // Of two that are as small, the first: the same table each time.
  EXPECT_EQ(shown(table_of("clients_by_age", {40, 20, 20, 1})), "40 - 20 - total 81");
}

TEST(Withhold, SmallNumbersThatTogetherAreSmallTakeAnotherAlong) {
  EXPECT_EQ(shown(table_of("clients_by_age", {40, 5, 1, 20, 30})), "40 - - - 30 total 96");
  EXPECT_EQ(shown(table_of("clients_by_age", {40, 10, 9, 20, 30})), "40 - - 20 30 total 109");
}

TEST(Withhold, ATableThatCanBeNarrowedToASmallNumberIsNotSentAtAll) {
  const Measure& of = measure("clients_by_age");
  const auto table = withhold(head(of), of, counts_of(of, {40, 5, 6, 20, 30}), {});
  ASSERT_FALSE(table) << shown(*table);  // 5 and 6 make 11: each is between 1 and 10
  EXPECT_EQ(kind_of(table), ErrorKind::kConflict);
}

TEST(Withhold, ASmallTotalIsWithheldToo) {
  EXPECT_EQ(shown(table_of("clients_by_age", {3, 4})), "- - total -");
  EXPECT_EQ(shown(table_of("clients_by_age", {})), "total 0");
}

TEST(Withhold, ASmallNumberAmongZerosKeepsTheTotalInsideToo) {
  EXPECT_EQ(shown(table_of("clients_by_age", {0, 7, 0})), "0 - total -");
}

TEST(Withhold, WhatChangedByMuchIsPublishedAgain) {
  const auto first = table_of("clients_by_age", {40, 50, 60});
  EXPECT_EQ(shown(table_of("clients_by_age", {60, 70, 90}, {first}, 2)), "60 70 90 total 220");
  EXPECT_EQ(shown(table_of("clients_by_age", {40, 50, 60}, {first}, 2)), "40 50 60 total 150");
}

TEST(Withhold, WhatChangedByLittleIsWithheldAndSoIsATotalThatWouldTellIt) {
  const auto first = table_of("clients_by_age", {40, 50, 60});
  EXPECT_EQ(shown(table_of("clients_by_age", {43, 50, 60}, {first}, 2)), "- - 60 total -");
  EXPECT_EQ(shown(table_of("clients_by_age", {43, 90, 60}, {first}, 2)), "- 90 - total 193");
}

TEST(Withhold, ATotalThatIsNotToldAsksForNoCompany) {
  const auto first = table_of("clients_by_age", {50, 50, 50});
  EXPECT_EQ(shown(table_of("clients_by_age", {2, 75, 76}, {first}, 2)), "- 75 76 total -");
}

TEST(Withhold, OneCellAloneKeepsTheTotalInside) {
  const auto first = table_of("clients_by_age", {5});
  EXPECT_EQ(shown(first), "- total -");
  EXPECT_EQ(shown(table_of("clients_by_age", {40}, {first}, 2)), "- total -");
}

TEST(Withhold, WhatWasWithheldStaysWithheldAndTheOthersDoNot) {
  const auto first = table_of("clients_by_age", {40, 5, 20, 30});
  EXPECT_EQ(shown(first), "40 - - 30 total 95");
  EXPECT_EQ(shown(table_of("clients_by_age", {80, 50, 60, 70}, {first}, 2)), "80 - - 70 total 260");
}

TEST(Withhold, AnotherMeasureOfTheSamePeopleTellsTheTotalAndNoCell) {
  const auto sister = table_of("clients_served", {40, 60});
  EXPECT_EQ(shown(table_of("clients_by_age", {55, 48}, {sister})), "- - total -");
  EXPECT_EQ(shown(table_of("clients_by_age", {55, 45}, {sister})), "55 45 total 100");
  // Codes with one name are not one thing.
  const auto modes = measure("services_by_mode"), categories = measure("services_by_category");
  CountTable other = head(modes);
  other.cells = {{categories.codes[0].code, std::nullopt}};
  EXPECT_EQ(shown(table_of("services_by_category", {40, 50}, {other})), "40 50 total 90");
}

TEST(Withhold, WhatTheMeasureDoesNotListIsNotCountedInSilence) {
  const Measure& of = measure("clients_by_age");
  const auto table = withhold(head(of), of, {{"unheard_of", 20}}, {});
  ASSERT_FALSE(table);
  EXPECT_EQ(kind_of(table), ErrorKind::kUnsupported);
}

}  // namespace
}  // namespace daybreak::gates
