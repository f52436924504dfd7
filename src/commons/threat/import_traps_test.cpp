// SPDX-License-Identifier: AGPL-3.0-or-later
// Traps of the published files that need no copy of them, and the memory that the sheet which
// declares a million rows needs.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <unistd.h>

#include "base/byte_source.hpp"
#include "base/text.hpp"
#include "commons/threat/assess.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/synthesize.hpp"
#include "commons/threat/values.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

fs::path shared_data() {
  const char* set = std::getenv("DAYBREAK_SHARED");
  return fs::path(set ? set : "../shared") / "data";
}

class Traps : public testing::Test {
 protected:
  void SetUp() override {
    database_ = db::Database::open("sqlite:" + (folder_.path() / "store.db").string()).value();
    const db::ModuleMigrations migrations = store::migrations();
    ASSERT_TRUE(db::migrate(*database_, std::span(&migrations, 1), clock_));
  }
  fs::path write(const std::string& name, const std::string& text) {
    const fs::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  ImportReport import(const fs::path& file) {
    auto result = import_files(*database_, clock_, std::span(&file, 1), {}).value();
    for (const FailedFile& failed : result.failed) ADD_FAILURE() << failed.error.describe();
    return result.loads.empty() ? ImportReport{} : result.loads.front();
  }
  db::Row one(const std::string& sql) {
    return *database_->read([&](db::Connection& c) { return c.query_one(sql); }).value();
  }
  ManualClock clock_{parse_instant("2026-11-22T00:00:00Z").value()};
  db::TestFolder folder_;
  std::unique_ptr<db::Database> database_;
};

// One case was published with 3.6 million violations of the FMLA.
TEST_F(Traps, AnImpossibleCountIsSetAsideAndTheCaseStays) {
  const auto report = import(write(
      "whd.csv",
      "case_id,trade_nm,legal_name,st_cd,zip_cd,naic_cd,case_violtn_cnt,ee_violtd_cnt,bw_atp_amt,"
      "findings_start_date,findings_end_date,fmla_violtn_cnt\n"
      "1,Example Works,Example Works LLC,NY,14020,112120,3,2,0,2019-05-01,2020-05-01,3600000\n"
      "2,Example Mill,Example Mill LLC,NY,14020,112120,30000,900,0,2019-05-01,2020-05-01,30000\n"));
  EXPECT_EQ(report.load.rows_kept, 2);
  EXPECT_EQ(report.load.values_set_aside, 1);
  EXPECT_THAT(report.first_refused.front().refusal.reason, testing::HasSubstr("3600000"));
  EXPECT_FALSE(report.first_refused.front().whole_row);
  EXPECT_TRUE(one("SELECT fmla FROM threat_case WHERE case_id = 1").is_null(0));
  EXPECT_EQ(one("SELECT fmla FROM threat_case WHERE case_id = 2").integer(0), 30'000)
      << "many violations of many workers can be";
}

// Findings dates are the period of the violations; 954 cases were published without an end.
TEST_F(Traps, FindingsDatesAreThePeriodOfTheViolations) {
  import(write("whd.csv",
               "case_id,trade_nm,st_cd,naic_cd,case_violtn_cnt,bw_atp_amt,findings_start_date,"
               "findings_end_date\n"
               "1,Example Works LLC,NY,112120,3,0,2019-05-01,2020-05-01\n"
               "2,Example Mill LLC,NY,112120,3,0,2019-05-01,\n"));
  const db::Row row = one("SELECT period_start, period_end FROM threat_case WHERE case_id = 1");
  EXPECT_EQ(row.text(0), "2019-05-01");
  EXPECT_EQ(row.text(1), "2020-05-01");
  EXPECT_TRUE(one("SELECT period_end FROM threat_case WHERE case_id = 2").is_null(0));
}

// The portal's archive: several members, capitals, new names of columns.
TEST_F(Traps, OneZipOfSeveralMembersIsOneLoad) {
  const auto made = synthesize(
      folder_.path(),
      {.counties = western_new_york(), .cases = 900, .layout = SyntheticLayout::kPortal});
  ASSERT_TRUE(made);
  const std::string text = read_text_file(made->whd).value();
  const auto lines = split(text, '\n');
  ASSERT_TRUE(lines.front().starts_with("CASE_ID,TRADE_NM")) << lines.front().substr(0, 40);
  std::array<std::string, 3> chunks;
  for (std::string& chunk : chunks) chunk = std::string(lines.front()) + "\n";
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (!lines[i].empty()) chunks[i * 3 / lines.size()] += std::string(lines[i]) + "\n";
  std::string names;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const std::string name = "LOAD00000001-2026_chunk_" + std::to_string(i + 1) + ".csv";
    write(name, chunks[i]);
    names += " " + name;
  }
  if (std::system(
          ("cd '" + folder_.path().string() + "' && zip -q WHD_enforcement.zip" + names).c_str()) !=
      0)
    GTEST_SKIP() << "the zip program is not installed";
  const auto report = import(folder_.path() / "WHD_enforcement.zip");
  EXPECT_EQ(report.load.dataset, "whd");
  EXPECT_EQ(report.load.rows_kept, 900);
  EXPECT_EQ(report.load.rows_rejected, 0);
  EXPECT_EQ(report.load.as_of, "2026-09-14") << "the day of loading";
  EXPECT_EQ(one("SELECT count(DISTINCT case_id) FROM threat_case").integer(0), 900);
}

// Connecticut has nine planning regions where it had eight counties: rows of either are kept under
// their own code. ZIP codes lie in the counties, as in most public files.
TEST_F(Traps, BothEditionsOfConnecticutAreKnown) {
  import(write("qcew.csv",
               "area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code,"
               "annual_avg_estabs,annual_avg_emplvl,total_annual_wages\n"
               "09110,5,112120,78,0,2024,A,,7,70,1\n"
               "09003,5,112120,78,0,2023,A,,9,90,1\n"));
  EXPECT_EQ(one("SELECT establishments FROM threat_employment WHERE county = 9110").integer(0), 7);
  EXPECT_EQ(one("SELECT establishments FROM threat_employment WHERE county = 9003").integer(0), 9);
  EXPECT_EQ(county_of("CT", "Hartford", ""), 9003u);
  EXPECT_EQ(county_of("CT", "Capitol Planning Region", ""), 9110u);
  EXPECT_EQ(county_of("CT", "", "06103"), 9003u);
}

TEST_F(Traps, TheWordsOfDecisionsHaveSevenMeanings) {
  const std::map<std::string, std::string> meanings = {
      {"Certified - Full", "certified"},
      {"CERTIFIED - PARTIAL", "partial"},
      {"Determination Issued - Certification", "certified"},
      {"DETERMINATION ISSUED - CERTIFICATION EXPIRED", "expired"},
      {"Determination Issued - Partial Certification", "partial"},
      {"Determination Issued - Denied", "denied"},
      {"Determination Issued - Withdrawn", "withdrawn"},
      {"Determination Issued - Certification (Returned)", "certified"},
      {"Remand Issued to State", "open"},
      {"RETURNED", "returned"}};
  for (const auto& [cell, meaning] : meanings) EXPECT_EQ(decision_of(cell), meaning) << cell;
  const fs::path folder = shared_data() / "oflc";
  if (!fs::exists(folder)) GTEST_SKIP() << "no official files at " << shared_data();
  std::vector<fs::path> files;
  for (const char* program : {"h2a", "h2b"})
    for (const auto& entry : fs::directory_iterator(folder / program))
      files.push_back(entry.path());
  ASSERT_TRUE(import_files(*database_, clock_, files, {}));
  EXPECT_EQ(one("SELECT count(*) FROM threat_certification WHERE status = 'other'").integer(0), 0);
}

// Of this process since it began.
long peak_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  return 0;
}

// Run alone, as the parent below runs it.
TEST_F(Traps, SheetInAProcessOfItsOwn) {
  if (!std::getenv("DAYBREAK_SHEET")) GTEST_SKIP() << "only as the child of the next test";
  const auto report = import(std::getenv("DAYBREAK_SHEET"));
  std::printf("peak %ld kB, kept %lld\n", peak_kilobytes(),
              static_cast<long long>(report.load.rows_kept));
}

TEST_F(Traps, TheSheetThatDeclaresAMillionRowsNeeds64MiBAtMost) {
  const fs::path sheet = shared_data() / "oflc/original/H-2A_Disclosure_Data_FY16_Q1_scrubbed.xlsx";
  if (!fs::exists(sheet)) GTEST_SKIP() << "no official files at " << shared_data();
  const std::string command = "DAYBREAK_SHEET='" + fs::absolute(sheet).string() + "' '" +
                              fs::read_symlink("/proc/self/exe").string() +
                              "' --gtest_filter=Traps.SheetInAProcessOfItsOwn --gtest_brief=1";
  std::FILE* child = ::popen(command.c_str(), "r");
  ASSERT_NE(child, nullptr);
  std::string said;
  std::array<char, 512> block;
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), child))
    said.append(block.data(), got);
  EXPECT_EQ(::pclose(child), 0) << said;
  const auto at = said.find("peak ");
  ASSERT_NE(at, said.npos) << said;
  const long peak = std::atol(said.c_str() + at + 5);
  EXPECT_THAT(said, testing::HasSubstr("kept 1248"));
  EXPECT_GT(peak, 1'000);
  EXPECT_LE(peak, 64 * 1024) << said;
  std::printf("the sheet that declares 1,029,827 rows: %.1f MiB at most\n",
              static_cast<double>(peak) / 1024);
}

}  // namespace
}  // namespace daybreak::threat
