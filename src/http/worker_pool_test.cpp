// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/worker_pool.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <latch>

namespace daybreak::http {
namespace {

using std::chrono::steady_clock;
constexpr auto kForever = steady_clock::time_point::max();

TEST(WorkerPool, DoesEveryJobAndNoMoreAtOnceThanThereAreProcessors) {
  constexpr int kJobs = 2'000;
  std::atomic<int> running{0}, most{0}, done{0};
  WorkerPool pool(8, 2, kJobs);
  for (int i = 0; i < kJobs; ++i)
    ASSERT_TRUE(pool.try_submit([&] {
      const int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      --running;
      ++done;
    }));
  while (done < kJobs) std::this_thread::yield();
  // A machine that stands still for kPatience may bring in others, but never all of them for that.
  EXPECT_LT(most, 8);
  EXPECT_TRUE(pool.finish(kForever));
}

TEST(WorkerPool, BringsInOtherThreadsWhenThoseThatRunAreHeldUp) {
  std::latch go(1), held(2);
  std::atomic<bool> helped{false};
  WorkerPool pool(4, 2, 16);
  for (int i = 0; i < 2; ++i)
    ASSERT_TRUE(pool.try_submit([&] {
      held.count_down();
      go.wait();
    }));
  held.wait();
  // Without help this job would wait for ever.
  ASSERT_TRUE(pool.try_submit([&] { helped = true; }));
  while (!helped) std::this_thread::yield();
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
