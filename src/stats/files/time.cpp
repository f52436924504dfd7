// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/files/time.hpp"

#include <fmt/format.h>
#include <vector>

#include "base/text.hpp"

namespace daybreak::stats {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

// One or two digits as a number; years need four.
std::optional<int> digits(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  if (text.size() < 4 || text.size() > 10) return std::nullopt;
  const char separator = text.find('/') != text.npos ? '/' : '-';
  std::vector<std::string_view> parts = split(text, separator);
  if (parts.size() > 3) return std::nullopt;
  if (separator == '/' && parts.back().size() == 4 && parts.front().size() < 4) {
    // The US order: month, day, year.
    parts.insert(parts.begin(), parts.back());
    parts.pop_back();
  }
  const auto y = digits(parts[0], 4, 4);
  if (!y || *y < 1000) return std::nullopt;
  Time time{.year = *y};
  if (parts.size() > 1) {
    const auto m = digits(parts[1], 1, 2);
    if (!m || *m < 1 || *m > 12) return std::nullopt;
    time.month = static_cast<std::uint8_t>(*m);
  }
  if (parts.size() > 2) {
    const auto d = digits(parts[2], 1, 2);
    if (!d || !Date(year(*y), month(time.month), day(static_cast<unsigned>(*d))).ok()) {
      return std::nullopt;
    }
    time.day = static_cast<std::uint8_t>(*d);
  }
  return time;
}

Result<std::int64_t> interval_of(Time time, TimeUnit unit) {
  if (!time.is_given()) {
    return fail(ErrorKind::kInvalid, "the time is missing", {}, "give every case its time");
  }
  if (static_cast<int>(time.precision()) < static_cast<int>(unit)) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the time {} is coarser than the time unit", format_time(time)), {},
                "choose a longer time unit, or give the month or day in the file");
  }
  switch (unit) {
    case TimeUnit::kYear:
      return time.year;
    case TimeUnit::kMonth:
      return std::int64_t{time.year} * 12 + time.month - 1;
    case TimeUnit::kDay:
      break;
  }
  return std::chrono::sys_days(Date(year(time.year), month(time.month), day(time.day)))
      .time_since_epoch()
      .count();
}

Date first_day(std::int64_t interval, TimeUnit unit) {
  using std::chrono::January;
  switch (unit) {
    case TimeUnit::kYear:
      return Date(year(static_cast<int>(interval)), January, day(1));
    case TimeUnit::kMonth:
      return Date(year(static_cast<int>(interval / 12)),
                  month(static_cast<unsigned>(interval % 12) + 1), day(1));
    case TimeUnit::kDay:
      break;
  }
  return Date(std::chrono::sys_days(std::chrono::days(static_cast<int>(interval))));
}

Date last_day(std::int64_t interval, TimeUnit unit) {
  return Date(std::chrono::sys_days(first_day(interval + 1, unit)) - std::chrono::days(1));
}

std::string format_time(Time time) {
  if (time.day != 0) return fmt::format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
  if (time.month != 0) return fmt::format("{:04}-{:02}", time.year, time.month);
  return fmt::format("{:04}", time.year);
}

}  // namespace daybreak::stats
