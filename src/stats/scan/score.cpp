// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/score.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace daybreak::stats {
namespace {

// a ln(a/b), 0 when a is 0; infinite when b is 0 and a is not.
double term(double a, double b) {
  if (a <= 0) return 0;
  if (b <= 0) return std::numeric_limits<double>::infinity();
  return a * std::log(a / b);
}

}  // namespace

double poisson_llr(double cases, double expected, double total_cases) {
  if (cases <= expected || cases <= 0) return 0;
  return term(cases, expected) + term(total_cases - cases, total_cases - expected);
}

double poisson_unconditional_llr(double cases, double expected) {
  if (cases <= expected || cases <= 0) return 0;
  return term(cases, expected) - (cases - expected);
}

double bernoulli_log_likelihood(double cases, double population, double total_cases,
                                double total_population) {
  const double outside = total_population - population;
  return term(cases, population) + term(population - cases, population) +
         term(total_cases - cases, outside) + term(outside - (total_cases - cases), outside);
}

double bernoulli_llr(double cases, double population, double total_cases, double total_population) {
  if (cases * total_population <= total_cases * population || cases <= 0) return 0;
  // Each count against its expectation under one common rate: the same ratio without the
  // cancellation of two large log likelihoods.
  const double rate = total_cases / total_population;
  const double outside = total_population - population;
  return std::max(0.0, term(cases, population * rate) +
                           term(population - cases, population * (1 - rate)) +
                           term(total_cases - cases, outside * rate) +
                           term(outside - (total_cases - cases), outside * (1 - rate)));
}

double bernoulli_unconditional_llr(double cases, double population, double probability) {
  if (cases <= population * probability || cases <= 0) return 0;
  return term(cases, population * probability) +
         term(population - cases, population * (1 - probability));
}

double multinomial_llr(std::span<const std::int64_t> cases, std::span<const std::int64_t> totals) {
  double inside = 0;
  double all = 0;
  for (std::size_t k = 0; k < totals.size(); ++k) {
    inside += static_cast<double>(cases[k]);
    all += static_cast<double>(totals[k]);
  }
  double score = 0;
  for (std::size_t k = 0; k < totals.size(); ++k) {
    const double c = static_cast<double>(cases[k]);
    const double total = static_cast<double>(totals[k]);
    score += term(c, inside * (total / all)) + term(total - c, (all - inside) * (total / all));
  }
  return std::max(0.0, score);
}

Score::Score(ScoreKind kind, double total_cases, double total_measure, double probability)
    : kind_(kind),
      total_cases_(total_cases),
      total_measure_(total_measure),
      probability_(probability) {}

double Score::operator()(double cases, double measure) const {
  switch (kind_) {
    case ScoreKind::kPoisson:
      return poisson_llr(cases, measure, total_cases_);
    case ScoreKind::kPoissonUnconditional:
      return poisson_unconditional_llr(cases, measure);
    case ScoreKind::kBernoulli:
      return bernoulli_llr(cases, measure, total_cases_, total_measure_);
    case ScoreKind::kBernoulliUnconditional:
      return bernoulli_unconditional_llr(cases, measure, probability_);
  }
  return 0;
}

double Score::expected(double measure) const {
  switch (kind_) {
    case ScoreKind::kPoisson:
    case ScoreKind::kPoissonUnconditional:
      return measure;
    case ScoreKind::kBernoulli:
      return total_measure_ > 0 ? measure * (total_cases_ / total_measure_) : 0;
    case ScoreKind::kBernoulliUnconditional:
      return measure * probability_;
  }
  return 0;
}

double Score::relative_risk(double cases, double measure) const {
  const double inside = expected(measure);
  if (inside <= 0) return cases > 0 ? std::numeric_limits<double>::infinity() : 0;
  if (kind_ == ScoreKind::kPoissonUnconditional || kind_ == ScoreKind::kBernoulliUnconditional) {
    return cases / inside;
  }
  const double outside = total_cases_ - inside;
  const double outside_cases = total_cases_ - cases;
  if (outside_cases <= 0) return std::numeric_limits<double>::infinity();
  return (cases / inside) / (outside_cases / outside);
}

double Score::bound(double cases, double measure) const {
  const double inside = expected(measure);
  const double excess = cases - inside;
  if (excess <= 0) return 0;
  double weight = 0.5 / inside;
  if (kind_ == ScoreKind::kPoisson || kind_ == ScoreKind::kBernoulli) {
    weight += 1 / (total_cases_ - inside);
  }
  if (kind_ == ScoreKind::kBernoulli || kind_ == ScoreKind::kBernoulliUnconditional) {
    weight += 1 / (measure - inside);
  }
  if (kind_ == ScoreKind::kBernoulli) {
    weight += 0.5 / (total_measure_ - measure - total_cases_ + inside);
  }
  return weight > 0 ? excess * excess * weight * (1 + 1e-9)
                    : std::numeric_limits<double>::infinity();
}

double Score::largest_measure(double cases, double level, double at_least) const {
  const double slack = 1e-10 * std::max(1.0, level) + tolerance(level);
  const auto reaches = [&](double measure) { return (*this)(cases, measure) >= level - slack; };
  double high = cases;  // where the score is 0 or the measure ends
  if (kind_ == ScoreKind::kBernoulli) high = cases * total_measure_ / std::max(1.0, total_cases_);
  if (kind_ == ScoreKind::kBernoulliUnconditional) high = cases / probability_;
  if (kind_ == ScoreKind::kPoisson) high = std::min(high, total_cases_);
  double low = 0;
  if (kind_ == ScoreKind::kBernoulli || kind_ == ScoreKind::kBernoulliUnconditional) {
    low = cases;  // a window holds at least its cases
    if (!reaches(low)) return 0;
  }
  if (at_least > low && at_least < high && reaches(at_least)) {
    low = at_least;
    double step = high / std::max(1.0, cases);  // the measure of about one more case
    while (low + step < high && reaches(low + step)) low += step;
    high = std::min(high, low + step);
  }
  while (high - low > 1e-7 * high) {
    const double middle = low <= 0 ? high * 1e-3 : 0.5 * (low + high);
    if (reaches(middle)) {
      low = middle;
    } else {
      high = middle;
      if (high < 1e-290) return 0;
    }
  }
  return high;
}

double Score::tolerance(double score) const {
  return 1e-9 * std::max(1.0, score) + 4e-15 * total_cases_;
}

}  // namespace daybreak::stats
