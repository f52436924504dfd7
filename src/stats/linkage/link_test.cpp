// SPDX-License-Identifier: AGPL-3.0-or-later
// What linkage promises, on invented firms and people.
#include "stats/linkage/link.hpp"

#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace daybreak::linkage {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Table table_of(const std::vector<std::pair<std::string, FieldKind>>& columns, const Rows& rows) {
  Table table;
  for (const auto& [name, kind] : columns) table.columns.emplace_back(name, kind);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) table.columns[i].append(row[i]);
  }
  return table;
}

const std::vector<std::pair<std::string, FieldKind>> kFirm{{"name", FieldKind::kName},
                                                           {"street", FieldKind::kStreet},
                                                           {"city", FieldKind::kCity},
                                                           {"state", FieldKind::kState}};

Linkage link_or_die(const Table& a, const Table* b = nullptr, LinkOptions options = {}) {
  auto linkage = link(a, b, options);
  EXPECT_TRUE(linkage.has_value()) << (linkage ? "" : linkage.error().describe());
  return std::move(*linkage);
}

std::set<std::pair<std::uint32_t, std::uint32_t>> linked(const Linkage& linkage) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> out;
  linkage.for_each_pair([&](const RowPair& pair) {
    if (pair.probability >= 0.5) out.insert({pair.row_a + 1, pair.row_b + 1});
  });
  return out;
}

// A town of invented firms, so that frequencies mean something.
Rows invented_firms() {
  Rows rows;
  const std::vector<std::string> names{"ZEPHYRINE", "QUILLON",  "MARDUKE",
                                       "OSTREL",    "VANTHORP", "BRIXLEY"};
  const std::vector<std::string> trades{"FARMS", "HARVESTING", "LANDSCAPING", "CAFE", "ORCHARDS"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 0; j < trades.size(); ++j) {
      rows.push_back(
          {names[i] + std::string(1, static_cast<char>('A' + j)) + "O " + trades[j] + " LLC",
           std::to_string(100 + 7 * i + j) + " Example Street",
           i % 2 == 0 ? "Sampleton" : "Testville", "NY"});
    }
  }
  return rows;
}

TEST(Link, FindsTheSameFirmInOtherSpellings) {
  Rows rows = invented_firms();  // rows 1 to 30
  rows.push_back(
      {"Zephyrineao Farm, L.L.C.", "100 Example St.", "Sampleton", "New York"});  // 31 = 1
  rows.push_back({"QUILONAO FARMS", "", "Testville", "NY"});                      // 32 = 6
  rows.push_back({"Plum Holdings Inc DBA Mardukeao Farms", "114 Example Street", "Sampleton",
                  "NY"});  // 33 = 11
  const auto pairs = linked(link_or_die(table_of(kFirm, rows)));
  EXPECT_EQ(pairs, (std::set<std::pair<std::uint32_t, std::uint32_t>>{{1, 31}, {6, 32}, {11, 33}}));
}

TEST(Link, AnAddressAloneNeverLinks) {
  Rows rows = invented_firms();
  rows.push_back({"Tumbrel Bakery", "999 Landlord Road", "Sampleton", "NY"});
  rows.push_back({"Ocelot Roofing", "999 Landlord Road", "Sampleton", "NY"});
  const Linkage linkage = link_or_die(table_of(kFirm, rows));
  EXPECT_TRUE(linked(linkage).empty());
  EXPECT_LT(linkage.score(30, 31).probability, 0.5);
  const auto reasons = linkage.explain(linkage.score(30, 31));
  EXPECT_EQ(reasons.back().field, "gate");
}

TEST(Link, CommonWordsAreNotEnough) {
  Rows rows = invented_firms();
  rows.push_back({"GC HARVESTING, INC", "", "Sampleton", "NY"});
  rows.push_back({"YB HARVESTING, INC", "", "Sampleton", "NY"});
  EXPECT_TRUE(linked(link_or_die(table_of(kFirm, rows))).empty());
}

TEST(Link, PartnershipAndCorporationAtOneAddressAreSiblings) {
  Rows rows = invented_firms();
  rows.push_back({"Tumbrel Orchards LP", "12 Example Street", "Sampleton", "NY"});
  rows.push_back({"Tumbrel Orchards Inc", "12 Example Street", "Sampleton", "NY"});
  rows.push_back({"Tumbrel Orchards", "12 Example Street", "Sampleton", "NY"});
  const Linkage linkage = link_or_die(table_of(kFirm, rows));
  EXPECT_LT(linkage.score(30, 31).probability, 0.5);
  EXPECT_GT(linkage.score(31, 32).probability, 0.5);
}

TEST(Link, DifferentIdentifiersCannotLink) {
  auto columns = kFirm;
  columns.emplace_back("ein", FieldKind::kIdentifier);
  Rows rows;
  for (auto row : invented_firms()) {
    row.push_back("");
    rows.push_back(row);
  }
  rows.push_back({"Tumbrel Bakery Inc", "12 Example Street", "Sampleton", "NY", "00-1111111"});
  rows.push_back({"Tumbrel Bakery Inc", "12 Example Street", "Sampleton", "NY", "00-2222222"});
  rows.push_back({"Tumbrel Bakery", "12 Example Street", "Sampleton", "NY", ""});
  LinkOptions options;
  options.cannot_link = {"ein"};
  const Linkage linkage = link_or_die(table_of(columns, rows), nullptr, options);
  EXPECT_EQ(linkage.score(30, 31).probability, 0);
  for (const RowCluster& cluster : linkage.clusters()) EXPECT_LE(cluster.rows_a.size(), 2U);
  options.cannot_link = {"nothing"};
  EXPECT_FALSE(link(table_of(columns, rows), nullptr, options).has_value());
}

TEST(Link, ReasonsAddUpToTheScore) {
  Rows rows = invented_firms();
  rows.push_back({"Zephyrineao Farm, L.L.C.", "100 Example St.", "Sampleton", "NY"});
  const Linkage linkage = link_or_die(table_of(kFirm, rows));
  for (const auto& [a, b] : {std::pair<std::uint32_t, std::uint32_t>{0, 30}, {1, 2}, {4, 9}}) {
    const RowPair pair = linkage.score(a, b);
    double sum = 0;
    for (const Reason& reason : linkage.explain(pair)) sum += reason.bits;
    EXPECT_NEAR(sum, pair.bits, 1e-4);
  }
  EXPECT_NEAR(linkage.score(0, 30).probability, 1 / (1 + std::exp2(-linkage.score(0, 30).bits)),
              1e-6);
}

Rows people() {
  return {{"Ada", "Fictive", "1951-02-03", "12 Sample Road"},
          {"Ida", "Fictive", "1979-10-30", "12 Sample Road"},
          {"Bert", "Inventado", "1988-07-21", "9 Test Lane"},
          {"Cleo", "Madeupson", "1990-01-15", "77 Mock Street"},
          {"Dora", "Exempel", "1967-12-01", "3 Dummy Drive"}};
}
const std::vector<std::pair<std::string, FieldKind>> kPerson{{"given", FieldKind::kGivenName},
                                                             {"family", FieldKind::kSurname},
                                                             {"born", FieldKind::kDate},
                                                             {"street", FieldKind::kStreet}};

TEST(Link, PeopleInTwoTables) {
  const Table a = table_of(kPerson, people());
  const Table b = table_of(kPerson, {{"Madeupson", "Cleo", "01/15/1990", "77 Mock St"},
                                     {"Bert", "Inventdao", "1988-07-12", "9 Test Lane"},
                                     {"Nobody", "Else", "1944-04-04", "3 Dummy Drive"}});
  LinkOptions options;
  options.shape = Shape::kOneToOne;
  EXPECT_EQ(linked(link_or_die(a, &b, options)),
            (std::set<std::pair<std::uint32_t, std::uint32_t>>{{4, 1}, {3, 2}}));
}

TEST(Link, SameBitsOnAnyNumberOfThreads) {
  Rows rows;
  for (int i = 0; i < 3000; ++i) {
    const int firm = i % 1500;
    rows.push_back(
        {fmt::format("Word{}x Name{} Farm{} LLC", firm % 611, firm % 487, i < 1500 ? "s" : ""),
         fmt::format("{} Example Street", firm % 97), fmt::format("Town{}", firm % 11), "NY"});
  }
  const Table table = table_of(kFirm, rows);
  const auto run = [&](int threads) {
    LinkOptions options;
    options.threads = threads;
    const Linkage linkage = link_or_die(table, nullptr, options);
    std::vector<std::tuple<std::uint32_t, std::uint32_t, double>> out;
    linkage.for_each_pair(
        [&](const RowPair& pair) { out.emplace_back(pair.row_a, pair.row_b, pair.probability); });
    return std::tuple(out, linkage.model()->lambda, linkage.draw(3));
  };
  const auto once = run(1);
  EXPECT_FALSE(std::get<0>(once).empty());
  EXPECT_EQ(once, run(2));
  EXPECT_EQ(once, run(3));
}

TEST(Link, HundredThousandEqualRowsStayLinear) {
  Rows rows(100'000, {"Tumbrel Bakery Inc", "12 Example Street", "Sampleton", "NY"});
  const Linkage linkage = link_or_die(table_of(kFirm, rows));
  ASSERT_EQ(linkage.clusters().size(), 1U);
  EXPECT_EQ(linkage.clusters()[0].rows_a.size(), 100'000U);
  EXPECT_TRUE(linkage.clusters()[0].alarm);
  std::size_t pairs = 0;
  linkage.for_each_pair([&](const RowPair&) { ++pairs; });
  EXPECT_EQ(pairs, 99'999U);
}

TEST(Link, HundredThousandEqualNamesAtDifferentAddressesStayLinear) {
  Rows rows;
  for (int i = 0; i < 100'000; ++i) {
    rows.push_back({"Tumbrel Bakery Inc", fmt::format("{} Example Street", i), "Sampleton", "NY"});
  }
  const auto start = std::chrono::steady_clock::now();
  const Linkage linkage = link_or_die(table_of(kFirm, rows));
  EXPECT_LT(linkage.summary().candidates, 10'000'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(120));
}

TEST(Link, HostileTables) {
  EXPECT_FALSE(link(Table{}, nullptr, {}).has_value());
  EXPECT_TRUE(linked(link_or_die(table_of(kFirm, {}))).empty());
  EXPECT_TRUE(linked(link_or_die(table_of(kFirm, {{"", "", "", ""}}))).empty());
  EXPECT_TRUE(linked(link_or_die(table_of(kFirm, {{"", "", "", ""}, {"", "", "", ""}}))).empty());
  EXPECT_TRUE(
      linked(link_or_die(table_of(kFirm, {{"", "1 A St", "B", "NY"}, {"", "1 A St", "B", "NY"}})))
          .empty());
  const std::string huge(1 << 20, 'a');
  const std::string spaced = [] {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += "w" + std::to_string(i) + " / ";
    return text;
  }();
  link_or_die(table_of(
      kFirm,
      {{huge, huge, huge, huge}, {spaced, spaced, spaced, spaced}, {huge + "b", "", "", ""}}));
  link_or_die(table_of(
      kFirm, {{"\xFF\xFE\x80", "\xC0", "\xED\xA0\x80", "\xF8"}, {"(((", ")))", "//", ",;|"}}));
  const Table a = table_of(kFirm, {{"Acme", "", "", ""}});
  const Table b = table_of({{"name", FieldKind::kName}}, {{"Acme"}});
  EXPECT_FALSE(link(a, &b, {}).has_value());
  const Table empty = table_of(kFirm, {});
  EXPECT_TRUE(linked(link_or_die(a, &empty)).empty());
  LinkOptions options;
  options.threshold = 2;
  EXPECT_FALSE(link(a, nullptr, options).has_value());
}

TEST(Link, DrawsFollowTheProbabilities) {
  Rows rows = invented_firms();
  rows.push_back({"Zephyrineao Farm, L.L.C.", "100 Example St.", "Sampleton", "NY"});
  const Linkage linkage = link_or_die(table_of(kFirm, rows));
  int together = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const auto label = linkage.draw(i);
    ASSERT_EQ(label.size(), rows.size());
    together += label[0] == label[30];
  }
  EXPECT_GE(together, 18);
}

TEST(Link, AModelCanBeUsedAgainForNewRecords) {
  const Table old_firms = table_of(kFirm, invented_firms());
  const Table fresh =
      table_of(kFirm, {{"Zephyrineao Farm, L.L.C.", "100 Example St.", "Sampleton", "NY"}});
  LinkOptions options;
  options.model = link_or_die(old_firms).model();
  EXPECT_EQ(linked(link_or_die(fresh, &old_firms, options)),
            (std::set<std::pair<std::uint32_t, std::uint32_t>>{{1, 1}}));
}

TEST(Link, OneBridgeDoesNotJoinTwoCrowds) {
  Corpus corpus;
  corpus.records = 8;
  corpus.split = 8;
  std::vector<ScoredPair> pairs;
  const auto crowd = [&](Record from) {
    for (Record i = from; i < from + 4; ++i) {
      for (Record j = i + 1; j < from + 4; ++j) pairs.push_back({i, j, 0.99F, 8});
    }
  };
  crowd(0);
  pairs.push_back({3, 4, 0.6F, 1});
  crowd(4);
  std::sort(pairs.begin(), pairs.end(),
            [](const auto& x, const auto& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
  const auto label = cluster_records(corpus, pairs, {});
  EXPECT_EQ(label[0], label[3]);
  EXPECT_EQ(label[4], label[7]);
  EXPECT_NE(label[0], label[4]);
}

}  // namespace
}  // namespace daybreak::linkage
