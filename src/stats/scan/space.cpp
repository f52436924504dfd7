// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/space.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <unordered_map>

#include "stats/scan/large_pages.hpp"
#include "stats/scan/nearest.hpp"

namespace daybreak::stats {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

Position on_sphere(Point p) {
  const double latitude = p.x * kDegree;
  const double longitude = p.y * kDegree;
  return {{kEarthRadiusKm * std::cos(latitude) * std::cos(longitude),
           kEarthRadiusKm * std::cos(latitude) * std::sin(longitude),
           kEarthRadiusKm * std::sin(latitude)}};
}

// Squeezes the long axis, so that the ellipse becomes a circle of its short radius.
Position in_shape(Point p, const Shape& shape) {
  if (shape.ratio == 1) return {{p.x, p.y, 0}};
  const double c = std::cos(shape.angle);
  const double s = std::sin(shape.angle);
  return {{(p.x * c + p.y * s) / shape.ratio, p.y * c - p.x * s, 0}};
}

Error too_many(std::size_t windows, std::size_t limit) {
  return Error{
      ErrorKind::kUnsupported,
      fmt::format("this scan would try about {} sets of places, more than {}", windows, limit), "",
      "lower --max-size, or limit the windows with --max-radius"};
}

// From a few centres, so that a hopeless scan is refused at once.
std::size_t estimate(Nearest& nearest, std::size_t places, std::span<const double> measure,
                     double limit, double radius) {
  std::vector<std::uint32_t> order;
  std::size_t steps = 0;
  const std::size_t samples = std::min<std::size_t>(places, 8);
  for (std::size_t i = 0; i < samples; ++i) {
    nearest.about(static_cast<std::uint32_t>(i * places / samples), measure, limit, radius, places,
                  order);
    steps += order.size();
  }
  return steps * places / std::max<std::size_t>(1, samples);
}

struct Extend {
  SpaceWindows& windows;
  std::span<const std::vector<std::uint32_t>> adjacent;
  std::vector<std::uint8_t> allowed;  // within the nearest places of this centre
  std::vector<std::uint8_t> seen;     // in the set, waiting, or excluded on this branch
  std::size_t limit;

  // Emits the set that ends with `place`, then every larger one; `waiting` are places next to it.
  bool run(std::uint32_t place, std::uint8_t depth, std::vector<std::uint32_t> waiting) {
    windows.order.push_back(place);
    windows.depth.push_back(depth);
    if (windows.order.size() > limit) return false;
    std::vector<std::uint32_t> added;
    for (const std::uint32_t next : adjacent[place]) {
      if (allowed[next] == 0 || seen[next] != 0) continue;
      seen[next] = 1;
      added.push_back(next);
      waiting.push_back(next);
    }
    while (!waiting.empty()) {
      const std::uint32_t next = waiting.back();
      waiting.pop_back();  // what comes after leaves it out, so that each set appears once
      if (!run(next, static_cast<std::uint8_t>(depth + 1), waiting)) return false;
    }
    for (const std::uint32_t next : added) seen[next] = 0;
    return true;
  }
};

std::vector<Position> positions_of(Coordinates coordinates, std::span<const Point> points,
                                   const Shape& shape) {
  std::vector<Position> out;
  out.reserve(points.size());
  for (const Point& p : points) {
    out.push_back(coordinates == Coordinates::kCartesian ? in_shape(p, shape) : on_sphere(p));
  }
  return out;
}

}  // namespace

double distance(Coordinates coordinates, Point a, Point b) {
  if (coordinates == Coordinates::kCartesian) return std::hypot(a.x - b.x, a.y - b.y);
  const Position p = on_sphere(a);
  const Position q = on_sphere(b);
  const double chord = std::hypot(p.x[0] - q.x[0], p.x[1] - q.x[1], p.x[2] - q.x[2]);
  return 2 * kEarthRadiusKm * std::asin(std::min(1.0, chord / (2 * kEarthRadiusKm)));
}

std::vector<Shape> elliptic_shapes(std::span<const double> ratios, std::span<const int> angles,
                                   Penalty penalty) {
  const double power = penalty == Penalty::kNone ? 0 : penalty == Penalty::kMedium ? 0.5 : 1;
  std::vector<Shape> shapes{Shape{}};
  for (std::size_t i = 0; i < ratios.size() && i < angles.size(); ++i) {
    const double s = ratios[i];
    for (int k = 0; k < angles[i]; ++k) {
      shapes.push_back(
          {s, std::numbers::pi * k / angles[i], std::pow(4 * s / ((s + 1) * (s + 1)), power)});
    }
  }
  return shapes;
}

Result<SpaceWindows> compact_windows(Coordinates coordinates, std::span<const Point> points,
                                     std::span<const double> measure, std::span<const Shape> shapes,
                                     const SpaceLimit& limit) {
  if (coordinates == Coordinates::kLatitudeLongitude && shapes.size() > 1) {
    return fail(ErrorKind::kInvalid, "ellipses need Cartesian coordinates", "option --shape",
                "project the coordinates and give --cartesian, or use --shape circle");
  }
  SpaceWindows out;
  out.shapes.assign(shapes.begin(), shapes.end());
  const double most = limit.measure * (1 + 1e-9);
  double radius = limit.radius;
  if (radius > 0 && coordinates == Coordinates::kLatitudeLongitude) {
    const double arc = std::min(radius / (2 * kEarthRadiusKm), std::numbers::pi / 2);
    radius = 2 * kEarthRadiusKm * std::sin(arc);  // the chord
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t s = 0; s < shapes.size(); ++s) {
    Nearest nearest(positions_of(coordinates, points, shapes[s]));
    if (points.size() > 20000) {
      const std::size_t guess = estimate(nearest, points.size(), measure, most, radius);
      if (guess * shapes.size() > limit.total_steps) {
        return tl::make_unexpected(too_many(guess * shapes.size(), limit.total_steps));
      }
    }
    for (std::uint32_t centre = 0; centre < points.size(); ++centre) {
      nearest.about(centre, measure, most, radius, points.size(), order);
      if (order.empty()) continue;
      out.chains.push_back({centre, s, out.order.size(), static_cast<std::uint32_t>(order.size())});
      out.order.insert(out.order.end(), order.begin(), order.end());
      if (out.order.size() > limit.total_steps) {
        const std::size_t guess = out.order.size() / (centre + 1) * points.size() * shapes.size();
        return tl::make_unexpected(too_many(guess, limit.total_steps));
      }
    }
    // The other shapes take about as many steps as the circle.
    if (s == 0) reserve_large(out.order, out.order.size() * shapes.size() * 9 / 8);
  }
  return out;
}

SpaceWindows listed_windows(std::span<const std::vector<std::uint32_t>> neighbours,
                            std::span<const double> measure, const SpaceLimit& limit) {
  SpaceWindows out;
  for (const auto& list : neighbours) {
    if (list.empty()) continue;
    const std::size_t first = out.order.size();
    double sum = 0;
    for (const std::uint32_t place : list) {
      sum += measure[place];
      if (sum > limit.measure * (1 + 1e-9)) break;
      out.order.push_back(place);
    }
    const auto steps = static_cast<std::uint32_t>(out.order.size() - first);
    if (steps > 0) out.chains.push_back({list.front(), 0, first, steps});
  }
  return out;
}

Result<SpaceWindows> flexible_windows(Coordinates coordinates, std::span<const Point> points,
                                      std::span<const std::vector<std::uint32_t>> adjacent,
                                      std::uint32_t nearest_count, std::size_t total_steps) {
  SpaceWindows out;
  Nearest nearest(positions_of(coordinates, points, Shape{}));
  const std::vector<double> nothing(points.size(), 0.0);
  std::vector<std::uint32_t> order;
  Extend extend{out, adjacent, std::vector<std::uint8_t>(points.size()),
                std::vector<std::uint8_t>(points.size()), total_steps};
  for (std::uint32_t centre = 0; centre < points.size(); ++centre) {
    nearest.about(centre, nothing, 0, 0, nearest_count, order);
    for (const std::uint32_t place : order) extend.allowed[place] = 1;
    const std::size_t first = out.order.size();
    extend.seen[centre] = 1;
    if (!extend.run(centre, 1, {})) {
      return tl::make_unexpected(too_many(out.order.size(), total_steps));
    }
    extend.seen[centre] = 0;
    out.chains.push_back({centre, 0, first, static_cast<std::uint32_t>(out.order.size() - first)});
    for (const std::uint32_t place : order) extend.allowed[place] = 0;
  }
  return out;
}

SpaceWindows nearest_places(Coordinates coordinates, std::span<const Point> points,
                            std::uint32_t count) {
  SpaceWindows out;
  Nearest nearest(positions_of(coordinates, points, Shape{}));
  const std::vector<double> nothing(points.size(), 0.0);
  std::vector<std::uint32_t> order;
  for (std::uint32_t centre = 0; centre < points.size(); ++centre) {
    nearest.about(centre, nothing, 0, 0, count, order);
    out.chains.push_back({centre, 0, out.order.size(), static_cast<std::uint32_t>(order.size())});
    out.order.insert(out.order.end(), order.begin(), order.end());
  }
  return out;
}

SpaceWindows single_place() {
  SpaceWindows out;
  out.order = {0};
  out.chains = {{0, 0, 0, 1}};
  return out;
}

Coincident merge_coincident(std::span<const Point> points) {
  struct Hash {
    std::size_t operator()(const std::pair<double, double>& p) const {
      return std::hash<double>{}(p.first) * 31 + std::hash<double>{}(p.second);
    }
  };
  std::unordered_map<std::pair<double, double>, std::uint32_t, Hash> known;
  Coincident out;
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    const auto [at, fresh] =
        known.try_emplace({points[i].x + 0.0, points[i].y + 0.0},
                          static_cast<std::uint32_t>(out.representative.size()));
    if (fresh) out.representative.push_back(i);
    out.group.push_back(at->second);
  }
  return out;
}

std::vector<std::uint32_t> members_of(const SpaceWindows& windows, std::size_t chain,
                                      std::uint32_t step) {
  const SpaceWindows::Chain& c = windows.chains[chain];
  const auto* order = windows.order.data() + c.first;
  if (windows.depth.empty()) return {order, order + step + 1};
  const auto* depth = windows.depth.data() + c.first;
  std::vector<std::uint32_t> out;
  unsigned wanted = depth[step];
  for (std::uint32_t k = step + 1; k-- > 0 && wanted > 0;) {
    if (depth[k] != wanted) continue;
    out.push_back(order[k]);
    --wanted;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace daybreak::stats
