// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak scan` from files to findings.
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
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

TEST_F(ScanCommand, ErrorsNameFileAndLine) {
  request_.population = write("zero-at-b.pop", "a 100\nb 0\nc 100\nd 100\n");
  request_.cases = write("b.cas", "a 3\nb 1\n");
  EXPECT_NE(error().place.find("b.cas:2"), std::string::npos) << error().describe();
  request_.population.clear();
  request_.cases = write("sum.cas", "a 2000000000\nb 100000000\nc 100000000\n");
  EXPECT_NE(error().place.find("sum.cas:3"), std::string::npos);
  request_.cases = write("none.cas", "a 0\nb 0\n");
  EXPECT_NE(error().place.find("none.cas"), std::string::npos);
  request_.cases = write("ok.cas", "a 3\nb 1\n");
  request_.population = write("other.pop", "a 100\nb 100\nc 100\nd 100\ne 100\n");
  EXPECT_NE(error().place.find("other.pop:5"), std::string::npos);
  request_.population.clear();
  request_.model = "bernoulli";
  request_.controls = write("huge.ctl", "a 1\nb 3000000000\n");
  EXPECT_NE(error().place.find("huge.ctl:2"), std::string::npos);
  request_.model = "poisson";
  request_.kind = ScanKind::kSpaceTime;
  request_.cases = write("date.cas", "a 3 2020/1/31\nb 1 2020/2/30\n");
  EXPECT_NE(error().place.find("date.cas:2"), std::string::npos);
  request_.controls.clear();
  request_.cases = write("coarse.cas", "a 3 2020/1\nb 1 2020\n");
  request_.time_unit = "month";
  EXPECT_NE(error().place.find("coarse.cas:2"), std::string::npos) << error().describe();
}

TEST_F(ScanCommand, TreeErrorsNameFileAndLine) {
  request_.kind = ScanKind::kTree;
  request_.tree = write("cycle.tre", "x,all\na,b\nb,c\nc,a\n");
  request_.cases = write("tree.cas", "x,3,1\na,1,1\n");
  EXPECT_NE(error().place.find("cycle.tre:4"), std::string::npos) << error().describe();
  request_.tree = write("ok.tre", "a,all\nb,all\n");
  request_.cases = write("zero.cas", "a,3,2\nb,1,0\n");
  EXPECT_NE(error().place.find("zero.cas:2"), std::string::npos) << error().describe();
  request_.cases = write("nan.cas", "a,3,2\nb,nan,1\n");
  EXPECT_NE(error().place.find("nan.cas:2"), std::string::npos);
  request_.cases = write("large.cas", "a,2147483647,2\nb,1,1\n");
  EXPECT_NE(error().place.find("large.cas:2"), std::string::npos);
}

TEST_F(ScanCommand, ANodeMayHaveSeveralParents) {
  request_.kind = ScanKind::kTree;
  // x lies under a and b, y under b: the branch of all holds each once.
  request_.tree = write("dag.tre", "x,a\nx,b\ny,b\nz,a\na,all\nb,all\n");
  request_.cases = write("dag.cas", "x,6,10\ny,2,10\nz,1,20\n");
  const ScanOutcome outcome = run_scan(request_).value();
  std::map<std::string, double> llr;
  for (const ScanFinding& f : outcome.findings) llr[f.node] = f.cluster.llr;
  EXPECT_EQ(outcome.result.total_cases, 9);
  EXPECT_EQ(outcome.result.windows, 6u);
  EXPECT_NEAR(llr["x"], stats::poisson_llr(6, 2.25, 9), 1e-12);
  EXPECT_NEAR(llr["b"], stats::poisson_llr(8, 4.5, 9), 1e-12);
  EXPECT_NEAR(llr["a"], stats::poisson_llr(7, 6.75, 9), 1e-12);
  EXPECT_FALSE(llr.contains("all"));  // as many cases as expected
}

TEST_F(ScanCommand, QuirksOfOtherPrograms) {
  const ScanOutcome plain = run_scan(request_).value();
  const auto same = [&] {
    const auto outcome = run_scan(request_);
    ASSERT_TRUE(outcome) << outcome.error().describe();
    ASSERT_EQ(outcome->findings.size(), plain.findings.size());
    for (std::size_t i = 0; i < plain.findings.size(); ++i) {
      EXPECT_EQ(outcome->findings[i].members, plain.findings[i].members);
      EXPECT_EQ(outcome->findings[i].cluster.p_value, plain.findings[i].cluster.p_value);
      EXPECT_NEAR(outcome->findings[i].cluster.llr, plain.findings[i].cluster.llr, 1e-12);
    }
  };
  request_.cases = write("quoted.cas",
                         "\xEF\xBB\xBF# comment\r\n\r\n\"a\" 4\r\na 5\r\n"
                         "// more\r\nb\t1\r\n  c   2\r\nd 1");
  same();
  request_.cases = write("comma.cas", "id,cases\na,9\n\"b\",1\nc,2\nd,1\n\n");
  same();
  request_.cases = write("zeros.cas", "a 9\nb 1\nc 2\nd 1\nb 0\n");
  request_.population =
      write("years.pop",
            "a 2019 90\na 2021 110\nb 2019 90\nb 2021 110\nc 2019 90\nc 2021 110\n"
            "d 2019 90\nd 2021 110\n");
  same();
  // A place without people or cases takes no part.
  request_.coordinates = write("more.geo", "a 0 0\nb 1 0\nempty 0.2 0.1\nc 2 0.5\nd 8 8\n");
  const auto outcome = run_scan(request_);
  ASSERT_TRUE(outcome) << outcome.error().describe();
  EXPECT_EQ(outcome->findings[0].cluster.llr, plain.findings[0].cluster.llr);
}

TEST_F(ScanCommand, AMillionPlacesAreRefusedWithTheCure) {
  // A grid of a thousand by a thousand; three cases where it begins.
  std::string geo;
  for (int i = 0; i < 1000000; ++i) {
    fmt::format_to(std::back_inserter(geo), "{} {} {}\n", i, i % 1000, i / 1000);
  }
  request_.coordinates = write("million.geo", geo);
  request_.cases = write("million.cas", "0 1\n1 1\n1000 1\n77777 1\n");
  request_.population.clear();
  const Error refused = error();
  EXPECT_NE(refused.cure.find("--max-size"), std::string::npos) << refused.describe();
  // A tenth of them with small windows; docs/benchmarks.md has the whole million.
  geo.resize(geo.find("\n100000 ") + 1);
  request_.coordinates = write("tenth.geo", geo);
  request_.max_size = "0.003%";  // three places
  request_.replications = 9;
  const auto outcome = run_scan(request_);
  ASSERT_TRUE(outcome) << outcome.error().describe();
  EXPECT_EQ(outcome->findings[0].cluster.cases, 3);
}

}  // namespace
}  // namespace daybreak::cli
