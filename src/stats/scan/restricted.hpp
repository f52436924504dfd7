// SPDX-License-Identifier: AGPL-3.0-or-later
// The flexible scan with a restricted likelihood (Tango 2008; Tango & Takahashi 2012): a set counts
// only when every place in it is high by itself, P(X > n) + P(X = n)/2 < alpha under its expected
// cases. Real clusters no longer swallow quiet neighbours, and few sets remain, so larger k is
// affordable. Conditional Poisson model, one unit of time.
#pragma once

#include "base/result.hpp"
#include "stats/scan/scan.hpp"

namespace daybreak::stats {

Result<ScanResult> scan_restricted(const ScanData& data, std::span<const Point> points,
                                   Coordinates coordinates,
                                   std::span<const std::vector<std::uint32_t>> adjacent,
                                   std::uint32_t nearest, double alpha, const ScanOptions& options);

}  // namespace daybreak::stats
