// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak version`: what this program is and under which licence.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace daybreak::cli {

void add_version_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand("version", "Print the version and licence");
  command->callback([] {
    fmt::print("daybreak {}\nLicence AGPL-3.0-or-later: you may use, study, share and change it.\n",
               DAYBREAK_VERSION);
  });
}

}  // namespace daybreak::cli
