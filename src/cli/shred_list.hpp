// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside cli/ only: the list of what was shredded, for `daybreak vault` and `daybreak restore`.
#pragma once

#include <cstdint>
#include <string>

#include "cli/node_options.hpp"

namespace daybreak::cli {

void add_shred_list_commands(CLI::App& vault);
// Applies the list in `file` to every vault of a data directory; returns how much had come back.
// Ends the program with the reason when it cannot.
std::int64_t shred_again(const NodeArguments& node, const std::string& file);

}  // namespace daybreak::cli
