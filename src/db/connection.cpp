// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/connection.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/text.hpp"

namespace daybreak::db {
namespace {

// What one engine would take and the other refuse is refused on both.
Result<void> check_parameters(std::span<const Value> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& value = parameters[i].variant();
    if (const auto* number = std::get_if<double>(&value); number && !std::isfinite(*number))
      return fail(ErrorKind::kInvalid, "a number is infinite or not a number",
                  "parameter $" + std::to_string(i + 1));
    const auto* text = std::get_if<std::string>(&value);
    if (text && (!is_valid_utf8(*text) || text->find('\0') != std::string::npos))
      return fail(ErrorKind::kInvalid, "a text holds bytes that are not UTF-8 text",
                  "parameter $" + std::to_string(i + 1), "Remove the broken characters");
  }
  return {};
}

tl::unexpected<Error> after_a_failure() {
  return fail(ErrorKind::kInternal, "a statement after one that failed in the same transaction");
}

}  // namespace

std::string_view name_of(Engine engine) {
  return engine == Engine::kSqlite ? "SQLite" : "PostgreSQL";
}

Result<std::int64_t> Connection::checked_run(std::string_view sql, Parameters parameters,
                                             const EachRow* each, Answers answers) {
  if (spoiled_) return after_a_failure();
  Result<void> failed_in_each;
  std::function<Result<void>(const Row&)> watched;
  if (each) {
    watched = [&](const Row& row) {
      failed_in_each = (*each)(row);
      return failed_in_each;
    };
  }
  Result<void> sound = check_parameters(parameters.values());
  if (sound) sound = prepare_for(sql);
  Result<std::int64_t> changed =
      sound ? run(sql, parameters.values(), each ? &watched : nullptr, answers)
            : tl::make_unexpected(std::move(sound).error());
  if (!changed && failed_in_each) spoiled_ = true;
  return changed;
}

Result<Rows> Connection::query(std::string_view sql, Parameters parameters) {
  Rows rows;
  const EachRow keep = [&](const Row& row) -> Result<void> {
    rows.push_back(row);
    return {};
  };
  TRY(checked_run(sql, parameters, &keep, Answers::kFew));
  return rows;
}

Result<std::optional<Row>> Connection::query_one(std::string_view sql, Parameters parameters) {
  Rows rows = TRY(query(sql, parameters));
  if (rows.size() > 1) throw std::logic_error("query_one: the answer has several rows");
  if (rows.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows.front()));
}

Result<void> Connection::query_each(std::string_view sql, Parameters parameters,
                                    const std::function<Result<void>(const Row&)>& each) {
  TRY(checked_run(sql, parameters, &each, Answers::kMany));
  return {};
}

Result<std::int64_t> Connection::execute(std::string_view sql, Parameters parameters) {
  return checked_run(sql, parameters, nullptr, Answers::kFew);
}

Result<void> Connection::execute_script(std::string_view sql) {
  TRY(prepare_for(sql));
  return run_script(sql);
}

Result<void> Connection::execute_later(std::string_view sql, Parameters parameters) {
  if (spoiled_) return after_a_failure();
  Result<void> sent = check_parameters(parameters.values());
  if (sent) sent = prepare_for(sql);
  if (sent) sent = run_later(sql, parameters.values());
  if (!sent) spoiled_ = true;
  return sent;
}

Result<void> Connection::insert_with_group(std::string_view into, Parameters row) {
  if (spoiled_) return after_a_failure();
  if (!in_group_ || depth_ > 0) return insert_rows(*this, into, row.values().size(), row.values());
  Result<void> sound = check_parameters(row.values());
  if (sound)
    own_rows_.add(into, row.values());
  else
    spoiled_ = true;
  return sound;
}

Result<Rows> Connection::ask(const Question& question) {
  const auto known = answers_.find(&question);
  if (known != answers_.end() && !changed_ && !spoiled_ && is_apart(question.sql))
    return known->second;
  return query(question.sql, question.values);
}

// What a statement of a write needs before it: the rows that it could meet, and a savepoint.
Result<void> Connection::prepare_for(std::string_view sql) {
  changed_ = changed_ || !sql.starts_with("SELECT ") || !is_apart(sql);
  if (!is_apart(sql)) TRY(insert_waiting_rows());
  if (savepoint_ != Savepoint::kWanted) return {};
  savepoint_ = Savepoint::kOpen;
  return run_later("SAVEPOINT one_write", {});
}

// Those of the writes before outside of this one's savepoint, in which only statements that are
// apart from them ran so far, and waited for: when they are refused, the group is lost.
Result<void> Connection::insert_waiting_rows() {
  const GroupRows others = std::exchange(waiting_rows_, {}), own = std::exchange(own_rows_, {});
  if (!others.empty()) {
    const Savepoint before = std::exchange(savepoint_, Savepoint::kNone);
    Result<void> inserted;
    if (before == Savepoint::kOpen) inserted = run_later("RELEASE SAVEPOINT one_write", {});
    if (inserted) inserted = others.insert(*this);
    if (inserted) inserted = settle();
    if (!inserted) {
      lost_ = inserted.error();
      return inserted;
    }
    if (before != Savepoint::kNone) savepoint_ = Savepoint::kWanted;
  }
  return own.insert(*this);
}

Result<void> Connection::end_savepoint(const std::string& name, Result<void>& done) {
  if (done) {
    const std::string release = "RELEASE SAVEPOINT " + name;
    // Where all was answered nothing can fail any more, and the server need not be waited for.
    if (is_settled()) return run_later(release, {});
    const auto released = run(release, {}, nullptr, Answers::kFew);
    if (released) return {};
    done = tl::make_unexpected(released.error());  // of a statement before it
  } else {
    (void)settle();
  }
  spoiled_ = false;
  TRY(run("ROLLBACK TO SAVEPOINT " + name, {}, nullptr, Answers::kFew));
  TRY(run("RELEASE SAVEPOINT " + name, {}, nullptr, Answers::kFew));
  return {};
}

Result<void> Connection::end_write(Result<void>& done) {
  const bool is_open = std::exchange(savepoint_, Savepoint::kNone) == Savepoint::kOpen;
  if (lost_) return tl::make_unexpected(*lost_);
  if (is_open) TRY(end_savepoint("one_write", done));
  GroupRows own = std::exchange(own_rows_, {});
  if (done) waiting_rows_.add_all(std::move(own));
  return {};
}

std::vector<std::size_t> Connection::group_marks() const {
  std::vector<std::size_t> marks;
  for (const auto& work : group_) marks.push_back(work->mark());
  return marks;
}

void Connection::forget_after(const std::vector<std::size_t>& marks) {
  group_.resize(std::min(group_.size(), marks.size()));  // what began since is gone whole
  for (std::size_t i = 0; i < group_.size(); ++i) group_[i]->forget_after(marks[i]);
}

Result<void> Connection::finish_group() {
  in_group_ = false;
  answers_.clear();
  TRY(insert_waiting_rows());
  for (const auto& work : std::exchange(group_, {})) TRY(work->finish(*this));
  changed_ = false;  // for the next group
  return {};
}

void Connection::drop_group() {
  in_group_ = false;
  group_.clear();
  waiting_rows_ = own_rows_ = {};
  savepoint_ = Savepoint::kNone;
  lost_.reset();
  answers_.clear();
  changed_ = false;
}

Result<void> Connection::attempt(const std::function<Result<void>(Connection&)>& action) {
  struct Depth {
    int& value;
    explicit Depth(int& depth) : value(depth) { ++value; }
    ~Depth() { --value; }
  } depth(depth_);
  const std::string name = "attempt_" + std::to_string(depth_);
  // What was to be executed before it is not this action's failure.
  TRY(execute("SAVEPOINT " + name));
  const std::vector<std::size_t> marks = group_marks();
  Result<void> done = action(*this);
  if (done && spoiled_)
    done = fail(ErrorKind::kInternal, "a failed statement was ignored in a transaction");
  Result<void> ended = end_savepoint(name, done);
  if (!done) forget_after(marks);
  TRY(std::move(ended));
  return done;
}

}  // namespace daybreak::db
