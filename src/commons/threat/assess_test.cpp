// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/assess.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/report.hpp"
#include "commons/threat/synthesize.hpp"
#include "commons/threat/values.hpp"
#include "db/test_database.hpp"
#include "geography/geography.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

fs::path shared_data() {
  const char* set = std::getenv("DAYBREAK_SHARED");
  return fs::path(set ? set : "../shared") / "data";
}

class ThreatAssessment : public testing::Test {
 protected:
  void SetUp() override { fresh(); }
  void fresh() {
    database_.reset();
    database_ = db::Database::open("sqlite:" +
                                   (folder_.path() / (std::to_string(++stores_) + ".db")).string())
                    .value();
    const db::ModuleMigrations migrations = store::migrations();
    ASSERT_TRUE(db::migrate(*database_, std::span(&migrations, 1), clock_));
  }
  void import(std::vector<fs::path> files) {
    const auto result = import_files(*database_, clock_, files, {});
    ASSERT_TRUE(result) << result.error().describe();
    for (const FailedFile& failed : result->failed) ADD_FAILURE() << failed.error.describe();
  }
  void make(const SynthesizeOptions& options) {
    const auto made = synthesize(folder_.path(), options);
    ASSERT_TRUE(made) << made.error().describe();
    import({made->whd, made->qcew});
  }
  Assessment run(const AssessRequest& request) {
    auto result = assess(*database_, request);
    EXPECT_TRUE(result) << result.error().describe();
    return result ? std::move(*result) : Assessment{};
  }
  static AssessRequest western(std::uint64_t seed = 1) {
    AssessRequest request;
    request.region = "western New York";
    request.counties = western_new_york();
    request.from = parse_date("2015-01-01").value();
    request.to = parse_date("2024-12-31").value();
    request.replications = 199;
    request.seed = seed;
    return request;
  }

  ManualClock clock_{parse_instant("2026-11-22T00:00:00Z").value()};
  db::TestFolder folder_;
  std::unique_ptr<db::Database> database_;
  int stores_ = 0;
};

TEST_F(ThreatAssessment, FindsThePlantedDairiesFirst) {
  make({.counties = western_new_york(), .cases = 8'000, .excess = demonstration_excess()});
  const Assessment found = run(western());
  ASSERT_FALSE(found.findings.empty());
  const Finding& first = found.findings.front();
  EXPECT_TRUE(first.robust);
  EXPECT_THAT(first.holds_in,
              testing::IsSupersetOf({Denominator::kJobs, Denominator::kEstablishments}));
  EXPECT_TRUE(first.window.industry == "112120" || first.window.industry == "11212")
      << first.window.industry;
  const std::vector<std::uint32_t> planted = demonstration_excess().counties;
  std::size_t hit = 0;
  for (const std::uint32_t county : first.window.counties)
    hit += static_cast<std::size_t>(std::ranges::count(planted, county));
  EXPECT_GE(hit, 2u);
  EXPECT_LE(first.window.counties.size(), 5u);
  ASSERT_TRUE(first.time);
  EXPECT_GE(first.time->first_quarter, "2018-Q3");
  EXPECT_LE(first.time->first_quarter, "2019-Q3");
  EXPECT_GE(first.time->last_quarter, "2021-Q2");
  EXPECT_LE(first.time->last_quarter, "2022-Q2");
  EXPECT_THAT(first.words.front(), testing::HasSubstr("Dairy"));
  for (std::size_t i = 1; i < found.findings.size(); ++i)
    EXPECT_FALSE(found.findings[i].robust) << i;
}

TEST_F(ThreatAssessment, FindsNothingRobustWhereNothingWasPlanted) {
  int robust = 0;
  constexpr int kRuns = 10;
  for (int run_number = 1; run_number <= kRuns; ++run_number) {
    fresh();
    make({.counties = western_new_york(),
          .cases = 2'000,
          .seed = static_cast<std::uint64_t>(run_number)});
    const Assessment found = run(western(static_cast<std::uint64_t>(run_number)));
    robust += !found.findings.empty() && found.findings.front().robust;
  }
  EXPECT_LE(robust, 1);
}

TEST_F(ThreatAssessment, TheSameRequestGivesTheSameReport) {
  make({.counties = western_new_york(), .cases = 3'000, .excess = demonstration_excess()});
  AssessRequest request = western();
  const Json once = to_json(run(request));
  request.threads = 2;
  EXPECT_EQ(to_text(once), to_text(to_json(run(request))));
  const auto parsed = parse_request(*once.find("request"));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(fingerprint_of(to_json(run(*parsed))), *once.find("fingerprint")->if_string());
  request.seed = 2;
  EXPECT_NE(fingerprint_of(to_json(run(request))), *once.find("fingerprint")->if_string());
}

TEST_F(ThreatAssessment, RunsOfARegionAreOneFamily) {
  make({.counties = western_new_york(), .cases = 2'000});
  Assessment first = run(western());
  ASSERT_TRUE(register_run(*database_, first, clock_.now()));
  EXPECT_EQ(first.runs, 1);
  Assessment again = run(western());
  ASSERT_TRUE(register_run(*database_, again, clock_.now()));
  EXPECT_EQ(again.runs, 1) << "the same question is not another look";
  AssessRequest other = western();
  other.from = parse_date("2018-01-01").value();
  Assessment second = run(other);
  ASSERT_TRUE(register_run(*database_, second, clock_.now()));
  EXPECT_EQ(second.runs, 2);
}

TEST_F(ThreatAssessment, SmallFindingsAreForAnalystsOnly) {
  // Twelve cases of two firms, where nothing is expected.
  make({.counties = western_new_york(), .cases = 3'000});
  ASSERT_TRUE(database_->write([](db::Connection& c) -> Result<void> {
    for (int i = 0; i < 12; ++i)
      TRY(c.execute(
          "INSERT INTO threat_case (load_id, line, case_id, trade_name, natural_person, county, "
          "naics, "
          "naics_2017, violations, employees, period_end) SELECT id, $1, $2, $3, 0, 36037, "
          "'112120', "
          "'112120', 5, 1, '2020-01-01' FROM threat_load WHERE dataset = 'whd'",
          {90'000 + i, 9'000'000 + i, i % 2 == 0 ? "Example A Dairy" : "Example B Dairy"}));
    return {};
  }));
  AssessRequest request = western();
  const Assessment open = run(request);
  EXPECT_GT(open.withheld, 0);
  for (const Finding& finding : open.findings)
    EXPECT_GE(finding.inside.employers, kFewestEmployers);
  std::size_t windows = 0;
  const Json json = to_json(open);
  for (const Json& denominator : *json.find("denominators")->if_array())
    for (const auto* stage : {"tree", "tree_and_places"})
      for (const Json& window : *denominator.find(stage)->if_array()) {
        EXPECT_GE(*window.find("employers")->if_integer(), kFewestEmployers);
        ++windows;
      }
  EXPECT_GT(windows, 0u);
  request.readers = Readers::kAnalyst;
  EXPECT_GT(run(request).findings.size(), open.findings.size());
}

TEST_F(ThreatAssessment, ErrorsSayWhatToDo) {
  const auto empty = assess(*database_, western());
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().describe(), testing::HasSubstr("Import the WHD file"));
  AssessRequest wrong = western();
  wrong.counties.push_back(36999);
  EXPECT_THAT(assess(*database_, wrong).error().describe(),
              testing::HasSubstr("36999 is no county"));
}

// A second, plain path from the files to the numbers of the report.
struct PlainCase {
  std::string naics;
  std::uint32_t county = 0;
  std::int64_t violations = 0, workers = 0;
  double wages = 0;
};

std::vector<PlainCase> plain_cases(const fs::path& file) {
  auto csv = CsvReader::open(open_file(file).value()).value();
  const auto at = [&](std::string_view name) { return csv.require_column(name).value(); };
  const std::size_t zip = at("zip_cd"), naics = at("naic_cd"), count = at("case_violtn_cnt"),
                    workers = at("ee_violtd_cnt");
  std::vector<PlainCase> cases;
  while (const CsvRow* row = csv.next().value()) {
    const geography::County* county =
        geography::county_of_zip(std::string((*row)[zip]).substr(0, 5));
    if (!county || county->state != "CA") continue;
    if ((*row)[naics].starts_with("0") || (*row)[naics] == "nan") continue;
    cases.push_back({std::string(naics_2017_of((*row)[naics])), county->fips.number(),
                     std::stoll(std::string((*row)[count])),
                     std::stoll(std::string((*row)[workers])), 0});
  }
  return cases;
}

TEST_F(ThreatAssessment, CaliforniaComesOutTheSameByAPlainPath) {
  const fs::path cases_file = shared_data() / "whd/whd_california_cases_2016_derived.csv";
  if (!fs::exists(cases_file))
    GTEST_SKIP() << "no official files at " << shared_data() << " (set DAYBREAK_SHARED)";
  import({cases_file, shared_data() / "whd/whd_flsa_by_naics_2016.csv",
          shared_data() / "geography/county_population_2010_2023.csv",
          shared_data() / "oflc/h2a/oflc_h2a_FY2016.csv.zst",
          shared_data() / "oflc/h2a/oflc_h2a_FY2017.csv.zst"});
  AssessRequest request;
  request.region = "California";
  for (const geography::County& county : geography::counties_of_state("CA"))
    request.counties.push_back(county.fips.number());
  request.from = parse_date("2000-01-01").value();
  request.to = parse_date("2016-12-31").value();
  request.replications = 199;
  const Assessment found = run(request);

  const std::vector<PlainCase> cases = plain_cases(cases_file);
  EXPECT_EQ(found.inspections, static_cast<std::int64_t>(cases.size()));
  const std::int64_t violating =
      std::ranges::count_if(cases, [](const PlainCase& one) { return one.violations > 0; });
  EXPECT_EQ(found.violating, violating);
  ASSERT_FALSE(found.findings.empty());
  const auto in_branch = [](const std::string& code, const std::string& branch) {
    if (branch.find('-') == branch.npos) return code.starts_with(branch);
    return code.substr(0, 2) >= branch.substr(0, 2) && code.substr(0, 2) <= branch.substr(3);
  };
  for (const Finding& finding : found.findings) {
    const Window& window = finding.window;
    std::int64_t inspections = 0, hits = 0, violations = 0, workers = 0;
    for (const PlainCase& one : cases) {
      if (!in_branch(one.naics, window.industry) ||
          std::ranges::find(window.counties, one.county) == window.counties.end())
        continue;
      ++inspections;
      hits += one.violations > 0;
      violations += one.violations;
      workers += one.workers;
    }
    EXPECT_EQ(finding.inside.inspections, inspections) << window.industry;
    EXPECT_EQ(finding.inside.violating, hits);
    EXPECT_EQ(finding.inside.violations, violations);
    EXPECT_EQ(finding.inside.workers, workers);
    EXPECT_EQ(finding.rest.inspections, found.inspections - inspections);
  }
  // The scan by inspections: expected cases are the share of all inspections.
  const auto& by_inspections = *std::ranges::find(found.denominators, Denominator::kInspections,
                                                  &DenominatorReport::denominator);
  ASSERT_FALSE(by_inspections.tree_and_places.empty());
  for (const Window& window : by_inspections.tree_and_places) {
    double n = 0, c = 0;
    for (const PlainCase& one : cases)
      if (in_branch(one.naics, window.industry) &&
          std::ranges::find(window.counties, one.county) != window.counties.end())
        n += 1, c += one.violations > 0;
    const double all = static_cast<double>(cases.size()), total = static_cast<double>(violating);
    EXPECT_EQ(static_cast<double>(window.cases), c);
    EXPECT_NEAR(window.expected, total * n / all, 1e-6 * window.expected);
    EXPECT_NEAR(window.relative_risk, (c / n) / ((total - c) / (all - n)),
                1e-6 * window.relative_risk);
  }
  // H-2A positions, primary rows only, by county of the worksite: those of FY2016 and FY2017.
  const auto& positions = *std::ranges::find(found.denominators, Denominator::kPositions,
                                             &DenominatorReport::denominator);
  EXPECT_FALSE(positions.basis.empty());
  // The report names no employer.
  const std::string report = to_text(to_json(found));
  EXPECT_EQ(report.find("Nail Spa Plus"), std::string::npos);
}

}  // namespace
}  // namespace daybreak::threat
