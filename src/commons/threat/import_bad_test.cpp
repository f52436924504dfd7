// SPDX-License-Identifier: AGPL-3.0-or-later
// What people and machines do to files: kills amid an import, cuts at every place, bombs, mixed
// encodings. Each ends with a clear error and nothing in the store, or with what a clean import
// gives.
#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "commons/threat/assess.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/synthesize.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;

constexpr std::string_view kHeader =
    "case_id,trade_nm,legal_name,street_addr_1_txt,cty_nm,st_cd,zip_cd,naic_cd,"
    "naics_code_description,case_violtn_cnt,cmp_assd_cnt,ee_violtd_cnt,bw_atp_amt,ee_atp_cnt,"
    "findings_start_date,findings_end_date,flsa_violtn_cnt,fmla_violtn_cnt\n";

std::string row(int id, const std::string& name = "Example Dairy") {
  return std::to_string(id) + "," + name + "," + name +
         " LLC,1 Main St,Batavia,NY,14020,112120,x," + "3,0,2,100.50,2,2019-05-01,2020-05-01,3,0\n";
}

std::unique_ptr<db::Database> open_store(const std::string& url, const Clock& clock) {
  auto database = db::Database::open(url).value();
  const db::ModuleMigrations migrations = store::migrations();
  if (!db::migrate(*database, std::span(&migrations, 1), clock)) return nullptr;
  return database;
}

// Everything that the files gave, without the numbers of loads.
std::string contents(db::Database& database) {
  Sha256 hash;
  for (const char* sql :
       {"SELECT dataset, slice, state, rows_in, rows_kept, rows_rejected, values_set_aside, as_of "
        "FROM threat_load ORDER BY dataset, slice",
        "SELECT line, case_id, trade_name, legal_name, city, zip, county, naics_2017, violations, "
        "back_wages, period_end FROM threat_case ORDER BY line, case_id",
        "SELECT line, activity, establishment, city, zip, county, naics, sic, kind, opened FROM "
        "threat_inspection ORDER BY line, activity",
        "SELECT line, activity, citation, standard, penalty, issued FROM threat_violation ORDER BY "
        "line, activity, citation",
        "SELECT file, line, field, reason, whole_row FROM threat_rejected ORDER BY file, line"}) {
    const auto rows = database.read([&](db::Connection& c) { return c.query(sql); }).value();
    for (const db::Row& row : rows)
      for (std::size_t i = 0; i < row.size(); ++i) {
        const auto& value = row.at(i).variant();
        if (const auto* text = std::get_if<std::string>(&value)) hash.update(*text);
        if (const auto* number = std::get_if<std::int64_t>(&value))
          hash.update(std::to_string(*number));
        hash.update("|");
      }
  }
  return to_hex(hash.finish());
}

class KilledImport : public testing::Test {
 protected:
  static constexpr std::size_t kBatch = 200;
  // 0 when the child ended by itself.
  int import_and_kill(const std::string& url, const std::vector<fs::path>& files,
                      std::chrono::microseconds after) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto database = open_store(url, clock_);
      if (!database) _exit(3);
      const auto done = import_files(*database, clock_, files, {.batch_rows = kBatch});
      _exit(done && done->failed.empty() ? 0 : 4);
    }
    std::this_thread::sleep_for(after);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    return WIFSIGNALED(status) ? SIGKILL : 0;
  }
  ManualClock clock_{parse_instant("2026-11-22T00:00:00Z").value()};
  db::TestFolder folder_;
};

TEST_F(KilledImport, GoesOnUntilItIsWhatACleanImportGives) {
  const auto made = synthesize(folder_.path(), {.counties = western_new_york(),
                                                .cases = 5'000,
                                                .osha_rows = 9'000,
                                                .rows_of_a_slice = 2'000});
  ASSERT_TRUE(made);
  std::vector<fs::path> files = made->osha;
  files.push_back(made->whd);
  const std::string broken = "sqlite:" + (folder_.path() / "broken.db").string();
  ASSERT_TRUE(open_store(broken, clock_));
  SystemRandom random;
  int kills = 0, resumed = 0;
  std::int64_t stored = 0;
  // Each is given more time than the last, so that it ends.
  for (int wait = 5'000;; wait += 4'000) {
    if (import_and_kill(
            broken, files,
            std::chrono::microseconds(
                wait / 2 + static_cast<int>(random.below(static_cast<std::uint64_t>(wait))))) == 0)
      break;
    ++kills;
    const auto database = open_store(broken, clock_);
    const auto rows = database->read([](db::Connection& c) {
      return c.query_one(
          "SELECT CAST(coalesce(sum(rows_in), 0) AS BIGINT), count(*) FROM "
          "threat_load WHERE state = 'loading'");
    });
    const std::int64_t now = (*rows)->integer(0);
    resumed += now > 0 && now != stored ? 1 : 0;
    stored = now;
    // A load counts when it is whole, and not before.
    const auto shown = database->read([](db::Connection& c) {
      return c.query_one(
          "SELECT count(*) FROM threat_case t JOIN threat_load l ON l.id = t.load_id "
          "WHERE l.state = 'current'");
    });
    EXPECT_THAT((*shown)->integer(0), AnyOf(0, 5'000));
    ASSERT_LT(kills, 400);
  }
  EXPECT_GE(kills, 3);
  EXPECT_GE(resumed, 1) << "at least one kill fell into the storing";
  const std::string clean = "sqlite:" + (folder_.path() / "clean.db").string();
  const auto whole = open_store(clean, clock_), pieced = open_store(broken, clock_);
  ASSERT_TRUE(import_files(*whole, clock_, files, {}));
  EXPECT_EQ(contents(*pieced), contents(*whole));
  const auto again = import_files(*pieced, clock_, files, {});
  for (const ImportReport& report : again->loads) EXPECT_EQ(report.outcome, "unchanged");
}

class BadFiles : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({store::migrations()});
  }
  fs::path write(const std::string& name, std::string_view bytes) {
    const fs::path path = files_.path() / name;
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
  }
  ImportResult import(const fs::path& file) {
    return import_files(database(), clock_, std::span(&file, 1), {}).value();
  }
  std::int64_t count(const std::string& sql) {
    return database().read([&](db::Connection& c) { return c.query_one(sql); }).value()->integer(0);
  }
  void expect_nothing_stored() {
    for (const char* table : {"threat_load", "threat_case", "threat_rejected"})
      EXPECT_EQ(count(std::string("SELECT count(*) FROM ") + table), 0) << table;
  }
  bool run(const std::string& command) {
    return std::system(("cd '" + files_.path().string() + "' && " + command + " >/dev/null 2>&1")
                           .c_str()) == 0;
  }
  ManualClock clock_{parse_instant("2026-11-22T00:00:00Z").value()};
  db::TestFolder files_;
};
DAYBREAK_ON_BOTH_ENGINES(BadFiles);

TEST_P(BadFiles, AZipCutAnywhereLeavesNothing) {
  std::string text(kHeader);
  for (int i = 1; i <= 6'000; ++i) text += row(i, "Example " + std::to_string(i * 7919 % 10'007));
  write("whd.csv", text);
  if (!run("zip -q whd.zip whd.csv")) GTEST_SKIP() << "the zip program is not installed";
  std::ifstream in(files_.path() / "whd.zip", std::ios::binary);
  const std::string zip((std::istreambuf_iterator<char>(in)), {});
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.9999}) {
    const auto bytes = static_cast<std::size_t>(static_cast<double>(zip.size()) * share);
    const ImportResult result = import(write("cut.zip", std::string_view(zip).substr(0, bytes)));
    ASSERT_EQ(result.failed.size(), 1u) << share;
    EXPECT_THAT(result.failed.front().error.describe(), HasSubstr("cut.zip"));
    expect_nothing_stored();
  }
  // A bit that fell over inside: told by the checksum, if not before.
  std::string wrong = zip;
  wrong[zip.size() / 2] = static_cast<char>(wrong[zip.size() / 2] ^ 0x10);
  EXPECT_EQ(import(write("wrong.zip", wrong)).failed.size(), 1u);
  expect_nothing_stored();
}

TEST_P(BadFiles, AGzipCutInTheMiddleLeavesNothing) {
  std::string text(kHeader);
  for (int i = 1; i <= 6'000; ++i) text += row(i, "Example " + std::to_string(i * 7919 % 10'007));
  write("whd.csv", text);
  if (!run("gzip -k whd.csv")) GTEST_SKIP() << "gzip is not installed";
  fs::resize_file(files_.path() / "whd.csv.gz", fs::file_size(files_.path() / "whd.csv.gz") / 2);
  EXPECT_EQ(import(files_.path() / "whd.csv.gz").failed.size(), 1u);
  expect_nothing_stored();
}

TEST_P(BadFiles, ABombIsRefusedWithoutBeingUnpacked) {
  // One row, then 60 MB of blanks: packs a thousandfold.
  if (!run("(printf '%s' '" + std::string(kHeader.substr(0, kHeader.size() - 1)) +
           "'; echo; head -c 60000000 /dev/zero | tr '\\0' ' ') > bomb.csv && zip -q bomb.zip "
           "bomb.csv && rm bomb.csv"))
    GTEST_SKIP() << "the zip program is not installed";
  EXPECT_LT(fs::file_size(files_.path() / "bomb.zip"), 200'000u);
  const ImportResult result = import(files_.path() / "bomb.zip");
  ASSERT_EQ(result.failed.size(), 1u);
  EXPECT_THAT(result.failed.front().error.describe(), HasSubstr("exhaust the machine"));
  expect_nothing_stored();
}

TEST_P(BadFiles, MixedEncodingsAreReadRowByRow) {
  std::string text(kHeader);
  text += row(1, "Se\xC3\xB1or Example Farms") + row(2, "Se\xF1or Example Farms") + row(3);
  const ImportResult result = import(write("mixed.csv", text));
  ASSERT_TRUE(result.failed.empty()) << result.failed.front().error.describe();
  EXPECT_EQ(count("SELECT count(*) FROM threat_case WHERE trade_name = 'Se\xC3\xB1or Example "
                  "Farms'"),
            2);
}

TEST_P(BadFiles, Utf16AsSpreadsheetsSaveItIsRead) {
  std::string wide = "\xFF\xFE";
  for (const char c : std::string(kHeader) + row(1) + row(2)) {
    wide += c;
    wide += '\0';
  }
  const ImportResult result = import(write("wide.csv", wide));
  ASSERT_TRUE(result.failed.empty()) << result.failed.front().error.describe();
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 2);
}

TEST_P(BadFiles, NoiseIsNoTable) {
  SystemRandom random;
  std::string noise(50'000, '\0');
  for (char& c : noise) c = static_cast<char>(random.below(256));
  const ImportResult result = import(write("noise.csv", noise));
  ASSERT_EQ(result.failed.size(), 1u);
  EXPECT_THAT(result.failed.front().error.describe(), HasSubstr("noise.csv"));
  // And noise in the middle of a good file costs its own rows only, or the file, never a crash.
  std::string text(kHeader);
  for (int i = 1; i <= 500; ++i) text += row(i);
  text.insert(text.size() / 2, noise.substr(0, 3'000));
  const ImportResult half = import(write("half.csv", text));
  if (half.failed.empty()) {
    EXPECT_EQ(half.loads.front().load.rows_in,
              half.loads.front().load.rows_kept + half.loads.front().load.rows_rejected);
  } else {
    expect_nothing_stored();
  }
}

TEST_P(BadFiles, OneBadFileOfSeveralCostsOnlyItself) {
  const std::vector<fs::path> files = {write("good.csv", std::string(kHeader) + row(1)),
                                       write("bad.csv", "a,b\n1,2\n"), files_.path(),
                                       write("empty.csv", "")};
  const auto result = import_files(database(), clock_, files, {}).value();
  EXPECT_EQ(result.loads.size(), 1u);
  EXPECT_EQ(result.failed.size(), 3u);
  EXPECT_EQ(count("SELECT count(*) FROM threat_case"), 1);
}

}  // namespace
}  // namespace daybreak::threat
