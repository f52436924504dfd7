// SPDX-License-Identifier: AGPL-3.0-or-later
// The outlines of counties and states, already projected for drawing (composite Albers, as
// newspapers draw the country: Alaska and Hawaii below the southwest), 975 wide and 610 high.
// From the Census Bureau's cartographic boundary files. Read once; safe to use from any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geography/geography.hpp"

namespace daybreak::geography {

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
  // The smallest box around both.
  Box with(const Box& other) const;
};

struct Spot {
  double x = 0, y = 0;
};

struct Outline {
  CountyFips county;
  std::string_view path;  // SVG path data, "M…Z"
  Box box;
};

// All drawn counties, by FIPS (Puerto Rico and the islands are not on this map).
std::span<const Outline> county_outlines();
const Outline* outline_of(CountyFips county);
// The borders between states as one SVG path, for drawing over the counties. Empty for one that
// has no drawn county.
std::string_view state_outline(std::string_view state_abbreviation);

// Where a point falls on the map; nothing when it is not on it.
std::optional<Spot> project(Point point);

}  // namespace daybreak::geography
