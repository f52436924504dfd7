// SPDX-License-Identifier: AGPL-3.0-or-later
// Do counts vary more than chance? Tests of the Poisson assumption before it is used. Pure
// functions, safe to use from any thread.
#pragma once

#include <span>

#include "base/result.hpp"

namespace daybreak::stats {

struct Dispersion {
  double pearson = 0;    // sum of (cases - expected)^2 / expected
  double degrees = 0;    // places with expected cases, less one
  double ratio = 0;      // pearson / degrees; above 1.5 is worth a word
  double pearson_p = 0;  // P(chi-squared >= pearson): approximate, poor when expectations are < 5
  double dean = 0;       // Dean's P_B (1992, JASA 87:451), standard normal under Poisson
  double dean_p = 0;     // upper tail
  double dean_adjusted = 0;  // P'_B, with the leverage of the one fitted total
  double dean_adjusted_p = 0;
};

// Expected cases are scaled so that their sum is the sum of the cases (one fitted total). Fails
// when fewer than two places have expected cases, or there is no case.
Result<Dispersion> test_dispersion(std::span<const double> cases, std::span<const double> expected);

}  // namespace daybreak::stats
