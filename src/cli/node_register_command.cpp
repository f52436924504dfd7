// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak vault node-pin | node-add | node-list | node-remove`: vaults on other machines. The pin
// of each side is told to the other by voice or on paper, once.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "cli/node_register.hpp"
#include "commons/nodes/nodes.hpp"
#include "line/identity.hpp"

namespace daybreak::cli {
namespace {

struct RegisterArguments {
  NodeArguments node;
  std::string name, pin;
  std::vector<std::string> organizations;
  bool json = false;
};

nodes::Register register_of(CommandNode& opened) {
  return {opened.node->commons(), opened.clock, opened.random};
}

void show_pin(const RegisterArguments& arguments) {
  const auto opened = open_node(arguments.node);
  const auto own = value_or_exit(line::Identity::load_or_create(opened->node->data()));
  if (arguments.json)
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"pin", own.pin}}));
  else
    fmt::print("{}\n", own.pin);
}

void add_to_register(const RegisterArguments& arguments) {
  const auto opened = open_node(arguments.node);
  const auto all = value_or_exit(trust::Members(opened->node->keeper()).organizations());
  std::vector<trust::OrganizationId> organizations;
  for (const std::string& wanted : arguments.organizations) {
    const auto found = std::ranges::find_if(
        all, [&](const auto& one) { return one.id.to_string() == wanted || one.name == wanted; });
    if (found == all.end())
      exit_with({ErrorKind::kNotFound, "there is no such organization", "--organization " + wanted,
                 "Give its name as it is written, or its id"});
    organizations.push_back(found->id);
  }
  value_or_exit(register_of(*opened).add(trust::Actor::system("cli"), arguments.name, arguments.pin,
                                         organizations));
  const auto own = value_or_exit(line::Identity::load_or_create(opened->node->data()));
  fmt::print(
      "{} may use the line to this commons from now on.\n"
      "Tell those who run it, by voice or on paper, the pin of this commons:\n\n  {}\n",
      arguments.name, own.pin);
}

void list_register(const RegisterArguments& arguments) {
  const auto opened = open_node(arguments.node);
  for (const nodes::Node& node :
       value_or_exit(register_of(*opened).list(trust::Actor::system("cli")))) {
    boost::json::array organizations;
    for (const auto id : node.organizations) organizations.emplace_back(id.to_string());
    const std::string seen = node.last_seen_at ? format_instant(*node.last_seen_at) : std::string();
    if (arguments.json) {
      fmt::print("{}\n", boost::json::serialize(
                             boost::json::object{{"name", node.name},
                                                 {"pin", node.pin},
                                                 {"organizations", organizations},
                                                 {"added_at", format_instant(node.added_at)},
                                                 {"last_seen_at", seen},
                                                 {"waiting", node.waiting}}));
      continue;
    }
    fmt::print("{}\n  pin {}\n  last here {}, {} messages wait for it\n", node.name, node.pin,
               seen.empty() ? "never" : seen, node.waiting);
    for (const auto& id : organizations) fmt::print("  speaks for {}\n", id.as_string().c_str());
  }
}

void remove_from_register(const RegisterArguments& arguments) {
  const auto opened = open_node(arguments.node);
  value_or_exit(register_of(*opened).remove(trust::Actor::system("cli"), arguments.name));
  fmt::print("{} is off the register: its next message is refused.\n", arguments.name);
}

}  // namespace

void add_node_register_commands(CLI::App& vault) {
  const auto add = [&](const char* name, const char* help, void (*run)(const RegisterArguments&)) {
    CLI::App* command = vault.add_subcommand(name, help);
    const auto arguments = std::make_shared<RegisterArguments>();
    add_node_arguments(*command, arguments->node);
    command->callback([arguments, run] { run(*arguments); });
    return std::pair(command, arguments);
  };
  const auto [shown, shown_with] =
      add("node-pin", "Print the pin of this data directory, to tell the other side", show_pin);
  shown->add_flag("--json", shown_with->json, "Print JSON");
  const auto [added, added_with] = add(
      "node-add", "Let a vault on another machine use the line to this commons", add_to_register);
  added->add_option("name", added_with->name, "What to call it")->required();
  added
      ->add_option("--organization", added_with->organizations,
                   "Name or id of an organization it speaks for; may be given again")
      ->required();
  added->add_option("--pin", added_with->pin, "What `daybreak vault node-pin` printed there")
      ->required();
  const auto [listed, listed_with] =
      add("node-list", "The vaults on other machines that use the line", list_register);
  listed->add_flag("--json", listed_with->json, "Print JSON");
  const auto [removed, removed_with] =
      add("node-remove", "Take one off: its next message is refused", remove_from_register);
  removed->add_option("name", removed_with->name, "As node-list shows it")->required();
}

}  // namespace daybreak::cli
