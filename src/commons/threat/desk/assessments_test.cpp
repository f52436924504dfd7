// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may ask, what the job makes of it, and that what is read back is what was made.
#include "commons/threat/desk/assessments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/report.hpp"
#include "commons/threat/synthesize.hpp"
#include "commons/threat/words.hpp"
#include "db/test_database.hpp"
#include "doc/pdf.hpp"
#include "doc/pdf_check.hpp"
#include "trust/audit.hpp"
#include "trust/migrations.hpp"

namespace daybreak::threat::desk {
namespace {

trust::Actor member(trust::Roles roles, trust::Standing standing = trust::Standing::kTaskForce) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid::parse("0c7d0b44-0000-4000-8000-000000000090").value());
  actor.organization =
      trust::OrganizationId(Uuid::parse("0c7d0b44-0000-4000-8000-000000000091").value());
  actor.standing = standing;
  actor.roles = roles;
  actor.source = "web";
  return actor;
}

class AssessmentsTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(jobs::migrations());
    modules.push_back(threat::store::migrations());
    modules.push_back(migrations());
    migrate_with(modules);
    queue_.emplace(database(), clock_);
    assessments_.emplace(database(), clock_, random_);
    assessments_->add_handlers(*queue_);
  }
  void import_small(std::uint64_t cases = 8'000) {
    const auto made = synthesize(
        folder_.path(),
        {.counties = western_new_york(), .cases = cases, .excess = demonstration_excess()});
    ASSERT_TRUE(made) << made.error().describe();
    const std::vector<std::filesystem::path> files = {made->whd, made->qcew};
    const auto imported = import_files(database(), clock_, files, {});
    ASSERT_TRUE(imported && imported->failed.empty());
  }
  static AssessRequest western() {
    AssessRequest request;
    request.region = "Example region";
    request.counties = western_new_york();
    request.from = parse_date("2015-01-01").value();
    request.to = parse_date("2024-12-31").value();
    request.replications = 199;
    return request;
  }
  Whole make(const AssessRequest& request) {
    const auto asked = assessments_->ask_for(coordinator_, request);
    EXPECT_TRUE(asked) << asked.error().describe();
    EXPECT_TRUE(queue_->run_due());
    auto whole = assessments_->find(coordinator_, *asked);
    EXPECT_TRUE(whole) << whole.error().describe();
    return whole ? std::move(*whole) : Whole{};
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  SeededRandom random_{7};
  db::TestFolder folder_;
  std::optional<jobs::Queue> queue_;
  std::optional<Assessments> assessments_;
  trust::Actor coordinator_ = member({trust::Role::kCoordinator});
};
DAYBREAK_ON_BOTH_ENGINES(AssessmentsTest);

TEST_P(AssessmentsTest, WhatIsReadBackIsWhatWasMade) {
  import_small();
  const Whole whole = make(western());
  ASSERT_EQ(whole.entry.state, State::kReady);
  EXPECT_TRUE(whole.entry.synthetic);
  ASSERT_FALSE(whole.assessment.findings.empty());
  EXPECT_EQ(to_text(to_json(whole.assessment)), whole.report);
  EXPECT_EQ(whole.entry.findings, static_cast<std::int64_t>(whole.assessment.findings.size()));
  const Finding& first = whole.assessment.findings.front();
  EXPECT_EQ(words_of(first, whole.assessment, language::Language::kEnglish), first.words);
  const auto again = assess(database(), whole.entry.request);
  ASSERT_TRUE(again);
  EXPECT_EQ(fingerprint_of(to_json(*again)), fingerprint_of(to_json(whole.assessment)));
}

TEST_P(AssessmentsTest, TheReportHasAMapAndTheMarkInBothLanguages) {
  import_small();
  const Whole whole = make(western());
  for (const language::Language language :
       {language::Language::kEnglish, language::Language::kSpanish}) {
    const doc::Document document =
        to_document(whole.assessment, parse_date("2026-11-21").value(), "MARK", language);
    EXPECT_EQ(document.running_foot, "MARK");
    const bool has_map = std::ranges::any_of(document.blocks, [](const doc::Block& block) {
      const auto* figure = std::get_if<doc::Figure>(&block.content);
      return figure != nullptr && figure->alternative.find("Genesee") != std::string::npos;
    });
    EXPECT_TRUE(has_map);
    const auto pdf = doc::to_pdf(document);
    ASSERT_TRUE(pdf) << pdf.error().describe();
    EXPECT_TRUE(doc::check_pdf(*pdf)->passes());
  }
}

TEST_P(AssessmentsTest, OnlyThoseTrainedForItAssessAndTakeOut) {
  import_small(500);
  const Whole whole = make(western());
  const trust::Actor advocate = member({trust::Role::kAdvocate});
  const trust::Actor partner = member({trust::Role::kCoordinator}, trust::Standing::kPartner);
  EXPECT_TRUE(assessments_->find(advocate, whole.entry.id));
  EXPECT_TRUE(assessments_->list(advocate));
  for (const trust::Actor& actor : {advocate, partner, trust::Actor::anyone()}) {
    const auto asked = assessments_->ask_for(actor, western());
    ASSERT_FALSE(asked);
    EXPECT_EQ(kind_of(asked), ErrorKind::kNotFound);
    EXPECT_FALSE(assessments_->take_out(actor, whole.entry.id, "report.pdf"));
  }
  EXPECT_FALSE(assessments_->find(partner, whole.entry.id));
  EXPECT_FALSE(assessments_->list(trust::Actor::anyone()));
  EXPECT_TRUE(assessments_->take_out(coordinator_, whole.entry.id, "report.pdf"));
  const auto log =
      database().read([](db::Connection& c) { return trust::audit_entries(c, 0, 1'000); });
  ASSERT_TRUE(log);
  std::string all;
  for (const trust::AuditEntry& entry : *log) all += entry.leaf;
  EXPECT_THAT(all, testing::HasSubstr("threat_assessment.create"));
  EXPECT_THAT(all, testing::HasSubstr("form=report.pdf"));
  EXPECT_THAT(all, testing::HasSubstr("\"denied\""));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("Example region")));
}

TEST_P(AssessmentsTest, WhatCannotBeMadeSaysSoAndIsNotTriedForEver) {
  const Whole empty = make(western());
  EXPECT_EQ(empty.entry.state, State::kFailed);
  EXPECT_THAT(empty.entry.problem, testing::HasSubstr("no Wage and Hour case"));
  AssessRequest wrong = western();
  wrong.counties = {99'999};
  EXPECT_EQ(place_of(assessments_->ask_for(coordinator_, wrong)), "field counties");
  wrong = western();
  wrong.to = parse_date("2014-01-01").value();
  EXPECT_EQ(place_of(assessments_->ask_for(coordinator_, wrong)), "field to");
}

TEST_P(AssessmentsTest, ALensCountsItsOwnCasesAndAnotherLensIsAnotherLook) {
  import_small();
  const Whole any = make(western());
  AssessRequest request = western();
  request.lens = parse_lens(Json("minimum_wage")).value();
  const Whole wages = make(request);
  ASSERT_EQ(wages.entry.state, State::kReady);
  ASSERT_FALSE(any.assessment.findings.empty());
  const Finding& first = any.assessment.findings.front();
  EXPECT_EQ(wages.assessment.violating, first.inside.kinds[5] + first.rest.kinds[5]);
  EXPECT_LT(wages.assessment.violating, any.assessment.violating);
  EXPECT_EQ(wages.assessment.runs, 2);
  const auto family = assessments_->family(coordinator_);
  ASSERT_TRUE(family);
  ASSERT_EQ(family->size(), 2u);
  EXPECT_EQ(family->front().request.lens.code, "minimum_wage");
  for (const RegisteredRun& run : *family) EXPECT_GE(run.family_p, run.best_p);
}

TEST_P(AssessmentsTest, TheDemonstrationMakesItselfOnce) {
  ASSERT_TRUE(assessments_->begin_demonstration());
  ASSERT_TRUE(queue_->run_due());
  ASSERT_TRUE(assessments_->begin_demonstration());
  ASSERT_TRUE(queue_->run_due());
  const auto entries = assessments_->list(coordinator_);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->front().state, State::kReady);
  EXPECT_TRUE(entries->front().synthetic);
  EXPECT_EQ(entries->front().robust, 1);
  const auto years = assessments_->years();
  ASSERT_TRUE(years && *years);
  EXPECT_EQ((*years)->first, 2015);
  EXPECT_EQ((*years)->last, 2024);
}

}  // namespace
}  // namespace daybreak::threat::desk
