// SPDX-License-Identifier: AGPL-3.0-or-later
// Every file of the shared data goes in or is refused with a reason, and the certified workers of
// every fiscal year and county come out the same by a second, plain path: a CSV reader, column
// names and county lookup written here, which share nothing with the importer but the unpacking of
// files.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/byte_source.hpp"
#include "commons/threat/import.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

fs::path shared_data() {
  const char* set = std::getenv("DAYBREAK_SHARED");
  return fs::path(set ? set : "../shared") / "data";
}

using Record = std::vector<std::string>;

// Text with commas as the standard says, character by character.
std::vector<Record> plain_csv(const std::string& text) {
  std::vector<Record> records;
  Record record;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && field.empty()) {
      quoted = true;
    } else if (c == ',' || c == '\n') {
      record.push_back(std::move(field));
      field.clear();
      if (c == ',') continue;
      if (record.size() > 1) records.push_back(record);
      record.clear();
    } else if (c != '\r') {
      field += c;
    }
  }
  if (!record.empty()) {
    record.push_back(field);
    records.push_back(record);
  }
  return records;
}

std::vector<Record> plain_file(const fs::path& path) {
  const auto source = open_file(path).value();
  return plain_csv(read_all(*source, std::size_t{1} << 30).value());
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}
std::string letters(const std::string& text) {
  std::string kept;
  for (const char c : upper(text))
    if ((c >= 'A' && c <= 'Z') || (c & 0x80) != 0) kept += c;
  return kept;
}

// Of a table: the column with the first of these names that it has.
class Columns {
 public:
  explicit Columns(const Record& header) {
    for (std::size_t i = 0; i < header.size(); ++i) at_.emplace(upper(header[i]), i);
  }
  int find(std::initializer_list<const char*> names) const {
    for (const char* name : names)
      if (const auto found = at_.find(name); found != at_.end())
        return static_cast<int>(found->second);
    return -1;
  }

 private:
  std::map<std::string, std::size_t> at_;
};

std::string cell(const Record& record, int column) {
  if (column < 0 || static_cast<std::size_t>(column) >= record.size()) return {};
  const std::string& text = record[static_cast<std::size_t>(column)];
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Counties by state and name and by ZIP code, from the tables that the program is built with.
class PlainPlaces {
 public:
  PlainPlaces() {
    const fs::path folder = fs::path(DAYBREAK_SOURCE_DIR) / "data" / "geography";
    for (const Record& row : plain_file(folder / "states.csv")) {
      states_[upper(row[1])] = row[1];
      states_[upper(row[2])] = row[1];
      states_[row[0]] = row[1];
    }
    for (const Record& row : plain_file(folder / "counties.csv")) {
      const std::string name = letters(row[2]);
      state_of_[row[0]] = row[1];
      by_name_[row[1]].emplace(name, row[0]);
      for (const char* kind : {"COUNTY", "PARISH", "BOROUGH", "CENSUSAREA", "MUNICIPIO",
                               "MUNICIPALITY", "PLANNINGREGION"})
        if (name.ends_with(kind))
          by_name_[row[1]].emplace(name.substr(0, name.size() - std::string(kind).size()), row[0]);
    }
    for (const Record& row : plain_file(folder / "zip_codes.csv"))
      by_zip_[row[0]] = row[3].substr(0, row[3].find(' '));
  }
  std::string state(const std::string& text) const {
    const auto found = states_.find(upper(text));
    return found == states_.end() ? "" : found->second;
  }
  // By name; ambiguous ones ("Baltimore": city and county) are told apart by nobody here.
  std::string by_name(const std::string& state, const std::string& county) const {
    const auto those = by_name_.find(state);
    if (those == by_name_.end() || county.empty()) return {};
    std::string name = letters(county);
    if (const auto found = those->second.find(name); found != those->second.end())
      return found->second;
    for (const char* kind : {"COUNTY", "PARISH", "CO"})
      if (name.ends_with(kind)) {
        const auto found =
            those->second.find(name.substr(0, name.size() - std::string(kind).size()));
        if (found != those->second.end()) return found->second;
      }
    return {};
  }
  std::string by_zip(const std::string& state, std::string zip) const {
    zip = zip.substr(0, zip.find_first_of("-."));
    if (zip.empty() || zip.find_first_not_of("0123456789") != zip.npos) return {};
    const std::set<std::string> zero = {"CT", "MA", "ME", "NH", "NJ", "PR", "RI", "VT"};
    if (zip.size() == 8) zip = "0" + zip;
    if (zip.size() == 9) zip.resize(5);
    if (zip.size() == 4 && zero.contains(state)) zip = "0" + zip;
    if (zip.size() == 3 && state == "PR") zip = "00" + zip;
    const auto found = by_zip_.find(zip);
    const auto of = found == by_zip_.end() ? state_of_.end() : state_of_.find(found->second);
    if (of == state_of_.end()) return {};  // unknown, or of a territory without counties here
    return state.empty() || of->second == state ? found->second : "";
  }

 private:
  std::map<std::string, std::string> states_, by_zip_, state_of_;
  std::map<std::string, std::map<std::string, std::string>> by_name_;
};

struct PlainFigures {
  std::int64_t cases = 0, workers = 0;
  std::map<std::string, std::int64_t> of_county;
};

// The main row of each case: what is certified, and where the work is.
PlainFigures plain_certifications(const fs::path& path, const PlainPlaces& places) {
  const std::vector<Record> rows = plain_file(path);
  const Columns columns(rows.front());
  const int number = columns.find({"CASE_NO", "CASE_NUMBER", "CASE_NUM"});
  const int workers =
      columns.find({"TOTAL_WORKERS_H2A_CERTIFIED", "TOTAL_WORKERS_CERTIFIED", "WORKERS_CERTIFIED",
                    "NBR_WORKERS_CERTIFIED", "NBR_CERTIFIED_WORKERS", "NUM_ALIENS"});
  const int sub = columns.find({"PRIMARY/SUB", "PRIORSUB"});
  const int flag =
      columns.find({"TYPE_OF_EMPLOYER_APPLICATION"}) < 0 ? columns.find({"ORGANIZATION_FLAG"}) : -1;
  const int state = columns.find({"EMPLOYER_STATE", "EMP_STATE"}),
            zip = columns.find({"EMPLOYER_POSTAL_CODE"}),
            site = columns.find({"WORKSITE_STATE", "WORKSITE_LOCATION_STATE", "ALIEN_WORK_STATE",
                                 "EMPLOYEE_WORK_STATE", "WORK_STATE"}),
            site_county = columns.find({"WORKSITE_COUNTY", "EMPLOYEE_WORKSITE_COUNTY"}),
            site_zip = columns.find({"WORKSITE_POSTAL_CODE", "EMPLOYEE_POSTAL_CODE"});
  const bool h2a = path.filename().string().find("h2a") != std::string::npos;
  PlainFigures figures;
  std::set<std::string> seen;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Record& row = rows[i];
    const std::string id = cell(row, number);
    if (id.starts_with(h2a ? "H-400" : "H-300")) continue;  // of the other program
    const bool again = !seen.insert(id).second;
    if (sub >= 0 ? upper(cell(row, sub)) == "SUB" : flag >= 0 ? cell(row, flag).empty() : again)
      continue;
    ++figures.cases;
    const auto certified = static_cast<std::int64_t>(std::atof(cell(row, workers).c_str()));
    figures.workers += certified;
    const std::string of = places.state(cell(row, state)), at = places.state(cell(row, site));
    std::string county = places.by_name(at, cell(row, site_county));
    if (county.empty()) county = places.by_zip(at, cell(row, site_zip));
    if (county.empty() && (at.empty() || at == of)) county = places.by_zip(of, cell(row, zip));
    if (!county.empty()) figures.of_county[county] += certified;
  }
  return figures;
}

class OfficialFigures : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_data() / "oflc"))
      GTEST_SKIP() << "no official files at " << shared_data() << " (set DAYBREAK_SHARED)";
    database_ = db::Database::open("sqlite:" + (folder_.path() / "store.db").string()).value();
    const db::ModuleMigrations migrations = store::migrations();
    ASSERT_TRUE(db::migrate(*database_, std::span(&migrations, 1), clock_));
  }
  static std::vector<fs::path> under(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(shared_data() / folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
  }
  ImportResult import(const fs::path& file) {
    return import_files(*database_, clock_, std::span(&file, 1), {}).value();
  }
  db::Rows query(const std::string& sql, db::Parameters parameters = {}) {
    return database_->read([&](db::Connection& c) { return c.query(sql, parameters); }).value();
  }

  ManualClock clock_{parse_instant("2026-11-22T00:00:00Z").value()};
  db::TestFolder folder_;
  std::unique_ptr<db::Database> database_;
};

// Refused rows are these and no others; everything else is kept, file by file.
TEST_F(OfficialFigures, EveryFileGoesInAndEveryRowIsAccountedFor) {
  std::map<std::string, std::int64_t> rejected;
  std::size_t files = 0;
  for (const std::string folder : {"whd", "osha", "oflc", "qcew", "geography"})
    for (const fs::path& file : under(folder)) {
      ++files;
      const ImportResult result = import(file);
      const std::string name = file.filename().string();
      if (!result.failed.empty()) {
        ADD_FAILURE() << result.failed.front().error.describe();
        continue;
      }
      const store::Load& load = result.loads.front().load;
      std::printf("%-58s %-24s %7lld in = %7lld kept + %lld rejected\n", name.c_str(),
                  load.dataset.c_str(), static_cast<long long>(load.rows_in),
                  static_cast<long long>(load.rows_kept),
                  static_cast<long long>(load.rows_rejected));
      EXPECT_EQ(load.rows_in, load.rows_kept + load.rows_rejected) << name;
      EXPECT_GT(load.rows_kept, 0) << name;
      if (load.rows_rejected > 0) rejected[name] = load.rows_rejected;
      // A table that is plain text has as many records as a plain reader counts.
      if (name.find(".csv") != name.npos && load.dataset != "county_estimates_2019" &&
          load.dataset != "county_income" && load.dataset != "osha_joined") {
        EXPECT_EQ(load.rows_in, static_cast<std::int64_t>(plain_file(file).size()) - 1) << name;
      }
    }
  EXPECT_GE(files, 90u);
  EXPECT_THAT(rejected,
              testing::ElementsAre(testing::Pair("H-2A_Disclosure_Data_FY16_Q1_scrubbed.xlsx", 199),
                                   testing::Pair("oflc_h2a_FY2013.csv.zst", 1),
                                   testing::Pair("oflc_h2a_addendum_b_housing_FY2021.csv.zst", 1)));
}

TEST_F(OfficialFigures, CertifiedWorkersOfEveryYearAndCountyAreTheSameByAPlainPath) {
  const PlainPlaces places;
  std::size_t counties = 0;
  std::int64_t workers = 0, placed = 0;
  for (const std::string program : {"h2a", "h2b"})
    for (const fs::path& file : under("oflc/" + program)) {
      const ImportResult result = import(file);
      ASSERT_TRUE(result.failed.empty()) << result.failed.front().error.describe();
      const std::int64_t load = result.loads.front().load.id;
      const PlainFigures plain = plain_certifications(file, places);
      const db::Rows sums = query(
          "SELECT count(*), CAST(coalesce(sum(certified), 0) AS BIGINT) FROM threat_certification "
          "WHERE load_id = $1 AND sub_row = 0",
          {load});
      EXPECT_EQ(sums.front().integer(0), plain.cases) << file.filename();
      EXPECT_EQ(sums.front().integer(1), plain.workers) << file.filename();
      std::map<std::string, std::int64_t> stored;
      const db::Rows by_county = query(
          "SELECT worksite_county, CAST(coalesce(sum(certified), 0) AS BIGINT) FROM "
          "threat_certification WHERE load_id = $1 AND sub_row = 0 AND worksite_county IS NOT NULL "
          "GROUP BY worksite_county",
          {load});
      for (const db::Row& row : by_county)
        stored[fmt::format("{:05}", row.integer(0))] = row.integer(1);
      EXPECT_EQ(stored.size(), plain.of_county.size()) << file.filename();
      for (const auto& [county, certified] : plain.of_county) {
        EXPECT_EQ(stored[county], certified) << file.filename() << " county " << county;
        ++counties;
        placed += certified;
      }
      workers += plain.workers;
    }
  EXPECT_GT(counties, 5'000u);
  std::printf("%lld certified workers, %lld of them in %zu cells of file and county\n",
              static_cast<long long>(workers), static_cast<long long>(placed), counties);
}

}  // namespace
}  // namespace daybreak::threat
