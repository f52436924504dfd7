// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything of the records but the words, as columns in memory, and the test whether a record
// matches a query. Internal to the search index. A Columns object is changed by one thread before
// it is shared, and only read after; capacities alone may be changed at any time.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "commons/directory/search/index.hpp"
#include "commons/directory/search/postings.hpp"

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
  std::uint64_t languages = 0;  // bits of Columns::language_bit
  Level level = Level::kLocal;
  bool has_point = false, open_24_hours = false, overdue = false;
};

struct Row {
  Uuid id, service, organization;
  std::optional<Point> point;
  std::vector<std::uint16_t> needs;  // positions in the need tree, ancestors included, sorted
  std::vector<std::uint32_t> counties;
  std::vector<std::uint8_t> states;
  std::vector<OpenStretch> open;
  std::string name;
  std::string name_key;  // folded, for the order by name
  std::string card;
};

// A query turned into what the columns can test.
struct Filter {
  std::optional<std::uint16_t> need;
  std::uint64_t languages = 0;
  bool any_language = true;
  std::uint8_t levels = 0;  // bit per level; 0: any
  float cosine_limit = -2;  // a point whose dot product is below is surely too far
  std::array<float, 3> direction{};
  const Query* query = nullptr;
  bool impossible = false;  // names a need that does not exist
};

class Columns {
 public:
  explicit Columns(std::shared_ptr<const NeedTree> needs) : needs_(std::move(needs)) {}
  Columns(const Columns&) = default;

  void put(Slot slot, const Record& record);
  void remove(Slot slot);
  // Builds the lists per need; call once after the last change and before sharing.
  void finish();

  Filter compile(const Query& query) const;
  // Whether the record matches in all but the need, which candidates() is for; sets `distance` when
  // the query has a place and the record a point.
  bool matches(Slot slot, const Filter& filter, std::optional<double>& distance) const;

  const Row& row(Slot slot) const { return *rows_[slot]; }
  const Facts& facts(Slot slot) const { return facts_[slot]; }
  bool has(Slot slot) const { return slot < rows_.size() && rows_[slot] != nullptr; }
  Slot slot_of(const Uuid& id) const;  // 0 when not there
  CapacityCell& capacity(Slot slot) const { return *capacities_[slot]; }
  std::size_t size() const { return slot_of_.size(); }
  std::size_t slots() const { return rows_.size(); }
  // All slots of a need's branch, ascending; of everything when there is no need.
  const std::vector<Slot>& candidates(const Filter& filter) const;
  const NeedTree& needs() const { return *needs_; }

 private:
  bool fits_place(Slot slot, const Filter& filter, std::optional<double>& distance) const;
  std::uint64_t language_bit(const std::string& code);

  std::shared_ptr<const NeedTree> needs_;
  std::vector<Facts> facts_;
  std::vector<std::shared_ptr<const Row>> rows_;  // shared between versions of the columns
  std::vector<std::shared_ptr<CapacityCell>> capacities_;
  std::unordered_map<Uuid, Slot> slot_of_;
  std::unordered_map<std::string, int> language_bits_;
  std::vector<std::vector<Slot>> by_need_;
  std::vector<Slot> everything_;
};

}  // namespace daybreak::directory::search
