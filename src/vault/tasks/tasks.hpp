// SPDX-License-Identifier: AGPL-3.0-or-later
// Tasks and deadlines: what is to be done for a client or for the organisation, by which day, by
// whom. The words are sealed; the day, the owner and the code of a legal deadline are not. Made for
// one request; used by its thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vault/clients/clients.hpp"

namespace daybreak::vault::tasks {

using TaskId = Id<struct TaskTag>;

struct Task {
  TaskId id;
  std::optional<clients::ClientId> client;  // none: for the organisation
  std::string deadline;                     // list deadline, or empty
  Date due_on{};
  trust::MemberId owner;
  Secret<std::string> text;  // empty when its client was shredded
  std::optional<Instant> done_at;
};

enum class Shown : std::uint8_t { kMine, kAll, kOverdue, kDone };
enum class Order : std::uint8_t { kHarm, kDay };

struct TaskFilter {
  Shown shown = Shown::kMine;
  Order order = Order::kHarm;
  std::optional<clients::ClientId> client;
  std::optional<trust::MemberId> owner = {};  // besides: of this one alone
  std::optional<Date> due_by = {};
  std::int64_t most = 200;  // at most 1,000
};

class Tasks {
 public:
  explicit Tasks(const Work& work) : work_(work) {}

  // `id`, `done_at` are given here. kInvalid names the field; kNotFound when the client is not in
  // this vault.
  Result<TaskId> add(const Task& task);
  Result<void> set_done(TaskId id, bool done);
  // In order of harm if late: what is overdue first, then legal deadlines in the order of their
  // list, then by day; or by day alone.
  Result<std::vector<Task>> list(const TaskFilter& filter, Date today);
  // The same for taking out, all of them whatever `most` says: numbers instead of names stand in
  // what the caller writes of it. Asks for a fresh confirmation, and is recorded.
  Result<std::vector<Task>> take_out(const TaskFilter& filter, Date today);

 private:
  Result<std::vector<Task>> find(const TaskFilter& filter, Date today, std::int64_t most);
  const Work& work_;
};

// How bad it is when this one is late; smaller is worse. Legal deadlines come before others.
std::size_t harm_of(const Task& task, Date today);

// For the plans of the same vault, inside their write, which asked whether the actor may: a task
// more, and one that is not needed any more; that there is none is no error.
Result<TaskId> put(db::Connection& connection, const Work& work, const Task& task);
Result<void> end(db::Connection& connection, const Work& work, TaskId id);

// For a purge, inside its write: every task of this client goes; returns how many.
Result<std::int64_t> forget_all(db::Connection& connection, clients::ClientId client);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::tasks
