// SPDX-License-Identifier: AGPL-3.0-or-later
// The multinomial scan: where the mix of categories (which law, which visa program) differs from
// the mix elsewhere (Jung, Kulldorff & Richard 2010). Given the cases of each place and of each
// category; replicates shuffle the categories over the cases. Same result type as scan().
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "stats/scan/scan.hpp"

namespace daybreak::stats {

struct CategoryTable {
  std::size_t categories = 0;
  std::vector<std::uint32_t> cases;  // [place][category]
};

// Cluster::measure and expected are the cases expected under no difference, i.e. all of them: the
// relative risk is 1 and the llr carries the finding.
Result<ScanResult> scan_multinomial(const CategoryTable& table, const SpaceWindows& space,
                                    const ScanOptions& options);

}  // namespace daybreak::stats
