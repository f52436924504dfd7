// SPDX-License-Identifier: AGPL-3.0-or-later
// Standardisation for covariates such as age, size class or industry. Tables are place by category,
// row after row: the value of place i and category k is at [i * categories + k]. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"

namespace daybreak::stats {

// Indirect: the cases that each place would have, had every category its overall rate. A category
// with cases and no population anywhere is an error. The sum of the result is the sum of the cases.
Result<std::vector<double>> expected_cases(std::span<const double> cases,
                                           std::span<const double> population,
                                           std::size_t categories);

struct Ratio {
  double ratio = 0;  // cases / expected; 1 is the average place
  double lower = 0;
  double upper = 0;
};
// Observed over expected with the exact (Garwood 1936) Poisson interval. expected > 0.
Ratio standardised_ratio(double cases, double expected, double level);

struct DirectRate {
  double rate = 0;
  double lower = 0;
  double upper = 0;
};
// Direct: category rates weighted by a standard population, for each place, with the gamma interval
// of Fay and Feuer (1997, Statistics in Medicine 16:791). Weights are scaled to sum 1. A place that
// lacks population in a category with weight is an error: use the indirect method there.
Result<std::vector<DirectRate>> direct_rates(std::span<const double> cases,
                                             std::span<const double> population,
                                             std::span<const double> standard, double level);

}  // namespace daybreak::stats
