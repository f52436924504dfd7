// SPDX-License-Identifier: AGPL-3.0-or-later
// Places in order of distance from a centre. Used by the builders of space.hpp; not thread-safe
// (one per thread).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace daybreak::stats {

// Points in at most three dimensions, already transformed so that the Euclidean distance orders
// them.
struct Position {
  std::array<double, 3> x{};
};

class Nearest {
 public:
  explicit Nearest(std::vector<Position> positions);

  // Replaces `order` by the places from nearest to farthest, the centre first, ties by the smaller
  // coordinates, until `measure` would exceed `limit` or the distance `radius` (0: no limit), and
  // at most `count` of them.
  void about(std::uint32_t centre, std::span<const double> measure, double limit, double radius,
             std::size_t count, std::vector<std::uint32_t>& order);

 private:
  struct Node {
    std::uint32_t point, axis;
  };
  void build(std::size_t first, std::size_t last);
  void collect(std::size_t first, std::size_t last, const Position& centre, double radius_squared);
  void collect_enough(std::uint32_t centre, std::span<const double> measure, double limit,
                      double radius, std::size_t count);
  void sort_by_distance(std::uint32_t centre);
  double squared(std::uint32_t a, const Position& b) const;

  std::vector<Position> positions_;
  std::vector<Node> tree_;  // implicit k-d tree, only for many points
  double start_radius_ = 0;
  std::vector<std::uint32_t> found_;
  std::vector<double> distance_;
  std::vector<std::uint64_t> keys_, spare_;
};

}  // namespace daybreak::stats
