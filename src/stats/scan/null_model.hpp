// SPDX-License-Identifier: AGPL-3.0-or-later
// Replicate data sets under the null hypothesis, drawn straight into the lanes of lanes.hpp. A
// replicate is a function of (seed, replicate) alone. Immutable, safe from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace daybreak::stats {

class NullModel {
 public:
  virtual ~NullModel() = default;
  virtual std::size_t cells() const = 0;
  // Adds replicate replicates[lane] to lane `lane` of rows[cell][lanes]. The rows are zero on
  // entry.
  virtual void draw(std::span<const std::uint64_t> replicates, std::uint16_t* rows) const = 0;
  virtual void draw(std::span<const std::uint64_t> replicates, std::uint32_t* rows) const = 0;
};

// `total` cases over cells with probabilities proportional to the weights (>= 0, not all 0): the
// Poisson model given the number of cases. Exact: independent Poisson counts of a slightly smaller
// total, redrawn in the rare case that they exceed it, then the missing cases one by one.
std::unique_ptr<NullModel> multinomial_null(std::span<const double> weights, std::int64_t total,
                                            std::uint64_t seed);
// Independent Poisson counts with these means.
std::unique_ptr<NullModel> poisson_null(std::span<const double> means, std::uint64_t seed);
// `total` cases drawn without replacement from the individuals of the cells.
std::unique_ptr<NullModel> hypergeometric_null(std::span<const std::uint32_t> individuals,
                                               std::int64_t total, std::uint64_t seed);
// Each individual is a case with this probability.
std::unique_ptr<NullModel> binomial_null(std::span<const std::uint32_t> individuals,
                                         double probability, std::uint64_t seed);
// Cells [rows][columns]; the columns of the cases are shuffled over the cases, both margins kept.
std::unique_ptr<NullModel> permutation_null(std::span<const std::uint32_t> cases,
                                            std::size_t columns, std::uint64_t seed);

}  // namespace daybreak::stats
