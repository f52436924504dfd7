// SPDX-License-Identifier: AGPL-3.0-or-later
// Time as an interface, so that tests decide what time it is. Instants are UTC milliseconds.
// Both clocks are safe to use from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace daybreak {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Date = std::chrono::year_month_day;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

// A clock that stands still until it is told otherwise.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start.time_since_epoch().count()) {}
  Instant now() const override { return Instant(std::chrono::milliseconds(now_.load())); }
  void set(Instant instant) { now_.store(instant.time_since_epoch().count()); }
  void advance(std::chrono::milliseconds by) { now_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> now_;
};

// "2026-11-21T20:54:57.123Z" (milliseconds always written) and back; also accepts seconds without a
// fraction, a "+hh:mm" offset, and a bare date (midnight UTC). Years 1 to 9999.
std::string format_instant(Instant instant);
Result<Instant> parse_instant(std::string_view text);

// "2026-11-21" and back; refuses days that do not exist.
std::string format_date(Date date);
Result<Date> parse_date(std::string_view text);

}  // namespace daybreak
