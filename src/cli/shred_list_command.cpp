// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak vault shred-list | shred-again`: what was shredded, kept beside the backups, and
// shredding it again in a store that was restored. Neither needs a passphrase or shows a name.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "cli/shred_list.hpp"
#include "trust/policy.hpp"
#include "vault/releases/releases.hpp"
#include "vault/retention/shred_list.hpp"
#include "vault/vaults.hpp"
#include "web/site.hpp"

namespace daybreak::cli {
namespace {

struct ListArguments {
  NodeArguments node;
  std::string file;
};

void write_list(const ListArguments& arguments) {
  const auto opened = open_node(arguments.node);
  vault::Vaults vaults(opened->node->data(), web::vault_modules(), opened->clock, opened->random);
  std::string text;
  std::size_t count = 0;
  for (const auto id : vaults.list()) {
    const auto list = value_or_exit(vault::retention::shred_list(*value_or_exit(vaults.find(id))));
    text += vault::retention::write_shred_list(list);
    count += list.size();
  }
  std::ofstream file(arguments.file, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush())
    exit_with({ErrorKind::kUnavailable, "cannot write the list", arguments.file, {}});
  fmt::print("{} things that were shredded, into {}. Keep it beside every backup.\n", count,
             arguments.file);
}

}  // namespace

std::int64_t shred_again(const NodeArguments& node, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in && text.empty())
    exit_with({ErrorKind::kNotFound, "cannot read the list", file, "Give the file's name"});
  const auto list = value_or_exit(vault::retention::read_shred_list(text));
  const auto opened = open_node(node);
  vault::Vaults vaults(opened->node->data(), web::vault_modules(), opened->clock, opened->random);
  const auto actor = trust::Actor::system("cli");
  std::int64_t revived = 0;
  for (const auto id : vaults.list()) {
    if (!trust::decide(actor, {"destroy"}, {.type = "vault", .owner = id}, {"command"},
                       opened->clock.now()))
      exit_with({ErrorKind::kDenied, "the policy does not permit this", {}, {}});
    revived +=
        value_or_exit(vault::retention::shred_again(*value_or_exit(vaults.find(id)), actor, list));
  }
  return revived;
}

namespace {

// For a store that was brought back by another program than `daybreak restore`.
void end_releases(const NodeArguments& node) {
  const auto opened = open_node(node);
  const auto log = Log::to_terminal(opened->clock);
  vault::Vaults vaults(opened->node->data(), web::vault_modules(), opened->clock, opened->random,
                       log.get());
  std::int64_t ended = 0;
  for (const auto id : vaults.list()) {
    vault::Vault* found = value_or_exit(vaults.find(id));
    ended += value_or_exit(found->database().write([&](db::Connection& connection) {
      return vault::releases::end_restored(*found, connection);
    }));
  }
  fmt::print("{} releases were ended, and the copies under them destroyed: ask again.\n", ended);
}

void add_end_releases_command(CLI::App& vault) {
  CLI::App* command = vault.add_subcommand(
      "end-releases", "End every release: for stores that a snapshot or a copy brought back");
  const auto node = std::make_shared<NodeArguments>();
  add_node_arguments(*command, *node);
  command->callback([node] { end_releases(*node); });
}

}  // namespace

void add_shred_list_commands(CLI::App& vault) {
  add_end_releases_command(vault);
  const auto add = [&](const char* name, const char* help, const char* file_help,
                       void (*run)(const ListArguments&)) {
    CLI::App* command = vault.add_subcommand(name, help);
    const auto arguments = std::make_shared<ListArguments>();
    add_node_arguments(*command, arguments->node);
    command->add_option("file", arguments->file, file_help)->required();
    command->callback([arguments, run] { run(*arguments); });
  };
  add("shred-list", "Write what was shredded in every vault: ids, no names", "The file to write",
      write_list);
  add("shred-again", "Shred again what a restored store brought back", "What shred-list wrote",
      [](const ListArguments& arguments) {
        fmt::print("{} things that had come back are shredded again.\n",
                   shred_again(arguments.node, arguments.file));
      });
}

}  // namespace daybreak::cli
