// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak link` from the command line: what it prints, and how it refuses bad input.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/command.hpp"

namespace daybreak::cli {

void add_link_command(CLI::App& program);

namespace {

using testing::HasSubstr;

class LinkCommand : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("daybreak_link_" + std::to_string(::getpid()) + "_" + test->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  // Runs "link" with these words; keeps what it printed and returns its exit code.
  int run(std::vector<std::string> words) {
    CLI::App program;
    add_link_command(program);
    words.insert(words.begin(), "link");
    words.push_back("--quiet");
    std::reverse(words.begin(), words.end());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    int code = kExitSuccess;
    try {
      program.parse(words);
    } catch (const Exit& exit) {
      code = exit.code;
    } catch (const CLI::ParseError&) {
      code = kExitUsage;
    }
    printed_ = testing::internal::GetCapturedStdout();
    complained_ = testing::internal::GetCapturedStderr();
    return code;
  }

  std::filesystem::path folder_;
  std::string printed_, complained_;
};

TEST_F(LinkCommand, PrintsPairsAndClustersAsJson) {
  const std::string table = file("a.csv",
                                 "name,city\nZephyrine Farms LLC,Sampleton\n"
                                 "Quillon Cafe,Testville\nZEPHYRINE FARM,Sampleton\n");
  ASSERT_EQ(run({table, "--columns", "name,city", "--json"}), kExitSuccess) << complained_;
  EXPECT_THAT(printed_, HasSubstr("{\"a\":1,\"b\":3,\"probability\":0.9"));
  EXPECT_THAT(printed_, HasSubstr("{\"rows\":[1,3]"));
  EXPECT_THAT(printed_, HasSubstr("\"shared\":[\"ZEPHYRINE\",\"FARM\"]"));
}

TEST_F(LinkCommand, ScoresPairedRows) {
  const std::string a = file("a.csv", "name\nZephyrine Farms LLC\nQuillon Cafe\n");
  const std::string b = file("b.csv", "name\nZephyrine Farm\nVanthorp Bakery\n");
  ASSERT_EQ(run({a, b, "--paired"}), kExitSuccess) << complained_;
  EXPECT_THAT(printed_, HasSubstr("\n1,1,0.9"));
  EXPECT_THAT(printed_, HasSubstr("\n2,2,"));
  const std::string c = file("c.csv", "name\nOne\n");
  EXPECT_EQ(run({a, c, "--paired"}), kExitInput);
}

TEST_F(LinkCommand, RefusesWhatItCannotRead) {
  const std::string good = file("a.csv", "name\nZephyrine\n");
  EXPECT_EQ(run({file("empty.csv", ""), "--columns", "name"}), kExitInput);
  EXPECT_EQ(run({good, "--columns", "city"}), kExitInput);
  EXPECT_THAT(complained_, HasSubstr("city"));
  EXPECT_EQ(run({good, "--columns", "name:vegetable"}), kExitInput);
  EXPECT_NE(run({(folder_ / "absent.csv").string(), "--columns", "name"}), kExitSuccess);
  EXPECT_EQ(run({good, "--columns", "name", "--threshold", "7"}), kExitInput);
  const std::string pairs = file("pairs.csv", "a,b\n1,99\n");
  EXPECT_EQ(run({good, "--columns", "name", "--score-pairs", pairs}), kExitInput);
  EXPECT_THAT(complained_, HasSubstr("pairs.csv:2"));
}

TEST_F(LinkCommand, ReadsOldEncodingsAndHugeCells) {
  const std::string latin = file("latin.csv", "name,city\nMu\xF1oz Farms,X\nMunoz Farm,X\n");
  ASSERT_EQ(run({latin, "--columns", "name,city"}), kExitSuccess);
  EXPECT_THAT(printed_, HasSubstr("\n1,2,0.9"));
  EXPECT_THAT(complained_, HasSubstr("not UTF-8"));
  const std::string huge =
      file("huge.csv", "name,city\n" + std::string(1 << 20, 'a') + ",X\nAcme,Y\n");
  ASSERT_EQ(run({huge, "--columns", "name,city"}), kExitSuccess);
  EXPECT_EQ(printed_, "a,b,probability,reasons\n");
}

}  // namespace
}  // namespace daybreak::cli
