// SPDX-License-Identifier: AGPL-3.0-or-later
// Empirical Bayes rates: rates of small places drawn towards the mean, by as much as their size
// gives reason to. Formulas and when not to use them: docs/statistics/estimate.md. Pure functions,
// safe to use from any thread; all arrays are in the same order of places.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/files/neighbours.hpp"

namespace daybreak::stats {

// Marshall (1991), Applied Statistics 40:283. Rates are cases / population. A place without
// population gets the mean.
struct MarshallGlobal {
  double mean = 0;      // b: all cases / all population
  double variance = 0;  // a: variance of the true rates by the method of moments, at least 0
  std::vector<double> rates;
};
Result<MarshallGlobal> marshall_global(std::span<const double> cases,
                                       std::span<const double> population);

// What the variance of a neighbourhood is measured around: the neighbourhood's own mean (Marshall,
// GeoDa), or for each place in it the mean of that place's neighbourhood (what spdep does unless
// told otherwise).
enum class LocalCentre : std::uint8_t { kNeighbourhood, kEachPlace };

// The same with mean and variance taken over each place and its neighbours.
struct MarshallLocal {
  std::vector<double> means;
  std::vector<double> variances;
  std::vector<double> rates;
};
Result<MarshallLocal> marshall_local(std::span<const double> cases,
                                     std::span<const double> population,
                                     const Neighbours& neighbours, LocalCentre centre);

// Clayton and Kaldor (1987), Biometrics 43:671: relative risks come from a gamma distribution.
struct GammaPrior {
  double shape = 0;     // nu
  double rate = 0;      // alpha; infinite when `pooled`
  double mean = 0;      // nu / alpha
  bool pooled = false;  // the counts vary no more than chance: every place has the mean risk
  int iterations = 0;
};
// Fits nu and alpha to a relative change of 1e-12. Places with zero expected cases do not count.
// Fails when fewer than two places have expected cases, or no place has cases.
Result<GammaPrior> clayton_kaldor(std::span<const double> cases, std::span<const double> expected);

struct PosteriorOptions {
  double level = 0.95;     // of the interval, between 0 and 1
  double threshold = 1.5;  // for probability_above
};
struct RelativeRisk {
  double mean = 0;
  double lower = 0;
  double upper = 0;
  double probability_above = 0;  // P(relative risk > threshold | data)
};
// Posterior of each place: gamma with shape nu + cases and rate alpha + expected.
Result<std::vector<RelativeRisk>> relative_risks(std::span<const double> cases,
                                                 std::span<const double> expected,
                                                 const GammaPrior& prior,
                                                 const PosteriorOptions& options);

}  // namespace daybreak::stats
