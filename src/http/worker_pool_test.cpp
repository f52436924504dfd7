// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/worker_pool.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <latch>

namespace daybreak::http {
namespace {

using std::chrono::steady_clock;
constexpr auto kForever = steady_clock::time_point::max();

TEST(WorkerPool, DoesEveryJobOnce) {
  constexpr int kJobs = 2'000;
  std::vector<std::atomic<int>> done(kJobs);
  WorkerPool pool(8, 2, kJobs);
  for (int i = 0; i < kJobs; ++i) ASSERT_TRUE(pool.try_submit([&done, i] { ++done[i]; }));
  EXPECT_TRUE(pool.finish(kForever));
  for (const std::atomic<int>& one : done) EXPECT_EQ(one, 1);
}

TEST(WorkerPool, BringsInAnotherThreadWhenThoseThatRunAreHeldUpAndNotBefore) {
  std::latch go(1), held(2), helped(1);
  WorkerPool pool(4, 2, 16);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(pool.try_submit([&] {
      held.count_down();
      go.wait();
    }));
  held.wait();
  // Two threads are free, but as many jobs run as may; without help this one would wait for ever.
  const auto given = steady_clock::now();
  std::atomic<steady_clock::time_point> begun{};
  ASSERT_TRUE(pool.try_submit([&] {
    begun = steady_clock::now();
    helped.count_down();
  }));
  helped.wait();
  EXPECT_GE(begun.load() - given, WorkerPool::kPatience);
  go.count_down();
  EXPECT_TRUE(pool.finish(kForever));
}

TEST(WorkerPool, RefusesWhatIsOverTheLimitButNeverThePieceOfAStream) {
  std::latch go(1), held(1);
  std::atomic<int> done{0};
  WorkerPool pool(1, 1, 1);
  ASSERT_TRUE(pool.try_submit([&] {
    held.count_down();
    go.wait();
  }));
  held.wait();
  EXPECT_TRUE(pool.try_submit([&] { ++done; }));
  EXPECT_FALSE(pool.try_submit([&] { ++done; }));
  pool.submit_piece([&] { ++done; });
  EXPECT_FALSE(pool.finish(steady_clock::now()));  // the first still runs
  go.count_down();
  EXPECT_TRUE(pool.finish(kForever));
  EXPECT_EQ(done, 2);
}

TEST(WorkerPool, FinishesWhatWaitsBeforeItEnds) {
  std::atomic<int> done{0};
  WorkerPool pool(3, 1, 100);
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(pool.try_submit([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      ++done;
    }));
  EXPECT_TRUE(pool.finish(kForever));
  EXPECT_EQ(done, 50);
}

}  // namespace
}  // namespace daybreak::http
