// SPDX-License-Identifier: AGPL-3.0-or-later
// What a table says, as sums: base cells are counts that nobody sees as such; every figure that is
// or was published is the sum of some of them. So tables of any dimension, their margins, and
// earlier tables are all one kind of thing. Plain values, safe to use from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace daybreak::stats {

enum class FigureRole : std::uint8_t {
  kWanted,  // to be published if it is safe
  kHidden,  // not to be published, but to be protected
};

struct Figure {
  std::vector<std::uint32_t> cells;  // of which it is the sum; ascending, without repeats
  std::int64_t value = 0;
  std::int64_t largest = 0;  // the largest contribution of one contributor; 0: not known
  std::string name;          // "Erie, minors"
  FigureRole role = FigureRole::kWanted;
};

// The largest sum of a table whose leaks can be told from rounding.
inline constexpr std::int64_t kMaxTableTotal = 1'000'000'000'000;

struct Publication {
  std::vector<std::int64_t> cells;  // the true base cells
  std::vector<Figure> figures;      // what one would like to publish now
  std::vector<Figure> earlier;      // what is public already, as it was published
};

// A table of counts over categories, last dimension fastest.
struct Table {
  struct Dimension {
    std::string name;
    std::vector<std::string> categories;
  };
  std::vector<Dimension> dimensions;
  std::vector<std::int64_t> counts;

  // Who stands behind the counts, for the dominance rule; empty when that is not known.
  struct Contribution {
    std::uint32_t cell = 0;
    std::uint32_t contributor = 0;
    std::int64_t count = 0;
  };
  std::vector<Contribution> contributions;
};

// All inner cells first, in the order of the table, then the margins over every set of dimensions,
// the grand total last. Fails on a shape that does not fit the counts, negative counts, more than
// 2,000,000 figures, and a sum beyond kMaxTableTotal.
Result<Publication> publication_of(const Table& table);

// Which base cells a figure of such a table is the sum of: one category for each dimension, or
// kAll.
inline constexpr std::int64_t kAll = -1;
std::vector<std::uint32_t> cells_of(const Table& table, std::span<const std::int64_t> categories);

// Fails when cells are out of range or not ascending, a figure is not the sum of its cells, an
// earlier figure contradicts the cells, or a count is negative.
Result<void> check_publication(const Publication& publication);

}  // namespace daybreak::stats
