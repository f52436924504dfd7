// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/clock.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace daybreak {
namespace {

using std::chrono::floor;

// Reads exactly `digits` decimal digits at `at`, or returns -1.
int digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

tl::unexpected<Error> bad(std::string_view text, std::string_view cure) {
  return fail(ErrorKind::kInvalid, fmt::format("\"{}\" is not a date or time", shorten(text, 40)), {},
              std::string(cure));
}

}  // namespace

Instant SystemClock::now() const {
  return floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string format_date(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string format_instant(Instant instant) {
  const auto day = floor<std::chrono::days>(instant);
  const auto time = (instant - day).count();
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date(Date(day)), time / 3'600'000,
                     time / 60'000 % 60, time / 1000 % 60, time % 1000);
}

Result<Date> parse_date(std::string_view text) {
  constexpr std::string_view kCure = "Write it as 2026-01-31";
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return bad(text, kCure);
  const int year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
  if (year < 1 || month < 0 || day < 0) return bad(text, kCure);
  const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                  std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return bad(text, "There is no such day");
  return date;
}

Result<Instant> parse_instant(std::string_view text) {
  constexpr std::string_view kCure = "Write it as 2026-01-31T14:05:00Z";
  const Date date = TRY(parse_date(text.substr(0, 10)));
  Instant instant = std::chrono::sys_days(date);
  if (text.size() == 10) return instant;

  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
    return bad(text, kCure);
  const int hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2);
  const int second = digits_at(text, 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return bad(text, kCure);
  instant += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);

  std::size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    int milliseconds = 0, scale = 100;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
      milliseconds += (text[at] - '0') * scale;
    if (at == first) return bad(text, kCure);
    instant += std::chrono::milliseconds(milliseconds);
  }
  const std::string_view zone = text.substr(at);
  if (zone.empty() || zone == "Z" || zone == "z") return instant;
  const int zone_hour = digits_at(zone, 1, 2), zone_minute = digits_at(zone, 4, 2);
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || zone_hour < 0 ||
      zone_hour > 18 || zone_minute < 0 || zone_minute > 59)
    return bad(text, kCure);
  const auto offset = std::chrono::hours(zone_hour) + std::chrono::minutes(zone_minute);
  return zone[0] == '+' ? instant - offset : instant + offset;
}

}  // namespace daybreak
