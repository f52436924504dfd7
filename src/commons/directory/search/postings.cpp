// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/postings.hpp"

#include <algorithm>
#include <cmath>

namespace daybreak::directory::search {
namespace {

constexpr float kSaturation = 1.2F;   // k1: how soon repetition stops to count
constexpr float kLengthShare = 0.3F;  // b: how much a long text counts less
constexpr float kUsualLength = 120;   // a fixed average, so that adding a record changes no other
constexpr float kImpactScale = 100;   // impacts lie below k1 + 1 = 2.2

std::uint8_t impact_of(std::uint32_t weight, std::uint32_t length) {
  const float w = static_cast<float>(weight), l = static_cast<float>(length);
  const float damped = w + kSaturation * (1 - kLengthShare + kLengthShare * l / kUsualLength);
  return static_cast<std::uint8_t>(std::lround(kImpactScale * w * (kSaturation + 1) / damped));
}

// Both lists' slots, with the weights added.
std::vector<Scored> both(const std::vector<Scored>& a, const std::vector<Scored>& b) {
  const auto& few = a.size() <= b.size() ? a : b;
  const auto& many = a.size() <= b.size() ? b : a;
  std::vector<Scored> found;
  auto at = many.begin();
  const bool leap = many.size() > few.size() * 16;
  for (const Scored& one : few) {
    if (leap) {
      // Doubling steps: cheap when the other list is much longer.
      std::ptrdiff_t step = 1;
      while (many.end() - at > step && (at + step)->slot < one.slot) step *= 2;
      at = std::lower_bound(at, many.end() - at > step ? at + step + 1 : many.end(), one.slot,
                            [](const Scored& s, Slot slot) { return s.slot < slot; });
    } else {
      while (at != many.end() && at->slot < one.slot) ++at;
    }
    if (at == many.end()) break;
    if (at->slot == one.slot) found.push_back({one.slot, one.weight + at->weight});
  }
  return found;
}

// Slots of either list; where both have one, `join` makes the weight.
template <typename Join>
std::vector<Scored> either(const std::vector<Scored>& a, const std::vector<Scored>& b, Join join) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  std::vector<Scored> found;
  found.reserve(a.size() + b.size());
  auto x = a.begin(), y = b.begin();
  while (x != a.end() && y != b.end()) {
    if (x->slot < y->slot)
      found.push_back(*x++);
    else if (y->slot < x->slot)
      found.push_back(*y++);
    else
      found.push_back({x->slot, join((x++)->weight, (y++)->weight)});
  }
  found.insert(found.end(), x, a.end());
  found.insert(found.end(), y, b.end());
  return found;
}

}  // namespace

void Postings::add(Slot slot, std::string_view term, std::uint32_t weight, std::uint32_t length) {
  auto found = lists_.find(term);
  if (found == lists_.end())
    found = lists_.emplace(std::string(term), std::make_shared<List>()).first;
  if (found->second.use_count() > 1) found->second = std::make_shared<List>(*found->second);
  List& list = *found->second;
  const auto at = list.slots.empty() || list.slots.back() < slot
                      ? list.slots.end()
                      : std::ranges::lower_bound(list.slots, slot);
  const auto index = at - list.slots.begin();
  if (at != list.slots.end() && *at == slot) {
    list.impacts[static_cast<std::size_t>(index)] = impact_of(weight, length);
    return;
  }
  list.slots.insert(at, slot);
  list.impacts.insert(list.impacts.begin() + index, impact_of(weight, length));
}

void Postings::remove(Slot slot, std::string_view term) {
  const auto found = lists_.find(term);
  if (found == lists_.end()) return;
  if (found->second.use_count() > 1) found->second = std::make_shared<List>(*found->second);
  List& list = *found->second;
  const auto at = std::ranges::lower_bound(list.slots, slot);
  if (at == list.slots.end() || *at != slot) return;
  list.impacts.erase(list.impacts.begin() + (at - list.slots.begin()));
  list.slots.erase(at);
  if (list.slots.empty()) lists_.erase(found);
}

const Postings::List* Postings::list_of(std::string_view term) const {
  const auto found = lists_.find(term);
  return found == lists_.end() ? nullptr : found->second.get();
}

std::size_t Postings::count(std::string_view term) const {
  const List* list = list_of(term);
  return list == nullptr ? 0 : list->slots.size();
}

std::vector<Scored> Postings::find_way(const TextPlan::Way& way, std::size_t records) const {
  std::vector<const List*> lists;
  for (const std::string& term : way) {
    lists.push_back(list_of(term));
    if (lists.back() == nullptr) return {};
  }
  std::ranges::sort(lists, {}, [](const List* list) { return list->slots.size(); });
  std::vector<Scored> found;
  for (const List* list : lists) {
    const auto n = static_cast<float>(list->slots.size());
    const float rarity =
        std::log(1 + (static_cast<float>(records) - n + 0.5F) / (n + 0.5F)) / kImpactScale;
    std::vector<Scored> these(list->slots.size());
    for (std::size_t i = 0; i < these.size(); ++i)
      these[i] = {list->slots[i], rarity * static_cast<float>(list->impacts[i])};
    found = list == lists.front() ? std::move(these) : both(found, these);
  }
  return found;
}

std::vector<Scored> Postings::find(const TextPlan& plan, Joined joined, std::size_t records) const {
  std::vector<std::vector<Scored>> parts;
  for (const TextPlan::Part& part : plan.parts) {
    std::vector<Scored> found;
    for (const TextPlan::Way& way : part)
      found =
          either(found, find_way(way, records), [](float a, float b) { return std::max(a, b); });
    if (found.empty() && joined == Joined::kAll) return {};
    parts.push_back(std::move(found));
  }
  std::ranges::sort(parts, {}, &std::vector<Scored>::size);
  std::vector<Scored> found;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == 0)
      found = std::move(parts[0]);
    else if (joined == Joined::kAll)
      found = both(found, parts[i]);
    else
      found = either(found, parts[i], [](float a, float b) { return a + b; });
  }
  return found;
}

}  // namespace daybreak::directory::search
