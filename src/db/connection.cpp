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

}  // namespace

std::string_view name_of(Engine engine) {
  return engine == Engine::kSqlite ? "SQLite" : "PostgreSQL";
}

Result<std::int64_t> Connection::checked_run(std::string_view sql, Parameters parameters,
                                             const EachRow* each, Answers answers) {
  if (spoiled_)
    return fail(ErrorKind::kInternal, "a statement after one that failed in the same transaction");
  Result<void> failed_in_each;
  std::function<Result<void>(const Row&)> watched;
  if (each) {
    watched = [&](const Row& row) {
      failed_in_each = (*each)(row);
      return failed_in_each;
    };
  }
  Result<void> sound = check_parameters(parameters.values());
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

Result<void> Connection::execute_later(std::string_view sql, Parameters parameters) {
  if (spoiled_)
    return fail(ErrorKind::kInternal, "a statement after one that failed in the same transaction");
  Result<void> sent = check_parameters(parameters.values());
  if (sent) sent = run_later(sql, parameters.values());
  if (!sent) spoiled_ = true;
  return sent;
}

Result<void> Connection::end_savepoint(const std::string& name, Result<void>& done) {
  if (done) {
    const auto released = execute("RELEASE SAVEPOINT " + name);
    if (released) return {};
    done = tl::make_unexpected(released.error());  // or of a statement before it
  } else {
    (void)settle();
  }
  spoiled_ = false;
  TRY(execute("ROLLBACK TO SAVEPOINT " + name));
  TRY(execute("RELEASE SAVEPOINT " + name));
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
  for (const auto& work : std::exchange(group_, {})) TRY(work->finish(*this));
  return {};
}

void Connection::drop_group() {
  in_group_ = false;
  group_.clear();
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
