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
    if (jobs_.size() >= queue_limit_) return false;
    jobs_.push_back(std::move(job));
    wake = sleeping_ > 0;
  }
  if (wake) work_.notify_one();
  return true;
}

void WorkerPool::resubmit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
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

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (jobs_.empty() && !ending_) {
      ++sleeping_;
      work_.wait(lock);
      --sleeping_;
    }
    if (jobs_.empty()) break;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
  --alive_;
  idle_.notify_all();
}

}  // namespace daybreak::http
