// SPDX-License-Identifier: AGPL-3.0-or-later
#include "geography/geography.hpp"

#include <cmath>
#include <fmt/format.h>
#include <numbers>

#include "base/text.hpp"

namespace daybreak::geography {

double distance_in_kilometers(Point from, Point to) {
  constexpr double kRadius = 6371.0088;
  constexpr double kDegree = std::numbers::pi / 180;
  const double half_latitude = std::sin((to.latitude - from.latitude) * kDegree / 2);
  const double half_longitude = std::sin((to.longitude - from.longitude) * kDegree / 2);
  const double h = half_latitude * half_latitude + std::cos(from.latitude * kDegree) *
                                                       std::cos(to.latitude * kDegree) *
                                                       half_longitude * half_longitude;
  return 2 * kRadius * std::asin(std::sqrt(std::min(1.0, h)));
}

double distance_in_miles(Point from, Point to) {
  return distance_in_kilometers(from, to) / kKilometersPerMile;
}

Result<CountyFips> CountyFips::parse(std::string_view text) {
  const auto number = to_integer(text);
  if (text.size() != 5 || !number || *number < 0)
    return fail(ErrorKind::kInvalid, "a county's FIPS code has five digits", "county",
                "write it like 36029");
  return CountyFips(static_cast<std::uint32_t>(*number));
}

std::string CountyFips::to_string() const { return fmt::format("{:05}", number_); }

}  // namespace daybreak::geography
