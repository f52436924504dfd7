// SPDX-License-Identifier: AGPL-3.0-or-later
// Fictional task forces for a demonstration.
#pragma once

#include "commons/network/network.hpp"

namespace daybreak::network {

// Fills an empty register; does nothing to another.
Result<void> seed_demonstration(Network& network);

}  // namespace daybreak::network
