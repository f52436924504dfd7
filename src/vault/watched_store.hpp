// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/ only: a vault's store that does something after a commit, on the thread that asked
// for the write and before that thread is answered. Safe to use from any thread, as every Database.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "db/database.hpp"

namespace daybreak::vault {

class WatchedStore final : public db::Database {
 public:
  using Act = std::function<void()>;
  explicit WatchedStore(std::unique_ptr<db::Database> store) : store_(std::move(store)) {}

  // Inside a write: `act` is done once that write is on disk, never when it failed. It may be done
  // although an attempt() around it was undone: it looks at the store for what is true.
  void after_commit(Act act) { asked_.push_back(std::move(act)); }

  db::Engine engine() const override { return store_->engine(); }
  std::string location() const override { return store_->location(); }
  std::optional<Error> stopped() const override { return store_->stopped(); }

  Result<void> run_read(const Action& action) override { return store_->run_read(action); }
  Result<void> run_write(const Action& action, const db::Question* first) override {
    std::vector<Act> acts;
    const Action watched = [&](db::Connection& connection) {
      asked_.clear();
      Result<void> done = action(connection);
      acts = std::exchange(asked_, {});
      return done;
    };
    TRY(store_->run_write(watched, first));
    for (const Act& act : acts) act();
    return {};
  }

 private:
  std::unique_ptr<db::Database> store_;
  std::vector<Act> asked_;  // by the write that runs: the writer thread's own
};

}  // namespace daybreak::vault
