// SPDX-License-Identifier: AGPL-3.0-or-later
// Completion of the command line, made from the commands themselves.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace daybreak::cli {

// A script to be sourced by bash 4 or newer: after any command it completes that command's
// subcommands and long options, and names of files.
std::string bash_completion(const CLI::App& program);

}  // namespace daybreak::cli
