// SPDX-License-Identifier: AGPL-3.0-or-later
// Task forces in the field's terms: where they work, how they are led, who belongs to them. Plain
// values; the code lists are safe to use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "geography/geography.hpp"
#include "language/words.hpp"

namespace daybreak::network {

using geography::CountyFips;

// A code of a list with its words.
struct Code {
  std::string_view code;
  language::MessageId words;
};
// How a task force is led; who takes part; what kind of organisation; how a partnership goes.
std::span<const Code> models();
std::span<const Code> disciplines();
std::span<const Code> organization_kinds();
std::span<const Code> goings();
// The entry, or nullptr.
const Code* find_code(std::span<const Code> list, std::string_view code);

struct Contact {
  std::string role;  // "coordinator", "24-hour referral line": never a person's name
  std::string phone, email;
};

struct TaskForce {
  Uuid id;  // nil: new
  std::string name;
  std::string home;  // state or territory: "NY"
  std::string model;
  std::vector<std::string> disciplines, languages;
  std::string line;  // answered day and night; empty: none
  std::string website, about;
  std::string source;  // "desk", "import", "usaspending"
  std::optional<Date> ends;
  std::int64_t version = 0;
  std::vector<CountyFips> area;
  std::vector<Contact> contacts;
  bool is_active(Date today) const { return !ends || *ends >= today; }
};

struct Organization {
  Uuid id;
  std::string name, kind, purpose, going;
  std::optional<Date> since, until;
  std::optional<Uuid> account = {};  // the organisation of this node's accounts that it is
};

// What a task force has set up beside its members.
enum class ArrangementKind : std::uint8_t { kCommittee, kProtocol, kLiaison };
std::string_view code_of(ArrangementKind kind);  // "committee", "protocol", "liaison"
std::optional<ArrangementKind> arrangement_kind_from(std::string_view code);

struct Arrangement {
  Uuid id;  // nil: new
  ArrangementKind kind = ArrangementKind::kCommittee;
  std::string title, purpose;
  std::string keeper = {};        // by role: "chair", "records supervisor"; never a person's name
  std::string rhythm = {};        // of a committee: when it meets
  std::string address = {};       // of a protocol: where the document is
  std::optional<Uuid> peer = {};  // of a liaison: the other task force
  std::optional<Date> since = {}, until = {}, review = {};
  std::vector<Uuid> members = {};  // member organisations
  bool in_force(Date today) const {
    return (!since || *since <= today) && (!until || *until >= today);
  }
};

// A county or its equivalent, the island areas included.
struct Place {
  CountyFips fips;
  std::string_view name, state;
};
std::span<const Place> places();  // by FIPS
const Place* find_place(CountyFips fips);
std::span<const Place> places_of(std::string_view state);
struct Region {
  std::string_view code, name;
};
std::span<const Region> regions();  // states, DC and territories, by name
const Region* find_region(std::string_view code_or_name);

// "Erie, NY; 36063; NY: all; Guam" as places; kInvalid names the part that is not one.
Result<std::vector<CountyFips>> parse_area(std::string_view text);
// The same, written shortest: whole states as "NY: all".
std::string write_area(std::span<const CountyFips> area);

// Fails with the field's name where a person has to mend it.
Result<void> check(const TaskForce& task_force);
Result<void> check(const Organization& organization);
Result<void> check(const Arrangement& arrangement);

}  // namespace daybreak::network
