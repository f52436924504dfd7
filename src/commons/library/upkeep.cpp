// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/upkeep.hpp"

#include <algorithm>
#include <set>

namespace daybreak::library {
namespace {

bool same(const Both& a, const Both& b) { return a.en == b.en && a.es == b.es; }

bool same(const Fact& a, const Fact& b) {
  return same(a.text, b.text) && same(a.value, b.value) && same(a.dispute, b.dispute) &&
         same(a.expired, b.expired) && a.source == b.source && a.place == b.place &&
         a.as_of == b.as_of && a.review_by == b.review_by && a.dispute_source == b.dispute_source &&
         a.jurisdiction == b.jurisdiction;
}

int days_between(Date from, Date to) {
  return static_cast<int>((std::chrono::sys_days(to) - std::chrono::sys_days(from)).count());
}

}  // namespace

std::vector<const Reference*> uses_of(const Library& library, const Fact& fact) {
  std::vector<const Reference*> uses;
  for (const Reference& reference : library.references)
    for (const Fact* used : facts_of(library, reference))
      if (used->id == fact.id) uses.push_back(&reference);
  return uses;
}

std::vector<Due> due_facts(const Library& library, Date today, int within_days) {
  std::vector<Due> due;
  for (const Fact& fact : library.facts) {
    Due one{&fact, standing_of(fact, today), days_between(today, fact.review_by)};
    if (!fact.expired.empty()) one.days_left = std::min(one.days_left, 0);
    if (one.standing != Standing::kCurrent || one.days_left <= within_days) due.push_back(one);
  }
  std::ranges::stable_sort(due, {}, &Due::days_left);
  return due;
}

std::vector<FactChange> changes_between(const Library& before, const Library& after) {
  std::vector<FactChange> changes;
  const auto add = [&](const Fact* old_fact, const Fact* new_fact) {
    FactChange change{(new_fact ? new_fact : old_fact)->id, old_fact, new_fact, {}};
    std::set<std::string> pages;
    if (old_fact)
      for (const Reference* use : uses_of(before, *old_fact)) pages.insert(use->id);
    if (new_fact)
      for (const Reference* use : uses_of(after, *new_fact)) pages.insert(use->id);
    change.references.assign(pages.begin(), pages.end());
    changes.push_back(std::move(change));
  };
  for (const Fact& fact : after.facts) {
    const Fact* old_fact = before.fact(fact.id);
    if (old_fact == nullptr || !same(*old_fact, fact)) add(old_fact, &fact);
  }
  for (const Fact& fact : before.facts)
    if (after.fact(fact.id) == nullptr) add(&fact, nullptr);
  return changes;
}

}  // namespace daybreak::library
