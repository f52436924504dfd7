// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/special.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace daybreak::stats {
namespace {

namespace bmp = boost::math::policies;
using Quiet = bmp::policy<bmp::domain_error<bmp::ignore_error>, bmp::pole_error<bmp::ignore_error>,
                          bmp::overflow_error<bmp::ignore_error>,
                          bmp::evaluation_error<bmp::ignore_error>, bmp::promote_double<false>>;

}  // namespace

double normal_upper_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double normal_two_sided(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

double chi_squared_upper_tail(double x, double degrees) {
  return gamma_upper_tail(x, degrees / 2, 0.5);
}

double gamma_upper_tail(double x, double shape, double rate) {
  if (!(x > 0)) return 1;
  if (std::isinf(x)) return 0;
  return boost::math::gamma_q(shape, x * rate, Quiet());
}

double gamma_quantile(double p, double shape, double rate) {
  if (!(p > 0)) return 0;
  if (p >= 1) return std::numeric_limits<double>::infinity();
  return boost::math::gamma_p_inv(shape, p, Quiet()) / rate;
}

}  // namespace daybreak::stats
