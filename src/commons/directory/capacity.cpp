// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/capacity.hpp"

#include <array>

#include "commons/directory/record.hpp"

namespace daybreak::directory {
namespace {

constexpr std::array<std::string_view, 5> kCodes = {"unknown", "capacity", "no-capacity",
                                                    "waitlist", "additional-assessment-required"};
}  // namespace

std::string_view code_of(CapacityStatus status) { return kCodes[static_cast<std::size_t>(status)]; }

std::optional<CapacityStatus> parse_capacity_status(std::string_view code) {
  for (std::size_t i = 0; i < kCodes.size(); ++i)
    if (kCodes[i] == code) return static_cast<CapacityStatus>(i);
  return std::nullopt;
}

Capacity capacity_of(const Json& service) {
  const Json* found = service.find("capacity_status");
  if (!found) return {};
  const auto status = parse_capacity_status(text_of(*found, "status"));
  const auto as_of = parse_instant(text_of(*found, "as_of"));
  const auto expires = parse_instant(text_of(*found, "expires"));
  if (!status || !as_of || !expires) return {};
  return {*status, *as_of, *expires};
}

Json to_json(const Capacity& capacity) {
  return Json::object({{"status", code_of(capacity.status)},
                       {"as_of", format_instant(capacity.as_of)},
                       {"expires", format_instant(capacity.expires)}});
}

std::chrono::hours usual_lifetime(const Json& service) {
  if (const Json* capacities = service.find("capacities"); capacities && capacities->if_array()) {
    for (const Json& one : *capacities->if_array()) {
      const Json* unit = one.find("unit");
      if (text_of(one, "description").find("bed") != std::string_view::npos ||
          (unit && text_of(*unit, "name").find("ed") != std::string_view::npos))
        return std::chrono::hours(24);
    }
  }
  const Json* needs = service.find("needs");
  if (needs && needs->if_array()) {
    for (const Json& need : *needs->if_array())
      if (need.if_string() &&
          (need.if_string()->starts_with("housing") || need.if_string()->starts_with("shelter")))
        return std::chrono::hours(24);
  }
  return std::chrono::hours(24 * 7);
}

}  // namespace daybreak::directory
