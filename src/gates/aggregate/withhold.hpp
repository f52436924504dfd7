// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside gates/aggregate/ only: which cells of a table stay in the vault. Pure functions.
#pragma once

#include <map>
#include <span>
#include <string>

#include "commons/measures/count_table.hpp"

namespace daybreak::gates {

// The exact counts as a table that may leave: small numbers withheld, small changes since an
// earlier version too, and as many others as it takes that none of these can be worked out, not
// even together with what was sent before. kConflict when no choice is safe any more. What is
// withheld passes the audit of stats/suppression, a linear program that knows nothing of how it was
// chosen.
Result<measures::CountTable> withhold(measures::CountTable head, const measures::Measure& measure,
                                      const std::map<std::string, std::int64_t>& counts,
                                      std::span<const measures::CountTable> earlier);

}  // namespace daybreak::gates
