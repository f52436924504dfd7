// SPDX-License-Identifier: AGPL-3.0-or-later
// The day and the time of day where the site's people work. Instants are stored in UTC; who reads
// "today" or "by 3:30 p.m." means the wall clock. local_time() is safe to use from any thread.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace daybreak {

struct LocalTime {
  Date day;
  int minutes = 0;   // after midnight
  std::string zone;  // "EST"
};

// In the machine's time zone, or the one that set_time_zone() named.
LocalTime local_time(Instant instant);
inline Date local_day(Instant instant) { return local_time(instant).day; }

// A name of the time zone database, "America/New_York". kInvalid when there is none of that name.
// Once, before other threads run.
Result<void> set_time_zone(const std::string& name);

}  // namespace daybreak
