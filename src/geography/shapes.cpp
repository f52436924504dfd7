// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads data/geography/county_shapes.bin (its README tells the form) into path data.
#include "geography/shapes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numbers>
#include <stdexcept>
#include <unordered_map>

#include "base/text.hpp"
#include "geography/tables.hpp"

namespace daybreak::geography {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  std::string_view line() {
    const std::size_t end = bytes_.find('\n', at_);
    const std::string_view text = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return text;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (at_ >= bytes_.size()) throw std::logic_error("county_shapes.bin is cut short");
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= std::uint64_t{byte & 127u} << shift;
      if (byte < 128) return value;
    }
    throw std::logic_error("county_shapes.bin is damaged");
  }
  std::int64_t step() {
    const auto value = static_cast<std::int64_t>(number());
    return value % 2 == 0 ? value / 2 : -(value + 1) / 2;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

using Arc = std::vector<Spot>;

struct Shape {
  CountyFips county;
  std::vector<std::vector<std::int64_t>> rings;  // of signed arc numbers
};

// One decimal, without needless zeros: a tenth of a pixel at full size.
void append_coordinate(std::string& path, double value) {
  const auto tenths = static_cast<long>(std::lround(value * 10));
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, std::labs(tenths) / 10).ptr;
  if (tenths < 0) path += '-';
  path.append(digits, end);
  if (tenths % 10 != 0) {
    path += '.';
    path += static_cast<char>('0' + std::labs(tenths) % 10);
  }
}

void append_spot(std::string& path, char command, Spot spot) {
  path += command;
  append_coordinate(path, spot.x);
  path += ',';
  append_coordinate(path, spot.y);
}

void append_points(std::string& path, const std::vector<Spot>& points) {
  char command = 'M';
  for (Spot spot : points) {
    append_spot(path, command, spot);
    command = 'L';
  }
}

struct Atlas {
  std::vector<std::string> paths;  // owns what the outlines view
  std::vector<Outline> outlines;
  std::vector<std::vector<std::vector<Spot>>>
      rings;  // by outline, for "which county holds this spot"
  std::map<std::string, std::string, std::less<>> state_paths;
};

std::vector<Arc> read_arcs(Reader& reader, std::array<double, 4> scale) {
  std::vector<Arc> arcs(reader.number());
  for (Arc& arc : arcs) {
    std::int64_t x = 0, y = 0;
    arc.resize(reader.number());
    for (Spot& spot : arc) {
      x += reader.step();
      y += reader.step();
      spot = {static_cast<double>(x) * scale[0] + scale[2],
              static_cast<double>(y) * scale[1] + scale[3]};
    }
  }
  return arcs;
}

std::vector<Shape> read_shapes(Reader& reader) {
  std::vector<Shape> shapes(reader.number());
  for (Shape& shape : shapes) {
    shape.county = CountyFips(static_cast<std::uint32_t>(reader.number()));
    shape.rings.resize(reader.number());
    for (auto& ring : shape.rings) {
      ring.resize(reader.number());
      for (std::int64_t& arc : ring) arc = reader.step();
    }
  }
  return shapes;
}

std::vector<Spot> points_of(const std::vector<std::int64_t>& ring, const std::vector<Arc>& arcs) {
  std::vector<Spot> points;
  for (std::int64_t number : ring) {
    Arc arc = arcs.at(static_cast<std::size_t>(number >= 0 ? number : ~number));
    if (number < 0) std::ranges::reverse(arc);
    points.insert(points.end(), arc.begin() + (points.empty() ? 0 : 1), arc.end());
  }
  return points;
}

Box box_of(const std::vector<std::vector<Spot>>& rings) {
  Box box{1e9, 1e9, -1e9, -1e9};
  for (const auto& ring : rings) {
    for (Spot spot : ring) box = box.with({spot.x, spot.y, spot.x, spot.y});
  }
  return box;
}

// A state's border is made of the arcs that only one of its counties has.
std::map<std::string, std::string, std::less<>> state_borders(const std::vector<Shape>& shapes,
                                                              const std::vector<Arc>& arcs) {
  std::map<std::uint32_t, std::unordered_map<std::size_t, int>> uses;
  for (const Shape& shape : shapes) {
    for (const auto& ring : shape.rings) {
      for (std::int64_t arc : ring)
        ++uses[shape.county.state_number()][static_cast<std::size_t>(arc >= 0 ? arc : ~arc)];
    }
  }
  std::map<std::string, std::string, std::less<>> paths;
  for (const State& state : states()) {
    std::string path;
    const auto found = uses.find(static_cast<std::uint32_t>(to_integer(state.fips).value_or(0)));
    if (found == uses.end()) continue;
    for (const auto& [arc, count] : found->second) {
      if (count == 1) append_points(path, arcs[arc]);
    }
    paths.emplace(state.abbreviation, std::move(path));
  }
  return paths;
}

Atlas read_atlas() {
  Reader reader(bytes_of("county_shapes.bin"));
  if (reader.line() != "daybreak counties 1")
    throw std::logic_error("county_shapes.bin has another form");
  std::array<double, 4> scale{};
  const auto numbers = split(reader.line(), ' ');
  for (std::size_t i = 0; i < scale.size(); ++i) scale[i] = to_number(numbers.at(i)).value_or(0);
  const std::vector<Arc> arcs = read_arcs(reader, scale);
  const std::vector<Shape> shapes = read_shapes(reader);

  Atlas atlas;
  atlas.paths.reserve(shapes.size());
  for (const Shape& shape : shapes) {
    std::vector<std::vector<Spot>> rings;
    std::string path;
    for (const auto& ring : shape.rings) {
      rings.push_back(points_of(ring, arcs));
      append_points(path, rings.back());
      path += 'Z';
    }
    atlas.paths.push_back(std::move(path));
    atlas.outlines.push_back({shape.county, atlas.paths.back(), box_of(rings)});
    atlas.rings.push_back(std::move(rings));
  }
  atlas.state_paths = state_borders(shapes, arcs);
  return atlas;
}

const Atlas& atlas() {
  static const Atlas one = read_atlas();
  return one;
}

bool holds(const std::vector<std::vector<Spot>>& rings, Spot spot) {
  bool inside = false;
  for (const auto& ring : rings) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const Spot a = ring[i], b = ring[i + 1];
      if ((a.y > spot.y) != (b.y > spot.y) &&
          spot.x < (b.x - a.x) * (spot.y - a.y) / (b.y - a.y) + a.x)
        inside = !inside;
    }
  }
  return inside;
}

// Albers equal-area conic projection with two standard parallels (Snyder 1987, p. 98-103), as
// d3's composite "albersUsa" of scale 1300 centred on a 975 by 610 page uses it.
struct Albers {
  double parallel_1, parallel_2;             // degrees
  double rotate;                             // degrees added to the longitude
  double center_longitude, center_latitude;  // degrees, after the rotation
  double scale, x, y;                        // where the centre falls

  Spot operator()(Point point) const {
    constexpr double kDegree = std::numbers::pi / 180;
    const double sin_1 = std::sin(parallel_1 * kDegree);
    const double n = (sin_1 + std::sin(parallel_2 * kDegree)) / 2;
    const double c = 1 + sin_1 * (2 * n - sin_1);
    const double rho_0 = std::sqrt(c) / n;
    const auto raw = [&](double longitude, double latitude) {
      const double rho = std::sqrt(c - 2 * n * std::sin(latitude * kDegree)) / n;
      double angle = longitude;
      while (angle > 180) angle -= 360;
      while (angle < -180) angle += 360;
      angle *= kDegree * n;
      return Spot{rho * std::sin(angle), rho_0 - rho * std::cos(angle)};
    };
    const Spot middle = raw(center_longitude, center_latitude);
    const Spot there = raw(point.longitude + rotate, point.latitude);
    return {x + scale * (there.x - middle.x), y - scale * (there.y - middle.y)};
  }
};

constexpr double kScale = 1300, kMiddleX = 487.5, kMiddleY = 305;
constexpr Albers kLower48{29.5, 45.5, 96, -0.6, 38.7, kScale, kMiddleX, kMiddleY};
constexpr Albers kAlaska{
    55, 65, 154, -2, 58.5, kScale * 0.35, kMiddleX - 0.307 * kScale, kMiddleY + 0.201 * kScale};
constexpr Albers kHawaii{
    8, 18, 157, -3, 19.9, kScale, kMiddleX - 0.205 * kScale, kMiddleY + 0.212 * kScale};

}  // namespace

Box Box::with(const Box& other) const {
  return {std::min(left, other.left), std::min(top, other.top), std::max(right, other.right),
          std::max(bottom, other.bottom)};
}

std::span<const Outline> county_outlines() { return atlas().outlines; }

const Outline* outline_of(CountyFips county) {
  const auto& all = atlas().outlines;
  const auto found = std::ranges::lower_bound(all, county, {}, &Outline::county);
  return found != all.end() && found->county == county ? &*found : nullptr;
}

std::string_view state_outline(std::string_view state_abbreviation) {
  const auto found = atlas().state_paths.find(state_abbreviation);
  return found == atlas().state_paths.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<Spot> project(Point point) {
  if (!std::isfinite(point.latitude) || !std::isfinite(point.longitude)) return std::nullopt;
  const bool alaska = point.latitude > 50 && (point.longitude < -129 || point.longitude > 170);
  const bool hawaii = point.latitude < 24 && point.latitude > 18 && point.longitude < -153;
  const bool lower = point.latitude > 24 && point.latitude < 50 && point.longitude > -125.5 &&
                     point.longitude < -66;
  if (alaska) return kAlaska(point);
  if (hawaii) return kHawaii(point);
  if (lower) return kLower48(point);
  return std::nullopt;
}

const County* county_at(Point point) {
  const auto spot = project(point);
  if (!spot) return nullptr;
  const Atlas& all = atlas();
  for (std::size_t i = 0; i < all.outlines.size(); ++i) {
    const Box& box = all.outlines[i].box;
    if (spot->x >= box.left && spot->x <= box.right && spot->y >= box.top &&
        spot->y <= box.bottom && holds(all.rings[i], *spot))
      return find_county(all.outlines[i].county);
  }
  return nullptr;
}

}  // namespace daybreak::geography
