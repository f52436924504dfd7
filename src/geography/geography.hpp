// SPDX-License-Identifier: AGPL-3.0-or-later
// States, counties and ZIP codes of the United States: names, points, and which county a ZIP is in.
// Read-only tables from data/geography, read once at first use; no request leaves the machine.
// Everything here is safe to use from any thread and lives as long as the program.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace daybreak::geography {

struct Point {
  double latitude = 0;   // degrees north
  double longitude = 0;  // degrees east: negative in the United States
  auto operator<=>(const Point&) const = default;
};

// Along the surface of the Earth (haversine, mean radius 6,371.0088 km). Never fails.
double distance_in_miles(Point from, Point to);
double distance_in_kilometers(Point from, Point to);
inline constexpr double kKilometersPerMile = 1.609344;

// A county's five-digit FIPS code: state (2) and county (3).
class CountyFips {
 public:
  // Only form is checked; whether such a county exists is find_county's answer.
  static Result<CountyFips> parse(std::string_view text);
  constexpr CountyFips() = default;
  constexpr explicit CountyFips(std::uint32_t number) : number_(number) {}
  constexpr std::uint32_t number() const { return number_; }
  constexpr std::uint32_t state_number() const { return number_ / 1000; }
  std::string to_string() const;  // "36029"
  auto operator<=>(const CountyFips&) const = default;

 private:
  std::uint32_t number_ = 0;
};

struct State {
  std::string_view fips;          // "36"
  std::string_view abbreviation;  // "NY"
  std::string_view name;          // "New York"
};

struct County {
  CountyFips fips;
  std::string_view name;        // "Erie County", "Orleans Parish"
  std::string_view short_name;  // "Erie"
  std::string_view state;       // "NY"
  Point center;                 // the Census Bureau's internal point, or the middle of its shape
};

// The 50 states, the District of Columbia and Puerto Rico, by FIPS.
std::span<const State> states();
// By "NY", "36" or "New York", in any case.
const State* find_state(std::string_view text);

// All counties and equivalents, by FIPS.
std::span<const County> counties();
const County* find_county(CountyFips fips);
// By name within a state: "Erie", "erie county", "St. Mary Parish" and "Saint Mary" all find it.
const County* find_county(std::string_view state, std::string_view name);
std::span<const County> counties_of_state(std::string_view state_abbreviation);

struct Zip {
  std::uint32_t number = 0;
  Point point;
  // Exact: the middle of the ZIP's area. Otherwise a post-office-box ZIP placed at its county's
  // point.
  bool has_area = false;
  std::array<CountyFips, 6> counties{};  // the one that holds the point first; unused ones are 0
  std::span<const CountyFips> in_counties() const;
};

// By "14201" or "14201-1234"; nothing when there is no such ZIP.
const Zip* find_zip(std::string_view text);
const County* county_of_zip(std::string_view text);
// The county whose shape holds the point, or nothing outside the United States.
const County* county_at(Point point);

}  // namespace daybreak::geography
