// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/columns.hpp"

#include <algorithm>
#include <cmath>

#include "base/unicode.hpp"

namespace daybreak::directory::search {
namespace {

constexpr double kEarthRadiusKm = 6371.0088;  // mean radius, IUGG
constexpr double kRadians = 3.14159265358979323846 / 180;

std::array<float, 3> direction_of(Point point) {
  const double latitude = point.latitude * kRadians, longitude = point.longitude * kRadians;
  return {static_cast<float>(std::cos(latitude) * std::cos(longitude)),
          static_cast<float>(std::cos(latitude) * std::sin(longitude)),
          static_cast<float>(std::sin(latitude))};
}

bool is_open(const Row& row, int minute) {
  constexpr int kWeek = 7 * 24 * 60;
  return std::ranges::any_of(row.open, [&](OpenStretch stretch) {
    return (minute >= stretch.begin && minute < stretch.end) ||
           (minute + kWeek >= stretch.begin && minute + kWeek < stretch.end);
  });
}

template <typename T, typename V>
bool contains(const std::vector<T>& values, V value) {
  return std::ranges::find(values, static_cast<T>(value)) != values.end();
}

// Whether the record says that it serves a county: by county, by state, or as a national service.
bool serves(const Row& row, Level level, std::uint32_t county) {
  if (!row.counties.empty()) return contains(row.counties, county);
  if (!row.states.empty()) return contains(row.states, county / 1000);
  return level == Level::kNational;
}

}  // namespace

double distance_km(Point a, Point b) {
  const double dlat = (b.latitude - a.latitude) * kRadians;
  const double dlon = (b.longitude - a.longitude) * kRadians;
  const double s = std::sin(dlat / 2), t = std::sin(dlon / 2);
  const double h =
      s * s + std::cos(a.latitude * kRadians) * std::cos(b.latitude * kRadians) * t * t;
  return 2 * kEarthRadiusKm * std::asin(std::sqrt(std::min(1.0, h)));
}

std::uint64_t Columns::language_bit(const std::string& code) {
  const auto [found, added] =
      language_bits_.try_emplace(code, static_cast<int>(language_bits_.size()));
  // Beyond 63 languages the last bit is shared; matches() then compares nothing finer, so the
  // caller sees a few more results rather than none.
  return std::uint64_t{1} << std::min(found->second, 63);
}

void Columns::put(Slot slot, const Record& record) {
  Facts facts;
  facts.has_point = record.point.has_value();
  if (record.point) facts.direction = direction_of(*record.point);
  for (const std::string& code : record.languages) facts.languages |= language_bit(code);
  facts.suitability = record.suitability;
  facts.minimum_age = record.minimum_age;
  facts.maximum_age = record.maximum_age;
  facts.level = record.level;
  facts.open_24_hours = record.open_24_hours;
  facts.overdue = record.overdue;

  auto row = std::make_shared<Row>();
  row->id = record.id;
  row->service = record.service;
  row->organization = record.organization;
  row->point = record.point;
  for (const std::string& code : record.needs)
    for (const std::size_t need : needs_->path(code))
      row->needs.push_back(static_cast<std::uint16_t>(need));
  std::ranges::sort(row->needs);
  row->needs.erase(std::ranges::unique(row->needs).begin(), row->needs.end());
  row->counties = record.counties;
  row->states = record.states;
  row->open = record.open;
  row->name = record.name;
  row->name_key = fold_for_search(record.name);
  row->card = record.card;

  if (slot >= rows_.size()) {
    rows_.resize(slot + 1);
    capacities_.resize(slot + 1);
    facts_.resize(slot + 1);
  }
  facts_[slot] = facts;
  rows_[slot] = std::move(row);
  capacities_[slot] = std::make_shared<CapacityCell>();
  capacities_[slot]->set(record.capacity, record.capacity_expires);
  slot_of_[record.id] = slot;
}

void Columns::remove(Slot slot) {
  if (!has(slot)) return;
  slot_of_.erase(rows_[slot]->id);
  rows_[slot] = nullptr;
  capacities_[slot] = nullptr;
}

void Columns::finish() {
  by_need_.assign(needs_->all().size(), {});
  everything_.clear();
  for (Slot slot = 0; slot < rows_.size(); ++slot) {
    if (!rows_[slot]) continue;
    everything_.push_back(slot);
    for (const std::uint16_t need : rows_[slot]->needs) by_need_[need].push_back(slot);
  }
}

Slot Columns::slot_of(const Uuid& id) const {
  const auto found = slot_of_.find(id);
  return found == slot_of_.end() ? 0 : found->second;
}

const std::vector<Slot>& Columns::candidates(const Filter& filter) const {
  static const std::vector<Slot> kNone;
  if (filter.impossible) return kNone;
  return filter.need ? by_need_[*filter.need] : everything_;
}

Filter Columns::compile(const Query& query) const {
  Filter filter;
  filter.query = &query;
  if (!query.need.empty()) {
    const Need* need = needs_->find(query.need);
    if (need == nullptr)
      filter.impossible = true;
    else
      filter.need = static_cast<std::uint16_t>(need - needs_->all().data());
  }
  filter.any_language = query.languages.empty();
  for (const std::string& code : query.languages) {
    const auto found = language_bits_.find(code);
    if (found != language_bits_.end())
      filter.languages |= std::uint64_t{1} << std::min(found->second, 63);
  }
  for (const Level level : query.levels) filter.levels |= 1 << static_cast<int>(level);
  if (query.place) {
    filter.direction = direction_of(query.place->point);
    const double angle = query.place->radius_km / kEarthRadiusKm;
    // A little beyond the radius, so that rounding never loses what the exact distance would keep.
    filter.cosine_limit = angle >= 3.14 ? -2 : static_cast<float>(std::cos(angle)) - 1e-6F;
  }
  return filter;
}

bool Columns::matches(Slot slot, const Filter& filter, std::optional<double>& distance) const {
  const Facts& facts = facts_[slot];
  const Query& query = *filter.query;
  if (!filter.any_language && (facts.languages & filter.languages) == 0) return false;
  if (filter.levels != 0 && (filter.levels >> static_cast<int>(facts.level) & 1) == 0) return false;
  if ((facts.suitability & query.suitability) != query.suitability) return false;
  if (query.age && (*query.age < facts.minimum_age || *query.age > facts.maximum_age)) return false;
  if (query.open_24_hours && !facts.open_24_hours) return false;
  if (query.hide_overdue && facts.overdue) return false;
  if (query.county != 0 && !serves(*rows_[slot], facts.level, query.county)) return false;
  if (query.open_at && !facts.open_24_hours && !is_open(*rows_[slot], *query.open_at)) return false;
  if (query.with_capacity) {
    const Capacity now = capacities_[slot]->at(query.now);
    if (now != Capacity::kAvailable && now != Capacity::kWaitlist) return false;
  }
  distance.reset();
  return !query.place || fits_place(slot, filter, distance);
}

bool Columns::fits_place(Slot slot, const Filter& filter, std::optional<double>& distance) const {
  const Facts& facts = facts_[slot];
  const Place& place = *filter.query->place;
  const auto& a = facts.direction;
  const auto& b = filter.direction;
  if (facts.has_point && a[0] * b[0] + a[1] * b[1] + a[2] * b[2] >= filter.cosine_limit) {
    distance = distance_km(*rows_[slot]->point, place.point);
    if (*distance <= place.radius_km) return true;
  }
  if (place.rule == PlaceRule::kWithin) return false;
  // Beyond the radius a record still serves the place when it says so; a local service that names
  // no area serves only its surroundings.
  const Row& row = *rows_[slot];
  if (place.county != 0 ? !serves(row, facts.level, place.county) : facts.level != Level::kNational)
    return false;
  if (row.point && !distance) distance = distance_km(*row.point, place.point);
  return true;
}

}  // namespace daybreak::directory::search
