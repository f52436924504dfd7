// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/tasks/tasks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::tasks {
namespace {

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};
Date days_on(int days) { return Date(std::chrono::sys_days(kToday) + std::chrono::days(days)); }

class TasksTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), migrations()});
    const Work at_work = work();
    client_ = *clients::Clients(at_work).open({}, kToday);
  }
  Task task(std::string text, int days, std::string deadline = {}) {
    return {.client = client_,
            .deadline = std::move(deadline),
            .due_on = days_on(days),
            .owner = advocate_.member,
            .text = Secret<std::string>(std::move(text))};
  }
  std::vector<std::string> texts(const TaskFilter& filter) {
    const Work at_work = work();
    std::vector<std::string> all;
    const auto found = Tasks(at_work).list(filter, kToday);
    EXPECT_TRUE(found) << found.error().describe();
    for (const Task& one : *found) all.push_back(one.text.reveal());
    return all;
  }
  clients::ClientId client_;
};
DAYBREAK_ON_BOTH_ENGINES(TasksTest);

TEST_P(TasksTest, StandInOrderOfHarmIfLate) {
  const Work at_work = work();
  Tasks tasks(at_work);
  ASSERT_TRUE(tasks.add(task("call the landlord", 1)));
  ASSERT_TRUE(tasks.add(task("ask for renewal", 30, "cp_expiry")));
  ASSERT_TRUE(tasks.add(task("return the book", -2)));
  ASSERT_TRUE(tasks.add(task("second inquiry", -1, "uscis_inquiry")));
  EXPECT_THAT(texts({}), testing::ElementsAre("second inquiry", "return the book",
                                              "ask for renewal", "call the landlord"));
  EXPECT_THAT(texts({.order = Order::kDay}),
              testing::ElementsAre("return the book", "second inquiry", "call the landlord",
                                   "ask for renewal"));
  EXPECT_THAT(texts({.shown = Shown::kOverdue}),
              testing::ElementsAre("second inquiry", "return the book"));
}

TEST_P(TasksTest, AreFilteredByWhoDoesThemAndByDay) {
  const Work at_work = work();
  Tasks tasks(at_work);
  Task others = task("theirs", 3);
  others.owner = id_number<trust::MemberId>(77);
  ASSERT_TRUE(tasks.add(others));
  ASSERT_TRUE(tasks.add(task("today", 0)));
  ASSERT_TRUE(tasks.add(task("tomorrow", 1)));
  EXPECT_THAT(texts({.shown = Shown::kAll, .owner = others.owner}), testing::ElementsAre("theirs"));
  EXPECT_THAT(texts({.shown = Shown::kAll, .due_by = kToday}), testing::ElementsAre("today"));
  EXPECT_THAT(texts({.shown = Shown::kAll, .due_by = days_on(3)}),
              testing::ElementsAre("today", "tomorrow", "theirs"));
  EXPECT_TRUE(texts({.shown = Shown::kAll, .owner = others.owner, .due_by = days_on(2)}).empty());
}

TEST_P(TasksTest, AreMineOrForAllAndDoneAndUndone) {
  const Work at_work = work();
  Tasks tasks(at_work);
  Task others = task("order cards", 3);
  others.client = std::nullopt;
  others.owner = id_number<trust::MemberId>(77);
  const auto id = tasks.add(others);
  ASSERT_TRUE(id) << id.error().describe();
  EXPECT_TRUE(texts({}).empty());
  EXPECT_THAT(texts({.shown = Shown::kAll}), testing::ElementsAre("order cards"));
  EXPECT_TRUE(texts({.shown = Shown::kAll, .client = client_}).empty());
  EXPECT_EQ(kind_of(tasks.set_done(*id, false)), ErrorKind::kConflict);
  ASSERT_TRUE(tasks.set_done(*id, true));
  EXPECT_TRUE(texts({.shown = Shown::kAll}).empty());
  EXPECT_THAT(texts({.shown = Shown::kDone}), testing::ElementsAre("order cards"));
  ASSERT_TRUE(tasks.set_done(*id, false));
  EXPECT_EQ(texts({.shown = Shown::kAll}).size(), 1u);
  EXPECT_EQ(kind_of(tasks.set_done(id_number<TaskId>(5), true)), ErrorKind::kNotFound);
}

TEST_P(TasksTest, WordsAreSealedAndGoWithTheClient) {
  const Work at_work = work();
  Tasks tasks(at_work);
  ASSERT_TRUE(tasks.add(task("kanarietask", 1)));
  const auto row = vault().database().read([](db::Connection& connection) {
    return connection.query_one("SELECT body FROM tasks_task");
  });
  EXPECT_EQ((*row)->blob(0).find("kanarie"), std::string::npos);
  EXPECT_THAT(log_text(), testing::Not(testing::HasSubstr("kanarie")));
  ASSERT_TRUE(clients::Clients(at_work).ask_to_shred(client_));
  const trust::Actor colleague = test_member(1, 4, {trust::Role::kAdvocate}, kTestStart);
  const Work second{vault(), colleague, keyring_};
  ASSERT_TRUE(clients::Clients(second).shred(client_));
  EXPECT_THAT(texts({}), testing::ElementsAre(""));
}

TEST_P(TasksTest, WrongFieldsAreNamedAndOthersAreRefused) {
  const Work at_work = work();
  const auto place = [&](auto change) {
    Task wrong = task("x", 1);
    change(wrong);
    const auto added = Tasks(at_work).add(wrong);
    return added ? std::string("taken") : added.error().place;
  };
  EXPECT_EQ(place([](Task& one) { one.deadline = "x"; }), "field deadline");
  EXPECT_EQ(place([](Task& one) { one.due_on = Date(); }), "field due_on");
  EXPECT_EQ(place([](Task& one) { one.text = Secret<std::string>(" "); }), "field task");
  EXPECT_EQ(place([](Task& one) { one.text = Secret<std::string>("\xff"); }), "field task");
  const trust::Actor detective = test_member(2, 6, {trust::Role::kInvestigator}, kTestStart);
  const Work foreign{vault(), detective, keyring_};
  EXPECT_EQ(kind_of(Tasks(foreign).list({}, kToday)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(Tasks(foreign).add(task("x", 1))), ErrorKind::kNotFound);
}

TEST_P(TasksTest, TakingOutNeedsAFreshConfirmation) {
  const trust::Actor unconfirmed = test_member(1, 1, {trust::Role::kAdvocate});
  const Work at_work{vault(), unconfirmed, keyring_};
  EXPECT_EQ(place_of(Tasks(at_work).take_out({}, kToday)), "confirmation");
  const Work confirmed = work();
  ASSERT_TRUE(Tasks(confirmed).take_out({}, kToday));
  EXPECT_THAT(log_text(), testing::HasSubstr("task.export"));
}

}  // namespace
}  // namespace daybreak::vault::tasks
