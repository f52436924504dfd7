// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/language.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::http {
namespace {

// 0 to 1; 1 when none is given; negative when malformed.
double quality_of(std::string_view parameters) {
  for (std::string_view parameter : split(parameters, ';')) {
    parameter = trim(parameter);
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    const auto quality = to_number(parameter.substr(2));
    return quality && *quality >= 0 && *quality <= 1 ? *quality : -1;
  }
  return 1;
}

bool fits(std::string_view wanted, std::string_view offered) {
  if (wanted == "*" || equals_ignoring_case_ascii(wanted, offered)) return true;
  return wanted.size() > offered.size() && wanted[offered.size()] == '-' &&
         equals_ignoring_case_ascii(wanted.substr(0, offered.size()), offered);
}

}  // namespace

std::string negotiate_language(std::string_view accept_language,
                               const std::vector<std::string>& offered) {
  if (offered.empty()) return "en";
  std::string best = offered.front();
  double best_quality = 0;
  for (const std::string_view part : split(accept_language.substr(0, 1000), ',')) {
    const std::size_t semicolon = std::min(part.find(';'), part.size());
    const std::string_view wanted = trim(part.substr(0, semicolon));
    const double quality = quality_of(part.substr(semicolon));
    if (wanted.empty() || quality <= best_quality) continue;
    const auto found =
        std::ranges::find_if(offered, [&](const auto& language) { return fits(wanted, language); });
    if (found == offered.end()) continue;
    best = *found;
    best_quality = quality;
  }
  return best;
}

}  // namespace daybreak::http
