// SPDX-License-Identifier: AGPL-3.0-or-later
// What every estimate asks of its input arrays. Pure functions.
#pragma once

#include <span>
#include <string_view>

#include "base/result.hpp"

namespace daybreak::stats {

// Both arrays hold one finite number >= 0 for each place, and no place has cases where `exposure`
// (population or expected cases) is zero. At least one exposure is above zero.
Result<void> check_cases(std::span<const double> cases, std::span<const double> exposure,
                         std::string_view exposure_name);
// All numbers are finite.
Result<void> check_finite(std::span<const double> values, std::string_view name);

}  // namespace daybreak::stats
