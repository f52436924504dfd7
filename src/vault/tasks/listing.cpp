// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/tasks/listing.hpp"

#include "base/csv.hpp"
#include "base/sorting.hpp"
#include "base/unicode.hpp"

namespace daybreak::vault::tasks {

void sort_by(std::vector<Task>& all, std::string_view key, const Columns& columns) {
  const auto [column, backwards] = SortBy::of(key);
  if (column == "day")
    sort_rows(all, backwards, [](const Task& one) { return std::chrono::sys_days(one.due_on); });
  if (column == "deadline")
    sort_rows(all, backwards,
              [&](const Task& one) { return fold_for_search(columns.deadline(one)); });
  if (column == "person") sort_rows(all, backwards, columns.person);
  if (column == "owner")
    sort_rows(all, backwards, [&](const Task& one) { return fold_for_search(columns.owner(one)); });
}

std::string as_table(const std::vector<Task>& all, const Columns& columns) {
  std::string csv;
  CsvWriter table(csv, CsvFormulas::kNeutralise);
  table.row({"file", "due_on", "deadline", "owner", "done"});
  for (const Task& one : all) {
    const std::int64_t number = columns.person(one);
    table.row({number == 0 ? std::string() : "C-" + std::to_string(number), format_date(one.due_on),
               one.deadline, one.owner.to_string(),
               one.done_at ? format_instant(*one.done_at) : std::string()});
  }
  return csv;
}

}  // namespace daybreak::vault::tasks
