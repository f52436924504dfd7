// SPDX-License-Identifier: AGPL-3.0-or-later
// From the clusters of the engine to findings in the words of the input files: ids, nodes, dates,
// shapes. Called by scan_run.cpp on the main thread.
#pragma once

#include "cli/scan_options.hpp"
#include "cli/scan_run.hpp"
#include "stats/files/id_table.hpp"

namespace daybreak::cli {

// Fills all of `out` that follows from out.result; `nodes` is null without a tree.
void describe(const ScanRequest& request, const stats::Study& study,
              const stats::SpaceWindows& space, const stats::IdTable& places,
              const stats::IdTable* nodes, ScanOutcome& out);

}  // namespace daybreak::cli
