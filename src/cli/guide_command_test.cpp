// SPDX-License-Identifier: AGPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

#include "cli/command.hpp"
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

}  // namespace
}  // namespace daybreak::cli
