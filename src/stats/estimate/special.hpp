// SPDX-License-Identifier: AGPL-3.0-or-later
// The distribution functions that the estimates need, over Boost.Math, total on their domains: they
// never throw. Pure functions, safe to use from any thread.
#pragma once

namespace daybreak::stats {

// P(Z > z) of the standard normal distribution, and its two-sided form P(|Z| > |z|).
double normal_upper_tail(double z);
double normal_two_sided(double z);
// P(X > x) of the chi-squared distribution; degrees > 0.
double chi_squared_upper_tail(double x, double degrees);
// Gamma distribution with this shape and rate (both > 0): P(X > x), and the x with P(X <= x) = p,
// 0 <= p < 1.
double gamma_upper_tail(double x, double shape, double rate);
double gamma_quantile(double p, double shape, double rate);

}  // namespace daybreak::stats
