// SPDX-License-Identifier: AGPL-3.0-or-later
// Exact draws from a discrete distribution in constant time by the alias method (Walker 1977; Vose
// 1991), with tables for weights, Poisson and binomial. Probabilities are kept to 2^-64; tails
// below 1e-17 of the mass are cut. Immutable after construction, safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/scan/random.hpp"

namespace daybreak::stats {

struct AliasCell {
  std::uint64_t keep = 0;  // take `value` when the fraction is below, else `other`
  std::uint32_t value = 0;
  std::uint32_t other = 0;
};

// Appends the cells of a distribution over offset, offset+1, ... with the given weights.
void append_alias(std::span<const double> weights, std::uint32_t offset,
                  std::vector<AliasCell>& cells);

inline std::uint32_t draw_alias(const AliasCell* cells, std::uint64_t count, std::uint64_t random) {
  const unsigned __int128 product = static_cast<unsigned __int128>(random) * count;
  const AliasCell& cell = cells[static_cast<std::uint64_t>(product >> 64)];
  return static_cast<std::uint64_t>(product) < cell.keep ? cell.value : cell.other;
}

// Poisson or binomial variates, one distribution per cell of a scan. A mean too large for a table
// is split: the sum of independent Poisson (or binomial) parts has the distribution of the whole.
class CountTables {
 public:
  // means[i] >= 0.
  static CountTables poisson(std::span<const double> means);
  // Binomial(trials[i], probability).
  static CountTables binomial(std::span<const std::uint32_t> trials, double probability);

  struct Table {
    std::uint32_t first = 0;    // of cells_
    std::uint32_t length = 0;   // 0: always zero
    std::uint32_t repeats = 0;  // further draws from `part`
    std::uint32_t part_first = 0, part_length = 0;
  };
  const Table& table(std::size_t i) const { return tables_[i]; }
  const AliasCell* cells() const { return cells_.data(); }
  // Positions that one value needs at most, over all i: 1 when no mean was split.
  std::uint32_t positions() const { return positions_; }

 private:
  std::vector<AliasCell> cells_;
  std::vector<Table> tables_;
  std::uint32_t positions_ = 1;
};

}  // namespace daybreak::stats
