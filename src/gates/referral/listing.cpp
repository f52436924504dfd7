// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/referral/listing.hpp"

#include "base/csv.hpp"
#include "base/local_time.hpp"
#include "base/sorting.hpp"
#include "base/unicode.hpp"

namespace daybreak::gates {
namespace {

std::optional<Instant> due_of(const SentReferral& one) {
  return one.token && waits(one) ? std::optional(one.token->due_at) : std::nullopt;
}

bool fits(const SentReferral& one, const SentFilter& filter) {
  if (filter.state.empty() ? !waits(one)
                           : filter.state != "all" && one.referred.state != filter.state)
    return false;
  if (filter.sent_by && one.referred.sent_by != *filter.sent_by) return false;
  if (!filter.due_by) return true;
  const auto due = due_of(one);
  return due && std::chrono::sys_days(local_day(*due)) <= std::chrono::sys_days(*filter.due_by);
}

}  // namespace

bool waits(const SentReferral& one) {
  return one.referred.state == "sent" || one.referred.state == "accepted";
}

SentList filtered(const std::vector<SentReferral>& all, const SentFilter& filter) {
  SentList list;
  for (const SentReferral& one : all)
    if (fits(one, filter)) list.push_back(&one);
  return list;
}

void sort_by(SentList& list, std::string_view key, const SentColumns& columns) {
  const auto [column, backwards] = SortBy::of(key);
  const auto by_words = [&, backwards = backwards](const auto& words) {
    sort_rows(list, backwards,
              [&](const SentReferral* one) { return fold_for_search(words(*one)); });
  };
  if (column == "person")
    sort_rows(list, backwards, [&](const SentReferral* one) { return columns.person(*one); });
  if (column == "when")
    sort_rows(list, backwards, [](const SentReferral* one) { return one->referred.sent_at; });
  if (column == "due")  // what nobody waits for comes last
    sort_rows(list, backwards,
              [](const SentReferral* one) { return due_of(*one).value_or(Instant::max()); });
  if (column == "to") by_words(columns.receiver);
  if (column == "service") by_words(columns.service);
  if (column == "state") by_words(columns.state);
  if (column == "by") by_words(columns.sender);
}

std::string as_table(const SentList& list, const SentColumns& columns) {
  std::string csv;
  CsvWriter table(csv, CsvFormulas::kNeutralise);
  table.row({"sent_at", "to", "service", "state", "next_by"});
  for (const SentReferral* one : list) {
    const auto due = due_of(*one);
    table.row({format_instant(one->referred.sent_at), columns.receiver(*one), one->referred.service,
               one->referred.state, due ? format_instant(*due) : std::string()});
  }
  return csv;
}

}  // namespace daybreak::gates
