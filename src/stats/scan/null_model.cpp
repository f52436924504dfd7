// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/null_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/scan/discrete.hpp"
#include "stats/scan/lanes.hpp"
#include "stats/scan/random.hpp"

namespace daybreak::stats {
namespace {

// Standard deviations by which the independent counts undershoot the total.
constexpr double kUndershoot = 3.5;

// The value of one cell in one stream.
std::uint32_t value_of(const CountTables& tables, std::size_t cell, const ReplicateStream& stream) {
  const CountTables::Table& table = tables.table(cell);
  const std::uint64_t position = cell * tables.positions();
  std::uint32_t value = table.length == 0 ? 0
                                          : draw_alias(tables.cells() + table.first, table.length,
                                                       stream.at(position));
  for (std::uint32_t i = 1; i <= table.repeats; ++i) {
    value +=
        draw_alias(tables.cells() + table.part_first, table.part_length, stream.at(position + i));
  }
  return value;
}

// Implements both lane widths by one template.
template <typename Self>
class LaneNull : public NullModel {
 public:
  void draw(std::span<const std::uint64_t> replicates, std::uint16_t* rows) const override {
    static_cast<const Self*>(this)->draw_lanes(replicates, rows);
  }
  void draw(std::span<const std::uint64_t> replicates, std::uint32_t* rows) const override {
    static_cast<const Self*>(this)->draw_lanes(replicates, rows);
  }
};

// Independent counts per cell; all lanes of a cell together, so that its table stays in the cache.
template <typename Count>
void draw_independent(const CountTables& tables, std::size_t cells, std::uint64_t seed,
                      std::span<const std::uint64_t> replicates, Count* rows,
                      std::array<std::int64_t, 32>& totals) {
  std::vector<ReplicateStream> streams;
  for (const std::uint64_t replicate : replicates) streams.emplace_back(seed, replicate);
  totals.fill(0);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const CountTables::Table& table = tables.table(cell);
    if (table.length == 0 && table.repeats == 0) continue;
    Count* row = rows + cell * kLanes<Count>;
    for (std::size_t lane = 0; lane < streams.size(); ++lane) {
      const std::uint32_t value = value_of(tables, cell, streams[lane]);
      row[lane] = static_cast<Count>(value);
      totals[lane] += value;
    }
  }
}

std::vector<AliasCell> alias_of(std::span<const double> weights) {
  std::vector<AliasCell> cells;
  append_alias(weights, 0, cells);
  return cells;
}

class MultinomialNull final : public LaneNull<MultinomialNull> {
 public:
  MultinomialNull(std::span<const double> weights, std::int64_t total, std::uint64_t seed)
      : cells_(weights.size()), total_(total), seed_(seed), alias_(alias_of(weights)) {
    double sum = 0;
    for (const double w : weights) sum += w;
    const double target = static_cast<double>(total) - kUndershoot * std::sqrt(total);
    if (target <= 0 || static_cast<double>(total) < 0.8 * static_cast<double>(cells_)) return;
    std::vector<double> means(weights.begin(), weights.end());
    for (double& mean : means) mean *= target / sum;
    tables_ = CountTables::poisson(means);
    independent_ = true;
  }

  std::size_t cells() const override { return cells_; }

  template <typename Count>
  void draw_lanes(std::span<const std::uint64_t> replicates, Count* rows) const {
    std::array<std::int64_t, 32> totals{};
    if (independent_) draw_independent(tables_, cells_, seed_, replicates, rows, totals);
    for (std::size_t lane = 0; lane < replicates.size(); ++lane) {
      std::uint64_t attempt = 0;
      while (totals[lane] > total_) {
        const ReplicateStream stream(seed_, replicates[lane], ++attempt);
        totals[lane] = 0;
        for (std::size_t cell = 0; cell < cells_; ++cell) {
          const std::uint32_t value = value_of(tables_, cell, stream);
          rows[cell * kLanes<Count> + lane] = static_cast<Count>(value);
          totals[lane] += value;
        }
      }
      ReplicateStream stream(seed_, replicates[lane], attempt);
      stream.seek(cells_ * static_cast<std::uint64_t>(tables_.positions()));
      for (std::int64_t i = totals[lane]; i < total_; ++i) {
        ++rows[draw_alias(alias_.data(), cells_, stream.next()) * kLanes<Count> + lane];
      }
    }
  }

 private:
  std::size_t cells_;
  std::int64_t total_;
  std::uint64_t seed_;
  std::vector<AliasCell> alias_;
  CountTables tables_;
  bool independent_ = false;
};

class IndependentNull final : public LaneNull<IndependentNull> {
 public:
  IndependentNull(CountTables tables, std::size_t cells, std::uint64_t seed)
      : tables_(std::move(tables)), cells_(cells), seed_(seed) {}
  std::size_t cells() const override { return cells_; }

  template <typename Count>
  void draw_lanes(std::span<const std::uint64_t> replicates, Count* rows) const {
    std::array<std::int64_t, 32> totals{};
    draw_independent(tables_, cells_, seed_, replicates, rows, totals);
  }

 private:
  CountTables tables_;
  std::size_t cells_;
  std::uint64_t seed_;
};

class HypergeometricNull final : public LaneNull<HypergeometricNull> {
 public:
  HypergeometricNull(std::span<const std::uint32_t> individuals, std::int64_t total,
                     std::uint64_t seed)
      : individuals_(individuals.begin(), individuals.end()), total_(total), seed_(seed) {
    const std::vector<double> weights(individuals.begin(), individuals.end());
    alias_ = alias_of(weights);
    double population = 0;
    for (const double w : weights) population += w;
    const double rate = static_cast<double>(total) / population;
    const double target = static_cast<double>(total) -
                          kUndershoot * std::sqrt(static_cast<double>(total) * (1 - rate));
    if (rate >= 1) {
      everyone_ = true;
    } else if (target > 0 &&
               static_cast<double>(total) > 0.8 * static_cast<double>(individuals.size())) {
      tables_ = CountTables::binomial(individuals, target / population);
      independent_ = true;
    }
  }
  std::size_t cells() const override { return individuals_.size(); }

  template <typename Count>
  void draw_lanes(std::span<const std::uint64_t> replicates, Count* rows) const {
    constexpr std::size_t lanes = kLanes<Count>;
    const std::size_t cells = individuals_.size();
    std::array<std::int64_t, 32> totals{};
    if (independent_) draw_independent(tables_, cells, seed_, replicates, rows, totals);
    for (std::size_t lane = 0; lane < replicates.size(); ++lane) {
      if (everyone_) {
        for (std::size_t cell = 0; cell < cells; ++cell) {
          rows[cell * lanes + lane] = static_cast<Count>(individuals_[cell]);
        }
        continue;
      }
      std::uint64_t attempt = 0;
      while (totals[lane] > total_) {
        const ReplicateStream stream(seed_, replicates[lane], ++attempt);
        totals[lane] = 0;
        for (std::size_t cell = 0; cell < cells; ++cell) {
          const std::uint32_t value = value_of(tables_, cell, stream);
          rows[cell * lanes + lane] = static_cast<Count>(value);
          totals[lane] += value;
        }
      }
      ReplicateStream stream(seed_, replicates[lane], attempt);
      stream.seek(cells * static_cast<std::uint64_t>(tables_.positions()));
      for (std::int64_t i = totals[lane]; i < total_;) {
        const std::uint32_t cell = draw_alias(alias_.data(), cells, stream.next());
        Count& count = rows[cell * lanes + lane];
        // One of its individuals at random: a case already, or a new one.
        if (stream.below(individuals_[cell]) < count) continue;
        ++count;
        ++i;
      }
    }
  }

 private:
  std::vector<std::uint32_t> individuals_;
  std::int64_t total_;
  std::uint64_t seed_;
  std::vector<AliasCell> alias_;
  CountTables tables_;
  bool independent_ = false;
  bool everyone_ = false;
};

class PermutationNull final : public LaneNull<PermutationNull> {
 public:
  PermutationNull(std::span<const std::uint32_t> cases, std::size_t columns, std::uint64_t seed)
      : cells_(cases.size()), columns_(columns), seed_(seed) {
    for (std::size_t cell = 0; cell < cases.size(); ++cell) {
      for (std::uint32_t i = 0; i < cases[cell]; ++i) {
        row_of_case_.push_back(static_cast<std::uint32_t>(cell / columns));
        column_of_case_.push_back(static_cast<std::uint32_t>(cell % columns));
      }
    }
  }
  std::size_t cells() const override { return cells_; }

  template <typename Count>
  void draw_lanes(std::span<const std::uint64_t> replicates, Count* rows) const {
    std::vector<std::uint32_t> columns;
    for (std::size_t lane = 0; lane < replicates.size(); ++lane) {
      ReplicateStream stream(seed_, replicates[lane]);
      columns = column_of_case_;
      for (std::size_t i = columns.size(); i > 0; --i) {
        std::swap(columns[i - 1], columns[stream.below(i)]);
        const std::size_t cell = row_of_case_[i - 1] * columns_ + columns[i - 1];
        ++rows[cell * kLanes<Count> + lane];
      }
    }
  }

 private:
  std::size_t cells_, columns_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> row_of_case_, column_of_case_;
};

}  // namespace

std::unique_ptr<NullModel> multinomial_null(std::span<const double> weights, std::int64_t total,
                                            std::uint64_t seed) {
  return std::make_unique<MultinomialNull>(weights, total, seed);
}
std::unique_ptr<NullModel> poisson_null(std::span<const double> means, std::uint64_t seed) {
  return std::make_unique<IndependentNull>(CountTables::poisson(means), means.size(), seed);
}
std::unique_ptr<NullModel> hypergeometric_null(std::span<const std::uint32_t> individuals,
                                               std::int64_t total, std::uint64_t seed) {
  return std::make_unique<HypergeometricNull>(individuals, total, seed);
}
std::unique_ptr<NullModel> binomial_null(std::span<const std::uint32_t> individuals,
                                         double probability, std::uint64_t seed) {
  return std::make_unique<IndependentNull>(CountTables::binomial(individuals, probability),
                                           individuals.size(), seed);
}
std::unique_ptr<NullModel> permutation_null(std::span<const std::uint32_t> cases,
                                            std::size_t columns, std::uint64_t seed) {
  return std::make_unique<PermutationNull>(cases, columns, seed);
}

}  // namespace daybreak::stats
