// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/worker_pool.hpp"

namespace daybreak::http {

WorkerPool::WorkerPool(unsigned threads, std::size_t queue_limit)
    : queue_limit_(queue_limit), alive_(threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() { finish(std::chrono::steady_clock::time_point::max()); }

bool WorkerPool::try_submit(Job job) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (requests_.size() >= queue_limit_) return false;
    requests_.push_back(std::move(job));
    wake = sleeping_ > 0;
  }
  if (wake) work_.notify_one();
  return true;
}

void WorkerPool::submit_piece(Job job) {
  {
    const std::lock_guard lock(mutex_);
    pieces_.push_back(std::move(job));
  }
  work_.notify_one();
}

bool WorkerPool::finish(std::chrono::steady_clock::time_point deadline) {
  {
    std::unique_lock lock(mutex_);
    ending_ = true;
    work_.notify_all();
    const auto all_ended = [this] { return alive_ == 0; };
    if (deadline == std::chrono::steady_clock::time_point::max()) {
      idle_.wait(lock, all_ended);
    } else if (!idle_.wait_until(lock, deadline, all_ended)) {
      return false;
    }
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return true;
}

WorkerPool::Job WorkerPool::take() {
  const bool is_turn_of_pieces = ++turn_ % 8 == 0;
  std::deque<Job>& jobs =
      requests_.empty() || (is_turn_of_pieces && !pieces_.empty()) ? pieces_ : requests_;
  Job job = std::move(jobs.front());
  jobs.pop_front();
  return job;
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  const auto has_work = [this] { return !requests_.empty() || !pieces_.empty(); };
  for (;;) {
    while (!has_work() && !ending_) {
      ++sleeping_;
      work_.wait(lock);
      --sleeping_;
    }
    if (!has_work()) break;
    Job job = take();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
  --alive_;
  idle_.notify_all();
}

}  // namespace daybreak::http
