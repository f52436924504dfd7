// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/space.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>

#include "stats/scan/random.hpp"

namespace daybreak::stats {
namespace {

std::vector<Point> scattered(std::size_t count) {
  ReplicateStream random(3, 1);
  std::vector<Point> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(
        {static_cast<double>(random.below(1000000)), static_cast<double>(random.below(1000000))});
  }
  return out;
}

TEST(Space, DistanceFollowsTheGreatCircle) {
  EXPECT_NEAR(distance(Coordinates::kLatitudeLongitude, {0, 0}, {0, 90}), kEarthRadiusKm * M_PI / 2,
              1e-6);
  EXPECT_NEAR(distance(Coordinates::kLatitudeLongitude, {40, -75}, {40, -75}), 0, 1e-9);
  EXPECT_EQ(distance(Coordinates::kCartesian, {0, 0}, {3, 4}), 5);
}

TEST(Space, TiesGoToTheSmallerCoordinates) {
  const std::vector<Point> points{{0, 0}, {1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  const std::vector<double> measure(5, 1.0);
  const Shape circle;
  const SpaceWindows out =
      compact_windows(Coordinates::kCartesian, points, measure, std::span(&circle, 1), {5, 0, 100})
          .value();
  EXPECT_EQ(members_of(out, 0, 4), (std::vector<std::uint32_t>{0, 3, 4, 2, 1}));
}

TEST(Space, SizeLimitIncludesItsBound) {
  const std::vector<Point> points{{0, 0}, {1, 0}, {3, 0}, {7, 0}};
  const std::vector<double> measure{1, 1, 1, 1};
  const Shape circle;
  const SpaceWindows out =
      compact_windows(Coordinates::kCartesian, points, measure, std::span(&circle, 1), {2, 0, 100})
          .value();
  for (const auto& chain : out.chains) EXPECT_EQ(chain.steps, 2u);
  const SpaceWindows near = compact_windows(Coordinates::kCartesian, points, measure,
                                            std::span(&circle, 1), {4, 1.5, 100})
                                .value();
  EXPECT_EQ(near.chains[0].steps, 2u);
  EXPECT_EQ(near.chains[3].steps, 1u);
}

TEST(Space, EllipsesStretchAlongTheirAngle) {
  // East is twice as far as north: an ellipse twice as long eastwards takes it first.
  const std::vector<Point> points{{0, 0}, {1.8, 0}, {0, 1}};
  const std::vector<double> measure(3, 1.0);
  const double ratios[] = {2};
  const int angles[] = {2};
  const std::vector<Shape> shapes = elliptic_shapes(ratios, angles, Penalty::kMedium);
  ASSERT_EQ(shapes.size(), 3u);
  EXPECT_NEAR(shapes[1].factor, std::sqrt(8.0 / 9.0), 1e-15);
  const SpaceWindows out =
      compact_windows(Coordinates::kCartesian, points, measure, shapes, {3, 0, 100}).value();
  EXPECT_EQ(members_of(out, 0, 1), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(members_of(out, 3, 1), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(members_of(out, 6, 1), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_FALSE(
      compact_windows(Coordinates::kLatitudeLongitude, points, measure, shapes, {3, 0, 100}));
}

TEST(Space, IdenticalPointsAreOnePlace) {
  const std::vector<Point> points{{1, 2}, {3, 4}, {1, 2}, {-0.0, 0.0}, {0.0, -0.0}};
  const Coincident merged = merge_coincident(points);
  EXPECT_EQ(merged.group, (std::vector<std::uint32_t>{0, 1, 0, 2, 2}));
  EXPECT_EQ(merged.representative, (std::vector<std::uint32_t>{0, 1, 3}));
}

bool is_connected(const std::set<std::uint32_t>& places,
                  const std::vector<std::vector<std::uint32_t>>& adjacent) {
  std::set<std::uint32_t> seen{*places.begin()};
  std::vector<std::uint32_t> open{*places.begin()};
  while (!open.empty()) {
    const std::uint32_t place = open.back();
    open.pop_back();
    for (const std::uint32_t next : adjacent[place]) {
      if (places.contains(next) && seen.insert(next).second) open.push_back(next);
    }
  }
  return seen.size() == places.size();
}

TEST(Space, FlexibleSetsAreExactlyTheConnectedOnes) {
  // A grid of 4 x 4; all subsets of the 8 nearest are tried by brute force.
  std::vector<Point> points;
  std::vector<std::vector<std::uint32_t>> adjacent(16);
  for (std::uint32_t i = 0; i < 16; ++i) {
    points.push_back({i % 4 + 0.01 * (i / 4), i / 4 + 0.003 * (i % 4)});
    for (std::uint32_t j = 0; j < 16; ++j) {
      if (std::abs(static_cast<int>(i % 4) - static_cast<int>(j % 4)) +
              std::abs(static_cast<int>(i / 4) - static_cast<int>(j / 4)) ==
          1)
        adjacent[i].push_back(j);
    }
  }
  const SpaceWindows out =
      flexible_windows(Coordinates::kCartesian, points, adjacent, 8, 1000000).value();
  const SpaceWindows near = nearest_places(Coordinates::kCartesian, points, 8);
  for (std::size_t c = 0; c < out.chains.size(); ++c) {
    std::set<std::set<std::uint32_t>> found;
    for (std::uint32_t k = 0; k < out.chains[c].steps; ++k) {
      const auto members = members_of(out, c, k);
      EXPECT_EQ(members.front(), c);
      EXPECT_TRUE(found.insert({members.begin(), members.end()}).second) << "a set came twice";
    }
    const auto* list = near.order.data() + near.chains[c].first;
    std::size_t expected = 0;
    for (unsigned bits = 1; bits < 256; bits += 2) {
      std::set<std::uint32_t> set;
      for (unsigned i = 0; i < 8; ++i) {
        if ((bits >> i & 1) != 0) set.insert(list[i]);
      }
      if (is_connected(set, adjacent)) {
        ++expected;
        EXPECT_TRUE(found.contains(set));
      }
    }
    EXPECT_EQ(found.size(), expected);
  }
}

TEST(Space, ManyPlacesNeedNoSquareOfMemory) {
  const std::vector<Point> points = scattered(60000);
  const std::vector<double> measure(points.size(), 1.0);
  const Shape circle;
  const SpaceWindows out = compact_windows(Coordinates::kCartesian, points, measure,
                                           std::span(&circle, 1), {12, 0, 1 << 20})
                               .value();
  ASSERT_GE(out.chains.size(), 59000u);
  // The same as by brute force.
  for (const std::size_t c : {0u, 1000u, 59000u}) {
    const std::uint32_t centre = out.chains[c].centre;
    std::vector<double> all;
    for (const Point& p : points)
      all.push_back(distance(Coordinates::kCartesian, points[centre], p));
    std::nth_element(all.begin(), all.begin() + 11, all.end());
    const auto members = members_of(out, c, out.chains[c].steps - 1);
    EXPECT_EQ(members.size(), 12u);
    EXPECT_NEAR(distance(Coordinates::kCartesian, points[centre], points[members.back()]), all[11],
                1e-6);
  }
  const auto refused = compact_windows(Coordinates::kCartesian, points, measure,
                                       std::span(&circle, 1), {30000, 0, 1 << 20});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().cure.find("--max-size"), std::string::npos);
}

}  // namespace
}  // namespace daybreak::stats
