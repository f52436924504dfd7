// SPDX-License-Identifier: AGPL-3.0-or-later
// The published bars of record linkage, on reference data that lie beside the checkout
// ($DAYBREAK_SHARED, else ../shared). Skipped where they are absent.
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/csv.hpp"
#include "stats/linkage/link.hpp"

namespace daybreak::linkage {
namespace {

using RowNumbers = std::set<std::pair<std::uint32_t, std::uint32_t>>;

std::filesystem::path shared_file(const std::string& name) {
  const char* folder = std::getenv("DAYBREAK_SHARED");
  const std::filesystem::path base = folder != nullptr ? folder : DAYBREAK_SOURCE_DIR "/../shared";
  return base / "data" / name;
}

// The columns of a file by name, as tables keep them.
Table read(const std::string& name, const std::vector<std::string>& columns) {
  auto reader = CsvReader::open(*open_file(shared_file(name)));
  Table table;
  std::vector<std::size_t> positions;
  for (const std::string& column : columns) {
    positions.push_back(*reader->require_column(column));
    table.columns.emplace_back(column, FieldKind::kText);
  }
  for (auto row = reader->next(); row && *row != nullptr; row = reader->next()) {
    for (std::size_t i = 0; i < positions.size(); ++i)
      table.columns[i].append((**row)[positions[i]]);
  }
  for (Column& column : table.columns) column.set_kind(infer_kind(column));
  return table;
}

double f1(const Linkage& linkage, const RowNumbers& truth) {
  double found = 0, right = 0;
  linkage.for_each_pair([&](const RowPair& pair) {
    if (pair.probability < 0.5) return;
    ++found;
    right += static_cast<double>(truth.count({pair.row_a, pair.row_b}));
  });
  return 2 * right / (found + static_cast<double>(truth.size()));
}

#define SKIP_WITHOUT(name) \
  if (!std::filesystem::exists(shared_file(name))) GTEST_SKIP() << shared_file(name) << " is absent"

TEST(Bars, RestaurantsWithoutTelephone) {
  SKIP_WITHOUT("linkage/restaurant_864.csv");
  const Table table = read("linkage/restaurant_864.csv", {"name", "addr", "city", "type"});
  const Table gold = read("linkage/restaurant_gold_pairs.csv", {"id_1", "id_2"});
  RowNumbers truth;
  for (std::size_t i = 0; i < gold.rows(); ++i) {
    truth.emplace(std::stoul(std::string(gold.columns[0].at(i))) - 1,
                  std::stoul(std::string(gold.columns[1].at(i))) - 1);
  }
  const auto linkage = link(table, nullptr, {});
  ASSERT_TRUE(linkage.has_value());
  const double score = f1(*linkage, truth);
  RecordProperty("f1", std::to_string(score));
  EXPECT_GE(score, 0.94);
}

TEST(Bars, Febrl4WithoutSocialSecurityNumber) {
  SKIP_WITHOUT("linkage/dataset4a.csv");
  const std::vector<std::string> columns{"given_name", "surname",   "street_number",
                                         "address_1",  "address_2", "suburb",
                                         "postcode",   "state",     "date_of_birth"};
  const Table a = read("linkage/dataset4a.csv", columns);
  const Table b = read("linkage/dataset4b.csv", columns);
  const Table ids_a = read("linkage/dataset4a.csv", {"rec_id"});
  const Table ids_b = read("linkage/dataset4b.csv", {"rec_id"});
  const auto person = [](std::string_view id) {
    return std::string(id.substr(4, id.find('-', 4) - 4));
  };
  std::map<std::string, std::uint32_t> row_of;
  for (std::uint32_t i = 0; i < ids_b.rows(); ++i) row_of[person(ids_b.columns[0].at(i))] = i;
  RowNumbers truth;
  for (std::uint32_t i = 0; i < ids_a.rows(); ++i) {
    truth.emplace(i, row_of.at(person(ids_a.columns[0].at(i))));
  }
  const auto linkage = link(a, &b, {});
  ASSERT_TRUE(linkage.has_value());
  const double score = f1(*linkage, truth);
  RecordProperty("f1", std::to_string(score));
  EXPECT_GE(score, 0.998);
}

struct Scored {
  std::vector<double> matches, others;
  double auc() const {
    double wins = 0;
    for (const double m : matches) {
      for (const double o : others) wins += m > o ? 1 : m == o ? 0.5 : 0;
    }
    return wins / static_cast<double>(matches.size() * others.size());
  }
  double balanced_accuracy() const {
    const auto share = [](const std::vector<double>& list, bool linked) {
      double right = 0;
      for (const double p : list) right += (p >= 0.5) == linked;
      return right / static_cast<double>(list.size());
    };
    return (share(matches, true) + share(others, false)) / 2;
  }
};

Table choose(const Table& table, const std::vector<std::size_t>& rows) {
  Table out;
  for (const Column& column : table.columns) {
    out.columns.emplace_back(column.name(), column.kind());
    for (const std::size_t row : rows) out.columns.back().append(column.at(row));
  }
  return out;
}

// Five folds: the model is estimated from four, the fifth is scored with it and with no word counts
// but its own. The labels are never used for estimating, in no fold.
TEST(Bars, LabelledEmployersCrossValidated) {
  const std::string file = "employer-names/h2a_whd_name_pairs_labelled.csv";
  SKIP_WITHOUT(file);
  const Table a = read(file, {"oflc_name", "oflc_city", "oflc_state"});
  const Table b = read(file, {"whd_name", "whd_city", "whd_state"});
  const Table labels = read(file, {"label"});
  Scored scored;
  for (std::size_t fold = 0; fold < 5; ++fold) {
    std::vector<std::size_t> train, test;
    for (std::size_t row = 0; row < a.rows(); ++row)
      (row % 5 == fold ? test : train).push_back(row);
    const Table train_a = choose(a, train), train_b = choose(b, train);
    const Table test_a = choose(a, test), test_b = choose(b, test);
    LinkOptions options;
    options.model = link(train_a, &train_b, {})->model();
    const auto linkage = link(test_a, &test_b, options);
    ASSERT_TRUE(linkage.has_value());
    for (std::uint32_t i = 0; i < test.size(); ++i) {
      const double p = linkage->score(i, i).probability;
      const std::string_view label = labels.columns[0].at(test[i]);
      if (label == "match") scored.matches.push_back(p);
      if (label == "non_match") scored.others.push_back(p);
    }
  }
  RecordProperty("auc", std::to_string(scored.auc()));
  RecordProperty("balanced_accuracy", std::to_string(scored.balanced_accuracy()));
  EXPECT_GE(scored.auc(), 0.985);
  EXPECT_GE(scored.balanced_accuracy(), 0.95);
}

}  // namespace
}  // namespace daybreak::linkage
