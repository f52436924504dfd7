// SPDX-License-Identifier: AGPL-3.0-or-later
// Which records hold which terms, in memory: the posting lists of the word index, read once at the
// start, so that a search is a few merges of sorted lists. Internal to the search index. A Postings
// object is changed by one thread; a copy shares its lists and never sees later changes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace daybreak::directory::search {

using Slot = std::uint32_t;

// A term of a record and how much it counts there.
struct TermWeight {
  std::string term;
  std::uint32_t weight = 1;
};

struct Scored {
  Slot slot = 0;
  float weight = 0;
};

// A text as what must be found: every part; of a part any way; of a way every term.
struct TextPlan {
  using Way = std::vector<std::string>;
  using Part = std::vector<Way>;
  std::vector<Part> parts;
};
enum class Joined : std::uint8_t { kAll, kAny };

class Postings {
 public:
  // `length` is the sum of the record's weights. Slots may come in any order, ascending is fastest.
  void add(Slot slot, std::string_view term, std::uint32_t weight, std::uint32_t length);
  void remove(Slot slot, std::string_view term);
  // How many records hold the term.
  std::size_t count(std::string_view term) const;
  // Records that fit the plan, ascending by slot, weighed by Okapi BM25 (Robertson and others 1994;
  // k1 = 1.2, b = 0.3), of `records` in all.
  std::vector<Scored> find(const TextPlan& plan, Joined joined, std::size_t records) const;

 private:
  struct List {
    std::vector<Slot> slots;            // ascending
    std::vector<std::uint8_t> impacts;  // the term-frequency part of BM25, times 100
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  const List* list_of(std::string_view term) const;
  std::vector<Scored> find_way(const TextPlan::Way& way, std::size_t records) const;

  std::unordered_map<std::string, std::shared_ptr<List>, Hash, std::equal_to<>> lists_;
};

}  // namespace daybreak::directory::search
