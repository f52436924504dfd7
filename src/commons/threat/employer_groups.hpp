// SPDX-License-Identifier: AGPL-3.0-or-later
// From the engine's clusters and people's decisions to employers. For employers.cpp.
#pragma once

#include "db/connection.hpp"

namespace daybreak::threat {

// Gives every spelling of a cluster that a decision touches its employer anew: "same" joins, then
// links join, the most probable first, and no join brings together what was decided different.
// Other spellings keep their cluster. Does not depend on the order of the decisions.
Result<void> apply_decisions(db::Connection& c);

}  // namespace daybreak::threat
