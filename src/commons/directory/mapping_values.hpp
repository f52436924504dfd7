// SPDX-License-Identifier: AGPL-3.0-or-later
// What people write into one cell, taken apart: addresses, phones, hours, points. For the mapping
// only. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace daybreak::directory {

// Trimmed parts that are not empty; "\n" also takes commas-free lists with blank lines between.
std::vector<std::string> parts_of(std::string_view text, std::string_view separator);
// "9525 Sterling Drive, Cutler Bay, FL 33157"; "State: FL". What cannot be told goes to address_1.
JsonArray address_from(std::string_view text);
// "main: (305) 555-0110; fax: (305) 555-0111 ext. 12"
JsonArray phones_from(std::string_view text);
// "Sunday: Closed Monday: 9:00-17:00 …" as one weekly schedule for each stretch.
JsonArray schedules_from(std::string_view text);
// The first two numbers that are a latitude and a longitude.
std::optional<std::pair<double, double>> point_from(std::string_view text);
// A JSON value as one cell: lists of texts joined by "; ", phones of old feeds by their numbers.
std::string cell_text(const Json& value);
bool is_yes(std::string_view text);
// "a=b;c=d": the whole text a becomes b; others stay.
std::string replaced(std::string_view text, std::string_view rules);

}  // namespace daybreak::directory
