// SPDX-License-Identifier: AGPL-3.0-or-later
// The score of a window: how much better "the rate inside is higher" explains the counts than "the
// rate is the same everywhere". Natural log likelihood ratios, high rates only: 0 when the window
// holds no more cases than expected. Pure functions, safe from any thread.
//
// A window is a count `c` and a measure `m`: the expected cases E for the Poisson scores, the cases
// and controls n for the Bernoulli scores. C and M are the totals. 0 ln 0 = 0.
//   Poisson, given C (Kulldorff 1997):      c ln(c/E) + (C-c) ln((C-c)/(C-E))
//   Poisson, C free (TreeScan guide):       c ln(c/E) - (c-E)
//   Bernoulli, given C (Kulldorff 1997):    LL(c,n) - LL(all), LL = c ln(c/n) + (n-c) ln((n-c)/n)
//                                           + (C-c) ln((C-c)/(N-n)) + (N-n-C+c) ln((N-n-C+c)/(N-n))
//   Bernoulli, known p (TreeScan guide):    c ln(c/(np)) + (n-c) ln((n-c)/(n(1-p)))
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace daybreak::stats {

enum class ScoreKind : std::uint8_t {
  kPoisson,
  kPoissonUnconditional,
  kBernoulli,
  kBernoulliUnconditional,
};

double poisson_llr(double cases, double expected, double total_cases);
double poisson_unconditional_llr(double cases, double expected);
double bernoulli_log_likelihood(double cases, double population, double total_cases,
                                double total_population);
double bernoulli_llr(double cases, double population, double total_cases, double total_population);
double bernoulli_unconditional_llr(double cases, double population, double probability);
// Category mix (Jung, Kulldorff & Richard 2010): sum over k of
// c_k ln(c_k/c) + (C_k-c_k) ln((C_k-c_k)/(C-c)) - C_k ln(C_k/C). Not directed: any other mix
// scores.
double multinomial_llr(std::span<const std::int64_t> cases, std::span<const std::int64_t> totals);

// One of the scores with its totals fixed. `measure` of the Poisson score sums to the cases.
class Score {
 public:
  Score() = default;
  Score(ScoreKind kind, double total_cases, double total_measure, double probability = 0.5);

  double operator()(double cases, double measure) const;
  double total_cases() const { return total_cases_; }
  double total_measure() const { return total_measure_; }
  ScoreKind kind() const { return kind_; }

  // Cases expected in a window of this measure, and observed over expected inside divided by the
  // same outside (for the unconditional scores: observed over expected).
  double expected(double measure) const;
  double relative_risk(double cases, double measure) const;

  // Never below the score, without logarithms: x ln x - x + 1 <= (x-1)^2/2 for x >= 1, <= (x-1)^2
  // below.
  double bound(double cases, double measure) const;
  // Whether the score might exceed a level: false only when it cannot.
  bool may_exceed(double cases, double measure, double level) const {
    if (kind_ != ScoreKind::kPoisson) return bound(cases, measure) > level;
    const double excess = cases - measure;
    const double rest = total_cases_ - measure;
    return excess > 0 &&
           excess * excess * (total_cases_ + measure) * (1 + 1e-9) > 2 * measure * rest * level;
  }

  // The largest measure with which `cases` still scores at least `level`, 0 when none does; too
  // large by 1e-7 at most and never too small. It rises with the cases, so the answer for fewer
  // cases is a good `at_least`. The score rises with cases and falls with measure: one comparison
  // of counts replaces the logarithms.
  double largest_measure(double cases, double level, double at_least = 0) const;

  // Two scores closer than this are equal: sums in another order must not part ties.
  double tolerance(double score) const;

 private:
  ScoreKind kind_ = ScoreKind::kPoisson;
  double total_cases_ = 0;
  double total_measure_ = 0;
  double probability_ = 0.5;
};

}  // namespace daybreak::stats
