// SPDX-License-Identifier: AGPL-3.0-or-later
// Which records hold which terms, in memory: the posting lists of the word index, read once at the
// start. Internal to the search index. A Postings object is changed by one thread; a copy shares
// its lists and never sees later changes.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "commons/directory/search/slot_set.hpp"

namespace daybreak::directory::search {

// A term of a record and how much it counts there.
struct TermWeight {
  std::string term;
  std::uint32_t weight = 1;
};

// A text as what must be found: every part; of a part any way; of a way every term.
struct TextPlan {
  using Way = std::vector<std::string>;
  using Part = std::vector<Way>;
  std::vector<Part> parts;
};
enum class Joined : std::uint8_t { kAll, kAny };

// The records of one term.
struct Posting {
  std::vector<Slot> slots;            // ascending
  std::vector<std::uint8_t> impacts;  // beside slots: the term-frequency part of BM25, times 100
  std::vector<std::uint8_t> by_slot;  // of a common term: the impact of every slot, 0 for none
};

// The weights of kSize slots that follow one another; 0 where the text does not fit. Weights are
// Okapi BM25 (Robertson and others 1994; k1 = 1.2, b = 0.3): the best way of each part, added up.
struct WeightBlock {
  static constexpr Slot kSize = 1024;
  Slot begin = 0;
  std::array<float, kSize> weights{};
  // Which of the 64 slots of the block's n-th word weigh at least `least`, which is above 0.
  std::uint64_t at_least(std::size_t word, float least) const;
};

class Postings {
 public:
  // `length` is the sum of the record's weights. Slots may come in any order, ascending is fastest.
  void add(Slot slot, std::string_view term, std::uint32_t weight, std::uint32_t length);
  void remove(Slot slot, std::string_view term);
  // Prepares for searches; call once after the last change and before sharing.
  void finish(Slot slots);
  // How many records hold the term.
  std::size_t count(std::string_view term) const;

 private:
  friend class TextScan;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  const Posting* list_of(std::string_view term) const;

  std::unordered_map<std::string, std::shared_ptr<Posting>, Hash, std::equal_to<>> lists_;
  Slot slots_ = 0;
};

// One search of the postings, a block of slots after the other, so that all of it stays in the
// nearest cache. The postings must outlive it.
class TextScan {
 public:
  // `records` is how many there are in all.
  TextScan(const Postings& postings, const TextPlan& plan, Joined joined, std::size_t records);
  // Fills the next block in which anything can fit; false at the end.
  bool next(WeightBlock& block);

 private:
  struct Term {
    const Posting* list = nullptr;
    float rarity = 0;
    std::size_t at = 0, end = 0;  // the stretch of list->slots in this block, when not by slot
    bool here() const { return !list->by_slot.empty() || at != end; }
  };
  using Way = std::vector<Term>;
  using Weights = std::array<float, WeightBlock::kSize>;

  bool enter(Slot begin);
  void weigh(const Way& way, Slot begin, Weights& out, Weights& scratch) const;
  static void put(const Term& term, Slot begin, Weights& out);

  std::vector<std::vector<Way>> parts_;
  Joined joined_;
  Slot next_ = 0, slots_ = 0;
};

}  // namespace daybreak::directory::search
