// SPDX-License-Identifier: AGPL-3.0-or-later
// What the search index knows of one service at one place: a flat view that the directory's
// service makes from a record *after* it was projected for one audience. Real points and addresses
// of confidential places never get here. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace daybreak::directory::search {

struct Point {
  double latitude = 0;   // degrees north, -90 to 90
  double longitude = 0;  // degrees east, -180 to 180
  bool operator==(const Point&) const = default;
};

// Great-circle distance in kilometres on a sphere of radius 6,371.0088 km (haversine).
double distance_km(Point a, Point b);

enum class Level : std::uint8_t { kLocal, kRegional, kStatewide, kNational };

// HL7 SDOH "capacity status", with "unknown" for never said or expired.
enum class Capacity : std::uint8_t { kUnknown, kAvailable, kWaitlist, kFull, kAssessmentNeeded };

// Whom a place can serve. A set bit says "yes, suitable"; what is not said is unknown, not no.
enum Suitability : std::uint16_t {
  kSexTrafficking = 1,
  kLaborTrafficking = 2,
  kAdults = 4,
  kMinors = 8,
  kWomen = 16,
  kMen = 32,
  kTransgender = 64,
  kDependants = 128,
  kPets = 256,
};

// One stretch of a week in which the place is open, in minutes since Monday 00:00 local time.
// `end` may be past 10,080 when it is open over Sunday midnight.
struct OpenStretch {
  std::uint16_t begin = 0;
  std::uint16_t end = 0;
};

struct Record {
  Uuid id;  // the service-at-location, or the service when it has no place
  Uuid service;
  Uuid organization;
  std::string name;  // of the service
  std::string organization_name;
  std::string text_english;  // description, eligibility, alternate names: searched, not shown
  std::string text_spanish;
  std::vector<std::string> needs;       // codes of the need tree
  std::vector<std::string> languages;   // ISO 639 codes in lower case
  std::optional<Point> point;           // the point this audience may see
  std::vector<std::uint32_t> counties;  // county FIPS codes served; empty: not limited to counties
  std::vector<std::uint8_t> states;     // state FIPS codes served; empty: not limited to states
  Level level = Level::kLocal;
  std::uint16_t suitability = 0;
  std::uint8_t minimum_age = 0;
  std::uint8_t maximum_age = 255;
  bool open_24_hours = false;
  std::vector<OpenStretch> open;
  Capacity capacity = Capacity::kUnknown;
  Instant capacity_expires{};  // after this instant the capacity counts as unknown
  bool overdue = false;        // not verified in time: marked and ranked down
  std::string card;            // what a result shows, as the caller wants it back
};

}  // namespace daybreak::directory::search
