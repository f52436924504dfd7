// SPDX-License-Identifier: AGPL-3.0-or-later
// Connection: one SQL text with $1..$n for SQLite and PostgreSQL. Code gets a Connection only
// inside Database::read and Database::write; it belongs to that call and thread and is never kept.
//
// Errors are the same on both engines: a broken unique or foreign key is kConflict; a broken check
// or not-null rule, a text that is not UTF-8 or holds NUL, is kInvalid; busy, disconnected and full
// are kUnavailable; damaged data is kCorrupt; wrong SQL is kInternal. Error::place names the
// constraint's table or column where the engine tells it, never a value.
//
// In a write, a failed statement spoils the transaction: it must end with an error (PostgreSQL
// allows nothing else). What may fail and be survived goes through attempt().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "db/group_rows.hpp"
#include "db/value.hpp"

namespace daybreak::db {

class Connection;

enum class Engine : std::uint8_t { kSqlite, kPostgres };
std::string_view name_of(Engine engine);  // "SQLite", "PostgreSQL"

// What several writes add to and is written once, before they are committed together. A write that
// fails takes back what it added.
class GroupWork {
 public:
  virtual ~GroupWork() = default;
  // How much was added so far, and taking back what was added since.
  virtual std::size_t mark() const = 0;
  virtual void forget_after(std::size_t mark) = 0;
  // Nothing is committed when this fails.
  virtual Result<void> finish(Connection& connection) = 0;
};

// With what a write begins (Database::write): asked before it runs, together with those of all
// writes of its group.
struct Question {
  std::string sql;  // a SELECT
  std::vector<Value> values;
};

class Connection {
 public:
  virtual ~Connection() = default;
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // All rows of the answer, in memory.
  Result<Rows> query(std::string_view sql, Parameters parameters = {});
  // The only row of the answer, or nothing. Several rows are a bug and throw.
  Result<std::optional<Row>> query_one(std::string_view sql, Parameters parameters = {});
  // Calls `each` for one row after the other, with one row in memory; stops at the first error that
  // `each` returns and returns it. `each` must not use this connection.
  Result<void> query_each(std::string_view sql, Parameters parameters,
                          const std::function<Result<void>(const Row&)>& each);
  // Runs a statement that gives no rows back; returns how many rows it inserted, changed or
  // deleted.
  Result<std::int64_t> execute(std::string_view sql, Parameters parameters = {});
  // The same for a statement whose count nobody needs. PostgreSQL is not waited for: a failure is
  // told by the next statement that is waited for, at the latest by the end of the write.
  Result<void> execute_later(std::string_view sql, Parameters parameters = {});

  // Inserts a row together with those of all writes of the group, in few statements: for many small
  // writes at once, each of which would wait for the server. Who reads or changes the table
  // afterwards, in this write or another, finds the row there. Only for rows that no rule of the
  // store refuses (ids of their own, values checked before): a refusal fails the whole group.
  Result<void> insert_with_group(std::string_view into, Parameters row);

  // Runs `action` so that its failure undoes what it did and leaves the transaction usable. Returns
  // what `action` returned.
  Result<void> attempt(const std::function<Result<void>(Connection&)>& action);

  // For a write that destroys keys or words: what the engine's log still holds of them is emptied
  // after the commit (SQLite; again and again until no reader needs it, and when the store is
  // closed). PostgreSQL keeps its log as its administrator set it up.
  void leave_no_trace() { leaves_no_trace_ = true; }

  // The group's one work of this kind: null when nobody added to it yet, or outside of a write.
  template <typename Work>
  Work* group_work() {
    for (const auto& work : group_)
      if (auto* found = dynamic_cast<Work*>(work.get())) return found;
    return nullptr;
  }
  // When there is none of this kind yet. Outside of a write it would never be written: that throws.
  template <typename Work>
  Work& start_group_work(Work work) {
    if (!in_group_) throw std::logic_error("a write's work outside of a write");
    group_.push_back(std::make_unique<Work>(std::move(work)));
    return static_cast<Work&>(*group_.back());
  }

  virtual Engine engine() const = 0;

  // The answer as it stands now: the one that was got ahead, unless something was changed since.
  Result<Rows> ask(const Question& question);

  // For db/ itself (migrations, transactions): several statements without parameters.
  Result<void> execute_script(std::string_view sql);
  // True after a statement failed outside attempt().
  bool is_spoiled() const { return spoiled_; }
  void clear_spoiled() { spoiled_ = false; }
  // Whether leave_no_trace() was called since the last time this was asked.
  bool take_leaves_no_trace() { return std::exchange(leaves_no_trace_, false); }
  // From here on there is a group, until it is finished or dropped.
  void begin_group() { in_group_ = true; }
  // Gets the answers for ask() in one exchange, where there is a server to wait for. After a
  // failure there is none, and the transaction must be begun again.
  virtual Result<void> ask_ahead(std::span<const Question* const>) { return {}; }
  // One write of it, in a savepoint when its failure must not cost the others anything; the
  // savepoint begins with its first statement. Ending it keeps what it did when it succeeded, else
  // undoes that; fails only when the transaction as a whole is lost.
  void begin_write(bool in_savepoint) {
    savepoint_ = in_savepoint ? Savepoint::kWanted : Savepoint::kNone;
  }
  Result<void> end_write(Result<void>& done);
  // What the group's works hold so far; taking back what was added since; writing them all.
  std::vector<std::size_t> group_marks() const;
  void forget_after(const std::vector<std::size_t>& marks);
  Result<void> finish_group();
  void drop_group();

 protected:
  using EachRow = std::function<Result<void>(const Row&)>;
  // Whether the answer may be long: then it comes row by row.
  enum class Answers : std::uint8_t { kFew, kMany };
  // Steps through the statement; `each` may be null. Returns the number of rows changed.
  virtual Result<std::int64_t> run(std::string_view sql, std::span<const Value> parameters,
                                   const EachRow* each, Answers answers) = 0;
  virtual Result<void> run_script(std::string_view sql) = 0;
  virtual Result<void> run_later(std::string_view sql, std::span<const Value> parameters) {
    TRY(run(sql, parameters, nullptr, Answers::kFew));
    return {};
  }
  // Waits for what was to be executed later. Returns its failure, after which the transaction can
  // only be rolled back, to a savepoint or whole.
  virtual Result<void> settle() { return {}; }
  virtual bool is_settled() const { return true; }
  void keep_answer(const Question& question, Rows rows) {
    answers_.insert_or_assign(&question, std::move(rows));
  }
  // Ends a savepoint as end_write() ends a write.
  Result<void> end_savepoint(const std::string& name, Result<void>& done);

 private:
  enum class Savepoint : std::uint8_t { kNone, kWanted, kOpen };

  Result<std::int64_t> checked_run(std::string_view sql, Parameters parameters, const EachRow* each,
                                   Answers answers);
  bool is_apart(std::string_view sql) const {
    return waiting_rows_.are_apart_from(sql) && own_rows_.are_apart_from(sql);
  }
  Result<void> prepare_for(std::string_view sql);
  Result<void> insert_waiting_rows();

  bool spoiled_ = false;
  bool leaves_no_trace_ = false;
  int depth_ = 0;
  bool in_group_ = false;
  std::vector<std::unique_ptr<GroupWork>> group_;
  Savepoint savepoint_ = Savepoint::kNone;             // of the write that runs
  GroupRows waiting_rows_;                             // of writes that are done
  GroupRows own_rows_;                                 // of the write that runs
  std::optional<Error> lost_;                          // why the group can no longer be committed
  std::unordered_map<const Question*, Rows> answers_;  // got ahead, for the group
  bool changed_ = false;                               // something, since they were got
};

}  // namespace daybreak::db
