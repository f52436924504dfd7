// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/shrinkage.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "stats/estimate/checks.hpp"
#include "stats/estimate/special.hpp"

namespace daybreak::stats {
namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

// Marshall's moments of the rates of some places; `centre(j, mean)` is what the rate of place j is
// compared with.
template <typename Places, typename Centre>
Moments moments_of(std::span<const double> cases, std::span<const double> population,
                   const Places& places, const Centre& centre) {
  double case_sum = 0;
  double population_sum = 0;
  double used = 0;
  for (const auto i : places) {
    if (population[i] == 0) continue;
    case_sum += cases[i];
    population_sum += population[i];
    ++used;
  }
  if (population_sum == 0) return {};
  const double mean = case_sum / population_sum;
  double spread = 0;
  for (const auto i : places) {
    if (population[i] == 0) continue;
    const double deviation = cases[i] / population[i] - centre(i, mean);
    spread += population[i] * deviation * deviation;
  }
  const double variance = spread / population_sum - mean / (population_sum / used);
  return {mean, std::max(0.0, variance)};
}

constexpr auto kOwnMean = [](std::size_t, double mean) { return mean; };

double shrink(double cases, double population, const Moments& moments) {
  if (population == 0) return moments.mean;
  const double noise = moments.mean / population;
  const double weight =
      moments.variance + noise > 0 ? moments.variance / (moments.variance + noise) : 0;
  return moments.mean + weight * (cases / population - moments.mean);
}

// One step of the fixed point: the moments of the relative risks that nu and alpha give.
Moments risk_moments(std::span<const double> cases, std::span<const double> expected, double nu,
                     double alpha) {
  double sum = 0;
  double used = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (expected[i] == 0) continue;
    sum += (nu + cases[i]) / (alpha + expected[i]);
    ++used;
  }
  const double mean = sum / used;
  double spread = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (expected[i] == 0) continue;
    const double deviation = (nu + cases[i]) / (alpha + expected[i]) - mean;
    spread += (1 + alpha / expected[i]) * deviation * deviation;
  }
  return {mean, spread / (used - 1)};
}

GammaPrior pooled_prior(double mean, int iterations) {
  return {.shape = std::numeric_limits<double>::infinity(),
          .rate = std::numeric_limits<double>::infinity(),
          .mean = mean,
          .pooled = true,
          .iterations = iterations};
}

}  // namespace

Result<MarshallGlobal> marshall_global(std::span<const double> cases,
                                       std::span<const double> population) {
  TRY(check_cases(cases, population, "population"));
  std::vector<std::size_t> all(cases.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const Moments moments = moments_of(cases, population, all, kOwnMean);
  MarshallGlobal result{.mean = moments.mean, .variance = moments.variance};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    result.rates.push_back(shrink(cases[i], population[i], moments));
  }
  return result;
}

Result<MarshallLocal> marshall_local(std::span<const double> cases,
                                     std::span<const double> population,
                                     const Neighbours& neighbours, LocalCentre centre) {
  TRY(check_cases(cases, population, "population"));
  if (neighbours.places() != cases.size()) {
    return fail(
        ErrorKind::kInvalid,
        fmt::format("neighbours of {} places for {} places", neighbours.places(), cases.size()), {},
        "give one line of neighbours for each place");
  }
  std::vector<std::uint32_t> around;
  const auto place_and_neighbours = [&](std::uint32_t i) -> const std::vector<std::uint32_t>& {
    around.assign(neighbours.of(i).begin(), neighbours.of(i).end());
    if (std::ranges::find(around, i) == around.end()) around.push_back(i);
    return around;
  };
  MarshallLocal result;
  for (std::uint32_t i = 0; i < cases.size(); ++i) {
    result.means.push_back(moments_of(cases, population, place_and_neighbours(i), kOwnMean).mean);
  }
  for (std::uint32_t i = 0; i < cases.size(); ++i) {
    const Moments moments =
        moments_of(cases, population, place_and_neighbours(i), [&](std::size_t j, double mean) {
          return centre == LocalCentre::kNeighbourhood ? mean : result.means[j];
        });
    result.variances.push_back(moments.variance);
    result.rates.push_back(shrink(cases[i], population[i], moments));
  }
  return result;
}

Result<GammaPrior> clayton_kaldor(std::span<const double> cases, std::span<const double> expected) {
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
                used < 2 ? "fewer than two places have expected cases" : "no place has cases", {},
                "the spread of risks needs at least two places and one case");
  }
  // Weak prior to begin with: the fixed point does not depend on it.
  double nu = case_sum / expected_sum;
  double alpha = 1;
  constexpr int kMost = 100'000;
  constexpr double kPooledAlpha = 1e9;  // times the mean expectation: shrinkage beyond nine digits
  for (int iteration = 1; iteration <= kMost; ++iteration) {
    const Moments moments = risk_moments(cases, expected, nu, alpha);
    const double next = moments.variance > 0 ? moments.mean / moments.variance
                                             : std::numeric_limits<double>::infinity();
    if (!(next < kPooledAlpha * expected_sum / used)) {
      return pooled_prior(case_sum / expected_sum, iteration);
    }
    const double change = std::abs(next - alpha);
    alpha = next;
    nu = moments.mean * alpha;
    if (change <= 1e-12 * alpha) {
      return GammaPrior{.shape = nu, .rate = alpha, .mean = nu / alpha, .iterations = iteration};
    }
  }
  return pooled_prior(case_sum / expected_sum, kMost);
}

Result<std::vector<RelativeRisk>> relative_risks(std::span<const double> cases,
                                                 std::span<const double> expected,
                                                 const GammaPrior& prior,
                                                 const PosteriorOptions& options) {
  TRY(check_cases(cases, expected, "expected number"));
  if (!(options.level > 0 && options.level < 1) || !(options.threshold >= 0)) {
    return fail(
        ErrorKind::kInvalid,
        fmt::format("level {} or threshold {} is out of range", options.level, options.threshold),
        {}, "the level is between 0 and 1, the threshold is zero or more");
  }
  std::vector<RelativeRisk> risks;
  risks.reserve(cases.size());
  const double tail = (1 - options.level) / 2;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (prior.pooled) {
      const double above = prior.mean > options.threshold ? 1 : 0;
      risks.push_back({prior.mean, prior.mean, prior.mean, above});
      continue;
    }
    const double shape = prior.shape + cases[i];
    const double rate = prior.rate + expected[i];
    risks.push_back({shape / rate, gamma_quantile(tail, shape, rate),
                     gamma_quantile(1 - tail, shape, rate),
                     gamma_upper_tail(options.threshold, shape, rate)});
  }
  return risks;
}

}  // namespace daybreak::stats
