// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/queue.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>

#include "db/test_database.hpp"

namespace daybreak::jobs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class QueueTest : public db::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({migrations()});
    queue_.emplace(database(), clock_);
  }
  std::optional<JobId> add(NewJob job) {
    const auto id =
        database().write([&](db::Connection& c) { return enqueue(c, job, clock_, random_); });
    EXPECT_TRUE(id) << id.error().describe();
    return id.value_or(std::nullopt);
  }
  int run() {
    const auto count = queue_->run_due();
    EXPECT_TRUE(count) << count.error().describe();
    return count.value_or(-1);
  }
  std::size_t count(State state) { return queue_->list(state)->size(); }

  ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
  SeededRandom random_{1};
  std::optional<Queue> queue_;
};
DAYBREAK_ON_BOTH_ENGINES(QueueTest);

TEST_P(QueueTest, RunsWhatIsDueInOrderAndOnce) {
  std::vector<std::string> seen;
  queue_->handle("say", [&](RunningJob& job) -> Result<void> {
    seen.push_back(job.job().payload);
    return {};
  });
  add({.kind = "say", .payload = "\"later\"", .run_at = clock_.now() + minutes(5)});
  add({.kind = "say", .payload = "\"second\""});
  add({.kind = "say", .payload = "\"first\"", .run_at = clock_.now() - minutes(1)});
  add({.kind = "unknown here"});
  EXPECT_EQ(run(), 2);
  EXPECT_EQ(run(), 0);
  clock_.advance(minutes(5));
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(seen, (std::vector<std::string>{"\"first\"", "\"second\"", "\"later\""}));
  EXPECT_EQ(count(State::kWaiting), 1u);
  clock_.advance(std::chrono::hours(24 * 8));
  EXPECT_EQ(*queue_->remove_done(), 3);
}

TEST_P(QueueTest, AJobOfAWriteThatFailsIsNotThere) {
  (void)database().write([&](db::Connection& c) -> Result<void> {
    TRY(enqueue(c, {.kind = "say"}, clock_, random_));
    return fail(ErrorKind::kConflict, "no");
  });
  EXPECT_EQ(count(State::kWaiting), 0u);
}

TEST_P(QueueTest, TriesAgainLaterAndLaterAndThenGivesUp) {
  int attempts = 0;
  queue_->handle("fail", [&](RunningJob&) -> Result<void> {
    ++attempts;
    if (attempts == 2) throw std::runtime_error("bug");
    return fail(ErrorKind::kUnavailable, "the mail server does not answer");
  });
  const auto id = add({.kind = "fail"});
  EXPECT_EQ(run(), 1);
  clock_.advance(seconds(29));
  EXPECT_EQ(run(), 0);
  clock_.advance(seconds(1));
  EXPECT_EQ(run(), 1);
  clock_.advance(seconds(59));
  EXPECT_EQ(run(), 0);
  clock_.advance(std::chrono::hours(7));
  while (count(State::kWaiting) == 1) {
    run();
    clock_.advance(std::chrono::hours(7));
  }
  EXPECT_EQ(attempts, 8);
  ASSERT_EQ(count(State::kDead), 1u);
  EXPECT_EQ(*queue_->list(State::kDead)->at(0).last_error, "the mail server does not answer");
  EXPECT_TRUE(queue_->retry(*id));
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(attempts, 9);
}

TEST_P(QueueTest, WhatCannotGetBetterIsNotTriedAgain) {
  queue_->handle("bad", [&](RunningJob&) -> Result<void> {
    return fail(ErrorKind::kInvalid, "no such address");
  });
  add({.kind = "bad"});
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(count(State::kDead), 1u);
}

TEST_P(QueueTest, AUniqueKeyIsThereOnceWhileItWaits) {
  queue_->handle("index", [](RunningJob&) -> Result<void> { return {}; });
  EXPECT_TRUE(add({.kind = "index", .unique_key = "service 1"}));
  EXPECT_FALSE(add({.kind = "index", .unique_key = "service 1"}));
  EXPECT_EQ(run(), 1);
  EXPECT_TRUE(add({.kind = "index", .unique_key = "service 1"}));
}

TEST_P(QueueTest, AWorkerThatDiedLosesItsJobWhenTheLeaseEnds) {
  Queue dying(database(), clock_), other(database(), clock_);
  int done = 0;
  Result<void> late;
  other.handle("work", [&](RunningJob& job) -> Result<void> {
    EXPECT_EQ(job.job().attempts, 2);
    return job.finish([&](db::Connection&) -> Result<void> {
      ++done;
      return {};
    });
  });
  dying.handle("work", [&](RunningJob& job) -> Result<void> {
    EXPECT_EQ(*other.run_due(), 0);
    clock_.advance(minutes(11));
    EXPECT_EQ(*other.run_due(), 1);
    late = job.finish([&](db::Connection&) -> Result<void> {
      ++done;
      return {};
    });
    return late;
  });
  add({.kind = "work"});
  EXPECT_EQ(*dying.run_due(), 1);
  EXPECT_EQ(late.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(done, 1);
  EXPECT_EQ(count(State::kDone), 1u);
}

TEST_P(QueueTest, WorkersRunEachJobOnceAndFinishWhatTheyBegan) {
  std::atomic<int> ran{0};
  queue_->handle("count", [&](RunningJob&) -> Result<void> {
    ++ran;
    return {};
  });
  for (int i = 0; i < 40; ++i) add({.kind = "count"});
  {
    Workers workers(*queue_, 3);
    for (int i = 0; i < 2000 && count(State::kDone) < 40; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(ran, 40);
  EXPECT_EQ(count(State::kDone), 40u);
}

}  // namespace
}  // namespace daybreak::jobs
