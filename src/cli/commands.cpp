// SPDX-License-Identifier: AGPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>

#include "cli/command.hpp"

namespace daybreak::cli {

// One line a command, in the order of `daybreak --help`.
void add_init_command(CLI::App& program);
void add_serve_command(CLI::App& program);
void add_member_command(CLI::App& program);
void add_audit_command(CLI::App& program);
void add_vault_command(CLI::App& program);
void add_prove_command(CLI::App& program);
void add_backup_command(CLI::App& program);
void add_restore_command(CLI::App& program);
void add_directory_command(CLI::App& program);
void add_guide_command(CLI::App& program);
void add_remind_command(CLI::App& program);
void add_library_command(CLI::App& program);
void add_threat_command(CLI::App& program);
void add_scan_command(CLI::App& program);
void add_link_command(CLI::App& program);
void add_estimate_command(CLI::App& program);
void add_pdf_check_command(CLI::App& program);
void add_completion_command(CLI::App& program);
void add_version_command(CLI::App& program);

void add_commands(CLI::App& program) {
  add_init_command(program);
  add_serve_command(program);
  add_member_command(program);
  add_audit_command(program);
  add_vault_command(program);
  add_prove_command(program);
  add_backup_command(program);
  add_restore_command(program);
  add_directory_command(program);
  add_guide_command(program);   // joins the group of directory
  add_remind_command(program);  // so does this
  add_library_command(program);
  add_threat_command(program);
  add_scan_command(program);
  add_link_command(program);
  add_estimate_command(program);
  add_pdf_check_command(program);
  add_completion_command(program);
  add_version_command(program);
}

void exit_with(const Error& error) {
  fmt::print(stderr, "daybreak: {}\n", error.describe());
  switch (error.kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kUnsupported:
    case ErrorKind::kCorrupt:
      throw Exit{kExitInput};
    case ErrorKind::kUnavailable:
      throw Exit{kExitUnavailable};
    default:
      throw Exit{kExitFailure};
  }
}

}  // namespace daybreak::cli
