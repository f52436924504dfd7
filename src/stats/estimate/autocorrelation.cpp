// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/autocorrelation.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "stats/estimate/checks.hpp"
#include "stats/estimate/counter_random.hpp"
#include "stats/estimate/shrinkage.hpp"
#include "stats/estimate/special.hpp"

namespace daybreak::stats {
namespace {

// Differences below this share of the size of a statistic are ties.
constexpr double kTie = 1e-10;

Result<void> check_shape(std::size_t values, const SpatialWeights& weights) {
  if (weights.places() == values) return {};
  return fail(ErrorKind::kInvalid,
              fmt::format("weights of {} places for {} values", weights.places(), values), {},
              "give one line of neighbours for each place");
}

std::vector<double> centred(std::span<const double> values) {
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  std::vector<double> z(values.begin(), values.end());
  for (double& value : z) value -= mean;
  return z;
}

double power_sum(const std::vector<double>& z, int power) {
  double sum = 0;
  for (const double value : z) sum += power == 2 ? value * value : value * value * value * value;
  return sum;
}

// Whether the values differ by more than rounding.
bool varies(const std::vector<double>& z, std::span<const double> values) {
  double scale = 0;
  for (const double value : values) scale = std::max(scale, std::abs(value));
  return power_sum(z, 2) > 1e-24 * scale * scale * static_cast<double>(z.size());
}

// Sum over all pairs of weight times product.
double cross_product(const std::vector<double>& z, const SpatialWeights& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    double around = 0;
    for (std::size_t at = weights.start[i]; at < weights.start[i + 1]; ++at) {
      around += weights.values[at] * z[weights.ids[at]];
    }
    sum += z[i] * around;
  }
  return sum;
}

struct WeightSums {
  double places = 0;  // with neighbours
  double s0 = 0;
  double s1 = 0;
  double s2 = 0;
};

WeightSums sums_of(const SpatialWeights& weights) {
  WeightSums sums;
  const std::size_t n = weights.places();
  std::vector<double> both(n, 0);  // row sum plus column sum
  for (std::size_t i = 0; i < n; ++i) {
    sums.places += weights.start[i + 1] > weights.start[i];
    for (std::size_t at = weights.start[i]; at < weights.start[i + 1]; ++at) {
      const double w = weights.values[at];
      sums.s0 += w;
      both[i] += w;
      both[weights.ids[at]] += w;
      // (w_ij + w_ji)^2 / 2 over all ordered pairs is w_ij^2 + w_ij w_ji.
      double back = 0;
      const std::size_t j = weights.ids[at];
      for (std::size_t b = weights.start[j]; b < weights.start[j + 1]; ++b) {
        if (weights.ids[b] == i) back += weights.values[b];
      }
      sums.s1 += w * w + w * back;
    }
  }
  for (const double value : both) sums.s2 += value * value;
  return sums;
}

double normal_p(double z, Alternative alternative) {
  switch (alternative) {
    case Alternative::kGreater:
      return normal_upper_tail(z);
    case Alternative::kLess:
      return normal_upper_tail(-z);
    case Alternative::kTwoSided:
      break;
  }
  return normal_two_sided(z);
}

// How many replicates lie at or above, and at or below, the observed statistic.
struct Tails {
  std::uint32_t above = 0;
  std::uint32_t below = 0;

  void count(double replicate, double observed, double tolerance) {
    above += replicate >= observed - tolerance;
    below += replicate <= observed + tolerance;
  }
  double p(Alternative alternative, std::uint32_t replications) const {
    const double scale = 1.0 / (static_cast<double>(replications) + 1);
    const double high = (above + 1) * scale;
    const double low = (below + 1) * scale;
    if (alternative == Alternative::kGreater) return high;
    if (alternative == Alternative::kLess) return low;
    return std::min(1.0, 2 * std::min(high, low));
  }
};

double permutation_p(std::vector<double> z, const SpatialWeights& weights,
                     const PermutationOptions& options) {
  const double observed = cross_product(z, weights);
  const double tolerance = kTie * power_sum(z, 2);
  const std::vector<double> start = z;
  Tails tails;
  for (std::uint32_t replicate = 0; replicate < options.replications; ++replicate) {
    CounterRandom random(options.seed, 0, replicate);
    z = start;
    for (std::size_t i = z.size() - 1; i > 0; --i) {
      std::swap(z[i], z[random.below(static_cast<std::uint32_t>(i + 1))]);
    }
    tails.count(cross_product(z, weights), observed, tolerance);
  }
  return tails.p(options.alternative, options.replications);
}

// Everything but the check of the input, on centred values.
Result<GlobalMoran> moran_of(const std::vector<double>& z, const SpatialWeights& weights,
                             const PermutationOptions& options) {
  const WeightSums sums = sums_of(weights);
  const double n = sums.places;
  if (n < 4 || !(sums.s0 > 0)) {
    return fail(ErrorKind::kInvalid, fmt::format("only {} places have neighbours", n), {},
                "Moran's I needs four");
  }
  const double squares = power_sum(z, 2);
  GlobalMoran result;
  result.statistic = n / sums.s0 * cross_product(z, weights) / squares;
  result.expected = -1 / (n - 1);
  const double kurtosis = n * power_sum(z, 4) / (squares * squares);
  const double s0_squared = sums.s0 * sums.s0;
  const double second = (n * (sums.s1 * (n * n - 3 * n + 3) - n * sums.s2 + 3 * s0_squared) -
                         kurtosis * (sums.s1 * (n * n - n) - 2 * n * sums.s2 + 6 * s0_squared)) /
                        ((n - 1) * (n - 2) * (n - 3) * s0_squared);
  result.variance = second - result.expected * result.expected;
  if (result.variance > 0) {
    result.z = (result.statistic - result.expected) / std::sqrt(result.variance);
  }
  result.p_normal = normal_p(result.z, options.alternative);
  result.p_permutation = permutation_p(z, weights, options);
  return result;
}

}  // namespace

SpatialWeights make_weights(const Neighbours& neighbours, WeightStyle style, IncludeSelf self) {
  SpatialWeights weights;
  for (std::uint32_t i = 0; i < neighbours.places(); ++i) {
    for (const std::uint32_t j : neighbours.of(i)) {
      if (j != i) weights.ids.push_back(j);
    }
    if (self == IncludeSelf::kYes) weights.ids.push_back(i);
    const std::size_t count = weights.ids.size() - weights.start.back();
    const double weight =
        style == WeightStyle::kBinary || count == 0 ? 1 : 1 / static_cast<double>(count);
    weights.values.resize(weights.ids.size(), weight);
    weights.start.push_back(weights.ids.size());
  }
  return weights;
}

Result<GlobalMoran> global_moran(std::span<const double> values, const SpatialWeights& weights,
                                 const PermutationOptions& options) {
  TRY(check_shape(values.size(), weights));
  TRY(check_finite(values, "value"));
  const std::vector<double> z = centred(values);
  if (!varies(z, values)) {
    return fail(ErrorKind::kInvalid, "all values are equal", {}, "there is nothing to compare");
  }
  return moran_of(z, weights, options);
}

Result<GlobalMoran> empirical_bayes_moran(std::span<const double> cases,
                                          std::span<const double> population,
                                          const SpatialWeights& weights,
                                          const PermutationOptions& options) {
  TRY(check_shape(cases.size(), weights));
  TRY(check_cases(cases, population, "population"));
  double case_sum = 0;
  double population_sum = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (population[i] == 0) {
      return fail(ErrorKind::kInvalid, "a place without population has no rate",
                  fmt::format("place {}", i + 1), "leave it out");
    }
    case_sum += cases[i];
    population_sum += population[i];
  }
  const double mean = case_sum / population_sum;
  double spread = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    spread += population[i] * std::pow(cases[i] / population[i] - mean, 2);
  }
  // Here, unlike in marshall_global, the moment estimate may be negative: the variance of a rate
  // falls back on chance alone only where the sum is not positive.
  const double between =
      spread / population_sum - mean / (population_sum / static_cast<double>(cases.size()));
  std::vector<double> deviates(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const double chance = mean / population[i];
    const double variance = between + chance > 0 ? between + chance : chance;
    deviates[i] = variance > 0 ? (cases[i] / population[i] - mean) / std::sqrt(variance) : 0;
  }
  return global_moran(deviates, weights, options);
}

std::string_view name_of(Quadrant quadrant) {
  switch (quadrant) {
    case Quadrant::kHighHigh:
      return "high-high";
    case Quadrant::kLowLow:
      return "low-low";
    case Quadrant::kHighLow:
      return "high-low";
    case Quadrant::kLowHigh:
      return "low-high";
    case Quadrant::kNone:
      break;
  }
  return "none";
}

namespace {

// A place keeps its value; the values of its neighbours are drawn without repetition from the
// others by the first steps of a shuffle, whatever order the last replicate left them in.
double conditional_p(std::uint32_t place, const std::vector<double>& z,
                     std::span<const double> weights, double observed_lag, double tolerance,
                     std::vector<std::uint32_t>& others, const PermutationOptions& options) {
  const auto count = static_cast<std::uint32_t>(z.size() - 1);
  for (std::uint32_t i = 0; i < count; ++i) others[i] = i < place ? i : i + 1;
  Tails tails;
  for (std::uint32_t replicate = 0; replicate < options.replications; ++replicate) {
    CounterRandom random(options.seed, place + 1, replicate);
    double lag = 0;
    for (std::uint32_t k = 0; k < weights.size(); ++k) {
      std::swap(others[k], others[k + random.below(count - k)]);
      lag += weights[k] * z[others[k]];
    }
    tails.count(lag, observed_lag, tolerance);
  }
  return tails.p(Alternative::kTwoSided, options.replications);
}

Quadrant quadrant_of(double here, double around) {
  if (here == 0 || around == 0) return Quadrant::kNone;
  if (here > 0) return around > 0 ? Quadrant::kHighHigh : Quadrant::kHighLow;
  return around > 0 ? Quadrant::kLowHigh : Quadrant::kLowLow;
}

}  // namespace

Result<std::vector<LocalMoran>> local_moran(std::span<const double> values,
                                            const SpatialWeights& weights,
                                            const PermutationOptions& options) {
  TRY(check_shape(values.size(), weights));
  TRY(check_finite(values, "value"));
  if (values.size() < 4) {
    return fail(ErrorKind::kInvalid, fmt::format("only {} places", values.size()), {},
                "the local Moran statistic needs four");
  }
  const std::vector<double> z = centred(values);
  if (!varies(z, values)) {
    return fail(ErrorKind::kInvalid, "all values are equal", {}, "there is nothing to compare");
  }
  const auto n = static_cast<double>(z.size());
  const double m2 = power_sum(z, 2) / n;
  std::vector<std::uint32_t> others(z.size() - 1);
  std::vector<LocalMoran> results(z.size());
  for (std::uint32_t i = 0; i < z.size(); ++i) {
    const std::size_t begin = weights.start[i];
    const std::span of_place =
        std::span(weights.values).subspan(begin, weights.start[i + 1] - begin);
    if (of_place.empty()) continue;
    double sum = 0;
    double squares = 0;
    double lag = 0;
    for (std::size_t k = 0; k < of_place.size(); ++k) {
      const std::uint32_t j = weights.ids[begin + k];
      if (j == i) {
        return fail(ErrorKind::kInvalid, "a place is its own neighbour",
                    fmt::format("place {}", i + 1), "use weights without the place itself");
      }
      sum += of_place[k];
      squares += of_place[k] * of_place[k];
      lag += of_place[k] * z[j];
    }
    LocalMoran& result = results[i];
    const double own = z[i] * z[i];
    result.statistic = z[i] / m2 * lag;
    result.expected = -own * sum / ((n - 1) * m2);
    result.variance =
        own / (m2 * m2) * (n / (n - 2)) * (squares - sum * sum / (n - 1)) * (m2 - own / (n - 1));
    if (result.variance > 0) {
      result.z = (result.statistic - result.expected) / std::sqrt(result.variance);
    }
    result.quadrant = quadrant_of(z[i], lag);
    const double tolerance = kTie * std::sqrt(m2) * std::max(1.0, sum);
    result.p_permutation = conditional_p(i, z, of_place, lag, tolerance, others, options);
  }
  return results;
}

Result<std::vector<double>> getis_ord(std::span<const double> values,
                                      const SpatialWeights& weights) {
  TRY(check_shape(values.size(), weights));
  TRY(check_finite(values, "value"));
  const auto n = static_cast<double>(values.size());
  // Shifted by the mean, which changes no z but keeps the digits of the variance.
  const std::vector<double> z = centred(values);
  if (n < 3 || !varies(z, values)) {
    return fail(ErrorKind::kInvalid, n < 3 ? "fewer than three places" : "all values are equal", {},
                "there is nothing to compare");
  }
  const double squares = power_sum(z, 2);
  std::size_t with_self = 0;
  std::vector<double> scores(values.size(), 0);
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    double sum = 0;
    double weight_squares = 0;
    double lag = 0;
    bool self = false;
    for (std::size_t at = weights.start[i]; at < weights.start[i + 1]; ++at) {
      sum += weights.values[at];
      weight_squares += weights.values[at] * weights.values[at];
      lag += weights.values[at] * z[weights.ids[at]];
      self = self || weights.ids[at] == i;
    }
    with_self += self;
    if (sum == 0) continue;
    const double others = self ? n : n - 1;
    const double mean = self ? 0 : -z[i] / others;
    const double variance = (self ? squares : squares - z[i] * z[i]) / others - mean * mean;
    const double spread = variance * (others * weight_squares - sum * sum) / (others - 1);
    if (spread > 1e-24 * squares) scores[i] = (lag - sum * mean) / std::sqrt(spread);
  }
  if (with_self != 0 && with_self != values.size()) {
    return fail(ErrorKind::kInvalid, "some places count as their own neighbours, others do not", {},
                "use weights with all places themselves (Gi*) or with none (Gi)");
  }
  return scores;
}

}  // namespace daybreak::stats
