// SPDX-License-Identifier: AGPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/guide_source.hpp"
#include "commons/directory/import.hpp"
#include "commons/guide/hidden.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "doc/pdf_check.hpp"

namespace daybreak::cli {
namespace {

class GuideCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("daybreak-guide-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    write(
        "services.json",
        R"([{"id": "ac148810-d857-441c-9679-408f346de14b", "name": "Example Night Shelter", "level": "local",
               "needs": ["housing.shelter"], "counties": ["36029"], "phones": [{"number": "716-555-0100"}]},
              {"id": "ac148810-d857-441c-9679-408f346de14c", "name": "Example Law Desk", "level": "statewide"}])");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& words) {
    std::ofstream(path(name)) << words;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int run(std::vector<std::string> arguments) {
    CLI::App program("daybreak");
    add_commands(program);
    std::reverse(arguments.begin(), arguments.end());
    try {
      program.parse(arguments);
      return kExitSuccess;
    } catch (const Exit& exit) {
      return exit.code;
    } catch (const CLI::ParseError&) {
      return kExitUsage;
    }
  }

  std::filesystem::path folder_;
};

TEST_F(GuideCommand, PrintsAnAccessibleGuideAndTheSameAgainFromItsSnapshot) {
  ASSERT_EQ(
      run({"directory", "guide", "--from", path("services.json"), "--out", path("a.pdf"), "--keep",
           path("a.json"), "--date", "2026-11-21", "--site", "https://guide.example.org"}),
      kExitSuccess);
  const auto report = doc::check_pdf(read("a.pdf"));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->passes());
  EXPECT_EQ(report->figures, 2);
  ASSERT_EQ(run({"directory", "guide", "--snapshot", path("a.json"), "--out", path("b.pdf")}),
            kExitSuccess);
  EXPECT_EQ(read("a.pdf"), read("b.pdf"));
  EXPECT_EQ(run({"pdf-check", path("a.pdf")}), kExitSuccess);
  write("no.pdf", "no PDF");
  EXPECT_EQ(run({"pdf-check", path("no.pdf")}), kExitInput);
}

TEST_F(GuideCommand, SelectsByCountyAndNeed) {
  ASSERT_EQ(run({"directory", "guide", "--from", path("services.json"), "--out", path("a.txt"),
                 "--format", "text", "--county", "Niagara"}),
            kExitSuccess);
  EXPECT_EQ(read("a.txt").find("Night Shelter"), std::string::npos);
  EXPECT_NE(read("a.txt").find("Law Desk"), std::string::npos);
  EXPECT_EQ(run({"directory", "guide", "--from", path("services.json"), "--out", path("b.txt"),
                 "--format", "text", "--need", "Nothing of the kind"}),
            kExitInput);
}

TEST_F(GuideCommand, WritesNothingWhenARecordWasNotProjected) {
  write("raw.json", R"([{"id": "ac148810-d857-441c-9679-408f346de14b", "name": "Example",
                         "phones": [{"number": "716-555-0100", "visibility": "confidential"}]}])");
  EXPECT_NE(run({"directory", "guide", "--from", path("raw.json"), "--out", path("raw.pdf")}),
            kExitSuccess);
  EXPECT_FALSE(std::filesystem::exists(path("raw.pdf")));
}

// Every confidential text is a word that stands nowhere else; none may be in any form of the guide.
TEST_F(GuideCommand, NothingConfidentialIsInAnyFormOfTheGuide) {
  write("records.json", R"([{
    "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Example Night Shelter", "status": "active",
    "needs": ["housing.shelter"], "level": "local",
    "phones": [{"id": "ac148810-d857-441c-9679-000000000001", "number": "716-555-0100"},
               {"id": "ac148810-d857-441c-9679-000000000002", "number": "716-555-0177", "visibility": "confidential"}],
    "contacts": [{"id": "ac148810-d857-441c-9679-000000000003", "name": "CANARYCONTACT", "visibility": "confidential"}],
    "organization": {"id": "ac148810-d857-441c-9679-000000000004", "name": "Fictional Association",
                     "description": "Made up."},
    "service_at_locations": [{"id": "ac148810-d857-441c-9679-000000000005",
      "location": {"id": "ac148810-d857-441c-9679-000000000006", "location_type": "physical",
                   "visibility": "confidential", "name": "CANARYPLACE",
                   "public_addresses": [{"id": "ac148810-d857-441c-9679-000000000007", "city": "Exampleville",
                                         "state_province": "NY"}],
                   "addresses": [{"id": "ac148810-d857-441c-9679-000000000008", "address_1": "12 CANARYSTREET",
                                  "city": "CANARYTOWN", "state_province": "NY", "postal_code": "00000",
                                  "country": "US", "address_type": "physical"}],
                   "phones": [{"id": "ac148810-d857-441c-9679-000000000009", "number": "716-555-0188"}]}}]},
    {"id": "ac148810-d857-441c-9679-408f346de14c", "name": "CANARYSERVICE", "status": "active",
     "visibility": "task_force", "organization": {"id": "ac148810-d857-441c-9679-000000000004",
     "name": "Fictional Association", "description": "Made up."}}])");
  {
    const auto database = db::Database::open("sqlite:" + path("commons.db")).value();
    const SystemClock clock;
    SeededRandom random(7);
    const std::array modules{directory::store::migrations()};
    ASSERT_TRUE(db::migrate(*database, modules, clock));
    directory::Directory directory(*database, clock, random);
    const auto report = directory::import_path(directory, path("records.json"), {.source = "test"});
    ASSERT_TRUE(report) << report.error().describe();
    ASSERT_EQ(report->rejected, 0u);
  }
  for (const std::string format : {"pdf", "html", "docx", "text", "snapshot"}) {
    ASSERT_EQ(run({"directory", "guide", "--data", folder_.string(), "--out",
                   path("guide." + format), "--format", format, "--site",
                   "https://guide.example.org", "--keep", path("kept.json")}),
              kExitSuccess)
        << format;
  }
  std::string all =
      read("guide.html") + read("guide.text") + read("guide.snapshot") + read("kept.json");
  ASSERT_EQ(std::system(("pdftotext " + path("guide.pdf") + " " + path("pdf.txt") +
                         " && unzip -p " + path("guide.docx") + " > " + path("docx.txt"))
                            .c_str()),
            0);
  for (const char* name : {"pdf.txt", "docx.txt"}) {
    EXPECT_NE(read(name).find("Exampleville"), std::string::npos) << name;
    EXPECT_NE(read(name).find("555-0100"), std::string::npos) << name;
    all += read(name);
  }
  EXPECT_NE(all.find("Exampleville"), std::string::npos);
  for (const char* hidden : {"CANARY", "canary", "555-0177", "5550177", "555-0188", "5550188"}) {
    EXPECT_EQ(all.find(hidden), std::string::npos) << hidden;
  }
}

TEST(GuideSource, RefusesAGuideWithAHiddenText) {
  const doc::Document document{
      .title = "Example",
      .blocks = {doc::heading(1, "Example"), doc::paragraph("Come to 12 Canary St., Town")}};
  EXPECT_TRUE(guide::check_nothing_hidden(document, {"12 Other Street", "716-555-0100"}));
  EXPECT_FALSE(guide::check_nothing_hidden(document, {"12 CANARY ST"}));
}

}  // namespace
}  // namespace daybreak::cli
