// SPDX-License-Identifier: AGPL-3.0-or-later
// Keeping the register true: what is due for review and for whom, and which pages a change of the
// facts re-issues. Pure, any thread.
#pragma once

#include <vector>

#include "commons/library/model.hpp"

namespace daybreak::library {

// Where a fact stands: the references that quote it.
std::vector<const Reference*> uses_of(const Library& library, const Fact& fact);

// Facts to read again: expired, disputed, or due within so many days; the earliest first.
struct Due {
  const Fact* fact = nullptr;
  Standing standing = Standing::kCurrent;
  int days_left = 0;  // negative: days since it expired
};
std::vector<Due> due_facts(const Library& library, Date today, int within_days);

// What a new copy of the register says otherwise, and the pages that are re-issued for it.
struct FactChange {
  std::string id;
  const Fact* before = nullptr;  // nothing: the fact is new
  const Fact* after = nullptr;   // nothing: the fact was taken out
  std::vector<std::string> references;
};
// Facts whose words, value, source, dates or dispute differ, in the order of the new register.
std::vector<FactChange> changes_between(const Library& before, const Library& after);

}  // namespace daybreak::library
