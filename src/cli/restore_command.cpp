// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak restore`: a backup file into a new directory, checked; never over an existing one.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "db/backup.hpp"
#include "trust/audit.hpp"

namespace daybreak::cli {
namespace {

struct RestoreArguments {
  std::string file, into;
  bool json = false;
};

void run(const RestoreArguments& arguments) {
  const auto report = value_or_exit(db::restore(arguments.file, arguments.into));
  const auto opened = open_node({.data = arguments.into, .database = {}});
  const auto audit = value_or_exit(trust::verify_audit(opened->node->commons()));
  if (!audit.faults.empty())
    exit_with({ErrorKind::kCorrupt,
               "the audit log of the restored store is not whole: " + audit.faults.front(),
               arguments.into, "Do not use it before someone looked into this"});
  if (arguments.json)
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"into", arguments.into},
                                               {"taken_at", format_instant(report.taken_at)},
                                               {"files", report.files.size()},
                                               {"bytes", report.bytes()},
                                               {"audit_entries", audit.entries}}));
  else
    fmt::print(
        "Restored into {}: {} files, {} bytes, as of {}; stores and {} audit entries are whole.\n",
        arguments.into, report.files.size(), report.bytes(), format_instant(report.taken_at),
        audit.entries);
}

}  // namespace

void add_restore_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("restore", "Restore a backup file into a new data directory");
  const auto arguments = std::make_shared<RestoreArguments>();
  command->add_option("file", arguments->file, "The backup file")->required();
  command->add_option("--into", arguments->into, "The directory to make; it must not be there yet")
      ->required();
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace daybreak::cli
