// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/standardise.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "stats/estimate/checks.hpp"
#include "stats/estimate/special.hpp"

namespace daybreak::stats {

Result<std::vector<double>> expected_cases(std::span<const double> cases,
                                           std::span<const double> population,
                                           std::size_t categories) {
  if (categories == 0 || cases.size() != population.size() || cases.size() % categories != 0 ||
      cases.empty()) {
    return fail(ErrorKind::kInvalid, "the tables of cases and population differ in shape", {},
                "give one number for each place and category in both");
  }
  TRY(check_finite(cases, "number of cases"));
  TRY(check_finite(population, "population"));
  std::vector<double> expected(cases.size() / categories, 0);
  for (std::size_t k = 0; k < categories; ++k) {
    double case_sum = 0;
    double population_sum = 0;
    for (std::size_t at = k; at < cases.size(); at += categories) {
      case_sum += cases[at];
      population_sum += population[at];
    }
    if (case_sum == 0) continue;
    if (!(population_sum > 0)) {
      return fail(ErrorKind::kInvalid, fmt::format("{} cases without population", case_sum),
                  fmt::format("category {}", k + 1), "add the population of that category");
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] += population[i * categories + k] * (case_sum / population_sum);
    }
  }
  return expected;
}

Ratio standardised_ratio(double cases, double expected, double level) {
  const double tail = (1 - level) / 2;
  return {cases / expected, cases > 0 ? gamma_quantile(tail, cases, 1) / expected : 0,
          gamma_quantile(1 - tail, cases + 1, 1) / expected};
}

Result<std::vector<DirectRate>> direct_rates(std::span<const double> cases,
                                             std::span<const double> population,
                                             std::span<const double> standard, double level) {
  const std::size_t categories = standard.size();
  if (categories == 0 || cases.size() != population.size() || cases.size() % categories != 0) {
    return fail(ErrorKind::kInvalid, "the tables of cases and population differ in shape", {},
                "give one number for each place and category in both");
  }
  TRY(check_finite(standard, "standard population"));
  double whole = 0;
  for (const double weight : standard) whole += weight;
  if (!(whole > 0) || std::ranges::min(standard) < 0) {
    return fail(ErrorKind::kInvalid, "the standard population is not above zero", {},
                "give a number of zero or more for each category");
  }
  std::vector<DirectRate> rates;
  const double tail = (1 - level) / 2;
  for (std::size_t row = 0; row < cases.size(); row += categories) {
    TRY(check_cases(cases.subspan(row, categories), population.subspan(row, categories),
                    "population"));
    double rate = 0;
    double variance = 0;
    double largest = 0;
    for (std::size_t k = 0; k < categories; ++k) {
      if (standard[k] == 0) continue;
      if (population[row + k] == 0) {
        return fail(ErrorKind::kInvalid, fmt::format("no population in category {}", k + 1),
                    fmt::format("place {}", row / categories + 1),
                    "standardise indirectly, or join categories");
      }
      const double weight = standard[k] / whole / population[row + k];
      rate += weight * cases[row + k];
      variance += weight * weight * cases[row + k];
      largest = std::max(largest, weight);
    }
    const double upper_rate = rate + largest;
    const double upper_variance = variance + largest * largest;
    rates.push_back({rate,
                     rate > 0 ? gamma_quantile(tail, rate * rate / variance, rate / variance) : 0,
                     gamma_quantile(1 - tail, upper_rate * upper_rate / upper_variance,
                                    upper_rate / upper_variance)});
  }
  return rates;
}

}  // namespace daybreak::stats
