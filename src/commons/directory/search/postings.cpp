// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/postings.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

// Also compiled for 256-bit registers and chosen when the program starts; the numbers are the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define DAYBREAK_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define DAYBREAK_WIDE
#endif

namespace daybreak::directory::search {
namespace {

constexpr float kSaturation = 1.2F;   // k1: how soon repetition stops to count
constexpr float kLengthShare = 0.3F;  // b: how much a long text counts less
constexpr float kUsualLength = 120;   // a fixed average, so that adding a record changes no other
constexpr float kImpactScale = 100;   // impacts lie below k1 + 1 = 2.2
// A term of more than this share of all records has its impacts by slot: adding such a list up is
// quicker than a walk over its slots.
constexpr std::size_t kCommonShare = 6;

// At least 1, since 0 says that the term is not there.
std::uint8_t impact_of(std::uint32_t weight, std::uint32_t length) {
  const float w = static_cast<float>(weight), l = static_cast<float>(length);
  const float damped = w + kSaturation * (1 - kLengthShare + kLengthShare * l / kUsualLength);
  return static_cast<std::uint8_t>(
      std::max(1L, std::lround(kImpactScale * w * (kSaturation + 1) / damped)));
}

float rarity_of(const Posting& list, std::size_t records) {
  const auto n = static_cast<float>(list.slots.size());
  return std::log(1 + (static_cast<float>(records) - n + 0.5F) / (n + 0.5F)) / kImpactScale;
}

// sums = sums + more where both are there, else 0.
DAYBREAK_WIDE void join_all(float* sums, const float* more) {
  for (Slot i = 0; i < WeightBlock::kSize; ++i) {
    const float sum = sums[i] + more[i];
    sums[i] = (sums[i] > 0) & (more[i] > 0) ? sum : 0.0F;
  }
}

void join_any(float* sums, const float* more) {
  for (Slot i = 0; i < WeightBlock::kSize; ++i) sums[i] += more[i];
}

void join_best(float* best, const float* other) {
  for (Slot i = 0; i < WeightBlock::kSize; ++i) best[i] = best[i] > other[i] ? best[i] : other[i];
}

// To change a list that another version may share.
Posting& writable(std::shared_ptr<Posting>& list) {
  if (list.use_count() > 1) list = std::make_shared<Posting>(*list);
  list->by_slot.clear();
  return *list;
}

}  // namespace

DAYBREAK_WIDE std::uint64_t WeightBlock::at_least(std::size_t word, float least) const {
  const float* from = weights.data() + word * SlotSet::kWordBits;
  std::array<std::uint8_t, SlotSet::kWordBits> flags{};
  for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = from[i] >= least ? 1 : 0;
  std::uint64_t bits = 0;
  for (std::size_t byte = 0; byte < 8; ++byte) {
    std::uint64_t eight;
    std::memcpy(&eight, flags.data() + byte * 8, sizeof eight);
    // Gathers the lowest bits of eight bytes in the highest byte.
    bits |= (eight * 0x0102040810204080ULL >> 56) << byte * 8;
  }
  return bits;
}

void Postings::add(Slot slot, std::string_view term, std::uint32_t weight, std::uint32_t length) {
  auto found = lists_.find(term);
  if (found == lists_.end())
    found = lists_.emplace(std::string(term), std::make_shared<Posting>()).first;
  Posting& list = writable(found->second);
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
  Posting& list = writable(found->second);
  const auto at = std::ranges::lower_bound(list.slots, slot);
  if (at == list.slots.end() || *at != slot) return;
  list.impacts.erase(list.impacts.begin() + (at - list.slots.begin()));
  list.slots.erase(at);
  if (list.slots.empty()) lists_.erase(found);
}

void Postings::finish(Slot slots) {
  slots_ = slots;
  const std::size_t blocks = (slots + WeightBlock::kSize - 1) / WeightBlock::kSize;
  const std::size_t whole = blocks * WeightBlock::kSize;
  for (auto& [term, list] : lists_) {
    if (list.use_count() == 1 && list->slots.capacity() > list->slots.size()) {
      list->slots.shrink_to_fit();
      list->impacts.shrink_to_fit();
    }
    const bool common = list->slots.size() * kCommonShare > slots;
    if (list->by_slot.size() == (common ? whole : 0)) continue;
    Posting& changed = writable(list);
    if (!common) continue;
    changed.by_slot.assign(whole, 0);
    for (std::size_t i = 0; i < changed.slots.size(); ++i)
      changed.by_slot[changed.slots[i]] = changed.impacts[i];
  }
}

const Posting* Postings::list_of(std::string_view term) const {
  const auto found = lists_.find(term);
  return found == lists_.end() ? nullptr : found->second.get();
}

std::size_t Postings::count(std::string_view term) const {
  const Posting* list = list_of(term);
  return list == nullptr ? 0 : list->slots.size();
}

TextScan::TextScan(const Postings& postings, const TextPlan& plan, Joined joined,
                   std::size_t records)
    : joined_(joined), slots_(postings.slots_) {
  for (const TextPlan::Part& part : plan.parts) {
    std::vector<Way> ways;
    for (const TextPlan::Way& words : part) {
      Way way;
      for (const std::string& word : words)
        if (const Posting* list = postings.list_of(word); list != nullptr)
          way.push_back({list, rarity_of(*list, records)});
      if (!way.empty() && way.size() == words.size()) ways.push_back(std::move(way));
    }
    if (!ways.empty())
      parts_.push_back(std::move(ways));
    else if (joined == Joined::kAll)
      slots_ = 0;  // nothing can fit
  }
}

// Moves every list to the block; whether anything in it can fit.
bool TextScan::enter(Slot begin) {
  const Slot end = begin + WeightBlock::kSize;
  std::size_t parts_here = 0;
  for (auto& part : parts_) {
    bool part_here = false;
    for (Way& way : part) {
      bool way_here = true;
      for (Term& term : way) {
        if (term.list->by_slot.empty()) {
          const auto& slots = term.list->slots;
          term.at = term.end;
          while (term.end < slots.size() && slots[term.end] < end) ++term.end;
        }
        way_here = way_here && term.here();
      }
      part_here = part_here || way_here;
    }
    parts_here += part_here;
  }
  return joined_ == Joined::kAll ? parts_here == parts_.size() : parts_here > 0;
}

DAYBREAK_WIDE void TextScan::put(const Term& term, Slot begin, Weights& out) {
  if (!term.list->by_slot.empty()) {
    const std::uint8_t* impacts = term.list->by_slot.data() + begin;
    for (Slot i = 0; i < WeightBlock::kSize; ++i)
      out[i] = term.rarity * static_cast<float>(impacts[i]);
    return;
  }
  out.fill(0);
  for (std::size_t i = term.at; i < term.end; ++i)
    out[term.list->slots[i] - begin] = term.rarity * static_cast<float>(term.list->impacts[i]);
}

void TextScan::weigh(const Way& way, Slot begin, Weights& out, Weights& scratch) const {
  put(way.front(), begin, out);
  for (std::size_t i = 1; i < way.size(); ++i) {
    put(way[i], begin, scratch);
    join_all(out.data(), scratch.data());
  }
}

bool TextScan::next(WeightBlock& block) {
  if (parts_.empty()) return false;
  for (; next_ < slots_; next_ += WeightBlock::kSize) {
    if (!enter(next_)) continue;
    Weights best, other, scratch;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      Weights& part = p == 0 ? block.weights : best;
      bool first = true;
      for (const Way& way : parts_[p]) {
        if (!std::ranges::all_of(way, &Term::here)) continue;
        weigh(way, next_, first ? part : other, scratch);
        if (!first) join_best(part.data(), other.data());
        first = false;
      }
      if (first) part.fill(0);
      if (p == 0) continue;
      (joined_ == Joined::kAll ? join_all : join_any)(block.weights.data(), part.data());
    }
    block.begin = next_;
    next_ += WeightBlock::kSize;
    return true;
  }
  return false;
}

}  // namespace daybreak::directory::search
