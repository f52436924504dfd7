// SPDX-License-Identifier: AGPL-3.0-or-later
// Meetings as an iCalendar file (RFC 5545). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "commons/network/network.hpp"

namespace daybreak::network {

// Title, time, place and agenda; nothing of who came or what was decided.
CalendarEvent event_of(const Meeting& meeting);
std::string to_icalendar(std::span<const Meeting> meetings, std::string_view name, Instant now);

}  // namespace daybreak::network
