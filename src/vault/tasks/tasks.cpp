// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/tasks/tasks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>

#include "base/local_time.hpp"
#include "base/text.hpp"
#include "embedded/vault_tasks_migrations.hpp"

namespace daybreak::vault::tasks {
namespace {

namespace keys = trust::keys;

constexpr std::size_t kMostText = 2000;

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

// The client's key, or one of the organisation where there is no client.
Result<keys::Key> key_of(db::Connection& connection, const Work& work,
                         const std::optional<clients::ClientId>& client) {
  if (client) return clients::client_key(connection, work, *client);
  return keys::derive(work.keyring->pair().secret(), "tasks of the organization");
}

// The keys of a list of tasks: each person's is asked for once.
class KeysOfList {
 public:
  KeysOfList(db::Connection& connection, const Work& work) : connection_(connection), work_(work) {}
  const Result<keys::Key>& of(const std::optional<clients::ClientId>& client) {
    auto found = known_.find(client);
    if (found == known_.end())
      found = known_.emplace(client, key_of(connection_, work_, client)).first;
    return found->second;
  }

 private:
  db::Connection& connection_;
  const Work& work_;
  std::map<std::optional<clients::ClientId>, Result<keys::Key>> known_;
};

keys::Place place_of(const Work& work, TaskId id) {
  return work.vault.place("tasks_task", id.uuid(), "body", 1);
}

Result<void> check(const Task& task, Date made_on) {
  if (!task.deadline.empty())
    TRY(codes::check_code_on("deadline", task.deadline, "deadline", made_on));
  if (!task.due_on.ok() || task.due_on.year() < std::chrono::year(2000) ||
      task.due_on.year() > std::chrono::year(2100))
    return fail(ErrorKind::kInvalid, "this day does not exist", "field due_on", "Choose a day");
  const std::string& text = task.text.reveal();
  if (!trim(text).empty() && text.size() <= kMostText && is_valid_utf8(text) &&
      text.find('\0') == std::string::npos)
    return {};
  return fail(ErrorKind::kInvalid, "a task has 1 to 2000 bytes of text", "field task",
              "Write what is to be done");
}

Result<Task> task_of(KeysOfList& keys_of_list, const Work& work, const db::Row& row) {
  Task task{.id = row.id<TaskId>(0),
            .client = row.maybe_id<clients::ClientId>(1),
            .deadline = row.maybe_text(2).value_or(""),
            .due_on = row.date(3),
            .owner = row.id<trust::MemberId>(4),
            .done_at = row.maybe_instant(6)};
  const Result<keys::Key>& key = keys_of_list.of(task.client);
  if (!key && key.error().kind == ErrorKind::kConflict) return task;  // shredded: no words
  if (!key) return tl::make_unexpected(key.error());
  task.text = TRY(keys::open(keys::record_key(*key, "tasks_task", task.id.uuid()), row.blob(5),
                             place_of(work, task.id)));
  return task;
}

struct Condition {
  std::string sql = "1 = 1";
  std::vector<db::Value> values;
  void add(std::string_view column, db::Value value) {
    values.push_back(std::move(value));
    sql += fmt::format(" AND {} ${}", column, values.size());
  }
};

Condition condition_of(const Work& work, const TaskFilter& filter, Date today) {
  Condition condition;
  condition.sql +=
      filter.shown == Shown::kDone ? " AND done_at IS NOT NULL" : " AND done_at IS NULL";
  if (filter.shown == Shown::kMine) condition.add("owner =", work.actor.member);
  if (filter.shown == Shown::kOverdue) condition.add("due_on <", today);
  if (filter.client) condition.add("client =", *filter.client);
  if (filter.owner) condition.add("owner =", *filter.owner);
  if (filter.due_by) condition.add("due_on <=", *filter.due_by);
  return condition;
}

}  // namespace

db::ModuleMigrations migrations() { return {"tasks", &embedded::vault_tasks_migrations()}; }

std::size_t harm_of(const Task& task, Date today) {
  const auto& deadlines = codes::Codes::built_in().required("deadline").codes;
  const auto found = std::find_if(deadlines.begin(), deadlines.end(), [&](const codes::Code& one) {
    return one.code == task.deadline;
  });
  const auto harm = static_cast<std::size_t>(found - deadlines.begin());
  const bool overdue = std::chrono::sys_days(task.due_on) < std::chrono::sys_days(today);
  return overdue ? harm : harm + deadlines.size() + 1;
}

Result<TaskId> put(db::Connection& connection, const Work& work, const Task& task) {
  TRY(check(task, local_day(work.now())));
  const auto id = TaskId::generate(work.vault.clock(), work.vault.random());
  const keys::Key key = TRY(key_of(connection, work, task.client));
  TRY(connection.execute(
      "INSERT INTO tasks_task (id, client, deadline, due_on, owner, body, made_at, made_by)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {id, task.client, task.deadline.empty() ? db::Value() : db::Value(task.deadline), task.due_on,
       task.owner,
       db::Blob{keys::seal(keys::record_key(key, "tasks_task", id.uuid()), trim(task.text.reveal()),
                           place_of(work, id), work.vault.random())},
       work.now(), work.actor.member}));
  TRY(work.vault.note(connection, work.actor, "task", "create", id.to_string(),
                      task.deadline.empty() ? "" : "deadline=" + task.deadline));
  return id;
}

Result<void> end(db::Connection& connection, const Work& work, TaskId id) {
  const auto ended = TRY(connection.execute(
      "UPDATE tasks_task SET done_at = $2, done_by = $3 WHERE id = $1 AND done_at IS NULL",
      {id, work.now(), work.actor.member}));
  if (ended == 0) return {};
  return work.vault.note(connection, work.actor, "task", "edit", id.to_string(), "done");
}

Result<TaskId> Tasks::add(const Task& task) {
  TRY(work_.vault.require(work_.actor, "task", "create"));
  TRY(check(task, local_day(work_.now())));
  return work_.vault.database().write(
      [&](db::Connection& connection) { return put(connection, work_, task); });
}

Result<void> Tasks::set_done(TaskId id, bool done) {
  TRY(work_.vault.require(work_.actor, "task", "edit", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto row =
        TRY(connection.query_one("SELECT done_at FROM tasks_task WHERE id = $1", {id}));
    if (!row) return absent();
    if (row->is_null(0) != done)
      return fail(ErrorKind::kConflict, "this task is in that state already", {}, "Open it again");
    TRY(connection.execute("UPDATE tasks_task SET done_at = $2, done_by = $3 WHERE id = $1",
                           {id, done ? db::Value(work_.now()) : db::Value(),
                            done ? db::Value(work_.actor.member) : db::Value()}));
    return work_.vault.note(connection, work_.actor, "task", "edit", id.to_string(),
                            done ? "done" : "open");
  });
}

Result<std::vector<Task>> Tasks::find(const TaskFilter& filter, Date today, std::int64_t most) {
  Condition condition = condition_of(work_, filter, today);
  condition.values.emplace_back(most);
  auto found =
      TRY(work_.vault.database().read([&](db::Connection& connection) -> Result<std::vector<Task>> {
        std::vector<Task> tasks;
        KeysOfList keys(connection, work_);
        for (const db::Row& row : TRY(connection.query(
                 fmt::format("SELECT id, client, deadline, due_on, owner, body, done_at"
                             " FROM tasks_task WHERE {} ORDER BY due_on, id LIMIT ${}",
                             condition.sql, condition.values.size()),
                 condition.values)))
          tasks.push_back(TRY(task_of(keys, work_, row)));
        return tasks;
      }));
  if (filter.order == Order::kHarm)
    std::ranges::stable_sort(found, {}, [&](const Task& task) { return harm_of(task, today); });
  return found;
}

Result<std::vector<Task>> Tasks::list(const TaskFilter& filter, Date today) {
  TRY(work_.vault.require(work_.actor, "task", "list"));
  return find(filter, today, std::clamp<std::int64_t>(filter.most, 1, 1000));
}

Result<std::vector<Task>> Tasks::take_out(const TaskFilter& filter, Date today) {
  TRY(work_.vault.require(work_.actor, "task", "export"));
  auto found = TRY(find(filter, today, std::numeric_limits<std::int64_t>::max()));
  TRY(work_.vault.note_look(work_.actor, "task", "export", "",
                            "tasks=" + std::to_string(found.size())));
  return found;
}

Result<std::int64_t> forget_all(db::Connection& connection, clients::ClientId client) {
  connection.leave_no_trace();
  return connection.execute("DELETE FROM tasks_task WHERE client = $1", {client});
}

}  // namespace daybreak::vault::tasks
