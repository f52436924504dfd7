// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of the referrals that an organisation sent: filtered, by one of its columns, and as a
// table to take out. Pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gates/referral/referral_gate.hpp"

namespace daybreak::gates {

// Somebody has to act on it still.
bool waits(const SentReferral& one);

struct SentFilter {
  std::string state = {};  // empty: those that wait; "all"; a state's code
  std::optional<trust::MemberId> sent_by = {};
  std::optional<Date> due_by = {};  // of those that wait
};

// What stands in a column, as the reader sees it.
struct SentColumns {
  std::function<std::int64_t(const SentReferral&)> person;  // the file's number
  std::function<std::string(const SentReferral&)> receiver, service, state, sender;
};

using SentList = std::vector<const SentReferral*>;
SentList filtered(const std::vector<SentReferral>& all, const SentFilter& filter);

// "person", "when", "to", "service", "state", "by" or "due", with "-" before it backwards; what is
// the same there stays as it came. Anything else leaves all as it is.
void sort_by(SentList& list, std::string_view key, const SentColumns& columns);

// As CSV. No person, not even a number: the table may lie about.
std::string as_table(const SentList& list, const SentColumns& columns);

}  // namespace daybreak::gates
