// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/assess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "commons/threat/assess_test_store.hpp"
#include "commons/threat/employers.hpp"
#include "commons/threat/linkage_draws.hpp"
#include "commons/threat/report.hpp"

namespace daybreak::threat {
namespace {

class ThreatAssessment : public AssessmentStore {};

TEST_F(ThreatAssessment, FindsThePlantedDairiesFirst) {
  Excess excess = demonstration_excess();
  excess.factor = 12;
  make({.counties = western_new_york(), .cases = 8'000, .excess = excess});
  EXPECT_FALSE(run(western()).findings.front().robust) << "not before the employers are linked";
  ASSERT_TRUE(link_employers(*database_, clock_));
  const Assessment found = run(western());
  ASSERT_FALSE(found.findings.empty());
  const Finding& first = found.findings.front();
  EXPECT_TRUE(first.robust);
  EXPECT_THAT(first.holds_in,
              testing::IsSupersetOf({Denominator::kJobs, Denominator::kEstablishments}));
  EXPECT_TRUE(first.window.industry == "112120" || first.window.industry == "11212")
      << first.window.industry;
  ASSERT_FALSE(first.industries.empty());
  EXPECT_EQ(first.industries.front().name, "112120") << "the leaf";
  EXPECT_THAT(first.window.counties,
              testing::UnorderedElementsAreArray(demonstration_excess().counties));
  ASSERT_TRUE(first.time);
  EXPECT_EQ(first.time->first_quarter, "2019-Q1");
  EXPECT_EQ(first.time->last_quarter, "2021-Q4");
  EXPECT_LE(first.employers_p, 0.0125);
  EXPECT_THAT(first.words.front(), testing::HasSubstr("Dairy"));
  for (std::size_t i = 1; i < found.findings.size(); ++i)
    EXPECT_FALSE(found.findings[i].robust) << i;
}

// The sizes are read once; each run has cases of its own, drawn in proportion to them.
TEST_F(ThreatAssessment, FindsNothingRobustInNinetyFiveOfAHundredWhereNothingWasPlanted) {
  constexpr int kRuns = 100;
  int robust = 0;
  for (int number = 1; number <= kRuns; ++number) {
    const auto made = synthesize(folder_.path(), {.counties = western_new_york(),
                                                  .cases = 1'500,
                                                  .seed = static_cast<std::uint64_t>(number)});
    ASSERT_TRUE(made) << made.error().describe();
    fresh();
    import({made->whd, made->qcew});
    ASSERT_TRUE(link_employers(*database_, clock_));
    AssessRequest request = western(static_cast<std::uint64_t>(number));
    request.replications = 99;
    const Assessment found = run(request);
    robust += std::ranges::any_of(found.findings, &Finding::robust);
  }
  EXPECT_LE(robust, 5) << "of " << kRuns;
}

// What people decided holds in every draw, a sure link too; a link of one half is there in some.
TEST_F(ThreatAssessment, EmployersAreDrawnByTheProbabilityOfTheirLinks) {
  make({.counties = western_new_york(), .cases = 500});
  ASSERT_TRUE(link_employers(*database_, clock_));
  AssessRequest request = western();
  CaseSet set = database_->read([&](db::Connection& c) { return read_cases(c, request); }).value();
  ASSERT_GE(set.spellings.size(), 6u);
  const auto& key = set.spellings;
  ASSERT_TRUE(database_->write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("DELETE FROM threat_employer_pair"));
    const auto link = [&](std::size_t a, std::size_t b, double p) {
      const auto [first, second] = std::minmax(key[a], key[b]);
      return c.execute(
          "INSERT INTO threat_employer_pair (a, b, probability, reasons) VALUES ($1, $2, $3, '[]')",
          {first, second, p});
    };
    TRY(link(0, 1, 1.0));
    TRY(link(2, 3, 0.5));
    TRY(link(4, 5, 0.999));
    const auto [first, second] = std::minmax(key[4], key[5]);
    TRY(
        c.execute("INSERT INTO threat_employer_decision (a, b, same, decided_at) VALUES ($1, $2, "
                  "0, 0)",
                  {first, second}));
    return {};
  }));
  const auto draw = [&](std::uint64_t seed) {
    return database_->read([&](db::Connection& c) { return draw_employers(c, set, seed); }).value();
  };
  const DrawnEmployers drawn = draw(1);
  ASSERT_EQ(drawn.size(), static_cast<std::size_t>(kLinkageDraws));
  int together = 0;
  for (const auto& employer : drawn) {
    EXPECT_EQ(employer[0], employer[1]);
    EXPECT_NE(employer[4], employer[5]) << "decided to be two";
    EXPECT_NE(employer[0], employer[2]);
    together += employer[2] == employer[3];
  }
  EXPECT_GE(together, 3);
  EXPECT_LE(together, 17);
  EXPECT_EQ(draw(1), drawn) << "the same seed, the same draws";
  EXPECT_NE(draw(2), drawn);
}

// An analyst's version counts from then on; a report keeps the one that it was made with.
TEST_F(ThreatAssessment, AReportKeepsTheLensThatItWasMadeWith) {
  make({.counties = western_new_york(), .cases = 2'000});
  AssessRequest request = western();
  request.lens = parse_lens(Json("minimum_wage")).value();
  const Json report = to_json(run(request));
  Lens next = request.lens;
  next.fields = "wages_per_worker>=2000";
  const auto change = [&](const Lens& lens, bool retired) {
    return database_->write([&](db::Connection& c) -> Result<void> {
      TRY(change_lens(c, lens, retired, "Example Analyst", clock_.now()));
      return {};
    });
  };
  ASSERT_TRUE(change(next, false));
  EXPECT_EQ(kind_of(change(next, false)), ErrorKind::kConflict) << "version 0 is not the newest";
  const auto find = [&] {
    return database_->read([](db::Connection& c) { return find_lens(c, "minimum_wage"); });
  };
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->version, 1);
  const AssessRequest again = parse_request(*report.find("request")).value();
  EXPECT_EQ(again.lens.version, 0);
  EXPECT_EQ(fingerprint_of(to_json(run(again))), *report.find("fingerprint")->if_string());
  request.lens = find().value();
  EXPECT_NE(run(request).violating, *report.find("violating")->if_integer());
  Lens last = find().value();
  ASSERT_TRUE(change(last, true));
  EXPECT_EQ(kind_of(find()), ErrorKind::kNotFound);
  const auto history =
      database_->read([](db::Connection& c) { return lens_history(c, "minimum_wage"); });
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 3u);
  EXPECT_TRUE(history->front().retired);
  EXPECT_EQ(history->back().lens.fields, "minimum_wage");
  Lens wrong = next;
  wrong.fields = "nothing";
  EXPECT_EQ(place_of(change(wrong, false)), "fields");
}

// Inspections of OSHA: those with a violation, and those of a serious kind alone.
TEST_F(ThreatAssessment, SafetyInspectionsAreAProgramOfTheirOwn) {
  make({.counties = western_new_york(),
        .cases = 3'000,
        .osha_rows = 20'000,
        .excess = demonstration_excess()});
  AssessRequest request = western();
  request.lens = parse_lens(Json("osha_any")).value();
  const Assessment any = run(request);
  std::map<std::int64_t, std::array<std::int64_t, 3>> violations;  // all, serious kinds, penalties
  std::int64_t inspections = 0, violating = 0, serious = 0;
  ASSERT_TRUE(database_->read([&](db::Connection& c) -> Result<void> {
    for (const db::Row& row :
         TRY(c.query("SELECT activity, kind, penalty FROM threat_violation WHERE deleted = 0"))) {
      auto& one = violations[row.integer(0)];
      ++one[0];
      const std::string kind = row.maybe_text(1).value_or("");
      one[1] += kind == "S" || kind == "W" || kind == "R";
      one[2] += row.maybe_integer(2).value_or(0);
    }
    for (const db::Row& row : TRY(c.query("SELECT activity, opened FROM threat_inspection WHERE "
                                          "county IS NOT NULL AND naics_2017 IS NOT NULL"))) {
      if (row.text(1) < "2015-01-01" || row.text(1) > "2024-12-31") continue;
      ++inspections;
      violating += violations[row.integer(0)][0] > 0;
      serious += violations[row.integer(0)][1] > 0;
    }
    return {};
  }));
  EXPECT_EQ(any.inspections, inspections);
  EXPECT_EQ(any.violating, violating);
  EXPECT_EQ(any.dataset, "osha");
  EXPECT_GT(violating, 0);
  request.lens = parse_lens(Json("osha_serious")).value();
  const Assessment grave = run(request);
  EXPECT_EQ(grave.inspections, inspections);
  EXPECT_EQ(grave.violating, serious);
  EXPECT_LT(serious, violating);
  for (const Finding& finding : any.findings)
    EXPECT_THAT(finding.words.front(), testing::HasSubstr("inspections that count"));
}

// Visa applications of the same store: denials by application and by certified position.
TEST_F(ThreatAssessment, DeniedVisaApplicationsHaveTheirOwnDenominators) {
  make({.counties = western_new_york(), .cases = 500});
  ASSERT_TRUE(database_->write([](db::Connection& c) -> Result<void> {
    TRY(
        c.execute("INSERT INTO threat_load (dataset, program, slice, name, digest, state, files, "
                  "rows_in, rows_kept, rows_rejected, values_set_aside, notes, imported) VALUES "
                  "('h2a', 'H-2A', '2020', 'example', 'x', 'current', 1, 0, 0, 0, 0, '', 0)"));
    const auto load = TRY(c.query_one("SELECT max(id) FROM threat_load"))->integer(0);
    for (int i = 0; i < 400; ++i) {
      const std::uint32_t county = western_new_york()[static_cast<std::size_t>(i) % 17];
      const bool denied = county == 36037 || i % 20 == 0;
      TRY(c.execute(
          "INSERT INTO threat_certification (load_id, line, case_number, sub_row, status, decided, "
          "employer, natural_person, filer, worksite_county, requested, certified) VALUES ($1, $2, "
          "$3, 0, $4, '2020-06-01', $5, 0, '', $6, 20, $7)",
          {load, i, "H-300-" + std::to_string(i), denied ? "denied" : "certified",
           "Example Farm " + std::to_string(i), county, denied ? 0 : 18}));
    }
    return {};
  }));
  AssessRequest request = western();
  request.lens = parse_lens(Json("h2a_denied")).value();
  const Assessment found = run(request);
  EXPECT_EQ(found.inspections, 400);
  ASSERT_FALSE(found.findings.empty());
  const Finding& first = found.findings.front();
  EXPECT_EQ(first.window.industry, "11");
  EXPECT_THAT(first.window.counties, testing::Contains(36037u));
  EXPECT_THAT(first.holds_in, testing::Contains(Denominator::kInspections));
  EXPECT_EQ(first.inside.violating, first.inside.kinds[0]) << "denials";
  EXPECT_EQ(first.inside.workers, 20 * first.inside.inspections) << "asked for";
  EXPECT_THAT(found.findings.front().words.front(), testing::HasSubstr("applications that count"));
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

}  // namespace
}  // namespace daybreak::threat
