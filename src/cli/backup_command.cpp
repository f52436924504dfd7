// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak backup`: the whole data directory into one verified file, while the server runs.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "db/backup.hpp"
#include "trust/audit.hpp"

namespace daybreak::cli {
namespace {

struct BackupArguments {
  NodeArguments node;
  std::string to, verify;
  bool json = false;
};

void print_report(const db::BackupReport& report, const std::string& file, const char* words,
                  bool json) {
  if (json)
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"file", file},
                                               {"taken_at", format_instant(report.taken_at)},
                                               {"files", report.files.size()},
                                               {"bytes", report.bytes()},
                                               {"verified", true}}));
  else
    fmt::print("{}: {} ({} files, {} bytes, as of {})\n", words, file, report.files.size(),
               report.bytes(), format_instant(report.taken_at));
}

void make_backup(const BackupArguments& arguments) {
  const auto opened = open_node(arguments.node);
  if (opened->node->commons().engine() != db::Engine::kSqlite)
    fmt::print(stderr,
               "daybreak: the commons is on PostgreSQL and not in this file: use pg_dump for it\n");
  value_or_exit(trust::record_audit(opened->node->commons(), trust::Actor::system("cli"),
                                    {.action = "backup.create", .object_type = "backup"},
                                    opened->clock.now()));
  const auto report = value_or_exit(db::back_up(arguments.node.data, arguments.to, opened->clock));
  print_report(report, arguments.to, "Backup written and read again", arguments.json);
}

}  // namespace

void add_backup_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("backup", "Back up a data directory into one verified file, online");
  const auto arguments = std::make_shared<BackupArguments>();
  add_node_arguments(*command, arguments->node);
  auto* to =
      command->add_option("--to", arguments->to, "The file to write; it must not be there yet");
  auto* verify =
      command->add_option("--verify", arguments->verify, "Only check an existing backup file");
  to->excludes(verify);
  command->add_flag("--json", arguments->json, "Print JSON");
  command->footer(
      "The file holds everything, keys too: keep it where only you can read it, and off this "
      "machine.");
  command->callback([arguments] {
    if (!arguments->verify.empty())
      return print_report(value_or_exit(db::verify_backup(arguments->verify)), arguments->verify,
                          "Backup is whole", arguments->json);
    if (arguments->to.empty()) throw CLI::RequiredError("--to or --verify");
    make_backup(*arguments);
  });
}

}  // namespace daybreak::cli
