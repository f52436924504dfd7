// SPDX-License-Identifier: AGPL-3.0-or-later
// Sorting the rows of a list by what its address asks for. Pure functions.
#pragma once

#include <algorithm>
#include <string_view>

namespace daybreak {

// "-name": by the column "name", backwards.
struct SortBy {
  std::string_view column;
  bool backwards = false;
  static SortBy of(std::string_view text) {
    const bool backwards = text.starts_with('-');
    return {text.substr(backwards ? 1 : 0), backwards};
  }
};

// By `value` of each row. Rows of the same value stay in the order in which they came, backwards
// too.
template <typename Rows, typename Value>
void sort_rows(Rows& rows, bool backwards, Value value) {
  std::ranges::stable_sort(rows, [&](const auto& one, const auto& other) {
    return backwards ? value(other) < value(one) : value(one) < value(other);
  });
}

}  // namespace daybreak
