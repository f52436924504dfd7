// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/dispersion.hpp"

#include <cmath>

#include "stats/estimate/checks.hpp"
#include "stats/estimate/special.hpp"

namespace daybreak::stats {

Result<Dispersion> test_dispersion(std::span<const double> cases,
                                   std::span<const double> expected) {
  TRY(check_cases(cases, expected, "expected number"));
  double case_sum = 0;
  double expected_sum = 0;
  double used = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    case_sum += cases[i];
    expected_sum += expected[i];
    used += expected[i] > 0;
  }
  if (used < 2 || case_sum == 0) {
    return fail(ErrorKind::kInvalid,
                used < 2 ? "fewer than two places have expected cases" : "there is no case", {},
                "dispersion needs at least two places and one case");
  }
  Dispersion result{.degrees = used - 1};
  double excess = 0;
  double adjusted = 0;
  double squares = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (expected[i] == 0) continue;
    const double mean = expected[i] * case_sum / expected_sum;
    const double square = (cases[i] - mean) * (cases[i] - mean);
    const double leverage = mean / case_sum;
    result.pearson += square / mean;
    excess += square - cases[i];
    adjusted += square - cases[i] + leverage * mean;
    squares += mean * mean;
  }
  result.ratio = result.pearson / result.degrees;
  result.pearson_p = chi_squared_upper_tail(result.pearson, result.degrees);
  result.dean = excess / std::sqrt(2 * squares);
  result.dean_p = normal_upper_tail(result.dean);
  result.dean_adjusted = adjusted / std::sqrt(2 * squares);
  result.dean_adjusted_p = normal_upper_tail(result.dean_adjusted);
  return result;
}

}  // namespace daybreak::stats
