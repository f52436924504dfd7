// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/plans/plans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/plans/safety.hpp"
#include "vault/tasks/tasks.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::plans {
namespace {

using clients::ClientId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};
Date days_on(int days) { return Date(std::chrono::sys_days(kToday) + std::chrono::days(days)); }
Secret<std::string> said(std::string words) { return Secret<std::string>(std::move(words)); }

class PlansTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), tasks::migrations(), migrations()});
    clock_.set(Instant(std::chrono::sys_days(kToday)) + std::chrono::hours(17));
    advocate_.confirmed_at = clock_.now();
    client_ = *clients::Clients(here()).open({}, kToday);
    other_ = *clients::Clients(here()).open({}, kToday);
  }
  const Work& here() {
    current_.reset(new Work(work()));
    return *current_;
  }
  GoalTerms goal(std::string words, State state = State::kOpen) {
    return {.area = "housing", .state = state, .since = kToday, .words = said(std::move(words))};
  }
  StepTerms step(std::string words) { return {.since = kToday, .words = said(std::move(words))}; }
  StepTerms ours(std::string words, int days, State state = State::kOpen) {
    return {.doer = Doer::kStaff,
            .owner = advocate_.member,
            .due_on = days_on(days),
            .state = state,
            .since = kToday,
            .words = said(std::move(words))};
  }
  std::vector<std::string> open_tasks() {
    std::vector<std::string> all;
    const auto tasks = tasks::Tasks(here()).list({}, kToday);
    for (const auto& task : *tasks)
      all.push_back(format_date(task.due_on) + " " + task.text.reveal());
    return all;
  }
  ClientId client_, other_;
  std::unique_ptr<Work> current_;
};
DAYBREAK_ON_BOTH_ENGINES(PlansTest);

TEST_P(PlansTest, KeepHerWordsAndEveryChange) {
  const Work mine = work();
  Plans plans(mine);
  const auto first = plans.add_goal(client_, goal("I want a door that I can lock"));
  ASSERT_TRUE(first) << first.error().describe();
  ASSERT_TRUE(plans.add_goal(client_, goal("My own bank account")));
  const auto step_id = plans.add_step(client_, *first, step("look at two rooms"));
  ASSERT_TRUE(step_id) << step_id.error().describe();
  ASSERT_TRUE(plans.change_goal(client_, *first, 1, goal("A door and a bed", State::kUnderWay)));
  ASSERT_TRUE(plans.change_goal(client_, *first, 2, goal("A door and a bed", State::kReached)));
  ASSERT_TRUE(plans.change_step(client_, *first, *step_id, 1, step("look at three rooms")));

  const auto plan = plans.read(client_);
  ASSERT_TRUE(plan) << plan.error().describe();
  ASSERT_THAT(plan->goals, SizeIs(2));
  EXPECT_EQ(plan->goals[0].goal.terms.words.reveal(), "My own bank account") << "open ones first";
  EXPECT_EQ(plan->goals[1].goal.terms.state, State::kReached);
  ASSERT_THAT(plan->goals[1].steps, SizeIs(1));
  EXPECT_EQ(plan->goals[1].steps[0].terms.words.reveal(), "look at three rooms");

  const auto history = plans.read_goal(client_, *first);
  ASSERT_TRUE(history) << history.error().describe();
  EXPECT_EQ(history->goal.written.version, 3);
  ASSERT_THAT(history->earlier, SizeIs(2));
  EXPECT_EQ(history->earlier[1].terms.words.reveal(), "I want a door that I can lock");
  ASSERT_THAT(history->earlier_steps, SizeIs(1));
  EXPECT_EQ(history->earlier_steps[0].terms.words.reveal(), "look at two rooms");
}

TEST_P(PlansTest, AStaleChangeAndAForeignGoalAreRefused) {
  const Work mine = work();
  Plans plans(mine);
  const GoalId id = *plans.add_goal(client_, goal("a room"));
  ASSERT_TRUE(plans.change_goal(client_, id, 1, goal("two rooms")));
  EXPECT_EQ(plans.change_goal(client_, id, 1, goal("three")).error().kind, ErrorKind::kConflict);
  // Another one's goal under her own file.
  EXPECT_EQ(plans.change_goal(other_, id, 2, goal("x")).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(plans.read_goal(other_, id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(plans.add_step(other_, id, step("x")).error().kind, ErrorKind::kNotFound);
  const StepId one = *plans.add_step(client_, id, step("call"));
  const GoalId second = *plans.add_goal(client_, goal("b"));
  EXPECT_EQ(plans.change_step(client_, second, one, 1, step("x")).error().kind,
            ErrorKind::kNotFound);
  EXPECT_EQ(plans.read(client_)->goals[0].goal.terms.words.reveal(), "two rooms");
}

TEST_P(PlansTest, ADayOfOursAndTheNextReviewStandInTheTasks) {
  const Work mine = work();
  Plans plans(mine);
  const GoalId id = *plans.add_goal(client_, goal("a room"));
  const StepId one = *plans.add_step(client_, id, ours("call the landlord", 3));
  ASSERT_TRUE(plans.add_step(client_, id, step("think it over")));
  EXPECT_THAT(open_tasks(), ElementsAre("2026-11-21 call the landlord"));
  ASSERT_TRUE(plans.change_step(client_, id, one, 1, ours("call her", 5)));
  EXPECT_THAT(open_tasks(), ElementsAre("2026-11-23 call her"));
  ASSERT_TRUE(plans.review(client_, kToday, days_on(30), said("Talk the plan over")));
  EXPECT_THAT(open_tasks(), ElementsAre("2026-11-23 call her", "2026-12-18 Talk the plan over"));
  ASSERT_TRUE(plans.change_step(client_, id, one, 2, ours("call her", 5, State::kReached)));
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(plans.review(client_, kToday, days_on(60), said("Again")));
  EXPECT_THAT(open_tasks(), ElementsAre("2027-01-17 Again"));
  const auto reviews = plans.read(client_)->reviews;
  ASSERT_THAT(reviews, SizeIs(2));
  EXPECT_EQ(format_date(*reviews[0].next_on), "2027-01-17");
  EXPECT_EQ(plans.outline(client_)->review->by, advocate_.member);
}

TEST_P(PlansTest, WrongFieldsAreNamed) {
  const Work mine = work();
  Plans plans(mine);
  const auto place = [](const auto& result) {
    return result ? std::string("taken") : result.error().place;
  };
  GoalTerms terms = goal("x");
  terms.area = "no_such";
  EXPECT_EQ(place(plans.add_goal(client_, terms)), "field area");
  EXPECT_EQ(place(plans.add_goal(client_, goal(" "))), "field goal");
  terms = goal("x");
  terms.since = Date();
  EXPECT_EQ(place(plans.add_goal(client_, terms)), "field since");
  const GoalId id = *plans.add_goal(client_, goal("x"));
  StepTerms ownerless = ours("x", 1);
  ownerless.owner = std::nullopt;
  EXPECT_EQ(place(plans.add_step(client_, id, ownerless)), "field owner");
  EXPECT_EQ(place(plans.review(client_, days_on(5), {}, said("x"))), "field reviewed_on");
  EXPECT_EQ(place(plans.review(client_, kToday, kToday, said("x"))), "field next_on");
}

TEST_P(PlansTest, SafetyPlansAreSkippablePartsInVersions) {
  const Work mine = work();
  SafetyPlans plans(mine);
  EXPECT_FALSE(*plans.read(client_, Looking::kOnScreen));
  const SafetyPart first[] = {
      {.section = "safe_places", .words = said("the library")},
      {.section = "phone_seen", .skip = codes::Skip::kPrefersNot, .words = {}}};
  ASSERT_EQ(*plans.save(client_, 0, first), 1);
  EXPECT_EQ(plans.save(client_, 0, first).error().kind, ErrorKind::kConflict);
  const SafetyPart second[] = {{.section = "safe_places", .words = said("her aunt's")}};
  ASSERT_EQ(*plans.save(client_, 1, second), 2);
  const auto now = *plans.read(client_, Looking::kToPrint);
  EXPECT_EQ(now->find("safe_places")->words.reveal(), "her aunt's");
  EXPECT_EQ(now->find("phone_seen"), nullptr);
  const auto before = *plans.read(client_, Looking::kOnScreen, 1);
  EXPECT_EQ(before->find("phone_seen")->skip, codes::Skip::kPrefersNot);
  EXPECT_EQ(plans.read(client_, Looking::kOnScreen, 7).error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(*plans.versions(client_), SizeIs(2));
  const SafetyPart unknown[] = {{.section = "diary", .words = said("x")}};
  EXPECT_EQ(plans.save(client_, 2, unknown).error().place, "field diary");
  EXPECT_EQ(plans.save(client_, 2, {}).error().kind, ErrorKind::kInvalid);
}

TEST_P(PlansTest, WordsAreSealedForgottenAndNotForOthers) {
  const Work mine = work();
  const GoalId id = *Plans(mine).add_goal(client_, goal("kanariegoal"));
  ASSERT_TRUE(Plans(mine).add_step(client_, id, step("kanariestep")));
  const SafetyPart part[] = {{.section = "safe_ways", .words = said("kanarieword")}};
  ASSERT_TRUE(SafetyPlans(mine).save(client_, 0, part));
  for (const char* table : {"plans_goal_version", "plans_step_version", "plans_safety_part"}) {
    const auto row = vault().database().read([&](db::Connection& connection) {
      return connection.query_one("SELECT words FROM " + std::string(table));
    });
    EXPECT_EQ((*row)->blob(0).find("kanarie"), std::string::npos) << table;
  }
  EXPECT_THAT(log_text(), Not(HasSubstr("kanarie")));
  const trust::Actor detective = test_member(2, 6, {trust::Role::kInvestigator}, kTestStart);
  const Work foreign{vault(), detective, keyring_};
  EXPECT_EQ(Plans(foreign).read(client_).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(Plans(foreign).outline(client_).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(SafetyPlans(foreign).read(client_, Looking::kOnScreen).error().kind,
            ErrorKind::kNotFound);

  const auto forget = [&] {
    return vault().database().write(
        [&](db::Connection& connection) { return forget_all(connection, client_); });
  };
  EXPECT_EQ(*forget(), 3);
  EXPECT_EQ(*forget(), 0) << "nothing is left to forget";
  const auto plan = Plans(mine).read(client_);
  ASSERT_TRUE(plan) << plan.error().describe();
  EXPECT_TRUE(plan->goals[0].goal.terms.words.reveal().empty());
  EXPECT_EQ(plan->goals[0].goal.terms.area, "housing") << "codes stay";
  EXPECT_FALSE(*SafetyPlans(mine).read(client_, Looking::kOnScreen));
}

TEST_P(PlansTest, AGoalIsChangedToAnAreaOfItsDayAndKeepsTheOldOne) {
  const auto id = Plans(here()).add_goal(client_, goal("a room_"));
  ASSERT_TRUE(id) << id.error().describe();
  auto codes = codes::Codes::parse(
      "[[list]]\nid='goal_area'\nas_of='2026-01-01'\nsource='s'\ncodes=["
      "{code='housing',en='x',es='x',until='2026-09-30'},{code='health',en='x',es='x'},"
      "{code='legal',en='x',es='x',from='2027-01-01'}]\n",
      "");
  ASSERT_TRUE(codes) << codes.error().describe();
  const codes::BuiltInForTest replaced(std::move(*codes));
  EXPECT_TRUE(Plans(here()).change_goal(client_, *id, 1, goal("a room with a door_")));
  GoalTerms later = goal("papers_");
  later.area = "legal";
  const auto wrong = Plans(here()).change_goal(client_, *id, 2, later);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().place, "field area");
  later.since = Date(std::chrono::year(2027), std::chrono::month(1), std::chrono::day(1));
  EXPECT_TRUE(Plans(here()).change_goal(client_, *id, 2, later));
  // Back to one that does not count any more is a new choice.
  EXPECT_FALSE(Plans(here()).change_goal(client_, *id, 3, goal("a room_")));
}

}  // namespace
}  // namespace daybreak::vault::plans
