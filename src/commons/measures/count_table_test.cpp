// SPDX-License-Identifier: AGPL-3.0-or-later
// The edges of what the commons takes as a table of counts.
#include "commons/measures/count_table.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"

namespace daybreak::measures {
namespace {

using Numbers = std::vector<std::optional<std::int64_t>>;
constexpr std::nullopt_t kOut = std::nullopt;

CountTable table_of(std::string_view code, const Numbers& cells,
                    std::optional<std::int64_t> total = {}) {
  CountTable table;
  table.measure = code;
  table.period = "2026-Q3";
  const auto& codes = MeasureList::built_in().find(code)->codes;
  for (std::size_t i = 0; i < codes.size(); ++i)
    table.cells.push_back({codes[i].code, i < cells.size() ? cells[i] : 0});
  table.total = total;
  return table;
}
CountTable modes(const Numbers& cells, std::optional<std::int64_t> total = {}) {
  return table_of("services_by_mode", cells, total);
}
ErrorKind checked(const CountTable& table) {
  const auto done = check(table, MeasureList::built_in());
  return done ? ErrorKind::kUnsupported : done.error().kind;
}
constexpr ErrorKind kTaken = ErrorKind::kUnsupported;
bool goes_with(const CountTable& table, const CountTable& earlier) {
  const auto done = check_together(table, std::vector<CountTable>{earlier});
  if (!done) {
    EXPECT_EQ(kind_of(done), ErrorKind::kConflict);
  }
  return done.has_value();
}

TEST(CountTableEdges, AWithdrawnTableIsReadBackAndHasNoCells) {
  CountTable table = modes({});
  table.withdrawn = true;
  const auto read = CountTable::read(table.write());
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->withdrawn);
  EXPECT_TRUE(read->cells.empty());
  EXPECT_FALSE(CountTable::read(table.write() + "total 40\n"));
  EXPECT_FALSE(CountTable::read("daybreak counts 1\n\n\n\n\n\n"));
  EXPECT_FALSE(CountTable::read("daybreak counts 1\n\n\n\n\n"));
}

TEST(CountTableEdges, NoOtherHeadAndNoLongerTextIsRead) {
  CountTable table = modes({40});
  std::string other = table.write();
  other.replace(0, 8, "somebody");
  EXPECT_FALSE(CountTable::read(other));
  table.measure.assign(table.measure.size() + kMostBytes - table.write().size(), 'x');
  EXPECT_EQ(table.write().size(), kMostBytes);
  EXPECT_TRUE(CountTable::read(table.write()));
  table.measure += "x";
  EXPECT_FALSE(CountTable::read(table.write()));
}

TEST(CountTableEdges, SmallIsOneToTen) {
  EXPECT_FALSE(is_small(0));
  EXPECT_TRUE(is_small(1));
  EXPECT_TRUE(is_small(10));
  EXPECT_FALSE(is_small(11));
}

TEST(CountTableEdges, QuartersAreOfThisCentury) {
  for (const char* good : {"2000-Q1", "2026-Q4", "2100-Q4"}) EXPECT_TRUE(quarter_of(good)) << good;
  for (const char* bad :
       {"1999-Q4", "2101-Q1", "2026-Q5", "2026-Q0", "2026-Q", "2026-Q10", "202a-Q1"})
    EXPECT_FALSE(quarter_of(bad)) << bad;
  const auto third = *quarter_of("2026-Q3");
  EXPECT_EQ(format_date(third.first), "2026-07-01");
  EXPECT_EQ(format_date(third.last), "2026-09-30");
  EXPECT_EQ(format_date(quarter_of("2024-Q1")->last), "2024-03-31");
  for (unsigned month = 1; month <= 12; ++month)
    EXPECT_EQ(
        quarter_with(Date(std::chrono::year(2026), std::chrono::month(month), std::chrono::day(1))),
        "2026-Q" + std::to_string(1 + (month - 1) / 3));
}

TEST(CountTableEdges, NumbersAndVersionsHaveTheirRange) {
  CountTable table = modes({40, 50});
  for (const auto& [version, taken] :
       {std::pair{1, true}, {1000, true}, {0, false}, {1001, false}}) {
    table.version = version;
    EXPECT_EQ(checked(table) == kTaken, taken) << version;
  }
  EXPECT_EQ(checked(modes({kMostCount, 40})), kTaken);
  EXPECT_EQ(checked(modes({kMostCount + 1, 40})), ErrorKind::kInvalid);
  EXPECT_EQ(checked(modes({-1, 40})), ErrorKind::kInvalid);
  EXPECT_EQ(checked(modes({-40, 40})), ErrorKind::kInvalid);
  EXPECT_EQ(checked(modes({11, 0})), kTaken);
  EXPECT_EQ(checked(modes({10, 40})), ErrorKind::kConflict);
  EXPECT_EQ(checked(modes({kMostCount}, kMostCount)), kTaken);
  EXPECT_EQ(checked(modes({kMostCount, 11}, kMostCount + 11)), ErrorKind::kInvalid);
  EXPECT_EQ(checked(modes({0}, 0)), kTaken);
  EXPECT_EQ(checked(modes({kOut, kOut}, -1)), ErrorKind::kInvalid);
}

TEST(CountTableEdges, ATotalIsTheSumAndLeavesRoomForWhatIsWithheld) {
  EXPECT_EQ(checked(modes({40, 50}, 90)), kTaken);
  EXPECT_EQ(checked(modes({40, 50}, 91)), ErrorKind::kInvalid);
  EXPECT_EQ(checked(modes({40, 50}, 89)), ErrorKind::kInvalid);
  EXPECT_EQ(checked(modes({40, 50, kOut, kOut}, 89)), ErrorKind::kInvalid);
  EXPECT_EQ(checked(modes({40, 50, kOut, kOut}, 90)), ErrorKind::kConflict);
  EXPECT_EQ(checked(modes({40, 50, kOut, kOut}, 100)), ErrorKind::kConflict);
  EXPECT_EQ(checked(modes({40, 50, kOut, kOut}, 101)), kTaken);
  EXPECT_EQ(checked(modes({40, 50, kOut}, 130)), ErrorKind::kConflict);
  EXPECT_EQ(checked(modes({40, 50, kOut})), kTaken);
  EXPECT_EQ(checked(modes({kOut, kOut}, 10)), ErrorKind::kConflict);
}

TEST(CountTableEdges, ACellThatChangedByLittleIsRefusedAlsoWithoutATotal) {
  const CountTable first = modes({kOut, kOut, 40, 50, 60});
  EXPECT_FALSE(goes_with(modes({kOut, kOut, 43, 50, 60}), first));
  EXPECT_FALSE(goes_with(modes({kOut, kOut, 40, 40, 60}), first));
  EXPECT_TRUE(goes_with(modes({kOut, kOut, 40, 50, 80}), first));
  // As much as another code had before is no change of that one.
  EXPECT_TRUE(goes_with(modes({kOut, kOut, 61, 80, 40}), first));
}

TEST(CountTableEdges, WhatIsWithheldMayNotChangeByLittleEither) {
  const CountTable first = modes({kOut, kOut, 40, 40, 40}, 140);         // 20 withheld
  EXPECT_FALSE(goes_with(modes({kOut, kOut, 60, 60, 60}, 203), first));  // 23
  EXPECT_TRUE(goes_with(modes({kOut, kOut, 60, 60, 60}, 220), first));   // 40
  EXPECT_TRUE(goes_with(modes({55, 55, kOut, kOut, 60}, 193), first));   // 23 of others
  EXPECT_TRUE(goes_with(modes({kOut, kOut, 60, 60, 60}), first));
}

TEST(CountTableEdges, ATotalIsHeldAgainstEveryEarlierOneOfTheSamePeople) {
  const CountTable sister = table_of("services_by_category", {60, 40}, 100);
  EXPECT_FALSE(goes_with(modes({60, 43}, 103), sister));
  EXPECT_FALSE(goes_with(modes({60, 30}, 90), sister));
  EXPECT_TRUE(goes_with(modes({60, 51}, 111), sister));
  EXPECT_TRUE(goes_with(modes({60, 40}, 100), sister));
  EXPECT_FALSE(goes_with(modes({60, 43}), sister)) << "the cells tell the total";
  EXPECT_FALSE(goes_with(modes({60, 43}, 103), table_of("services_by_category", {60, 40})));
  EXPECT_TRUE(
      goes_with(modes({60, 43, kOut, kOut}), sister));  // more than there was: tells nothing
  EXPECT_FALSE(goes_with(modes({60, kOut}), sister)) << "40, if nothing came in";
  EXPECT_FALSE(goes_with(modes({60, 35, kOut, kOut}), sister)) << "5 between them";
  EXPECT_TRUE(goes_with(modes({60, 20, kOut, kOut}), sister));
}

TEST(CountTableEdges, CellsThatWerePublishedOnceAreKnown) {
  // Each version has company for what it withholds; together they leave one cell.
  const CountTable first = modes({kOut, kOut, 50, 60, 70}, 220);
  EXPECT_FALSE(goes_with(modes({20, kOut, kOut, 60, 70}), first));
  EXPECT_TRUE(goes_with(modes({kOut, kOut, kOut, 60, 70}), first));
}

TEST(CountTableEdges, WhatIsKnownTogetherMustLeaveRoom) {
  const CountTable first = modes({30, kOut, kOut, kOut, 60});
  EXPECT_FALSE(goes_with(modes({kOut, kOut, kOut, 50, 60}, 145), first)) << "5 between two";
  EXPECT_TRUE(goes_with(modes({kOut, kOut, kOut, 50, 60}, 160), first));
  EXPECT_FALSE(goes_with(modes({kOut, 20, 30, 50, 60}), modes({20, kOut, 30, 50, 60}, 200)));
  EXPECT_FALSE(goes_with(modes({kOut, kOut, 50, 60, 70}, 220), modes({20, kOut, kOut, 60, 70})));
  // A cell that was large tells nothing of one that is withheld now; an earlier total does.
  const std::vector<CountTable> earlier = {modes({200, kOut, kOut, 60, 70}),
                                           table_of("services_by_category", {60, 40}, 100)};
  EXPECT_FALSE(check_together(modes({kOut, 90, 0, 0, 0}), earlier));
}

TEST(CountTableEdges, CodesOfAnotherMeasureAreOtherCells) {
  CountTable other = table_of("services_by_category", {});
  other.cells = {{"in_person", 43}, {"phone", std::nullopt}};
  EXPECT_TRUE(goes_with(modes({40, 50}), other));
}

TEST(CountTableEdges, AWithdrawalTellsNothing) {
  CountTable gone = modes({});
  gone.cells.clear();
  gone.withdrawn = true;
  EXPECT_EQ(checked(gone), kTaken);
  EXPECT_TRUE(goes_with(gone, modes({40, 50}, 90)));
  EXPECT_TRUE(goes_with(modes({43, 50}, 93), gone));
  EXPECT_EQ(told_total(gone), kOut);
  EXPECT_EQ(told_total(modes({43, 50})), 93);
  EXPECT_EQ(told_total(modes({43, kOut})), kOut);
  EXPECT_EQ(told_total(modes({43, kOut}, 80)), 80);
}

}  // namespace
}  // namespace daybreak::measures
