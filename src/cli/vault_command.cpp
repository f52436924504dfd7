// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak vault create | secure | list | verify | destroy`: the stores of organisations' vaults.
// No command can read one without a member's passphrase, which is read from standard input.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <iostream>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "cli/node_register.hpp"
#include "cli/shred_list.hpp"
#include "cli/vault_export.hpp"
#include "trust/audit.hpp"
#include "trust/policy.hpp"
#include "vault/destruction.hpp"
#include "vault/officers.hpp"
#include "vault/unlock_policy.hpp"
#include "vault/vaults.hpp"
#include "web/site.hpp"

namespace daybreak::cli {
namespace {

struct VaultArguments {
  NodeArguments node;
  std::string organization, server, url, owner_url;
  bool yes = false, json = false;
  bool without_officers = false;
  int idle_minutes = 0, most_hours = 0;  // 0: as it is
};

struct OpenVaults {
  std::unique_ptr<CommandNode> node;
  std::unique_ptr<vault::Vaults> vaults;
};

OpenVaults open_vaults(const VaultArguments& arguments) {
  OpenVaults opened{open_node(arguments.node), nullptr};
  opened.vaults = std::make_unique<vault::Vaults>(opened.node->node->data(), web::vault_modules(),
                                                  opened.node->clock, opened.node->random);
  return opened;
}

// By id or by name.
trust::Organization organization_or_exit(const OpenVaults& opened, const std::string& wanted) {
  for (const auto& one : value_or_exit(trust::Members(opened.node->node->keeper()).organizations()))
    if (one.id.to_string() == wanted || one.name == wanted) return one;
  exit_with({ErrorKind::kNotFound, "there is no such organization", "--organization " + wanted,
             "Give its name as it is written, or its id"});
}

void create(const VaultArguments& arguments) {
  const OpenVaults opened = open_vaults(arguments);
  const auto organization = organization_or_exit(opened, arguments.organization);
  value_or_exit(arguments.server.empty()
                    ? opened.vaults->create(organization.id, {arguments.url, arguments.owner_url})
                    : opened.vaults->create_on_server(organization.id, arguments.server));
  fmt::print(
      "The vault of {} is ready and has no keys yet. An account steward of that organization signs "
      "in, opens\n\"Coordinate\" and chooses a passphrase: only then are its keys made, and nobody "
      "at this machine has them.\n",
      organization.name);
}

void secure(const VaultArguments& arguments) {
  const OpenVaults opened = open_vaults(arguments);
  const auto organization = organization_or_exit(opened, arguments.organization);
  value_or_exit(opened.vaults->secure(organization.id));
  fmt::print("Every table of the vault of {} is held by row-level security.\n", organization.name);
}

void list(const VaultArguments& arguments) {
  const OpenVaults opened = open_vaults(arguments);
  trust::Members members(opened.node->node->keeper());
  for (const auto id : opened.vaults->list()) {
    const auto organization = value_or_exit(members.find_organization(id));
    vault::Vault* found = value_or_exit(opened.vaults->find(id));
    const auto key = value_or_exit(found->public_key());
    const std::string fingerprint = key ? key->fingerprint() : std::string();
    const std::string name = organization ? organization->name : std::string();
    const std::string location = value_or_exit(opened.vaults->location(id));
    if (arguments.json)
      fmt::print("{}\n",
                 boost::json::serialize(boost::json::object{{"organization", id.to_string()},
                                                            {"name", name},
                                                            {"store", location},
                                                            {"fingerprint", fingerprint}}));
    else
      fmt::print("{}  {}\n  {}\n  key {}\n", id.to_string(), name, location,
                 fingerprint.empty() ? "not made yet" : fingerprint);
  }
}

// Shows how soon a vault locks, or sets it; a running server acts on it at the next request.
void show_or_set_unlock_policy(const VaultArguments& arguments) {
  const OpenVaults opened = open_vaults(arguments);
  const auto organization = organization_or_exit(opened, arguments.organization);
  vault::Vault* found = value_or_exit(opened.vaults->find(organization.id));
  auto policy = value_or_exit(vault::unlock_policy(*found));
  if (arguments.idle_minutes > 0 || arguments.most_hours > 0) {
    if (arguments.idle_minutes > 0) policy.idle = std::chrono::minutes(arguments.idle_minutes);
    if (arguments.most_hours > 0) policy.longest = std::chrono::hours(arguments.most_hours);
    value_or_exit(vault::set_unlock_policy(*found, trust::Actor::system("cli"), policy));
  }
  if (arguments.json)
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"organization", organization.id.to_string()},
                                               {"idle_minutes", policy.idle.count()},
                                               {"most_hours", policy.longest.count()}}));
  else
    fmt::print(
        "The vault of {} locks after {} minutes without a click, and {} hours after it was opened "
        "in any case.\n",
        organization.name, policy.idle.count(), policy.longest.count());
}

// Reads every vault's log again; needs no key.
void verify(const VaultArguments& arguments) {
  const OpenVaults opened = open_vaults(arguments);
  bool whole = true;
  for (const auto id : opened.vaults->list()) {
    vault::Vault* found = value_or_exit(opened.vaults->find(id));
    const auto report = value_or_exit(trust::verify_audit(found->database()));
    whole = whole && report.faults.empty();
    const std::string head = fmt::format("{}:{}", report.head.size, to_hex(report.head.root));
    if (arguments.json)
      fmt::print("{}\n",
                 boost::json::serialize(boost::json::object{
                     {"organization", id.to_string()},
                     {"entries", report.entries},
                     {"head", head},
                     {"faults", boost::json::array(report.faults.begin(), report.faults.end())}}));
    else
      fmt::print("{}  {} entries, {}, head {}\n", id.to_string(), report.entries,
                 report.faults.empty() ? "whole" : "NOT whole", head);
    for (const std::string& fault : report.faults) fmt::print(stderr, "{}\n", fault);
  }
  if (!whole) throw Exit{kExitFailure};
}

// A vault that has keys is destroyed when two of its officers agreed to it on its pages.
void require_two_officers(const OpenVaults& opened, const trust::Organization& organization) {
  vault::Vault* found = value_or_exit(opened.vaults->find(organization.id));
  const auto asked = value_or_exit(vault::destruction(*found));
  if ((asked && asked->agreed_by) || !value_or_exit(vault::Officers(*found).is_founded())) return;
  exit_with({ErrorKind::kInvalid,
             "two officers of " + organization.name + " have not agreed to this",
             "--without-officers",
             "Two officers agree on the page \"Your key\" of the vault; give --without-officers "
             "only when they cannot be reached"});
}

void destroy(const VaultArguments& arguments) {
  const OpenVaults opened = open_vaults(arguments);
  const auto organization = organization_or_exit(opened, arguments.organization);
  const auto actor = trust::Actor::system("cli");
  const auto decision =
      trust::decide(actor, {"destroy"}, {.type = "vault", .owner = organization.id}, {"command"},
                    opened.node->clock.now());
  if (!decision || !arguments.yes)
    exit_with({ErrorKind::kInvalid,
               "this destroys every record of " + organization.name + ", for ever", "--yes",
               "Stop the server, let the organization export its own, then give --yes"});
  if (!arguments.without_officers) require_two_officers(opened, organization);
  value_or_exit(opened.vaults->destroy(organization.id));
  value_or_exit(
      trust::record_audit(opened.node->node->commons(), actor,
                          {.action = "vault.destroy",
                           .object_type = "vault",
                           .object = organization.id.to_string(),
                           .owner = organization.id,
                           .rule = std::string(decision.rule),
                           .purpose = "command",
                           .detail = arguments.without_officers ? "officers=0" : "officers=2"},
                          opened.node->clock.now()));
  fmt::print("The vault of {} is destroyed here. Backups that hold it have to be removed too.\n",
             organization.name);
}

}  // namespace

void add_vault_command(CLI::App& program) {
  CLI::App* vault =
      program.add_subcommand("vault", "Organisations' own stores of survivors' records");
  vault->require_subcommand(1);
  const auto arguments = std::make_shared<VaultArguments>();
  const auto add = [&](const char* name, const char* help, void (*run)(const VaultArguments&)) {
    CLI::App* command = vault->add_subcommand(name, help);
    add_node_arguments(*command, arguments->node);
    command->callback([arguments, run] { run(*arguments); });
    return command;
  };
  CLI::App* made = add("create", "Make the empty vault of an organization", create);
  made->add_option("--organization", arguments->organization, "Its name or id")->required();
  made->add_option(
      "--server", arguments->server,
      "Make a PostgreSQL database and its two roles with this administrator's address, "
      "which is not kept; SQLite when left out");
  CLI::Option* url = made->add_option("--url", arguments->url,
                                      "A database that is there: the address of its worker role");
  CLI::Option* owner =
      made->add_option("--owner-url", arguments->owner_url, "… and of its owner role");
  url->needs(owner)->excludes("--server");
  owner->needs(url);
  add("secure", "Force row-level security on every table of a PostgreSQL vault again", secure)
      ->add_option("--organization", arguments->organization, "Its name or id")
      ->required();
  add("list", "The vaults of this node", list)->add_flag("--json", arguments->json, "Print JSON");
  add("verify", "Read every vault's audit log again and check it", verify)
      ->add_flag("--json", arguments->json, "Print JSON");
  CLI::App* locking =
      add("unlock-policy", "Show or set how soon a vault locks", show_or_set_unlock_policy);
  locking->add_option("--organization", arguments->organization, "Its name or id")->required();
  locking
      ->add_option("--idle-minutes", arguments->idle_minutes,
                   "Minutes without a click, 1 to 30; at first 5")
      ->check(CLI::Range(1, 30));
  locking
      ->add_option("--most-hours", arguments->most_hours,
                   "Hours after it was opened in any case, 1 to 12; at first 12")
      ->check(CLI::Range(1, 12));
  locking->add_flag("--json", arguments->json, "Print JSON");
  add_vault_export_commands(*vault);
  add_shred_list_commands(*vault);
  add_node_register_commands(*vault);
  CLI::App* gone = add("destroy", "Destroy a vault and all that is in it", destroy);
  gone->add_option("--organization", arguments->organization, "Its name or id")->required();
  gone->add_flag("--without-officers", arguments->without_officers,
                 "Although no two officers agreed on the vault's pages");
  gone->add_flag("--yes", arguments->yes, "Yes, for ever");
}

}  // namespace daybreak::cli
