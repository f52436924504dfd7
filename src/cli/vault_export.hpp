// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside cli/ only: `daybreak vault export-own | open-export`.
#pragma once

namespace CLI {
class App;
}

namespace daybreak::cli {

void add_vault_export_commands(CLI::App& vault);

}  // namespace daybreak::cli
