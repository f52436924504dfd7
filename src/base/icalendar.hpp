// SPDX-License-Identifier: AGPL-3.0-or-later
// Writes iCalendar files (RFC 5545): what calendar programs subscribe to. Pure; safe to use from
// any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace daybreak {

// At an instant (an hour long), or on a day when `day` is there.
struct CalendarEvent {
  std::string id;  // the same each time the event is written
  std::string title, place = {}, about = {};
  Instant at{};
  std::optional<Date> day = {};
};

// The whole file; text of any kind is escaped and folded at 75 octets.
std::string to_icalendar(std::span<const CalendarEvent> events, std::string_view name, Instant now);

}  // namespace daybreak
