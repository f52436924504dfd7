// SPDX-License-Identifier: AGPL-3.0-or-later
// The study period cut into equal units of time, and populations between the dates at which they
// were counted. Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stats/files/time.hpp"

namespace daybreak::stats {

// The unit of a time window: years, quarters, months or days.
struct TimeStep {
  TimeUnit unit = TimeUnit::kYear;
  int count = 1;  // 3 months make a quarter
};
std::optional<TimeStep> parse_time_step(std::string_view name);

// A day as a number: days since 1970-01-01.
using DayNumber = std::int64_t;
// The first day that a date of any precision can mean, and the last.
DayNumber earliest_day(Time time);
DayNumber latest_day(Time time);
// When a population of this date counts: a year on 1 July, a month on the 15th (as SaTScan).
DayNumber population_day(Time time);

class Calendar {
 public:
  // One unit that covers everything, for scans without time.
  Calendar() = default;
  // Units of `step` from the one that holds `first` to the one that holds `last`; each begins with
  // the first day of the study period or with a calendar unit after it.
  static Result<Calendar> over(Time first, Time last, TimeStep step);

  std::uint32_t units() const { return static_cast<std::uint32_t>(starts_.size() - 1); }
  // The unit of a date, or nothing outside the period. Fails when the date is coarser than a unit.
  Result<std::optional<std::uint32_t>> unit_of(Time time) const;
  DayNumber first_day(std::uint32_t unit) const { return starts_[unit]; }
  DayNumber end_day(std::uint32_t unit) const { return starts_[unit + 1]; }  // exclusive
  TimeStep step() const { return step_; }

 private:
  TimeStep step_;
  std::vector<DayNumber> starts_{0, 1};
};

// A population counted at some dates: linear between them, constant before the first and after the
// last. The integral over days [from, to).
struct PopulationPoint {
  DayNumber day = 0;
  double population = 0;
};
double person_days(std::span<const PopulationPoint> sorted, DayNumber from, DayNumber to);

}  // namespace daybreak::stats
