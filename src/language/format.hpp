// SPDX-License-Identifier: AGPL-3.0-or-later
// How dates, times, numbers and distances are written for readers in the United States, in their
// language. Pure functions, safe to use from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "language/language.hpp"

namespace daybreak::language {

// "12,345"; both languages use the comma and the point, as is usual in the United States.
std::string format_number(Language language, std::int64_t value);
// "1,234.5" with exactly that many decimals; "—" for what is not a finite number.
std::string format_decimal(Language language, double value, int decimals);
// 0.125 is "12.5%" in English, "12.5 %" in Spanish.
std::string format_percent(Language language, double share, int decimals);

enum class DateStyle : std::uint8_t {
  kLong,     // November 21, 2026          21 de noviembre de 2026
  kShort,    // Nov 21, 2026               21 nov 2026
  kWeekday,  // Saturday, November 21      sábado, 21 de noviembre
};
std::string format_date(Language language, Date date, DateStyle style = DateStyle::kLong);
// "November 2026", "noviembre de 2026"
std::string format_month(Language language, std::chrono::year_month month);
// Monday … Sunday; sentence case in each language.
std::string_view weekday_name(Language language, std::chrono::weekday day);
// Minutes after midnight: "3:30 p.m.", "12:00 noon" is "12:00 p.m."; Spanish "3:30 p. m."
std::string format_time(Language language, int minutes_after_midnight);

enum class DistanceUnit : std::uint8_t { kMiles, kKilometers };
// "2.4 miles", "1 mile", "12 miles", "under 0.1 miles"; one decimal below ten.
std::string format_distance(Language language, double miles,
                            DistanceUnit unit = DistanceUnit::kMiles);
// "(716) 555-0100" for ten digits or eleven that start with 1; anything else as it came.
std::string format_phone(std::string_view number);

}  // namespace daybreak::language
