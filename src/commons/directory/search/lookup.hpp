// SPDX-License-Identifier: AGPL-3.0-or-later
// One search over one version of the columns and postings: which records match, and the first of
// them in the asked order. Internal to the search index. Pure functions.
#pragma once

#include <bit>
#include <cfloat>
#include <optional>
#include <vector>

#include "commons/directory/search/columns.hpp"
#include "commons/directory/search/postings.hpp"

namespace daybreak::directory::search {

struct Found {
  std::vector<Slot> page;  // those of Query::offset and limit
  std::size_t total = 0;   // all that match
};

// Overdue records come after the others, then the asked order counts, then name and id, so that no
// two are ever equal. `text` is null when only the filter counts.
Found find_first(const Columns& columns, const Query& query, const Filter& filter, TextScan* text);

// The distance that a result shows.
std::optional<double> distance_of(const Columns& columns, const Query& query, Slot slot);

// Calls visit(slot, weight) with the matches by ascending slot, and returns how many there are.
// Those that weigh less than `least`, which visit may raise, are counted but may be left out.
template <typename Visit>
std::size_t each_match(const Columns& columns, const Filter& filter, TextScan* text,
                       const float& least, Visit visit) {
  std::size_t total = 0;
  // Of `fitting` slots, whose weights are not too small for `bits`, those that match.
  const auto take = [&](std::uint64_t fitting, std::uint64_t bits, std::size_t word,
                        const float* weights) {
    if (filter.bits_only) total += static_cast<std::size_t>(std::popcount(fitting));
    each_slot(filter.bits_only ? bits : fitting, word, [&](Slot slot) {
      if (!filter.bits_only) {
        if (!columns.matches(slot, filter)) return;
        ++total;
      }
      visit(slot, weights == nullptr ? 0.0F : weights[slot % WeightBlock::kSize]);
    });
  };
  if (text == nullptr) {
    for (std::size_t word = 0; word < columns.words(); ++word) {
      const std::uint64_t bits = columns.candidates(filter, word);
      take(bits, bits, word, nullptr);
    }
    return total;
  }
  for (WeightBlock block; text->next(block);) {
    for (std::size_t i = 0; i < WeightBlock::kSize / SlotSet::kWordBits; ++i) {
      const std::size_t word = block.begin / SlotSet::kWordBits + i;
      const std::uint64_t candidates = columns.candidates(filter, word);
      if (candidates == 0) continue;
      const std::uint64_t fitting = candidates & block.at_least(i, FLT_MIN);
      if (fitting == 0) continue;
      const bool all = !filter.bits_only || least <= FLT_MIN;
      take(fitting, all ? fitting : fitting & block.at_least(i, least), word, block.weights.data());
    }
  }
  return total;
}

}  // namespace daybreak::directory::search
