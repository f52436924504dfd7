// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/lookup.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace daybreak::directory::search {
namespace {

constexpr std::uint64_t kOverdue = std::uint64_t{1} << 63;
constexpr std::uint64_t kNoDistance = std::uint64_t{1} << 62;
constexpr std::uint64_t kLow31 = (std::uint64_t{1} << 31) - 1;

// A record as a number that is smaller the earlier it comes: overdue, what the order asks for, the
// position by name. Distances are in it as straight and rounded ones.
class Keys {
 public:
  Keys(const Columns& columns, const Query& query, const Filter& filter, bool with_text)
      : columns_(columns), direction_(filter.direction), place_(query.place.has_value()) {
    order_ = query.order;
    if (order_ == Order::kBest && !with_text) order_ = place_ ? Order::kDistance : Order::kName;
  }
  Order order() const { return order_; }

  std::uint64_t of(Slot slot, float weight) const {
    const Facts& facts = columns_.facts(slot);
    std::uint64_t key = columns_.name_rank(slot) | (facts.overdue ? kOverdue : 0);
    if (order_ == Order::kBest) return key | (kLow31 - std::bit_cast<std::uint32_t>(weight)) << 31;
    if (order_ == Order::kName) return key;
    if (!place_ || !facts.has_point)
      return key | kNoDistance | std::uint64_t{static_cast<std::uint8_t>(facts.level)} << 31;
    return key | in_key(chord_squared(facts.direction, direction_));
  }
  Slot slot(std::uint64_t key) const {
    return columns_.at_name_rank(static_cast<std::uint32_t>(key & kLow31));
  }

  // The key after which surely nothing comes before `key` in the exact order.
  std::uint64_t widen(std::uint64_t key) const {
    if (order_ != Order::kDistance || (key & kNoDistance) != 0) return key;
    const auto chord = std::bit_cast<float>(static_cast<std::uint32_t>(key >> 31 & kLow31));
    constexpr float kSlack = 2e-6F;  // 13 m of the Earth, more than rounding can move two points
    const float wide = std::sqrt(chord) + kSlack;
    return (key & kOverdue) | in_key(wide * wide) | kLow31;
  }
  // What a text must weigh to come before `key`.
  float least(std::uint64_t key) const {
    if (order_ != Order::kBest || (key & kOverdue) != 0) return 0;
    return std::bit_cast<float>(static_cast<std::uint32_t>(kLow31 - (key >> 31 & kLow31)));
  }

 private:
  static std::uint64_t in_key(float value) {
    return std::uint64_t{std::bit_cast<std::uint32_t>(value)} << 31;
  }
  const Columns& columns_;
  std::array<float, 3> direction_;
  Order order_;
  bool place_;
};

// By the exact distance what the keys only have rounded.
void sort_exactly(std::vector<std::uint64_t>& keys, const Columns& columns, const Query& query,
                  const Keys& as) {
  struct Exact {
    std::uint64_t group;  // overdue, without a distance
    double distance;
    std::uint64_t key;
    bool operator<(const Exact& other) const {
      if (group != other.group || distance != other.distance)
        return std::tie(group, distance) < std::tie(other.group, other.distance);
      // Equal distances may differ as rounded: then only the name counts.
      const std::uint64_t mask = (group & kNoDistance) != 0 ? ~std::uint64_t{0} : kLow31;
      return (key & mask) < (other.key & mask);
    }
  };
  std::vector<Exact> exact;
  exact.reserve(keys.size());
  for (const std::uint64_t key : keys)
    exact.push_back({key & (kOverdue | kNoDistance),
                     distance_of(columns, query, as.slot(key)).value_or(0), key});
  std::ranges::sort(exact, std::less<>());
  std::ranges::transform(exact, keys.begin(), &Exact::key);
}

}  // namespace

std::optional<double> distance_of(const Columns& columns, const Query& query, Slot slot) {
  const auto& point = columns.row(slot).point;
  if (!query.place || !point) return std::nullopt;
  return distance_km(*point, query.place->point);
}

Found find_first(const Columns& columns, const Query& query, const Filter& filter, TextScan* text) {
  const Keys keys(columns, query, filter, text != nullptr);
  const std::size_t begin = std::min(query.offset, columns.size());
  const std::size_t count = begin + std::min(query.limit, columns.size() - begin);
  FirstKeys first(count, [&](std::uint64_t key) { return keys.widen(key); });
  Found found;
  float least = 0;
  found.total = each_match(columns, filter, text, least, [&](Slot slot, float weight) {
    const std::uint64_t limit = first.limit();
    first.add(keys.of(slot, weight));
    if (first.limit() != limit) least = keys.least(first.limit());
  });
  std::vector<std::uint64_t> chosen = first.take();
  if (keys.order() == Order::kDistance)
    sort_exactly(chosen, columns, query, keys);
  else
    std::ranges::sort(chosen);
  for (std::size_t i = begin; i < std::min(count, chosen.size()); ++i)
    found.page.push_back(keys.slot(chosen[i]));
  return found;
}

}  // namespace daybreak::directory::search
