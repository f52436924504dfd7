// SPDX-License-Identifier: AGPL-3.0-or-later
// A list of tasks by one of its columns, and as a table to take out. Pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "vault/tasks/tasks.hpp"

namespace daybreak::vault::tasks {

// What stands in a column, as the reader sees it.
struct Columns {
  std::function<std::int64_t(const Task&)> person;  // the file's number; 0 for the organization
  std::function<std::string(const Task&)> deadline, owner;
};

// "day", "deadline", "person" or "owner", with "-" before it backwards; tasks that are the same
// there stay as they came. Anything else leaves all as it is.
void sort_by(std::vector<Task>& all, std::string_view key, const Columns& columns);

// As CSV: the number of the file, the day, the codes, when it was done. No name and no words.
std::string as_table(const std::vector<Task>& all, const Columns& columns);

}  // namespace daybreak::vault::tasks
