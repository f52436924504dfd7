// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak restore`: a backup file into a new directory, checked; never over an existing one.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/log.hpp"
#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "cli/shred_list.hpp"
#include "db/backup.hpp"
#include "gates/post/telling.hpp"
#include "trust/audit.hpp"
#include "vault/releases/releases.hpp"
#include "vault/vaults.hpp"
#include "web/site.hpp"

namespace daybreak::cli {
namespace {

struct RestoreArguments {
  std::string file, into, shred_list;
  bool json = false;
};

// What survivors stopped after the backup was taken is not in it: nothing is told under a release
// of before. A vault on PostgreSQL is not in a backup; where its own restore has set it back, it
// says so itself, and else it is the living one and stays as it is.
std::int64_t end_releases(const RestoreArguments& arguments, CommandNode& node) {
  const auto log = Log::to_terminal(node.clock);
  vault::Vaults vaults(arguments.into, web::vault_modules(), node.clock, node.random, log.get());
  std::int64_t ended = 0;
  for (const auto id : vaults.list()) {
    const std::string location = value_or_exit(vaults.location(id));
    const bool is_in_backup = location.starts_with("sqlite:");
    if (!is_in_backup)
      fmt::print(stderr,
                 "daybreak: the vault at {} is not in the backup. When a snapshot or a copy of its "
                 "server's files brought it back, run `daybreak vault end-releases`.\n",
                 location);
    const auto found = vaults.find(id);
    // Its releases end when it is first opened.
    if (!is_in_backup && !found && found.error().kind == ErrorKind::kUnavailable) continue;
    vault::Vault& vault = *value_or_exit(found);
    ended += value_or_exit(vault.database().write([&](db::Connection& connection) {
      return is_in_backup ? vault::releases::end_restored(vault, connection)
                          : vault::releases::end_if_restored(vault, connection);
    }));
  }
  return ended;
}

// A vault's own node has missed what its commons told it since.
void ask_commons(const RestoreArguments& arguments, CommandNode& node) {
  if (!web::is_vault_node(arguments.into)) return;
  vault::Vaults vaults(arguments.into, web::vault_modules(), node.clock, node.random);
  value_or_exit(node.node->commons().write([&](db::Connection& connection) -> Result<void> {
    for (const auto id : vaults.list())
      TRY(gates::post::ask_for_referrals(connection, id, node.clock, node.random));
    return {};
  }));
}

void run(const RestoreArguments& arguments) {
  const auto report = value_or_exit(db::restore(arguments.file, arguments.into));
  const auto opened = open_node({.data = arguments.into, .database = {}});
  const auto audit = value_or_exit(trust::verify_audit(opened->node->commons()));
  if (!audit.faults.empty())
    exit_with({ErrorKind::kCorrupt,
               "the audit log of the restored store is not whole: " + audit.faults.front(),
               arguments.into, "Do not use it before someone looked into this"});
  const std::int64_t ended = end_releases(arguments, *opened);
  ask_commons(arguments, *opened);
  const bool has_vaults = std::filesystem::exists(std::filesystem::path(arguments.into) / "vaults");
  std::int64_t revived = 0;
  if (!arguments.shred_list.empty())
    revived = shred_again({.data = arguments.into, .database = {}}, arguments.shred_list);
  else if (has_vaults)
    fmt::print(stderr,
               "daybreak: what was shredded after this backup was taken has come back with its "
               "keys. Run `daybreak vault shred-again` with the list of `daybreak vault "
               "shred-list`.\n");
  if (arguments.json)
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"into", arguments.into},
                                               {"taken_at", format_instant(report.taken_at)},
                                               {"files", report.files.size()},
                                               {"bytes", report.bytes()},
                                               {"audit_entries", audit.entries},
                                               {"releases_ended", ended},
                                               {"shredded_again", revived}}));
  else
    fmt::print(
        "Restored into {}: {} files, {} bytes, as of {}; stores and {} audit entries are whole.\n"
        "{} releases were ended: what was stopped since the backup is not known; ask again.\n",
        arguments.into, report.files.size(), report.bytes(), format_instant(report.taken_at),
        audit.entries, ended);
}

}  // namespace

void add_restore_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("restore", "Restore a backup file into a new data directory");
  const auto arguments = std::make_shared<RestoreArguments>();
  command->add_option("file", arguments->file, "The backup file")->required();
  command->add_option("--into", arguments->into, "The directory to make; it must not be there yet")
      ->required();
  command->add_option("--shred-list", arguments->shred_list,
                      "What `daybreak vault shred-list` wrote: shredded again at once");
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace daybreak::cli
