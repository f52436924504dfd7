// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/columns.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <tuple>

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

}  // namespace

double distance_km(Point a, Point b) {
  const double dlat = (b.latitude - a.latitude) * kRadians;
  const double dlon = (b.longitude - a.longitude) * kRadians;
  const double s = std::sin(dlat / 2), t = std::sin(dlon / 2);
  const double h =
      s * s + std::cos(a.latitude * kRadians) * std::cos(b.latitude * kRadians) * t * t;
  return 2 * kEarthRadiusKm * std::asin(std::sqrt(std::min(1.0, h)));
}

std::shared_ptr<const Shown> shared_shown(const std::string& name, const std::string& card) {
  static std::mutex mutex;
  static std::unordered_multimap<std::size_t, std::weak_ptr<const Shown>> known;
  static std::size_t look_through_at = 1024;
  const std::size_t key = std::hash<std::string>()(card);
  const std::lock_guard lock(mutex);
  const auto [begin, end] = known.equal_range(key);
  for (auto at = begin; at != end; ++at)
    if (auto shown = at->second.lock(); shown && shown->card == card && shown->name == name)
      return shown;
  if (known.size() >= look_through_at) {
    std::erase_if(known, [](const auto& one) { return one.second.expired(); });
    look_through_at = 2 * known.size() + 1024;
  }
  std::shared_ptr<const Shown> made(new Shown{name, fold_for_search(name), card});
  known.emplace(key, made);
  return made;
}

std::size_t Columns::language_number(const std::string& code) {
  return language_numbers_.try_emplace(code, language_numbers_.size()).first->second;
}

void Columns::put(Slot slot, const Record& record) {
  Facts facts;
  facts.has_point = record.point.has_value();
  if (record.point) facts.direction = direction_of(*record.point);
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
  row->needs.shrink_to_fit();
  row->languages.reserve(record.languages.size());
  for (const std::string& code : record.languages)
    row->languages.push_back(static_cast<std::uint16_t>(language_number(code)));
  row->counties = record.counties;
  row->states = record.states;
  row->open = record.open;
  row->shown = shared_shown(record.name, record.card);
  row->capacity.set(record.capacity, record.capacity_expires);

  if (slot >= rows_.size()) {
    rows_.resize(slot + 1);
    facts_.resize(slot + 1);
  }
  facts_[slot] = facts;
  rows_[slot] = std::move(row);
  own_slots()[record.id] = slot;
  changed_.push_back(slot);
}

Columns::Slots& Columns::own_slots() {
  if (slot_of_.use_count() > 1) slot_of_ = std::make_shared<Slots>(*slot_of_);
  return *slot_of_;
}

void Columns::remove(Slot slot) {
  if (!has(slot)) return;
  changed_.push_back(slot);
  own_slots().erase(rows_[slot]->id);
  rows_[slot] = nullptr;
}

void Columns::finish() {
  by_need_.assign(needs_->all().size(), {});
  by_language_.assign(language_numbers_.size(), {});
  everything_ = national_ = nationwide_ = {};
  by_county_.clear();
  by_state_.clear();
  for (Slot slot = 0; slot < rows_.size(); ++slot) {
    if (!rows_[slot]) continue;
    everything_.insert(slot);
    const Row& row = *rows_[slot];
    for (const std::uint32_t county : row.counties) by_county_[county].push_back(slot);
    if (row.counties.empty())
      for (const std::uint8_t state : row.states) by_state_[state].push_back(slot);
    if (facts_[slot].level == Level::kNational) {
      national_.insert(slot);
      if (row.counties.empty() && row.states.empty()) nationwide_.insert(slot);
    }
    for (const std::uint16_t need : rows_[slot]->needs) by_need_[need].insert(slot);
    for (const std::uint16_t language : rows_[slot]->languages) by_language_[language].insert(slot);
  }
  sort_names();
}

// A few changed records are put to their places; many are sorted anew.
void Columns::sort_names() {
  constexpr std::size_t kFew = 200;
  const auto before = [&](Slot a, Slot b) {
    return std::tie(rows_[a]->shown->name_key, rows_[a]->id) <
           std::tie(rows_[b]->shown->name_key, rows_[b]->id);
  };
  std::ranges::sort(changed_);
  changed_.erase(std::ranges::unique(changed_).begin(), changed_.end());
  std::erase_if(by_name_, [&](Slot s) { return std::ranges::binary_search(changed_, s); });
  const std::size_t kept = by_name_.size();
  for (const Slot slot : changed_) {
    if (!rows_[slot]) continue;
    const auto place =
        changed_.size() <= kFew ? std::ranges::lower_bound(by_name_, slot, before) : by_name_.end();
    by_name_.insert(place, slot);
  }
  if (changed_.size() > kFew) {
    const auto middle = by_name_.begin() + static_cast<std::ptrdiff_t>(kept);
    std::sort(middle, by_name_.end(), before);
    std::inplace_merge(by_name_.begin(), middle, by_name_.end(), before);
  }
  name_ranks_.assign(rows_.size(), 0);
  for (std::uint32_t rank = 0; rank < by_name_.size(); ++rank) name_ranks_[by_name_[rank]] = rank;
  changed_.clear();
}

Slot Columns::slot_of(const Uuid& id) const {
  const auto found = slot_of_->find(id);
  return found == slot_of_->end() ? 0 : found->second;
}

std::uint64_t Columns::candidates(const Filter& filter, std::size_t word) const {
  if (filter.impossible) return 0;
  std::uint64_t bits = filter.need ? by_need_[*filter.need].word(word) : everything_.word(word);
  if (filter.query->county != 0) bits &= filter.serving_county.word(word);
  if (filter.any_language || bits == 0) return bits;
  std::uint64_t speaking = 0;
  for (const std::size_t language : filter.languages) speaking |= by_language_[language].word(word);
  return bits & speaking;
}

SlotSet Columns::serving(std::uint32_t county) const {
  if (county == 0) return national_;
  SlotSet slots = nationwide_;
  const auto add = [&](const auto& lists, std::uint32_t key) {
    const auto found = lists.find(key);
    if (found == lists.end()) return;
    for (const Slot slot : found->second) slots.insert(slot);
  };
  add(by_county_, county);
  add(by_state_, county / 1000);
  return slots;
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
    const auto found = language_numbers_.find(code);
    if (found != language_numbers_.end() && found->second < by_language_.size())
      filter.languages.push_back(found->second);
  }
  for (const Level level : query.levels) filter.levels |= 1 << static_cast<int>(level);
  if (query.county != 0) filter.serving_county = serving(query.county);
  filter.bits_only = !query.place && filter.levels == 0 && query.suitability == 0 && !query.age &&
                     !query.open_24_hours && !query.open_at && !query.with_capacity &&
                     !query.hide_overdue;
  if (!query.place) return filter;
  // Beyond the radius a record still serves the place when it says so; a local service that names
  // no area serves only its surroundings.
  if (query.place->rule == PlaceRule::kServing) filter.serving_place = serving(query.place->county);
  filter.direction = direction_of(query.place->point);
  const double angle = query.place->radius_km / kEarthRadiusKm;
  if (angle < 0 || angle > 3.1) return filter;  // the exact distance decides
  // Rounding moves a point of the unit sphere by less than kSlack, which is 6 m of the Earth; only
  // within that much of the radius does the exact distance decide.
  constexpr double kSlack = 1e-6;
  const double chord = 2 * std::sin(angle / 2);
  if (chord > kSlack) filter.within = static_cast<float>((chord - kSlack) * (chord - kSlack));
  filter.beyond = static_cast<float>((chord + kSlack) * (chord + kSlack));
  return filter;
}

bool Columns::matches(Slot slot, const Filter& filter) const {
  if (filter.bits_only) return true;
  const Facts& facts = facts_[slot];
  const Query& query = *filter.query;
  if (filter.levels != 0 && (filter.levels >> static_cast<int>(facts.level) & 1) == 0) return false;
  if ((facts.suitability & query.suitability) != query.suitability) return false;
  if (query.age && (*query.age < facts.minimum_age || *query.age > facts.maximum_age)) return false;
  if (query.open_24_hours && !facts.open_24_hours) return false;
  if (query.hide_overdue && facts.overdue) return false;
  if (query.place && !fits_place(slot, filter)) return false;
  if (query.open_at && !facts.open_24_hours && !is_open(*rows_[slot], *query.open_at)) return false;
  if (query.with_capacity) {
    const Capacity now = capacity(slot).at(query.now);
    if (now != Capacity::kAvailable && now != Capacity::kWaitlist) return false;
  }
  return true;
}

bool Columns::fits_place(Slot slot, const Filter& filter) const {
  const Facts& facts = facts_[slot];
  const Place& place = *filter.query->place;
  if (facts.has_point) {
    const float chord = chord_squared(facts.direction, filter.direction);
    if (chord <= filter.within) return true;
    if (chord <= filter.beyond && distance_km(*rows_[slot]->point, place.point) <= place.radius_km)
      return true;
  }
  return filter.serving_place.contains(slot);
}

}  // namespace daybreak::directory::search
