// SPDX-License-Identifier: AGPL-3.0-or-later
// Patterns of routes as paths that can be asked for.
#pragma once

#include <optional>
#include <string>

#include "base/id.hpp"

namespace daybreak::wall {

// The pattern with ids for its {name:uuid}: all but the last are `parent`. Nothing when it has
// none, or parameters of other types.
inline std::optional<std::string> path_of(const std::string& pattern, const Uuid& parent,
                                          const Uuid& child) {
  std::string path;
  std::size_t at = 0, last = pattern.rfind(":uuid}");
  if (last == std::string::npos) return {};
  while (at < pattern.size()) {
    const std::size_t open = pattern.find('{', at);
    path += pattern.substr(at, open - at);
    if (open == std::string::npos) break;
    const std::size_t close = pattern.find('}', open);
    if (pattern.compare(close - 5, 5, ":uuid") != 0) return {};
    path += (close - 5 == last ? child : parent).to_string();
    at = close + 1;
  }
  return path;
}

}  // namespace daybreak::wall
