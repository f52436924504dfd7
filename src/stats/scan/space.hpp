// SPDX-License-Identifier: AGPL-3.0-or-later
// Sets of places that a scan tries. A chain is an order of places about a centre: each of its
// prefixes is a window (circle, ellipse, or the caller's own order of neighbours). A branching list
// holds the connected sets of the flexible scan. Pure functions of their input.
//
// Conventions follow SaTScan so that results can be compared: distances on a sphere of radius
// 6,367 km, ties in distance broken by the smaller first coordinate and then the next, places with
// the same coordinates are one place, and a window grows while its measure stays within the limit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace daybreak::stats {

inline constexpr double kEarthRadiusKm = 6367.0;

enum class Coordinates : std::uint8_t { kCartesian, kLatitudeLongitude };

struct Point {
  double x = 0;  // or latitude in degrees
  double y = 0;  // or longitude in degrees
};

// Kilometres along the great circle, or the straight line in the units of the coordinates.
double distance(Coordinates coordinates, Point a, Point b);

// One shape of window: an ellipse `ratio` times as long as wide, its long axis at `angle` (radians
// counter-clockwise from the x axis), its score multiplied by `factor`. Ratio 1 is the circle.
struct Shape {
  double ratio = 1;
  double angle = 0;
  double factor = 1;
};

enum class Penalty : std::uint8_t { kNone, kMedium, kStrong };
// The circle, then for each ratio as many equally spaced angles; factor [4s/(s+1)^2]^a with a = 0,
// 1/2 or 1 (Kulldorff, Huang, Pickle & Duczmal 2006).
std::vector<Shape> elliptic_shapes(std::span<const double> ratios, std::span<const int> angles,
                                   Penalty penalty);

struct SpaceWindows {
  struct Chain {
    std::uint32_t centre = 0;
    std::uint32_t shape = 0;
    std::size_t first = 0;  // of `order`
    std::uint32_t steps = 0;
  };
  std::vector<Shape> shapes{Shape{}};
  std::vector<Chain> chains;
  std::vector<std::uint32_t> order;
  std::vector<std::uint8_t> depth;  // of the flexible scan, 1-based; else empty
};

// How far a window may grow. `measure[place]` is the population at risk (Poisson: expected cases).
struct SpaceLimit {
  double measure = 0;  // largest measure of a window
  double radius = 0;   // 0: no limit; in km or units, from the centre (ellipse: short axis)
  std::size_t total_steps = 0;  // error beyond this many windows
};

// Circles and ellipses about every place. Fails when the windows outnumber `limit.total_steps`.
Result<SpaceWindows> compact_windows(Coordinates coordinates, std::span<const Point> points,
                                     std::span<const double> measure, std::span<const Shape> shapes,
                                     const SpaceLimit& limit);

// The caller's own neighbour order: neighbours[i] starts with the centre.
SpaceWindows listed_windows(std::span<const std::vector<std::uint32_t>> neighbours,
                            std::span<const double> measure, const SpaceLimit& limit);

// Connected sets among the `nearest` places about each centre (itself included) that hold the
// centre (Tango & Takahashi 2005), each set once per centre. adjacent[i]: the neighbours of place
// i.
Result<SpaceWindows> flexible_windows(Coordinates coordinates, std::span<const Point> points,
                                      std::span<const std::vector<std::uint32_t>> adjacent,
                                      std::uint32_t nearest, std::size_t total_steps);

// The `count` nearest places of each place, itself first, one chain a place.
SpaceWindows nearest_places(Coordinates coordinates, std::span<const Point> points,
                            std::uint32_t count);

// Only place 0, for scans without places.
SpaceWindows single_place();

// Places with identical coordinates become one: group[i] of each place, `representative` of each
// group.
struct Coincident {
  std::vector<std::uint32_t> group;
  std::vector<std::uint32_t> representative;
};
Coincident merge_coincident(std::span<const Point> points);

// The places of the window that ends with `step` of `chain`, centre first.
std::vector<std::uint32_t> members_of(const SpaceWindows& windows, std::size_t chain,
                                      std::uint32_t step);

}  // namespace daybreak::stats
