// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/import.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "base/byte_source.hpp"
#include "base/text.hpp"
#include "commons/threat/values.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path shared_data() {
  const char* set = std::getenv("DAYBREAK_SHARED");
  return fs::path(set ? set : "../shared") / "data";
}

class ThreatImport : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    const db::ModuleMigrations migrations = store::migrations();
    ASSERT_TRUE(db::migrate(database(), std::span(&migrations, 1), clock_));
  }
  ImportResult import(std::vector<fs::path> files, ImportOptions options = {}) {
    auto result = import_files(database(), clock_, files, options);
    EXPECT_TRUE(result) << result.error().describe();
    return result ? std::move(*result) : ImportResult{};
  }
  ImportReport import_one(const fs::path& file, ImportOptions options = {}) {
    ImportResult result = import({file}, options);
    for (const FailedFile& failed : result.failed) ADD_FAILURE() << failed.error.describe();
    return result.loads.empty() ? ImportReport{} : result.loads.front();
  }
  std::string error_of(const fs::path& file, const std::string& kind = "") {
    const ImportResult result = import({file}, {.kind = kind});
    EXPECT_EQ(result.loads.size(), 0u);
    EXPECT_EQ(count("SELECT count(*) FROM threat_load"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM threat_rejected"), 0);
    return result.failed.empty() ? "" : result.failed.front().error.describe();
  }
  std::int64_t count(const std::string& sql) {
    auto rows = database().read([&](db::Connection& c) { return c.query(sql); });
    return rows->front().integer(0);
  }
  fs::path write(const std::string& name, const std::string& text) {
    const fs::path path = files_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string header() {
    return "case_id,trade_nm,legal_name,street_addr_1_txt,cty_nm,st_cd,zip_cd,naic_cd,"
           "naics_code_description,case_violtn_cnt,cmp_assd_cnt,ee_violtd_cnt,bw_atp_amt,ee_atp_"
           "cnt,"
           "findings_start_date,findings_end_date,flsa_violtn_cnt,fmla_violtn_cnt\n";
  }
  static std::string row(int id, const std::string& count = "3",
                         const std::string& end = "2020-05-01") {
    return std::to_string(id) +
           ",Example Dairy,Example Dairy LLC,1 Main St,Batavia,NY,14020,112120,x," + count +
           ",0,2,100.50,2,2019-05-01," + end + "," + count + ",0\n";
  }

  ManualClock clock_{parse_instant("2026-11-22T00:00:00Z").value()};
  db::TestFolder files_;
};
DAYBREAK_ON_BOTH_ENGINES(ThreatImport);

TEST_P(ThreatImport, KeepsWhatIsGoodAndSaysWhyTheRestIsNot) {
  const auto report = import_one(write("whd.csv", header() + row(1) + row(2, "1000000000") +
                                                      row(3) + row(1) + row(4, "x") + row(5) +
                                                      row(6, "3", "2099-01-01") + row(7) + row(8)));
  EXPECT_EQ(report.load.rows_in, 9);
  EXPECT_EQ(report.load.rows_kept, 5);
  EXPECT_EQ(report.load.rows_rejected, 4);
  ASSERT_EQ(report.first_refused.size(), 4u);
  EXPECT_EQ(report.first_refused[0].line, 3u);
  EXPECT_EQ(report.first_refused[0].file, "whd.csv");
  EXPECT_EQ(report.first_refused[0].refusal.field, "case_violtn_cnt");
  EXPECT_THAT(report.first_refused[0].refusal.reason, HasSubstr("1000000000"));
  EXPECT_THAT(report.first_refused[1].refusal.reason, HasSubstr("there before"));
  EXPECT_THAT(report.first_refused[2].refusal.reason, HasSubstr("no whole number"));
  EXPECT_THAT(report.first_refused[3].refusal.reason, HasSubstr("future"));
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 5);
  EXPECT_EQ(count("SELECT back_wages FROM threat_case WHERE case_id = 3"), 10050);
  EXPECT_EQ(count("SELECT county FROM threat_case WHERE case_id = 3"), 36037);
  EXPECT_EQ(count("SELECT count(*) FROM threat_rejected"), 4);
}

TEST_P(ThreatImport, BadFilesLeaveNothing) {
  EXPECT_THAT(error_of(files_.path()), HasSubstr("is a directory"));
  EXPECT_THAT(error_of(files_.path() / "absent.csv"), HasSubstr("absent.csv"));
  EXPECT_THAT(error_of(write("empty.csv", "")), HasSubstr("is empty"));
  EXPECT_THAT(error_of(write("other.csv", "a,b,c\n1,2,3\n")), HasSubstr("no known layout"));
  EXPECT_THAT(
      error_of(write("near.csv", replace_all(header(), "findings_end_date", "gone") + row(1))),
      HasSubstr("has no column \"findings_end_date\""));
  EXPECT_THAT(error_of(write("whd.csv", header() + row(1)), "oflc"),
              HasSubstr("not a file of oflc"));
  EXPECT_THAT(error_of(write("bare.csv", header())), HasSubstr("no rows"));
}

TEST_P(ThreatImport, AFileOfMostlyBadRowsIsRefusedWhole) {
  EXPECT_THAT(error_of(write("bad.csv", header() + row(1) + row(2, "1000000000") + row(3, "-1"))),
              HasSubstr("2 bad rows of 3"));
  EXPECT_THAT(error_of(write("late.csv", header() + row(1, "3", "2099-01-01"))),
              HasSubstr("future"));
}

TEST_P(ThreatImport, ATruncatedZipLeavesNothing) {
  // A zip with stored content, cut in the middle.
  std::string cases = header();
  for (int i = 1; i <= 20'000; ++i) cases += row(i);
  const fs::path csv = write("whd.csv", cases);
  const fs::path zip = files_.path() / "whd.zip";
  const std::string command = "cd '" + files_.path().string() + "' && zip -q whd.zip whd.csv";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "the zip program is not installed";
  EXPECT_EQ(import_one(zip).load.rows_kept, 20'000);
  ASSERT_TRUE(database().write([](db::Connection& c) -> Result<void> {
    for (const auto* table : {"threat_load", "threat_case", "threat_rejected"})
      TRY(c.execute(std::string("DELETE FROM ") + table));
    return {};
  }));
  fs::resize_file(zip, fs::file_size(zip) / 2);
  EXPECT_NE(error_of(zip), "");
}

TEST_P(ThreatImport, TheSameFileAgainChangesNothing) {
  const fs::path file = write("whd.csv", header() + row(1) + row(2));
  EXPECT_EQ(import_one(file).outcome, "imported");
  EXPECT_EQ(import_one(file).outcome, "unchanged");
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 2);
}

TEST_P(ThreatImport, ANewerFileReplacesAnOlderOneDoesNot) {
  import_one(write("old.csv", header() + row(1) + row(2)));
  const auto newer =
      import_one(write("new.csv", header() + row(1) + row(2) + row(3, "3", "2021-01-01")));
  EXPECT_EQ(newer.outcome, "imported");
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 3);
  const auto older = import_one(write("older.csv", header() + row(1, "3", "2018-01-01")));
  EXPECT_EQ(older.outcome, "superseded");
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 3);
}

TEST_P(ThreatImport, ABrokenImportGoesOnWhereItStopped) {
  std::string text = header();
  for (int i = 1; i <= 50; ++i) text += row(i, i == 7 ? "bad" : "2");
  const fs::path file = write("whd.csv", text);
  int calls = 0;
  ImportOptions options{.batch_rows = 10};
  options.progress = [&](const ImportProgress&) { return ++calls < 3; };
  EXPECT_TRUE(import({file}, options).loads.empty());
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 29);
  const auto all = database().read([](db::Connection& c) { return store::totals(c); });
  EXPECT_TRUE(all->empty()) << "a load that is not whole counts nowhere";
  const auto report = import_one(file);
  EXPECT_EQ(report.outcome, "resumed");
  EXPECT_EQ(report.load.rows_in, 50);
  EXPECT_EQ(report.load.rows_kept, 49);
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 49);
  EXPECT_EQ(count("SELECT count(DISTINCT case_id) FROM threat_case"), 49);
  EXPECT_EQ(count("SELECT count(*) FROM threat_rejected"), 1);
}

TEST_P(ThreatImport, NoPersonIsStored) {
  import_one(write("whd.csv",
                   header() +
                       "1,Pat Example,Pat Example,9 Home Rd,Batavia,NY,14020,112120,x,1,0,1,1,1,"
                       "2019-01-01,2019-02-01,1,0\n" +
                       row(2)));
  EXPECT_EQ(
      count("SELECT count(*) FROM threat_case WHERE natural_person = 1 AND trade_name IS NULL "
            "AND legal_name IS NULL AND city IS NULL AND zip IS NULL AND county = 36037"),
      1);
  EXPECT_EQ(count("SELECT count(*) FROM threat_case WHERE natural_person = 0 AND zip = '14020'"),
            1);
}

TEST(ThreatValues, ReadTheNotationsOfTheFiles) {
  const auto day = [](std::string_view cell) {
    const auto date = parse_cell_date(cell);
    return date ? format_date(*date) : "none";
  };
  EXPECT_EQ(day("2015-06-25 15:59:29.123"), "2015-06-25");
  EXPECT_EQ(day("05/20/06 00:00:00"), "2006-05-20");
  EXPECT_EQ(day("5/1/2007"), "2007-05-01");
  EXPECT_EQ(day("10/01/99 00:00:00"), "1999-10-01");
  EXPECT_EQ(day("May 13, 2020"), "2020-05-13");
  EXPECT_EQ(day("41234"), "2012-11-21");
  EXPECT_EQ(day("2020-09-25 00:26:56 EDT"), "2020-09-25");
  EXPECT_EQ(day("2020-02-30"), "none");
  EXPECT_EQ(parse_cell_count("6.0000000000000000e+00"), 6);
  EXPECT_EQ(parse_cell_count("1,234"), 1234);
  EXPECT_EQ(parse_cell_count("1.5"), std::nullopt);
  EXPECT_EQ(parse_cell_cents("$1,234.56"), 123456);
  EXPECT_EQ(zip_of("2134", "MA"), "02134");
  EXPECT_EQ(zip_of("92021.0", "CA"), "92021");
  EXPECT_EQ(zip_of("14201-1234", "NY"), "14201");
  EXPECT_EQ(zip_of("K1A 0B1", "NY"), "");
  EXPECT_EQ(naics_2017_of("722110"), "722511");
  EXPECT_EQ(naics_2017_of("112120"), "112120");
  EXPECT_EQ(county_of("CT", "", "06103") != 0, true);
  EXPECT_TRUE(looks_like_person("PAT EXAMPLE"));
  EXPECT_TRUE(looks_like_person("Example, Pat J."));
  EXPECT_FALSE(looks_like_person("Example Farms"));
  EXPECT_FALSE(looks_like_person("9 Stars"));
}

// The published layouts and figures.
class OfficialFiles : public ThreatImport {
 protected:
  void SetUp() override {
    ThreatImport::SetUp();
    if (IsSkipped()) return;
    if (GetParam() == db::Engine::kPostgres) GTEST_SKIP() << "the files are read once, on SQLite";
    if (!fs::exists(shared_data() / "oflc"))
      GTEST_SKIP() << "no official files at " << shared_data() << " (set DAYBREAK_SHARED)";
  }
  static std::vector<fs::path> under(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(shared_data() / folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
  }
};
DAYBREAK_ON_BOTH_ENGINES(OfficialFiles);

TEST_P(OfficialFiles, CertificationsComeOutAsPublished) {
  const ImportResult result = import(under("oflc"), {.kind = "oflc"});
  for (const FailedFile& failed : result.failed) ADD_FAILURE() << failed.error.describe();
  for (const ImportReport& report : result.loads)
    EXPECT_EQ(report.load.rows_in, report.load.rows_kept + report.load.rows_rejected)
        << report.load.name;
  std::map<std::pair<std::string, int>, store::Total> totals;
  const auto all = database().read([](db::Connection& c) { return store::totals(c); });
  for (const store::Total& total : *all)
    totals[{total.load.dataset, total.load.fiscal_year.value_or(0)}] = total;
  const auto workers = [&](int year) { return totals[{"h2a", year}].certified_workers; };
  EXPECT_EQ(workers(2014), 116'688);
  EXPECT_EQ(workers(2015), 139'832);
  EXPECT_EQ(workers(2016), 165'741);
  EXPECT_EQ(workers(2017), 200'049);
  std::int64_t h2a = 0, h2b = 0, addenda = 0;
  for (const auto& [key, total] : totals) {
    if (key.first == "h2a")
      h2a += total.load.rows_in;
    else if (key.first == "h2b")
      h2b += total.load.rows_in;
    else if (key.first.starts_with("h2a_add") || key.first.starts_with("h2b_app"))
      addenda += total.load.rows_in;
  }
  EXPECT_EQ(h2a, 130'683);
  EXPECT_EQ(h2b, 126'740);
  EXPECT_EQ(addenda, 328'049);
  EXPECT_EQ((totals[{"h2a", 2006}].load.rows_in), 7'469);
  EXPECT_EQ((totals[{"h2a", 2022}].load.rows_in), 2'995);
  EXPECT_EQ((totals[{"h2b", 2018}].load.rows_in), 9'490);
}

TEST_P(OfficialFiles, TheSheetThatDeclaresAMillionRowsHas1248Cases) {
  const auto report =
      import_one(shared_data() / "oflc/original/H-2A_Disclosure_Data_FY16_Q1_scrubbed.xlsx");
  EXPECT_EQ(report.load.rows_kept, 1'248);
  EXPECT_EQ(report.load.rows_in, report.load.rows_kept + report.load.rows_rejected);
  EXPECT_EQ(report.load.fiscal_year, 2016);
}

TEST_P(OfficialFiles, ASheetOfFormulasKeepsItsZipCodes) {
  import_one(shared_data() / "oflc/original/H-2A_Disclosure_Data_FY2022_Q1_scrubbed.xlsx");
  EXPECT_GT(count("SELECT count(*) FROM threat_certification WHERE zip = '72476'"), 0);
}

TEST_P(OfficialFiles, EverythingElseGoesInToo) {
  for (const std::string folder : {"whd", "osha", "qcew", "geography"}) {
    const ImportResult result = import(under(folder), {.kind = folder});
    for (const FailedFile& failed : result.failed) ADD_FAILURE() << failed.error.describe();
    for (const ImportReport& report : result.loads)
      EXPECT_EQ(report.load.rows_in, report.load.rows_kept + report.load.rows_rejected)
          << report.load.name;
  }
  const auto rows = [&](const std::string& dataset) {
    return count("SELECT CAST(sum(rows_in) AS BIGINT) FROM threat_load WHERE dataset = '" +
                 dataset + "'");
  };
  EXPECT_EQ(rows("whd_extract"), 19'850);
  EXPECT_EQ(rows("whd_h2a_extract"), 1'196);
  EXPECT_EQ(rows("whd_sums_by_state"), 28'356);
  EXPECT_EQ(rows("whd_sums_by_naics"), 1'959);
  EXPECT_EQ(rows("osha_joined"), 1'093);
  EXPECT_EQ(rows("osha_emphasis"), 16'503);
  EXPECT_EQ(rows("osha_optional"), 65'052);
  EXPECT_EQ(count("SELECT count(*) FROM threat_inspection"), 582);
  EXPECT_EQ(rows("zip_to_county"), 54'147);
  EXPECT_EQ(rows("county_income"), 3'222);
  EXPECT_EQ(count("SELECT CAST(sum(population) AS BIGINT) FROM threat_population p, threat_load l "
                  "WHERE l.id = p.load_id AND l.dataset = 'county_population' AND year = 2019"),
            328'239'523);
  EXPECT_EQ(count("SELECT CAST(sum(population) AS BIGINT) FROM threat_population p, threat_load l "
                  "WHERE l.id = p.load_id AND l.dataset = 'county_estimates' AND year = 2023 "
                  "AND place % 1000 > 0"),
            334'914'895);
  EXPECT_EQ(count("SELECT count(*) FROM threat_employment WHERE suppressed = 1 AND jobs IS NULL"),
            count("SELECT count(*) FROM threat_employment WHERE suppressed = 1"));
  EXPECT_GT(count("SELECT count(*) FROM threat_employment WHERE suppressed = 1"), 0);
}

TEST(OfficialCells, TheShortWayToANumberIsTheLongWay) {
  for (const std::string cell : {"0", "7", "007", "1234567", "999999999999999"}) {
    EXPECT_EQ(parse_cell_count(cell), parse_cell_count(cell + ".0")) << cell;
    if (cell.size() < 11) {
      EXPECT_EQ(parse_cell_cents(cell), parse_cell_cents("$" + cell + ".00")) << cell;
    }
  }
  for (const char* cell : {"", "-3", "1,5x", "1e999", "9999999999999999999", "12a"})
    EXPECT_FALSE(plain_digits(cell)) << cell;
  EXPECT_EQ(naics_2017_of("112120"), "112120");
  EXPECT_EQ(naics_2017_of("1121"), "1121");
  EXPECT_EQ(naics_2017_of("999999"), "999999") << "unknown codes stay";
}

}  // namespace
}  // namespace daybreak::threat
