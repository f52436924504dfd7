// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether a service can take someone now: the status a provider gave, with when it was given and
// how long it holds. It decays to "unknown, call": a bed that was free yesterday is no bed tonight.
// Pure functions, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace daybreak::directory {

// The four codes of HL7 SDOH Clinical Care "capacity status", and the one that stands for silence.
enum class CapacityStatus : std::uint8_t {
  kUnknown,
  kCapacity,
  kNoCapacity,
  kWaitlist,
  kAssessmentRequired
};

struct Capacity {
  CapacityStatus status = CapacityStatus::kUnknown;
  Instant as_of{};
  Instant expires{};
  // What it says at `now`: unknown from its expiry on, and before it was given.
  CapacityStatus at(Instant now) const {
    return now >= as_of && now < expires ? status : CapacityStatus::kUnknown;
  }
};

std::string_view code_of(CapacityStatus status);  // "capacity", "no-capacity", …, "unknown"
std::optional<CapacityStatus> parse_capacity_status(std::string_view code);

// The "capacity_status" of a service's body; unknown when it is absent or malformed.
Capacity capacity_of(const Json& service);
Json to_json(const Capacity& capacity);

// Beds change by the hour, places in a programme by the week.
std::chrono::hours usual_lifetime(const Json& service);

}  // namespace daybreak::directory
