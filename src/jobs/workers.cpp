// SPDX-License-Identifier: AGPL-3.0-or-later
#include <condition_variable>
#include <mutex>
#include <thread>

#include "jobs/queue.hpp"

namespace daybreak::jobs {
namespace {

constexpr std::chrono::seconds kLookEvery{1};

}  // namespace

struct Workers::State {
  Queue& queue;
  std::function<void(const Error&)> report;
  std::mutex mutex;
  std::condition_variable changed;
  bool closing = false;
  int woken = 0;
  std::vector<std::thread> threads;

  void work() {
    for (;;) {
      const Result<bool> ran = queue.run_one();
      if (!ran && report) report(ran.error());
      std::unique_lock lock(mutex);
      if (closing) return;
      if (ran && *ran) continue;  // there may be more
      changed.wait_for(lock, kLookEvery, [this] { return closing || woken > 0; });
      if (closing) return;
      if (woken > 0) --woken;
    }
  }
};

Workers::Workers(Queue& queue, int threads, std::function<void(const Error&)> report)
    : state_(new State{queue, std::move(report), {}, {}, false, 0, {}}) {
  for (int i = 0; i < threads; ++i) state_->threads.emplace_back([this] { state_->work(); });
}

Workers::~Workers() {
  {
    std::lock_guard lock(state_->mutex);
    state_->closing = true;
  }
  state_->changed.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
}

void Workers::wake() {
  std::lock_guard lock(state_->mutex);
  state_->woken = static_cast<int>(state_->threads.size());
  state_->changed.notify_all();
}

}  // namespace daybreak::jobs
