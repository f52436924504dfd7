// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/nearest.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace daybreak::stats {
namespace {

constexpr std::size_t kBruteForce = 20000;

// Sorts by bits 32 and up, of which Bits * Passes are used, keeping the order of equals.
template <unsigned Bits, unsigned Passes>
void radix_sort(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& spare) {
  constexpr std::uint32_t bins = 1u << Bits;
  spare.resize(keys.size());
  std::array<std::array<std::uint32_t, bins>, Passes> starts{};
  for (const std::uint64_t key : keys) {
    for (unsigned pass = 0; pass < Passes; ++pass) {
      ++starts[pass][(key >> (32 + pass * Bits)) & (bins - 1)];
    }
  }
  for (unsigned pass = 0; pass < Passes; ++pass) {
    std::uint32_t sum = 0;
    for (std::uint32_t& start : starts[pass]) sum += std::exchange(start, sum);
    for (const std::uint64_t key : keys) {
      spare[starts[pass][(key >> (32 + pass * Bits)) & (bins - 1)]++] = key;
    }
    keys.swap(spare);
  }
}

}  // namespace

Nearest::Nearest(std::vector<Position> positions) : positions_(std::move(positions)) {
  if (positions_.size() <= kBruteForce) return;
  for (std::uint32_t i = 0; i < positions_.size(); ++i) tree_.push_back({i, 0});
  build(0, tree_.size());
  Position low = positions_[0], high = positions_[0];
  for (const Position& p : positions_) {
    for (int d = 0; d < 3; ++d) {
      low.x[d] = std::min(low.x[d], p.x[d]);
      high.x[d] = std::max(high.x[d], p.x[d]);
    }
  }
  double span = 0;
  for (int d = 0; d < 3; ++d) span = std::max(span, high.x[d] - low.x[d]);
  start_radius_ = span * std::sqrt(16.0 / static_cast<double>(positions_.size()));
}

double Nearest::squared(std::uint32_t a, const Position& b) const {
  const auto& p = positions_[a].x;
  const double dx = p[0] - b.x[0];
  const double dy = p[1] - b.x[1];
  const double dz = p[2] - b.x[2];
  return dx * dx + dy * dy + dz * dz;
}

void Nearest::build(std::size_t first, std::size_t last) {
  if (last - first <= 1) return;
  std::uint32_t axis = 0;
  double widest = -1;
  for (std::uint32_t d = 0; d < 3; ++d) {
    double low = positions_[tree_[first].point].x[d];
    double high = low;
    for (std::size_t i = first; i < last; ++i) {
      low = std::min(low, positions_[tree_[i].point].x[d]);
      high = std::max(high, positions_[tree_[i].point].x[d]);
    }
    if (high - low > widest) {
      widest = high - low;
      axis = d;
    }
  }
  const std::size_t middle = first + (last - first) / 2;
  std::nth_element(tree_.begin() + static_cast<std::ptrdiff_t>(first),
                   tree_.begin() + static_cast<std::ptrdiff_t>(middle),
                   tree_.begin() + static_cast<std::ptrdiff_t>(last), [&](Node a, Node b) {
                     return positions_[a.point].x[axis] < positions_[b.point].x[axis];
                   });
  tree_[middle].axis = axis;
  build(first, middle);
  build(middle + 1, last);
}

void Nearest::collect(std::size_t first, std::size_t last, const Position& centre,
                      double radius_squared) {
  if (first >= last) return;
  const std::size_t middle = first + (last - first) / 2;
  const Node node = tree_[middle];
  if (squared(node.point, centre) <= radius_squared) found_.push_back(node.point);
  const double offset = centre.x[node.axis] - positions_[node.point].x[node.axis];
  if (offset <= 0 || offset * offset <= radius_squared) {
    collect(first, middle, centre, radius_squared);
  }
  if (offset >= 0 || offset * offset <= radius_squared) {
    collect(middle + 1, last, centre, radius_squared);
  }
}

// Widens the search until what it holds surely reaches one of the limits.
void Nearest::collect_enough(std::uint32_t centre, std::span<const double> measure, double limit,
                             double radius, std::size_t count) {
  for (double reach = start_radius_;; reach *= 1.6) {
    if (radius > 0) reach = std::min(reach, radius * (1 + 1e-12));
    found_.clear();
    collect(0, tree_.size(), positions_[centre], reach * reach);
    double sum = 0;
    for (const std::uint32_t place : found_) sum += measure[place];
    const bool at_radius = radius > 0 && reach >= radius;
    if (sum > limit || found_.size() > count || at_radius || found_.size() == positions_.size()) {
      return;
    }
  }
}

void Nearest::sort_by_distance(std::uint32_t centre) {
  const std::size_t n = found_.size();
  distance_.resize(positions_.size());
  keys_.resize(n);
  const Position& about = positions_[centre];
  double largest = 0;
  for (const std::uint32_t place : found_) {
    distance_[place] = squared(place, about);
    largest = std::max(largest, distance_[place]);
  }
  // Few places: a coarse linear key needs two passes instead of three; ties are sorted out below.
  const bool coarse = n < 2000 && largest > 0 && std::isfinite(65535 / largest);
  const double scale = coarse ? 65535 / largest : 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t place = found_[i];
    const std::uint32_t key =
        coarse ? static_cast<std::uint32_t>(distance_[place] * scale)
               : std::bit_cast<std::uint32_t>(static_cast<float>(distance_[place]));
    keys_[i] = std::uint64_t{key} << 32 | place;
  }
  if (coarse) {
    radix_sort<8, 2>(keys_, spare_);
  } else {
    radix_sort<11, 3>(keys_, spare_);
  }
  const auto before = [&](std::uint64_t a, std::uint64_t b) {
    const auto p = static_cast<std::uint32_t>(a);
    const auto q = static_cast<std::uint32_t>(b);
    const double dp = std::sqrt(distance_[p]);
    const double dq = std::sqrt(distance_[q]);
    if (dp != dq) return dp < dq;
    if ((p == centre) != (q == centre)) return p == centre;
    if (positions_[p].x != positions_[q].x) return positions_[p].x < positions_[q].x;
    return p < q;
  };
  for (std::size_t i = 0; i < n;) {  // coarse keys tie more often than doubles
    std::size_t j = i + 1;
    while (j < n && keys_[j] >> 32 == keys_[i] >> 32) ++j;
    if (j - i > 1) {
      std::sort(keys_.begin() + static_cast<std::ptrdiff_t>(i),
                keys_.begin() + static_cast<std::ptrdiff_t>(j), before);
    }
    i = j;
  }
}

void Nearest::about(std::uint32_t centre, std::span<const double> measure, double limit,
                    double radius, std::size_t count, std::vector<std::uint32_t>& order) {
  order.clear();
  if (tree_.empty()) {
    found_.resize(positions_.size());
    std::iota(found_.begin(), found_.end(), 0u);
  } else {
    collect_enough(centre, measure, limit, radius, count);
  }
  sort_by_distance(centre);
  const double reach = radius > 0 ? radius * radius * (1 + 1e-12) : INFINITY;
  double sum = 0;
  for (const std::uint64_t key : keys_) {
    const auto place = static_cast<std::uint32_t>(key);
    sum += measure[place];
    if (sum > limit || distance_[place] > reach || order.size() >= count) break;
    order.push_back(place);
  }
}

}  // namespace daybreak::stats
