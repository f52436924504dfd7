// SPDX-License-Identifier: AGPL-3.0-or-later
// A bounded pool of threads for handlers. New requests go before the next pieces of streams (but
// for every eighth turn), so that large downloads do not hold up pages. Safe to use from any
// thread.
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

  WorkerPool(unsigned threads, std::size_t queue_limit);
  ~WorkerPool();

  // False when the queue is full.
  bool try_submit(Job job);
  // For the next piece of a stream that was admitted before: never refused.
  void submit_piece(Job job);
  // Ends the threads when the queue is empty. False when a job still runs at the deadline.
  bool finish(std::chrono::steady_clock::time_point deadline);

 private:
  void run();
  Job take();

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable work_, idle_;
  std::deque<Job> requests_, pieces_;
  std::size_t sleeping_ = 0, alive_ = 0, turn_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace daybreak::http
