// SPDX-License-Identifier: AGPL-3.0-or-later
// Sets of records, a bit each, and the choice of the first few of many. Internal to the search
// index. Plain values.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace daybreak::directory::search {

using Slot = std::uint32_t;

class SlotSet {
 public:
  static constexpr std::size_t kWordBits = 64;

  void insert(Slot slot) {
    if (slot / kWordBits >= words_.size()) words_.resize(slot / kWordBits + 1);
    words_[slot / kWordBits] |= std::uint64_t{1} << slot % kWordBits;
  }
  bool contains(Slot slot) const { return (word(slot / kWordBits) >> slot % kWordBits & 1) != 0; }
  // The bits of slots 64 × index and following; none past the end.
  std::uint64_t word(std::size_t index) const { return index < words_.size() ? words_[index] : 0; }
  std::size_t words() const { return words_.size(); }

 private:
  std::vector<std::uint64_t> words_;
};

// Calls `visit` with each slot of a word's bits, ascending.
template <typename Visit>
void each_slot(std::uint64_t bits, std::size_t word, Visit visit) {
  for (; bits != 0; bits &= bits - 1)
    visit(static_cast<Slot>(word * SlotSet::kWordBits) + static_cast<Slot>(std::countr_zero(bits)));
}

// Keeps the `count` smallest of the keys it is given, and those that are equal to the last of them
// after `widen`, in memory of a few times their number.
template <typename Widen>
class FirstKeys {
 public:
  FirstKeys(std::size_t count, Widen widen)
      : count_(count), most_(std::max<std::size_t>(4 * count, 512)), widen_(widen) {}

  void add(std::uint64_t key) {
    if (key > limit_) return;
    keys_.push_back(key);
    if (keys_.size() >= most_) prune();
  }
  // A key above this is surely not among the first.
  std::uint64_t limit() const { return limit_; }
  std::vector<std::uint64_t> take() {
    prune();
    return std::move(keys_);
  }

 private:
  void prune() {
    if (count_ == 0) keys_.clear();
    if (keys_.size() <= count_) return;
    const auto last = keys_.begin() + static_cast<std::ptrdiff_t>(count_) - 1;
    std::ranges::nth_element(keys_, last);
    limit_ = widen_(*last);
    std::erase_if(keys_, [&](std::uint64_t key) { return key > limit_; });
    most_ = std::max(most_, 2 * keys_.size());
  }

  std::size_t count_, most_;
  Widen widen_;
  std::uint64_t limit_ = ~std::uint64_t{0};
  std::vector<std::uint64_t> keys_;
};

}  // namespace daybreak::directory::search
