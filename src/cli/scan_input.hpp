// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the files of a scan without a tree. Called by scan_run.cpp on the main thread.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "cli/scan_options.hpp"
#include "stats/files/places.hpp"

namespace daybreak::cli {

struct ScanInput {
  stats::Keys keys;
  std::vector<stats::Coordinate> coordinates;
  stats::CountFile cases, controls;
  stats::PopulationFile population;
  std::vector<std::vector<std::uint32_t>> neighbours;  // by place; empty without a file
};

// Every error names file and line.
Result<ScanInput> read_input(const ScanRequest& request);

}  // namespace daybreak::cli
