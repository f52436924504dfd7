// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak scan` from files to findings.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json.hpp"
#include "cli/scan_report.hpp"

namespace daybreak::cli {
namespace {

class ScanCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("daybreak-scan-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    request_.cartesian = true;
    request_.threads = 2;
    request_.coordinates = write("x.geo", "a 0 0\nb 1 0\nc 2 0.5\nd 8 8\n");
    request_.population = write("x.pop", "a 2020 100\nb 2020 100\nc 2020 100\nd 2020 100\n");
    request_.cases = write("x.cas", "a 9\nb 1\nc 2\nd 1\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  Error error() {
    auto outcome = run_scan(request_);
    if (outcome) return Error{ErrorKind::kInternal, "it worked"};
    return outcome.error();
  }

  std::filesystem::path folder_;
  ScanRequest request_;
};

TEST_F(ScanCommand, FindsTheClusterAndReportsIt) {
  const ScanOutcome outcome = run_scan(request_).value();
  const Json json = parse_json(scan_json(request_, outcome, 0.5)).value();
  const Json& first = json.find("clusters")->if_array()->front();
  EXPECT_EQ(*first.find("members")->if_array()->front().if_string(), "a");
  EXPECT_EQ(*first.find("cases")->if_integer(), 9);
  EXPECT_NEAR(*first.find("expected")->if_number(), 3.25, 1e-12);
  EXPECT_NEAR(*first.find("llr")->if_number(), stats::poisson_llr(9, 3.25, 13), 1e-12);
  EXPECT_EQ(*json.find("seed")->if_integer(), 1);
  EXPECT_EQ(*json.find("replications")->if_integer(), 999);
  EXPECT_NE(scan_words(request_, outcome, 0.5).find("9 cases where 3.25 were expected"),
            std::string::npos);
  const std::string map = scan_map(outcome);
  EXPECT_NE(map.find("<title id=\"title\">4 places"), std::string::npos);
  EXPECT_EQ(map.find("script"), std::string::npos);
}

TEST_F(ScanCommand, SpaceTimeGivesDates) {
  request_.kind = ScanKind::kSpaceTime;
  request_.cases = write(
      "t.cas", "a 1 2021/01\na 6 2021/03\na 6 2021/04\nb 1 2021/06\nc 1 2021/08\nd 1 2021/12\n");
  const ScanOutcome outcome = run_scan(request_).value();
  EXPECT_EQ(outcome.findings[0].start, "2021-03-01");
  EXPECT_EQ(outcome.findings[0].end, "2021-04-30");
  EXPECT_EQ(outcome.times, 12u);
  request_.prospective = true;
  const ScanOutcome prospective = run_scan(request_).value();
  for (const ScanFinding& f : prospective.findings) {
    EXPECT_EQ(f.end, "2021-12-31");
    EXPECT_NEAR(*f.recurrence_days, 31 / f.cluster.p_value, 1e-9);
  }
}

TEST_F(ScanCommand, TreeAndTreeSpace) {
  request_.kind = ScanKind::kTree;
  request_.tree = write("x.tre", "farm,all\nshop,all\ncrops,farm\ncattle,farm\n");
  request_.cases = write("tree.cas", "crops,9,100\ncattle,1,100\nshop,2,300\n");
  const ScanOutcome tree = run_scan(request_).value();
  EXPECT_EQ(tree.findings[0].node, "crops");
  EXPECT_NEAR(tree.findings[0].cluster.expected, 12 * 0.2, 1e-12);
  request_.kind = ScanKind::kTreeSpace;
  request_.cases = write(
      "ts.cas",
      "crops,8,a,2021/03,50\ncrops,1,b,2021/02,50\nshop,2,c,2021/01,300\ncattle,1,d,2021/04,100\n");
  const ScanOutcome space = run_scan(request_).value();
  EXPECT_EQ(space.findings[0].node, "crops");
  EXPECT_EQ(space.findings[0].members, std::vector<std::string>{"a"});
  EXPECT_EQ(space.findings[0].start, "2021-03-01");
  request_.cases = write("tp.cas", "crops,8,a\ncrops,1,b\nshop,7,c\nshop,5,b\ncattle,6,d\n");
  EXPECT_NEAR(run_scan(request_).value().findings[0].cluster.expected, 9.0 * 8 / 27, 0.2 * 27);
}

TEST_F(ScanCommand, BadInputIsNamed) {
  request_.cases = write("unknown.cas", "a 1\nzzz 2\n");
  EXPECT_NE(error().place.find("unknown.cas:2"), std::string::npos);
  request_.cases = write("nan.cas", "a nan\n");
  EXPECT_NE(error().place.find("nan.cas:1"), std::string::npos);
  request_.cases = write("large.cas", "a 1\nb 2147483648\n");
  EXPECT_NE(error().place.find("large.cas:2"), std::string::npos);
  request_.cases = write("none.cas", "a 0\nb 0\n");
  EXPECT_NE(error().message.find("no cases"), std::string::npos);
  request_.cases = write("ok.cas", "a 3\nb 1\n");
  request_.population = write("zero.pop", "a 2020 0\nb 2020 0\nc 2020 0\nd 2020 0\n");
  EXPECT_NE(error().message.find("population is zero"), std::string::npos);
  request_.population = write("nan.pop", "a 2020 nan\n");
  EXPECT_NE(error().place.find("nan.pop:1"), std::string::npos);
  request_.population.clear();
  request_.max_size = "0%";
  EXPECT_NE(error().place.find("--max-size"), std::string::npos);
  request_.max_size = "50%";
  request_.coordinates = write("nan.geo", "a nan 0\n");
  EXPECT_NE(error().place.find("nan.geo:1"), std::string::npos);
  request_.coordinates = write("gone.geo", "");
  EXPECT_NE(error().message, "it worked");
}

TEST_F(ScanCommand, BadTreesAreNamed) {
  request_.kind = ScanKind::kTree;
  request_.cases = write("tree.cas", "a,3,1\nb,1,1\n");
  request_.tree = write("empty.tre", "");
  EXPECT_NE(error().place.find("empty.tre"), std::string::npos);
  request_.tree = write("cycle.tre", "a,b\nb,c\nc,a\n");
  EXPECT_NE(error().message.find("circle"), std::string::npos) << error().describe();
  request_.tree = write("ok.tre", "a,root\nb,root\n");
  request_.cases = write("bad.cas", "a,3,1\nnobody,1,1\n");
  EXPECT_NE(error().place.find("bad.cas:2"), std::string::npos);
  request_.cases = write("zero.cas", "a,3,0\nb,1,1\n");
  EXPECT_NE(error().message.find("no population"), std::string::npos);
}

TEST_F(ScanCommand, DegenerateDataHaveAnAnswer) {
  request_.cases = write("one.cas", "b 7\n");
  const ScanOutcome one = run_scan(request_).value();
  EXPECT_EQ(one.findings[0].members, std::vector<std::string>{"b"});
  EXPECT_TRUE(parse_json(scan_json(request_, one, 0)).has_value());  // relative risk is infinite
  request_.coordinates = write("same.geo", "a 1 1\nb 1 1\nc 1 1\nd 1 1\n");
  EXPECT_NE(error().message.find("no place is small enough"), std::string::npos);
  request_.max_size = "100%";
  EXPECT_TRUE(run_scan(request_).value().findings.empty());
}

}  // namespace
}  // namespace daybreak::cli
