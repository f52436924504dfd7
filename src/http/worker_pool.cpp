// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/worker_pool.hpp"

#include <algorithm>

namespace daybreak::http {

using Clock = std::chrono::steady_clock;

WorkerPool::WorkerPool(unsigned threads, unsigned processors, std::size_t queue_limit)
    : queue_limit_(queue_limit), processors_(processors), alive_(threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() { finish(Clock::time_point::max()); }

bool WorkerPool::try_submit(Job job) {
  std::unique_lock lock(mutex_);
  if (requests_.size() >= queue_limit_) return false;
  requests_.push_back({std::move(job), Clock::now()});
  wake_for_new(std::move(lock));
  return true;
}

void WorkerPool::submit_piece(Job job) {
  std::unique_lock lock(mutex_);
  pieces_.push_back({std::move(job), Clock::now()});
  wake_for_new(std::move(lock));
}

// One thread to do the job or, when as many run as should, to watch how long it waits.
void WorkerPool::wake_for_new(std::unique_lock<std::mutex> lock) {
  const bool wake =
      running_ < processors_ ? sleeping_ > 0 || is_watched_ : sleeping_ > 0 && !is_watched_;
  lock.unlock();
  if (wake) work_.notify_one();
}

bool WorkerPool::finish(std::chrono::steady_clock::time_point deadline) {
  {
    std::unique_lock lock(mutex_);
    ending_ = true;
    work_.notify_all();
    const auto all_ended = [this] { return alive_ == 0; };
    if (deadline == Clock::time_point::max()) {
      idle_.wait(lock, all_ended);
    } else if (!idle_.wait_until(lock, deadline, all_ended)) {
      return false;
    }
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return true;
}

Clock::time_point WorkerPool::oldest() const {
  if (requests_.empty()) return pieces_.front().since;
  if (pieces_.empty()) return requests_.front().since;
  return std::min(requests_.front().since, pieces_.front().since);
}

bool WorkerPool::may_take() const {
  if (!has_work()) return false;
  return running_ < processors_ || ending_ || Clock::now() - oldest() >= kPatience;
}

WorkerPool::Job WorkerPool::take() {
  const bool is_turn_of_pieces = ++turn_ % 8 == 0;
  std::deque<Waiting>& jobs =
      requests_.empty() || (is_turn_of_pieces && !pieces_.empty()) ? pieces_ : requests_;
  Job job = std::move(jobs.front().job);
  jobs.pop_front();
  return job;
}

void WorkerPool::wait(std::unique_lock<std::mutex>& lock) {
  if (is_watched_ || (running_ == 0 && !has_work())) {
    ++sleeping_;
    work_.wait(lock);
    --sleeping_;
    return;
  }
  is_watched_ = true;
  work_.wait_until(lock, (has_work() ? oldest() : Clock::now()) + kPatience);
  is_watched_ = false;
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!may_take() && !(ending_ && !has_work())) wait(lock);
    if (!has_work()) break;
    Job job = take();
    ++running_;
    if (has_work() && !is_watched_ && sleeping_ > 0) work_.notify_one();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
    --running_;
  }
  --alive_;
  idle_.notify_all();
}

}  // namespace daybreak::http
