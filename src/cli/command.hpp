// SPDX-License-Identifier: AGPL-3.0-or-later
// One command of the daybreak program: its words, options and action live in one file
// (src/cli/<name>_command.cpp), which defines `void add_<name>_command(CLI::App& program)` and is
// listed in commands.cpp. Commands run on the main thread, one per process.
#pragma once

#include <string>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace daybreak::cli {

// Exit codes, printed by `daybreak --help` and promised to scripts.
enum ExitCode : int {
  kExitSuccess = 0,
  kExitFailure = 1,      // the work failed: the message says why
  kExitUsage = 2,        // the command line is wrong
  kExitInput = 3,        // the input is wrong: file and place are named
  kExitPartial = 4,      // done, but rows were rejected (they are in the rejects file)
  kExitUnavailable = 5,  // a database, port or file is busy or not reachable
};

// An action calls this to end the program with a code; main turns it into the exit status.
struct Exit {
  int code = kExitSuccess;
};

// Prints "daybreak: place: message. cure" to standard error and throws the matching Exit.
[[noreturn]] void exit_with(const Error& error);

// The value of a result, or exit_with its error.
template <typename T>
T value_or_exit(Result<T> result) {
  if (!result) exit_with(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Adds every command to the program.
void add_commands(CLI::App& program);

}  // namespace daybreak::cli
