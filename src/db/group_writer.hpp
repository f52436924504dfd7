// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside db/ only: the one thread that writes to a store. It commits all writes that wait at the
// same time together and answers each only after the commit returned. submit() may be called from
// any thread but the writer's own.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "db/engine.hpp"

namespace daybreak::db {

class GroupWriter {
 public:
  using Action = std::function<Result<void>(Connection&)>;
  using Connect = std::function<Result<std::unique_ptr<EngineConnection>>()>;

  GroupWriter(std::unique_ptr<EngineConnection> connection, Connect connect);
  // Finishes what was submitted.
  ~GroupWriter();

  // Waits until the action's transaction is durable or failed. Rethrows what the action threw.
  // `first` may be null: a question that the action will ask (Connection::ask).
  Result<void> submit(const Action& action, const Question* first);
  std::optional<Error> stopped() const;

 private:
  struct Write {
    const Action* action;
    const Question* first;
    Result<void> result;
    std::exception_ptr thrown;
    bool done = false;
  };
  using Batch = std::vector<Write*>;

  void work();
  Batch next_batch();
  void run_batch(const Batch& batch);
  Result<void> ask_ahead(const Batch& batch);
  Result<void> run_actions(const Batch& batch);
  Result<void> run_one(Write& write, bool alone);
  void fail_all(const Batch& batch, const Error& error);
  Result<void> ensure_connected();
  Result<void> begin();
  void stop_for_good(const Error& cause);
  void empty_log_if_asked();

  std::unique_ptr<EngineConnection> connection_;
  Connect connect_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_, finished_;
  std::deque<Write*> waiting_;
  std::optional<Error> stopped_;
  bool closing_ = false;
  bool log_holds_traces_ = false;  // of what was destroyed; the writer's own
  std::thread thread_;
};

}  // namespace daybreak::db
