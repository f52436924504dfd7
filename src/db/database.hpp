// SPDX-License-Identifier: AGPL-3.0-or-later
// Database: one store (the commons, or one vault) on SQLite or PostgreSQL. Safe to use from any
// thread.
//
//   auto rows = TRY(database.read([&](db::Connection& c) { return c.query("SELECT …", {id}); }));
//   TRY(database.write([&](db::Connection& c) -> Result<void> { TRY(c.execute("…")); return {};
//   }));
//
// read: a consistent snapshot on a pooled connection that cannot write.
// write: one transaction. All writes of a store run one after another on its writer thread; those
// that wait at the same time are committed together (group commit), each in a savepoint of its own,
// so that one that fails costs the others nothing. write returns success only after the commit is
// on disk. The function may be run on another thread and must touch nothing but its connection and
// its own captures. A write inside a write is a bug and throws.
//
// After an I/O error the store stops writing for good (kUnavailable from then on): whether the last
// commit reached the disk cannot be known, and trying again could hide the loss. Reading goes on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "db/connection.hpp"

namespace daybreak::db {

struct OpenOptions {
  std::string url;                // "sqlite:/path/file.db" or "postgres://user@host/database"
  std::size_t readers = 8;        // connections for reading at most
  std::string sqlite_vfs;         // tests: a VFS that injects faults; empty is the usual one
  bool sqlite_flushes_rarely = false;  // proofs: synchronous=NORMAL, which a power loss finds out
  bool create_if_missing = true;  // SQLite only
};

class Database {
 public:
  // Opens the store and starts its writer. Fails when the file or server cannot be reached, or when
  // the PostgreSQL database has another encoding than UTF8 or a collation other than C or C.UTF-8
  // (the order of rows must be the same on both engines).
  static Result<std::unique_ptr<Database>> open(const OpenOptions& options);
  static Result<std::unique_ptr<Database>> open(std::string_view url);
  virtual ~Database() = default;

  template <typename F>
  auto read(F&& function) -> std::invoke_result_t<F, Connection&> {
    return collect<std::invoke_result_t<F, Connection&>>(
        [&](const Action& action) { return run_read(action); }, function);
  }
  template <typename F>
  auto write(F&& function) -> std::invoke_result_t<F, Connection&> {
    return collect<std::invoke_result_t<F, Connection&>>(
        [&](const Action& action) { return run_write(action, nullptr); }, function);
  }
  // The same for a write that begins with a question: `function` also gets its answer, as it stands
  // when the write runs. Those of all writes of a group are asked in one exchange.
  template <typename F>
  auto write(const Question& question, F&& function)
      -> std::invoke_result_t<F, Connection&, const Rows&> {
    using R = std::invoke_result_t<F, Connection&, const Rows&>;
    const auto with_answer = [&](Connection& connection) -> R {
      const Rows answer = TRY(connection.ask(question));
      return function(connection, answer);
    };
    return collect<R>([&](const Action& action) { return run_write(action, &question); },
                      with_answer);
  }

  virtual Engine engine() const = 0;
  // Where the store is, without a password.
  virtual std::string location() const = 0;
  // Why the store no longer writes, if it does not.
  virtual std::optional<Error> stopped() const = 0;

  // For a store around another. `first` may be null: what `action` will ask (Connection::ask).
  using Action = std::function<Result<void>(Connection&)>;
  virtual Result<void> run_read(const Action& action) = 0;
  virtual Result<void> run_write(const Action& action, const Question* first) = 0;

 private:
  // Runs `function` through `runner` and hands its value out.
  template <typename R, typename Runner, typename F>
  static R collect(Runner&& runner, F& function) {
    using T = typename R::value_type;
    if constexpr (std::is_void_v<T>) {
      return runner([&](Connection& connection) { return function(connection); });
    } else {
      std::optional<T> value;
      Result<void> done = runner([&](Connection& connection) -> Result<void> {
        value.reset();
        R result = function(connection);
        if (!result) return tl::make_unexpected(std::move(result).error());
        value.emplace(std::move(*result));
        return {};
      });
      if (!done) return tl::make_unexpected(std::move(done).error());
      return std::move(*value);
    }
  }
};

}  // namespace daybreak::db
