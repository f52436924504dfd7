// SPDX-License-Identifier: AGPL-3.0-or-later
// Dates as scan files write them: a year, a month or a day, in the precision the file has. Pure
// functions, safe to use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace daybreak::stats {

enum class TimeUnit : std::uint8_t { kYear, kMonth, kDay };

// month and day are 0 where the file does not give them; year 0 with month 0 is "not given".
struct Time {
  std::int32_t year = 0;
  std::uint8_t month = 0;
  std::uint8_t day = 0;

  bool is_given() const { return year != 0 || month != 0; }
  // The finest unit that is given.
  TimeUnit precision() const {
    return day != 0 ? TimeUnit::kDay : month != 0 ? TimeUnit::kMonth : TimeUnit::kYear;
  }
  auto operator<=>(const Time&) const = default;
};

// "2024", "2024/3", "2024/3/9", "2024-03", "2024-03-09", and the US forms "3/2024", "3/9/2024".
// Nothing for dates that do not exist and years outside 1000 to 9999.
std::optional<Time> parse_time(std::string_view text);

// The number of the interval of this length that holds the time: years count from 0, months from
// January of year 0, days from 1970-01-01. Fails when the time is coarser than the unit.
Result<std::int64_t> interval_of(Time time, TimeUnit unit);
// The first and the last day of such an interval.
Date first_day(std::int64_t interval, TimeUnit unit);
Date last_day(std::int64_t interval, TimeUnit unit);

// "2024", "2024-03" or "2024-03-09", in the precision given.
std::string format_time(Time time);

}  // namespace daybreak::stats
