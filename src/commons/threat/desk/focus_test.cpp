// SPDX-License-Identifier: AGPL-3.0-or-later
// A focus area keeps what the task force wrote and planned, and its before and after is what a
// plain count of the cases gives.
#include "commons/threat/desk/focus.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/synthesize.hpp"
#include "db/test_database.hpp"
#include "trust/audit.hpp"
#include "trust/migrations.hpp"

namespace daybreak::threat::desk {
namespace {

const trust::OrganizationId kHome(Uuid::parse("0c7d0b44-0000-4000-8000-000000000091").value());

trust::Actor member(trust::Roles roles, trust::Standing standing = trust::Standing::kTaskForce) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid::parse("0c7d0b44-0000-4000-8000-000000000090").value());
  actor.organization = kHome;
  actor.standing = standing;
  actor.roles = roles;
  actor.source = "web";
  return actor;
}

Date day(const char* text) { return parse_date(text).value(); }

class FocusTest : public db::StoreTest {
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
    focus_.emplace(database(), *assessments_, clock_, random_);
    ASSERT_TRUE(database().write([&](db::Connection& c) {
      return c.execute(
          "INSERT INTO trust_organization (id, name, kind, standing, active, created_at) VALUES "
          "($1, 'Example Task Force', 'other', 'task_force', 1, $2)",
          {kHome, clock_.now()});
    }));
    const auto made = synthesize(
        folder_.path(),
        {.counties = western_new_york(), .cases = 8'000, .excess = demonstration_excess()});
    ASSERT_TRUE(made);
    const std::vector<std::filesystem::path> files = {made->whd, made->qcew};
    ASSERT_TRUE(import_files(database(), clock_, files, {}));
    AssessRequest request;
    request.region = "Example region";
    request.counties = western_new_york();
    request.from = day("2015-01-01");
    request.to = day("2024-12-31");
    request.replications = 199;
    const auto asked = assessments_->ask_for(coordinator_, request);
    ASSERT_TRUE(asked);
    assessment_ = *asked;
    ASSERT_TRUE(queue_->run_due());
  }
  WholeFocus whole(FocusId id) {
    auto found = focus_->find(coordinator_, id);
    EXPECT_TRUE(found) << found.error().describe();
    return found ? std::move(*found) : WholeFocus{};
  }
  Task task(FocusId id, const char* words, const char* due) {
    return {.focus = id, .words = words, .owner = kHome, .due = day(due)};
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  SeededRandom random_{7};
  db::TestFolder folder_;
  std::optional<jobs::Queue> queue_;
  std::optional<Assessments> assessments_;
  std::optional<FocusAreas> focus_;
  trust::Actor coordinator_ = member({trust::Role::kCoordinator});
  AssessmentId assessment_;
};
DAYBREAK_ON_BOTH_ENGINES(FocusTest);

TEST_P(FocusTest, KeepsWhatWasWrittenAndPlanned) {
  const auto id = focus_->make(coordinator_, assessment_, 1);
  ASSERT_TRUE(id) << id.error().describe();
  EXPECT_EQ(focus_->make(coordinator_, assessment_, 1).value(), *id) << "one for each finding";
  EXPECT_EQ(kind_of(focus_->make(coordinator_, assessment_, 99)), ErrorKind::kNotFound);
  ASSERT_TRUE(focus_->add_note(coordinator_, *id, NoteKind::kPartner, "Example extension office"));
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(focus_->add_note(coordinator_, *id, NoteKind::kGap, "No night bus"));
  ASSERT_TRUE(focus_->add_task(coordinator_, task(*id, "Second visit", "2026-12-20")));
  ASSERT_TRUE(focus_->add_task(coordinator_, task(*id, "First visit", "2026-11-25")));
  WholeFocus now = whole(*id);
  ASSERT_EQ(now.notes.size(), 2u);
  EXPECT_EQ(now.notes[1].words, "No night bus");
  ASSERT_EQ(now.tasks.size(), 2u);
  EXPECT_EQ(now.tasks[0].words, "First visit") << "by day";
  EXPECT_EQ(now.area.next_due, day("2026-11-25"));
  EXPECT_EQ(focus_->due_by(coordinator_, day("2026-11-28"))->size(), 1u);
  ASSERT_TRUE(focus_->settle_task(coordinator_, *id, now.tasks[0].id, TaskState::kDone));
  ASSERT_TRUE(focus_->remove_note(coordinator_, *id, now.notes[0].id));
  now = whole(*id);
  EXPECT_EQ(now.notes.size(), 1u);
  EXPECT_EQ(now.area.done, 1);
  EXPECT_EQ(now.area.planned, 1);
  EXPECT_TRUE(focus_->due_by(coordinator_, day("2026-11-28"))->empty());
  ASSERT_TRUE(focus_->set_open(coordinator_, *id, false));
  EXPECT_TRUE(focus_->due_by(coordinator_, day("2027-11-28"))->empty())
      << "closed areas do not nag";
  EXPECT_FALSE(focus_->list(coordinator_)->front().open);
}

TEST_P(FocusTest, RefusesWhatIsWrongByField) {
  const FocusId id = focus_->make(coordinator_, assessment_, 1).value();
  EXPECT_EQ(place_of(focus_->add_note(coordinator_, id, NoteKind::kNote, "")), "field words");
  Task wrong = task(id, "Visit", "2026-12-01");
  wrong.due = Date{};
  EXPECT_EQ(place_of(focus_->add_task(coordinator_, wrong)), "field due");
  wrong = task(id, "Visit", "2026-12-01");
  wrong.owner = {};
  EXPECT_EQ(place_of(focus_->add_task(coordinator_, wrong)), "field owner");
  wrong.owner = trust::OrganizationId(Uuid::parse("0c7d0b44-0000-4000-8000-000000000055").value());
  EXPECT_EQ(place_of(focus_->add_task(coordinator_, wrong)), "field owner");
  EXPECT_EQ(place_of(focus_->set_begun(coordinator_, id, day("2030-01-01"))), "field begun");
  EXPECT_EQ(place_of(focus_->scan_again(coordinator_, id)), "field begun");
  EXPECT_TRUE(whole(id).tasks.empty());
}

TEST_P(FocusTest, TheTaskForceReadsThoseTrainedForItWrite) {
  const FocusId id = focus_->make(coordinator_, assessment_, 1).value();
  const trust::Actor advocate = member({trust::Role::kAdvocate});
  EXPECT_TRUE(focus_->find(advocate, id));
  EXPECT_TRUE(focus_->list(advocate));
  for (const trust::Actor& actor :
       {advocate, member({trust::Role::kCoordinator}, trust::Standing::kPartner),
        trust::Actor::anyone()}) {
    EXPECT_FALSE(focus_->make(actor, assessment_, 1));
    EXPECT_FALSE(focus_->add_note(actor, id, NoteKind::kNote, "x"));
    EXPECT_FALSE(focus_->add_task(actor, task(id, "x", "2026-12-01")));
    EXPECT_FALSE(focus_->set_open(actor, id, false));
  }
  EXPECT_FALSE(focus_->find(member({}, trust::Standing::kPartner), id));
  EXPECT_TRUE(whole(id).notes.empty());
  EXPECT_TRUE(whole(id).area.open);
}

TEST_P(FocusTest, TheLogHoldsCodesAndNoWords) {
  const FocusId id = focus_->make(coordinator_, assessment_, 1).value();
  ASSERT_TRUE(focus_->add_note(coordinator_, id, NoteKind::kNote, "CANARY words"));
  ASSERT_TRUE(focus_->add_task(coordinator_, task(id, "CANARY step", "2026-12-01")));
  std::string all;
  const auto entries =
      database().read([](db::Connection& c) { return trust::audit_entries(c, 0, 1'000); });
  for (const trust::AuditEntry& entry : *entries) all += entry.leaf;
  EXPECT_THAT(all, testing::HasSubstr("add=note"));
  EXPECT_THAT(all, testing::HasSubstr("add=task"));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("CANARY")));
}

// Counted by hand, from the store's rows.
TEST_P(FocusTest, BeforeAndAfterAreWhatAPlainCountGives) {
  const FocusId id = focus_->make(coordinator_, assessment_, 1).value();
  EXPECT_FALSE(whole(id).change);
  ASSERT_TRUE(focus_->set_begun(coordinator_, id, day("2022-01-01")));
  const WholeFocus now = whole(id);
  ASSERT_TRUE(now.change);
  const Window& window = now.finding().window;
  std::int64_t here[2] = {0, 0}, all[2] = {0, 0};
  ASSERT_TRUE(database().read([&](db::Connection& c) {
    return c.query_each(
        "SELECT naics_2017, county, period_end FROM threat_case WHERE violations > 0 AND county IS "
        "NOT NULL",
        {}, [&](const db::Row& row) -> Result<void> {
          const int after = row.text(2) >= "2022-01-01";
          ++all[after];
          here[after] +=
              row.text(0).starts_with(window.industry) &&
              std::ranges::count(window.counties, static_cast<std::uint32_t>(row.integer(1))) > 0;
          return {};
        });
  }));
  EXPECT_EQ(now.change->before.cases, here[0]);
  EXPECT_EQ(now.change->after.cases, here[1]);
  EXPECT_EQ(now.change->before.region_cases, all[0]);
  EXPECT_EQ(now.change->after.region_cases, all[1]);
  ASSERT_TRUE(now.change->can_tell);
  // The excess was planted for 2019 to 2021: it fell since, and surely.
  const double a = here[1] + 0.5, b = all[1] - here[1] + 0.5, c = here[0] + 0.5,
               d = all[0] - here[0] + 0.5;
  EXPECT_NEAR(now.change->ratio, (a / b) / (c / d), 1e-12);
  EXPECT_NEAR(now.change->upper,
              (a / b) / (c / d) * std::exp(1.959964 * std::sqrt(1 / a + 1 / b + 1 / c + 1 / d)),
              1e-9);
  EXPECT_LT(now.change->ratio, 1);
}

TEST_P(FocusTest, TheSameScanRunsForTheTimeSince) {
  const FocusId id = focus_->make(coordinator_, assessment_, 1).value();
  ASSERT_TRUE(focus_->set_begun(coordinator_, id, day("2022-01-01")));
  const auto scan = focus_->scan_again(coordinator_, id);
  ASSERT_TRUE(scan) << scan.error().describe();
  ASSERT_TRUE(queue_->run_due());
  const WholeFocus now = whole(id);
  ASSERT_EQ(now.scans.size(), 1u);
  EXPECT_EQ(now.scans[0].request.from, day("2022-01-01"));
  EXPECT_EQ(now.scans[0].request.counties, now.evidence.entry.request.counties);
  const auto after = assessments_->find(coordinator_, *scan);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->assessment.runs, 2) << "another look at the same region";
  for (const Finding& finding : after->assessment.findings)
    EXPECT_FALSE(finding.robust) << "nothing was planted there after 2021";
}

// Few cases after: no numbers, and no ratio that they could be worked out from.
TEST_P(FocusTest, FewEmployersStayHidden) {
  const FocusId id = focus_->make(coordinator_, assessment_, 1).value();
  ASSERT_TRUE(focus_->set_begun(coordinator_, id, day("2024-12-20")));
  const WholeFocus now = whole(id);
  ASSERT_TRUE(now.change);
  EXPECT_TRUE(now.change->after.hidden);
  EXPECT_FALSE(now.change->can_tell);
  for (const std::string& sentence :
       words_of(*now.change, language::Words(language::Language::kEnglish)))
    EXPECT_THAT(sentence, testing::Not(testing::HasSubstr("times what it was")));
}

}  // namespace
}  // namespace daybreak::threat::desk
