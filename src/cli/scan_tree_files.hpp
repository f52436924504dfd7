// SPDX-License-Identifier: AGPL-3.0-or-later
// The files of `daybreak scan tree` and `treespace`. The columns of the case file after node and
// count are told from their first row: an id of the coordinates is the place, a date is the time,
// a number the population (or, for the Bernoulli model, the controls).
#pragma once

#include <vector>

#include "base/result.hpp"
#include "cli/scan_options.hpp"
#include "stats/study/study.hpp"

namespace daybreak::cli {

struct TreeInput {
  stats::Tree tree;
  stats::Keys keys;
  std::vector<stats::Coordinate> coordinates;
  stats::TreeCountFile cases;
  bool has_time = false;
  bool has_measure = false;
  stats::TimeStep precision;
};

Result<TreeInput> read_tree_input(const ScanRequest& request);

}  // namespace daybreak::cli
