// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak estimate suppress`: what to withhold from a table of counts. Withheld counts are never
// printed. Main thread only.
#pragma once

#include <string>
#include <vector>

#include "stats/suppression/suppress.hpp"

namespace daybreak::cli {

struct SuppressOptions {
  std::string table;
  std::vector<std::string> earlier;
  stats::SuppressionRule rule;
  bool hide_zeros = false;
  bool primary_only = false;
  bool whole_numbers = false;
  bool json = false;
};
void estimate_suppress(const SuppressOptions& options);

}  // namespace daybreak::cli
