// SPDX-License-Identifier: AGPL-3.0-or-later
// Do near places resemble each other, and where? Global and local Moran, Moran for rates, Getis-Ord
// Gi and Gi*. Formulas and when not to use them: docs/statistics/estimate.md. Pure functions, safe
// to use from any thread, the same for the same seed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/files/neighbours.hpp"

namespace daybreak::stats {

// Weights between places: those of place i are ids and values [start[i], start[i + 1]).
struct SpatialWeights {
  std::vector<std::size_t> start{0};
  std::vector<std::uint32_t> ids;
  std::vector<double> values;
  std::size_t places() const { return start.size() - 1; }
};

enum class WeightStyle : std::uint8_t {
  kBinary,       // 1 for each neighbour ("B")
  kRowStandard,  // 1 / number of neighbours ("W"); all weights of a place add up to 1
};
enum class IncludeSelf : std::uint8_t { kNo, kYes };

SpatialWeights make_weights(const Neighbours& neighbours, WeightStyle style, IncludeSelf self);

enum class Alternative : std::uint8_t { kGreater, kLess, kTwoSided };

struct PermutationOptions {
  std::uint32_t replications = 999;  // 0: no permutation
  std::uint64_t seed = 1;
  Alternative alternative = Alternative::kGreater;
};

// Moran's I with its exact moments when values are shuffled over the places (Cliff and Ord 1981).
struct GlobalMoran {
  double statistic = 0;
  double expected = 0;
  double variance = 0;  // under shuffling ("randomisation")
  double z = 0;
  double p_normal = 0;       // normal approximation of the chosen alternative
  double p_permutation = 1;  // (1 + replicates as extreme, ties included) / (replications + 1)
};
// Places without neighbours do not count towards the number of places. Fails with fewer than four
// places, without any neighbours, and when all values are equal.
Result<GlobalMoran> global_moran(std::span<const double> values, const SpatialWeights& weights,
                                 const PermutationOptions& options);

// Moran's I for rates that takes unequal populations into account (Assuncao and Reis 1999,
// Statistics in Medicine 18:2147).
Result<GlobalMoran> empirical_bayes_moran(std::span<const double> cases,
                                          std::span<const double> population,
                                          const SpatialWeights& weights,
                                          const PermutationOptions& options);

enum class Quadrant : std::uint8_t { kHighHigh, kLowLow, kHighLow, kLowHigh, kNone };
std::string_view name_of(Quadrant quadrant);

struct LocalMoran {
  double statistic = 0;
  double expected = 0;  // exact, over shuffles of the other places (Sokal, Oden, Thomson 1998)
  double variance = 0;
  double z = 0;
  double p_permutation = 1;             // two-sided: min(1, 2 x the smaller tail), ties included
  Quadrant quadrant = Quadrant::kNone;  // the place first, then its neighbours; above or below mean
};
// Conditional permutation: a place keeps its value, its neighbours' values are drawn from the other
// places. A place without neighbours has statistic 0, z 0 and p 1.
Result<std::vector<LocalMoran>> local_moran(std::span<const double> values,
                                            const SpatialWeights& weights,
                                            const PermutationOptions& options);

// Getis and Ord (1992, 1995): z-scores; positive where high values meet. With weights that include
// the place itself this is Gi*, without it Gi; mixed weights are an error. A place without
// neighbours under Gi has z 0.
Result<std::vector<double>> getis_ord(std::span<const double> values,
                                      const SpatialWeights& weights);

}  // namespace daybreak::stats
