// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/study/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace daybreak::stats {
namespace {

DayNumber day_number(Date date) { return std::chrono::sys_days(date).time_since_epoch().count(); }

Date date_of(Time time, unsigned month, unsigned day) {
  return Date(std::chrono::year(time.year), std::chrono::month(month), std::chrono::day(day));
}

// Months from January of year 0, or days.
std::int64_t months_of(Time time) {
  return std::int64_t{time.year} * 12 + std::max<int>(time.month, 1) - 1;
}

DayNumber first_of_month(std::int64_t months) {
  return day_number(Date(std::chrono::year(static_cast<int>(months / 12)),
                         std::chrono::month(static_cast<unsigned>(months % 12) + 1),
                         std::chrono::day(1)));
}

}  // namespace

std::optional<TimeStep> parse_time_step(std::string_view name) {
  if (name == "year") return TimeStep{TimeUnit::kYear, 1};
  if (name == "quarter") return TimeStep{TimeUnit::kMonth, 3};
  if (name == "month") return TimeStep{TimeUnit::kMonth, 1};
  if (name == "week") return TimeStep{TimeUnit::kDay, 7};
  if (name == "day") return TimeStep{TimeUnit::kDay, 1};
  return std::nullopt;
}

DayNumber earliest_day(Time time) {
  return day_number(
      date_of(time, std::max<unsigned>(time.month, 1), std::max<unsigned>(time.day, 1)));
}

DayNumber latest_day(Time time) {
  if (time.day != 0) return earliest_day(time);
  return first_of_month(time.month == 0 ? (std::int64_t{time.year} + 1) * 12
                                        : months_of(time) + 1) -
         1;
}

DayNumber population_day(Time time) {
  if (time.day != 0) return earliest_day(time);
  return day_number(time.month != 0 ? date_of(time, time.month, 15) : date_of(time, 7, 1));
}

Result<Calendar> Calendar::over(Time first, Time last, TimeStep step) {
  const DayNumber from = earliest_day(first);
  const DayNumber to = latest_day(last);
  if (to < from) {
    return fail(ErrorKind::kInvalid, "the study period ends before it begins", "",
                "check --study-start and --study-end");
  }
  Calendar out;
  out.step_ = step;
  out.starts_ = {from};
  if (step.unit == TimeUnit::kDay) {
    for (DayNumber day = from + step.count; day <= to; day += step.count)
      out.starts_.push_back(day);
  } else {
    const std::int64_t months = step.unit == TimeUnit::kYear ? 12 * step.count : step.count;
    // Full units are counted from the month in which the period begins, as calendar units when it
    // begins with one.
    for (std::int64_t m = months_of(first) + months;; m += months) {
      const DayNumber day = first_of_month(m);
      if (day > to) break;
      out.starts_.push_back(day);
    }
  }
  out.starts_.push_back(to + 1);
  if (out.starts_.size() > 100001) {
    return fail(ErrorKind::kUnsupported,
                fmt::format("the study period has {} units of time", out.units()), "",
                "choose a longer --time-unit");
  }
  return out;
}

Result<std::optional<std::uint32_t>> Calendar::unit_of(Time time) const {
  if (units() == 1 && starts_[0] == 0) return std::optional<std::uint32_t>(0u);
  const DayNumber early = earliest_day(time);
  const DayNumber late = latest_day(time);
  if (early >= starts_.back() || late < starts_.front()) return std::optional<std::uint32_t>();
  const auto unit_at = [&](DayNumber day) {
    const auto at = std::upper_bound(starts_.begin(), starts_.end(), day);
    return static_cast<std::uint32_t>(at - starts_.begin()) - 1;
  };
  const std::uint32_t unit = unit_at(std::max(early, starts_.front()));
  if (unit != unit_at(std::min(late, starts_.back() - 1))) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the time {} is coarser than the unit of time", format_time(time)), "",
                "choose a longer --time-unit, or give the times more exactly");
  }
  return std::optional<std::uint32_t>(unit);
}

double person_days(std::span<const PopulationPoint> sorted, DayNumber from, DayNumber to) {
  if (sorted.empty() || to <= from) return 0;
  const auto at = [&](double day) {
    if (day <= static_cast<double>(sorted.front().day)) return sorted.front().population;
    if (day >= static_cast<double>(sorted.back().day)) return sorted.back().population;
    std::size_t i = 1;
    while (static_cast<double>(sorted[i].day) < day) ++i;
    const auto a = sorted[i - 1];
    const auto b = sorted[i];
    const double share = (day - static_cast<double>(a.day)) / static_cast<double>(b.day - a.day);
    return a.population + share * (b.population - a.population);
  };
  // Trapezes between the dates inside the interval.
  double sum = 0;
  auto left = static_cast<double>(from);
  for (const PopulationPoint& point : sorted) {
    const auto day = static_cast<double>(point.day);
    if (day <= left || day >= static_cast<double>(to)) continue;
    sum += (day - left) * (at(left) + at(day)) / 2;
    left = day;
  }
  return sum + (static_cast<double>(to) - left) * (at(left) + at(static_cast<double>(to))) / 2;
}

}  // namespace daybreak::stats
