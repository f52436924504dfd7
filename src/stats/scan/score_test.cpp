// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/score.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace daybreak::stats {
namespace {

// Values of TreeScan's own unit test and of the smerc documentation, recomputed by hand.
TEST(Score, EqualsTheReferencePrograms) {
  EXPECT_NEAR(poisson_llr(12, 5.35, 100), 3.2830035, 1e-6);
  EXPECT_NEAR(poisson_llr(100, 50, 100), 69.314718, 1e-6);
  EXPECT_NEAR(poisson_llr(106, 62.13, 552), 14.782064, 1e-6);
  EXPECT_NEAR(poisson_unconditional_llr(12, 5.35), 3.043721, 1e-6);
  EXPECT_NEAR(poisson_unconditional_llr(100, 50), 19.314718, 1e-6);
  EXPECT_NEAR(bernoulli_log_likelihood(12, 15.35, 100, 500), -237.667492, 1e-6);
  EXPECT_NEAR(bernoulli_log_likelihood(100, 150, 100, 500), -95.477125, 1e-6);
  EXPECT_NEAR(bernoulli_unconditional_llr(12, 15.35, 0.5), 2.586083, 1e-6);
  EXPECT_NEAR(bernoulli_unconditional_llr(100, 150, 0.5), 8.494951, 1e-6);
}

TEST(Score, IsZeroWithoutExcess) {
  EXPECT_EQ(poisson_llr(5, 5, 100), 0);
  EXPECT_EQ(poisson_llr(0, 0, 100), 0);
  EXPECT_EQ(bernoulli_llr(20, 100, 100, 500), 0);
  EXPECT_EQ(bernoulli_llr(3, 100, 100, 500), 0);
}

TEST(Score, BernoulliRatioIsTheDifferenceOfTheLogLikelihoods) {
  const double none = 100 * std::log(0.2) + 400 * std::log(0.8);
  EXPECT_NEAR(bernoulli_llr(60, 150, 100, 500), bernoulli_log_likelihood(60, 150, 100, 500) - none,
              1e-9);
}

TEST(Score, MultinomialOfTwoCategoriesIsTheUndirectedBernoulli) {
  const std::int64_t cases[] = {60, 90};
  const std::int64_t totals[] = {100, 400};
  EXPECT_NEAR(multinomial_llr(cases, totals), bernoulli_llr(60, 150, 100, 500), 1e-9);
}

TEST(Score, BoundAndThresholdNeverMissAWindow) {
  for (const ScoreKind kind : {ScoreKind::kPoisson, ScoreKind::kPoissonUnconditional,
                               ScoreKind::kBernoulli, ScoreKind::kBernoulliUnconditional}) {
    const bool trials = kind == ScoreKind::kBernoulli || kind == ScoreKind::kBernoulliUnconditional;
    const Score score(kind, 200, trials ? 1000 : 200, 0.3);
    for (double cases = 1; cases <= 200; cases += 3) {
      for (double measure = trials ? cases : 0.5; measure < (trials ? 990 : 199); measure += 7) {
        const double value = score(cases, measure);
        EXPECT_GE(score.bound(cases, measure) + 1e-12, value);
        if (value > 0) {
          EXPECT_GE(score.largest_measure(cases, value), measure);
          EXPECT_LT(score.largest_measure(cases, value * 1.01), measure);
        }
      }
    }
  }
}

}  // namespace
}  // namespace daybreak::stats
