// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak init`: makes a data directory with its key, store and first administrator, and prints
// the one-time link with which that person chooses a password.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "commons/directory/catalogue/view.hpp"
#include "commons/directory/synthesize.hpp"
#include "embedded/need_tree.hpp"
#include "gates/demonstration/demonstration.hpp"
#include "trust/demonstration.hpp"
#include "web/site.hpp"

namespace daybreak::cli {
namespace {

struct InitArguments {
  NodeArguments node;
  std::string organization, kind = "other", name, email, site = "http://127.0.0.1:8080";
  std::string role = "commons", organization_id;
  bool demonstration = false, json = false;
};

// Every node offers its need tree to other systems as a taxonomy.
void add_need_taxonomy(directory::Directory& directory) {
  const auto needs = value_or_exit(
      directory::search::NeedTree::parse(embedded::need_tree().find("needs.csv").value_or("")));
  constexpr std::string_view kSource = "daybreak need tree";
  const Uuid source = value_or_exit(directory.put_source(
      {Uuid::from_name(directory::need_taxonomy_id(), kSource), std::string(kSource), "", ""}));
  value_or_exit(directory.import(directory::need_taxonomy(needs), source, kSource,
                                 directory::ImportMode::kApply));
}

void start_demonstration(const InitArguments& arguments) {
  const auto made = create_node(arguments.node);
  value_or_exit(trust::seed_demonstration(made->node->keeper()));
  vault::Vaults vaults(made->node->data(), web::vault_modules(), made->clock, made->random);
  value_or_exit(gates::seed_vaults(made->node->keeper(), vaults));
  directory::Directory directory(made->node->commons(), made->clock, made->random);
  add_need_taxonomy(directory);
  const directory::SynthesisOptions fiction{.now = made->clock.now()};
  value_or_exit(directory::synthesize_into(directory, fiction, [](std::uint64_t) {}));
  if (arguments.json) {
    boost::json::array accounts;
    for (const auto& account : trust::demonstration_accounts())
      accounts.push_back({{"email", account.email}, {"role", account.role}});
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"data", arguments.node.data},
                                               {"demonstration", true},
                                               {"accounts", accounts},
                                               {"password", trust::kDemonstrationPassword},
                                               {"code", trust::kDemonstrationCode}}));
    return;
  }
  fmt::print("Demonstration in {}. Accounts (from this machine only):\n", arguments.node.data);
  for (const auto& account : trust::demonstration_accounts())
    fmt::print("  {:<44} {}\n", account.email, account.role);
  fmt::print("  password: {}   code: {}\n", trust::kDemonstrationPassword,
             trust::kDemonstrationCode);
  fmt::print("  passphrase of the vaults (advocate, detective, prosecutor): {}\n",
             gates::kDemonstrationPassphrase);
}

// Again, when the first link was lost before it was used.
std::unique_ptr<CommandNode> create_or_open(const NodeArguments& arguments) {
  if (std::filesystem::exists(std::filesystem::path(arguments.data) / "node.key"))
    return open_node(arguments);
  return create_node(arguments);
}

// A vault's own node knows its organisation under the id that it has in the commons.
void take_organization(const InitArguments& arguments, trust::OrganizationKind kind,
                       CommandNode& made) {
  const auto id = trust::OrganizationId::parse(arguments.organization_id);
  if (!id)
    exit_with({ErrorKind::kInvalid, "a vault's own node needs its organization's id",
               "--organization-id " + arguments.organization_id,
               "Those who run the commons find it under Administration, Organizations"});
  value_or_exit(web::take_organization_of_vault(
      *made.node, {*id, arguments.organization, kind, trust::Standing::kTaskForce, true},
      made.clock.now()));
}

void start(const InitArguments& arguments) {
  const auto kind = trust::organization_kind_from(arguments.kind);
  if (!kind)
    exit_with({ErrorKind::kInvalid, "there is no such kind of organisation",
               "--kind " + arguments.kind, "See --help"});
  const bool vaults_alone = arguments.role == "vault";
  if (vaults_alone) value_or_exit(web::mark_vault_node(arguments.node.data));
  const auto made = create_or_open(arguments.node);
  if (vaults_alone) take_organization(arguments, *kind, *made);
  const auto invitation = value_or_exit(
      trust::Members(made->node->keeper())
          .initialize(arguments.organization, *kind, arguments.name, arguments.email));
  if (!vaults_alone) {
    directory::Directory directory(made->node->commons(), made->clock, made->random);
    add_need_taxonomy(directory);
  }
  const std::string link = arguments.site + "/set-up?token=" + invitation.token.reveal();
  if (arguments.json) {
    fmt::print("{}\n", boost::json::serialize(boost::json::object{
                           {"data", arguments.node.data},
                           {"set_up_link", link},
                           {"expires_at", format_instant(invitation.expires_at)}}));
    return;
  }
  fmt::print(
      "Data directory {} is ready.\n\n"
      "Start the server:   daybreak serve --data {}{}\n"
      "Then open this link, once, within three days, to choose a password and set up a code "
      "generator:\n\n  {}\n\n"
      "Whoever has the link becomes administrator: give it to nobody. Keep node.key safe: without "
      "it a backup of\n"
      "the database alone cannot be signed in to.\n",
      arguments.node.data, arguments.node.data,
      vaults_alone ? " --role vault --commons HOST:PORT --commons-pin PIN" : "", link);
}

}  // namespace

void add_init_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("init", "Make a new data directory and its first administrator");
  const auto arguments = std::make_shared<InitArguments>();
  add_node_arguments(*command, arguments->node);
  command->add_flag("--demonstration", arguments->demonstration,
                    "With fictional organisations and accounts, for trying out");
  command->add_option("--organization", arguments->organization, "The agency that runs this node");
  command
      ->add_option(
          "--kind", arguments->kind,
          "victim_service_provider, law_enforcement, prosecution, court, labor_inspection, health, "
          "housing, "
          "legal, employment, school, tribal, funder, technical_assistance, business or other")
      ->capture_default_str();
  command->add_option("--name", arguments->name, "The administrator's name");
  command->add_option("--email", arguments->email,
                      "The administrator's e-mail address, to sign in with");
  command
      ->add_option("--role", arguments->role,
                   "commons, or vault: an organization's own machine with its vault alone")
      ->check(CLI::IsMember({"commons", "vault"}))
      ->capture_default_str();
  command->add_option("--organization-id", arguments->organization_id,
                      "With --role vault: the organization's id in its commons");
  command->add_option("--site", arguments->site, "Where the server can be reached, for the link")
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments] {
    if (arguments->demonstration) return start_demonstration(*arguments);
    if (arguments->organization.empty() || arguments->name.empty() || arguments->email.empty())
      throw CLI::RequiredError("--organization, --name and --email (or --demonstration)");
    start(*arguments);
  });
}

}  // namespace daybreak::cli
