// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/estimate/checks.hpp"

#include <cmath>
#include <fmt/format.h>

namespace daybreak::stats {

Result<void> check_cases(std::span<const double> cases, std::span<const double> exposure,
                         std::string_view exposure_name) {
  if (cases.size() != exposure.size() || cases.empty()) {
    return fail(ErrorKind::kInvalid,
                fmt::format("{} places with cases, {} with {}", cases.size(), exposure.size(),
                            exposure_name),
                {}, "give both for the same places, at least one");
  }
  double total = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!(cases[i] >= 0 && exposure[i] >= 0 && std::isfinite(cases[i] + exposure[i]))) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("cases {} and {} {} are not numbers of zero or more", cases[i],
                              exposure_name, exposure[i]),
                  fmt::format("place {}", i + 1), "correct them");
    }
    if (cases[i] > 0 && exposure[i] == 0) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("{} cases where the {} is zero", cases[i], exposure_name),
                  fmt::format("place {}", i + 1), "correct one of them, or leave the place out");
    }
    total += exposure[i];
  }
  if (total > 0 && std::isfinite(total)) return {};
  return fail(ErrorKind::kInvalid, fmt::format("the {} adds up to {}", exposure_name, total), {},
              "at least one place needs some");
}

Result<void> check_finite(std::span<const double> values, std::string_view name) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    return fail(ErrorKind::kInvalid, fmt::format("the {} {} is not a number", name, values[i]),
                fmt::format("place {}", i + 1), "correct it");
  }
  return {};
}

}  // namespace daybreak::stats
