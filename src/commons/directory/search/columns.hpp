// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything of the records but the words, as columns in memory, and the test whether a record
// matches a query. Internal to the search index. A Columns object is changed by one thread before
// it is shared, and only read after; capacities alone may be changed at any time.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "commons/directory/search/index.hpp"
#include "commons/directory/search/slot_set.hpp"

namespace daybreak::directory::search {

// Status and expiry in one word, so that a reader sees both or neither.
class CapacityCell {
 public:
  void set(Capacity capacity, Instant expires) {
    packed_.store(expires.time_since_epoch().count() << 3 | static_cast<std::int64_t>(capacity));
  }
  Capacity at(Instant now) const {
    const std::int64_t packed = packed_.load(std::memory_order_relaxed);
    return (packed >> 3) > now.time_since_epoch().count() ? static_cast<Capacity>(packed & 7)
                                                          : Capacity::kUnknown;
  }

 private:
  std::atomic<std::int64_t> packed_{0};
};

// What nearly every test looks at, packed so that a scan stays in the cache.
struct Facts {
  std::array<float, 3> direction{};  // unit vector of the point
  std::uint16_t suitability = 0;
  std::uint8_t minimum_age = 0, maximum_age = 255;
  Level level = Level::kLocal;
  bool has_point = false, open_24_hours = false, overdue = false;
};

// What a result shows of a record. The indexes of several audiences hold most records alike, so
// equal ones are kept once in the process.
struct Shown {
  std::string name;
  std::string name_key;  // folded, for the order by name
  std::string card;
};
// From any thread.
std::shared_ptr<const Shown> shared_shown(const std::string& name, const std::string& card);

struct Row {
  Uuid id, service, organization;
  std::optional<Point> point;
  std::vector<std::uint16_t> needs;      // positions in the need tree, ancestors included, sorted
  std::vector<std::uint16_t> languages;  // numbers of Columns
  std::vector<std::uint32_t> counties;
  std::vector<std::uint8_t> states;
  std::vector<OpenStretch> open;
  std::shared_ptr<const Shown> shown;
  mutable CapacityCell capacity;  // alone may change when the row is shared
};

// A query turned into what the columns can test.
struct Filter {
  std::optional<std::uint16_t> need;
  std::vector<std::size_t> languages;  // numbers of those that are known
  bool any_language = true;
  std::uint8_t levels = 0;  // bit per level; 0: any
  std::array<float, 3> direction{};
  // Squared straight distances on the unit sphere: surely within the radius, surely beyond it.
  float within = -1, beyond = 8;
  const Query* query = nullptr;
  SlotSet serving_place, serving_county;  // those that say so, when the query asks
  bool impossible = false;                // names a need that does not exist
  bool bits_only = false;                 // need, language and county are all that it asks
};

class Columns {
 public:
  explicit Columns(std::shared_ptr<const NeedTree> needs) : needs_(std::move(needs)) {}
  Columns(const Columns&) = default;

  void put(Slot slot, const Record& record);
  void remove(Slot slot);
  // Builds what searches use beside the rows; call once after the last change and before sharing.
  void finish();

  Filter compile(const Query& query) const;
  // The slots of word n (64 × n and following) that fit the need, the languages and the county.
  std::uint64_t candidates(const Filter& filter, std::size_t word) const;
  // Whether a candidate fits everything else.
  bool matches(Slot slot, const Filter& filter) const;

  const Row& row(Slot slot) const { return *rows_[slot]; }
  const Facts& facts(Slot slot) const { return facts_[slot]; }
  bool has(Slot slot) const { return slot < rows_.size() && rows_[slot] != nullptr; }
  Slot slot_of(const Uuid& id) const;  // 0 when not there
  CapacityCell& capacity(Slot slot) const { return rows_[slot]->capacity; }
  std::size_t size() const { return slot_of_->size(); }
  std::size_t words() const { return everything_.words(); }
  Slot slots() const { return static_cast<Slot>(rows_.size()); }
  // The position of a record in the order by name and id, and back.
  std::uint32_t name_rank(Slot slot) const { return name_ranks_[slot]; }
  Slot at_name_rank(std::uint32_t rank) const { return by_name_[rank]; }
  const std::vector<Slot>& by_name() const { return by_name_; }
  const NeedTree& needs() const { return *needs_; }

 private:
  using Slots = std::unordered_map<Uuid, Slot>;

  Slots& own_slots();
  bool fits_place(Slot slot, const Filter& filter) const;
  // Those that say that they serve a county: by county, by state, or as a national service. Of an
  // unknown county (0) only that they are national counts.
  SlotSet serving(std::uint32_t county) const;
  std::size_t language_number(const std::string& code);
  void sort_names();

  std::shared_ptr<const NeedTree> needs_;
  std::vector<Facts> facts_;
  std::vector<std::shared_ptr<const Row>> rows_;  // shared between versions of the columns
  std::shared_ptr<Slots> slot_of_ = std::make_shared<Slots>();  // shared until it is changed
  std::unordered_map<std::string, std::size_t> language_numbers_;
  SlotSet everything_;
  std::vector<SlotSet> by_need_;  // by position in the need tree
  std::vector<SlotSet> by_language_;
  std::unordered_map<std::uint32_t, std::vector<Slot>> by_county_;
  std::unordered_map<std::uint32_t, std::vector<Slot>> by_state_;  // that name no county
  SlotSet national_;                                               // of that level
  SlotSet nationwide_;  // of them, those that name neither county nor state
  std::vector<Slot> by_name_;
  std::vector<std::uint32_t> name_ranks_;
  std::vector<Slot> changed_;  // put or removed since finish()
};

// Squared straight distance on the unit sphere, as compared with Filter::within and beyond.
inline float chord_squared(const std::array<float, 3>& a, const std::array<float, 3>& b) {
  const float x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
  return x * x + y * y + z * z;
}

}  // namespace daybreak::directory::search
