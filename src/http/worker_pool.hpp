// SPDX-License-Identifier: AGPL-3.0-or-later
// A bounded pool of threads for handlers. New requests go before the next pieces of streams (but
// for every eighth turn), so that large downloads do not hold up pages. Safe to use from any
// thread.
//
// As many jobs run at once as there are processors: more would take turns in the middle and make
// all of them late. When a job has waited for kPatience, those that run are held up by a disk or a
// long computation; then the further threads help.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace daybreak::http {

class WorkerPool {
 public:
  using Job = std::function<void()>;

  static constexpr std::chrono::milliseconds kPatience{10};

  // `processors` is how many jobs may run at once while none waits long.
  WorkerPool(unsigned threads, unsigned processors, std::size_t queue_limit);
  ~WorkerPool();

  // False when the queue is full.
  bool try_submit(Job job);
  // For the next piece of a stream that was admitted before: never refused.
  void submit_piece(Job job);
  // Ends the threads when the queue is empty. False when a job still runs at the deadline.
  bool finish(std::chrono::steady_clock::time_point deadline);

 private:
  struct Waiting {
    Job job;
    std::chrono::steady_clock::time_point since;
  };

  // All with the mutex held.
  void wake_for_new(std::unique_lock<std::mutex> lock);
  bool has_work() const { return !requests_.empty() || !pieces_.empty(); }
  bool may_take() const;
  std::chrono::steady_clock::time_point oldest() const;
  Job take();
  void wait(std::unique_lock<std::mutex>& lock);
  void run();

  const std::size_t queue_limit_, processors_;
  std::mutex mutex_;
  std::condition_variable work_, idle_;
  std::deque<Waiting> requests_, pieces_;
  std::size_t running_ = 0, sleeping_ = 0, alive_ = 0, turn_ = 0;
  bool is_watched_ = false;  // a free thread looks whether a job waits too long
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace daybreak::http
