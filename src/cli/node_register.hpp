// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside cli/ only: `daybreak vault node-…`.
#pragma once

namespace CLI {
class App;
}

namespace daybreak::cli {

void add_node_register_commands(CLI::App& vault);

}  // namespace daybreak::cli
