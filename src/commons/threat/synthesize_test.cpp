// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/synthesize.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/byte_source.hpp"
#include "base/text.hpp"
#include "commons/threat/assess.hpp"
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

}  // namespace
}  // namespace daybreak::threat
