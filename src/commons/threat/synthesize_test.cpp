// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/synthesize.hpp"

#include <array>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "base/byte_source.hpp"
#include "base/text.hpp"
#include "commons/threat/assess.hpp"
#include "commons/threat/employers.hpp"
#include "commons/threat/import.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

class SyntheticFiles : public testing::Test {
 protected:
  Synthesized make(const std::string& name, const SynthesizeOptions& options) {
    const fs::path folder = folder_.path() / name;
    fs::create_directory(folder);
    auto made = synthesize(folder, options);
    EXPECT_TRUE(made) << made.error().describe();
    return made ? std::move(*made) : Synthesized{};
  }
  static SynthesizeOptions small() {
    return {.counties = western_new_york(),
            .cases = 900,
            .osha_rows = 2'500,
            .rows_of_a_slice = 500,
            .excess = demonstration_excess()};
  }
  static std::vector<std::vector<std::string>> rows_of(const fs::path& file) {
    std::vector<std::vector<std::string>> rows;
    const std::string text = read_text_file(file).value();
    for (const std::string_view line : split(text, '\n'))
      if (!line.empty()) {
        rows.emplace_back();
        for (const std::string_view field : split(line, ',')) rows.back().emplace_back(field);
      }
    return rows;
  }
  db::TestFolder folder_;
};

TEST_F(SyntheticFiles, TheSameOptionsGiveTheSameBytes) {
  const Synthesized one = make("one", small()), two = make("two", small());
  ASSERT_EQ(one.osha.size(), two.osha.size());
  ASSERT_GT(one.osha.size(), 4u) << "numbered slices of 500 rows";
  for (std::size_t i = 0; i < one.osha.size(); ++i)
    EXPECT_EQ(read_text_file(one.osha[i]).value(), read_text_file(two.osha[i]).value());
  EXPECT_EQ(read_text_file(one.whd).value(), read_text_file(two.whd).value());
  SynthesizeOptions other = small();
  other.seed = 2;
  EXPECT_NE(read_text_file(one.osha[0]).value(),
            read_text_file(make("other", other).osha[0]).value());
}

TEST_F(SyntheticFiles, EveryRowOfBothLayoutsIsTakenInAsThatTable) {
  for (const SyntheticLayout layout : {SyntheticLayout::kDump, SyntheticLayout::kPortal}) {
    SynthesizeOptions options = small();
    options.layout = layout;
    const Synthesized made = make(layout == SyntheticLayout::kDump ? "dump" : "portal", options);
    EXPECT_EQ(made.inspections + made.violations, 2'500u);
    EXPECT_EQ(made.osha.front().filename(), layout == SyntheticLayout::kDump
                                                ? "osha_inspection-0000.csv"
                                                : "LOAD00000001-OSHA_inspection_chunk_1.csv");
    std::vector<fs::path> files = made.osha;
    files.push_back(made.whd);
    files.push_back(made.qcew);
    std::int64_t cases = 0, osha = 0;
    for (const fs::path& file : files) {
      const auto load = read_only(file, Date(std::chrono::year(2026) / 11 / 22));
      ASSERT_TRUE(load) << load.error().describe();
      EXPECT_EQ(load->rows_rejected, 0) << file;
      if (file == made.whd) cases += load->rows_kept;
      if (file != made.whd && file != made.qcew) osha += load->rows_kept;
    }
    EXPECT_EQ(cases, static_cast<std::int64_t>(made.cases + made.excess_cases));
    EXPECT_EQ(osha, 2'500);
    const std::size_t columns = rows_of(made.osha.front()).front().size();
    EXPECT_EQ(columns, 36u);
    EXPECT_EQ(rows_of(made.osha.back()).front().size(), 29u);
    EXPECT_EQ(rows_of(made.osha.back()).back().size(), 29u);
  }
}

TEST_F(SyntheticFiles, TheSameFirmsAreInBothProgramsUnderOtherSpellings) {
  const Synthesized made = make("both", small());
  std::map<std::string, std::map<std::string, std::string>> employer_of;  // program, record
  for (const auto& row : rows_of(made.employers))
    if (row[0] != "program") employer_of[row[0]][row[1]] = row[2];
  EXPECT_EQ(employer_of["WHD"].size(), made.cases + made.excess_cases);
  EXPECT_EQ(employer_of["OSHA"].size(), made.inspections);
  std::map<std::string, std::string> name_of;
  for (const auto& row : rows_of(made.whd)) name_of[employer_of["WHD"][row[0]]] = row[1];
  std::size_t shared = 0, same_letters = 0;
  for (const auto& row : rows_of(made.osha.front())) {
    const auto found = name_of.find(employer_of["OSHA"][row[0]]);
    if (row[0] == "activity_nr" || found == name_of.end()) continue;
    ++shared;
    same_letters += found->second == row[3];
  }
  EXPECT_GT(shared, 60u);
  EXPECT_LT(same_letters * 4, shared);
}

// Record of both programs and the employer that the linkage gave it.
std::map<std::string, std::string> linked_records(db::Database& database) {
  constexpr std::array<std::string_view, 2> kQueries = {
      "SELECT t.case_id, s.employer FROM threat_case t JOIN threat_employer_spelling s ON "
      "s.program "
      "= 'WHD' AND s.trade_name = t.trade_name AND s.legal_name = t.legal_name AND s.city = t.city "
      "AND s.zip = t.zip",
      "SELECT t.activity, s.employer FROM threat_inspection t JOIN threat_employer_spelling s ON "
      "s.program = 'OSHA' AND s.trade_name = t.establishment AND s.city = t.city AND s.zip = "
      "t.zip"};
  std::map<std::string, std::string> employers;
  for (const std::string_view query : kQueries) {
    const db::Rows rows = database.read([&](db::Connection& c) { return c.query(query); }).value();
    for (const db::Row& row : rows) employers[std::to_string(row.integer(0))] = row.text(1);
  }
  return employers;
}

double pairs_of(std::size_t records) {
  return static_cast<double>(records) * static_cast<double>(records - 1) / 2;
}

TEST_F(SyntheticFiles, LinkingFindsTheFirmsAgain) {
  SynthesizeOptions options = small();
  options.cases = 2'000;
  options.osha_rows = 9'000;
  const Synthesized made = make("linked", options);
  const auto database =
      db::Database::open("sqlite:" + (folder_.path() / "linked.db").string()).value();
  const ManualClock clock(parse_instant("2026-11-22T00:00:00Z").value());
  const db::ModuleMigrations migrations = store::migrations();
  ASSERT_TRUE(db::migrate(*database, std::span(&migrations, 1), clock));
  std::vector<fs::path> files = made.osha;
  files.push_back(made.whd);
  ASSERT_TRUE(import_files(*database, clock, files, {}));
  ASSERT_TRUE(link_employers(*database, clock));
  std::map<std::string, std::size_t> of_firm, of_employer;
  std::map<std::pair<std::string, std::string>, std::size_t> of_both;
  const auto employers = linked_records(*database);
  for (const auto& row : rows_of(made.employers)) {
    const auto found = employers.find(row[1]);
    if (found == employers.end()) continue;
    ++of_firm[row[2]];
    ++of_employer[found->second];
    ++of_both[{row[2], found->second}];
  }
  EXPECT_EQ(employers.size(), made.cases + made.excess_cases + made.inspections);
  double same_firm = 0, same_employer = 0, both = 0;
  for (const auto& [firm, records] : of_firm) same_firm += pairs_of(records);
  for (const auto& [employer, records] : of_employer) same_employer += pairs_of(records);
  for (const auto& [pair, records] : of_both) both += pairs_of(records);
  EXPECT_GT(same_firm, 1'000);
  EXPECT_GE(both / same_employer, 0.97) << "precision";
  EXPECT_GE(both / same_firm, 0.90) << "recall";
  RecordProperty("precision", std::to_string(both / same_employer));
  RecordProperty("recall", std::to_string(both / same_firm));
  std::printf("linkage of synthetic firms: precision %.4f, recall %.4f\n", both / same_employer,
              both / same_firm);
}

}  // namespace
}  // namespace daybreak::threat
