// SPDX-License-Identifier: AGPL-3.0-or-later
// The daybreak program: reads the command line, runs one command, turns its end into an exit code.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "base/memory.hpp"
#include "cli/command.hpp"

int main(int argc, char** argv) {
  daybreak::set_up_memory();
  CLI::App program{
      "Daybreak: one self-hosted program for anti-trafficking task forces.\n"
      "Start with `daybreak serve --help`; every command has its own --help.",
      "daybreak"};
  program.footer(
      "Exit codes: 0 done; 1 failed; 2 wrong command line; 3 wrong input (file and place are named);\n"
      "4 done, but rows were rejected; 5 something is busy or not reachable.");
  program.require_subcommand(1);
  daybreak::cli::add_commands(program);
  try {
    program.parse(argc, argv);
    return daybreak::cli::kExitSuccess;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? daybreak::cli::kExitSuccess : daybreak::cli::kExitUsage;
  } catch (const daybreak::cli::Exit& end) {
    return end.code;
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "daybreak: internal error: %s\n", bug.what());
    return daybreak::cli::kExitFailure;
  }
}
