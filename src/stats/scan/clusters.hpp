// SPDX-License-Identifier: AGPL-3.0-or-later
// From the best windows to the clusters that are reported. Internal to stats/scan.
#pragma once

#include "stats/scan/engine.hpp"

namespace daybreak::stats {

// Fills out.clusters (all but the p-values) from the best window of every centre; out.maxima are
// known by then.
void choose_clusters(const Frame& frame, const std::vector<Best>& candidates,
                     const ScanOptions& options, ScanResult& out);

// Fills out.certainty.
void certainty(const Frame& frame, const ScanOptions& options, ScanResult& out);

}  // namespace daybreak::stats
