// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/node_options.hpp"

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "web/site.hpp"

namespace daybreak::cli {
void add_node_arguments(CLI::App& command, NodeArguments& arguments) {
  command.add_option("--data", arguments.data, "The data directory")->capture_default_str();
  command.add_option(
      "--database", arguments.database,
      "The commons' database, postgres://user@host/name; what the directory says when left out");
}

std::unique_ptr<CommandNode> open_node(const NodeArguments& arguments) {
  auto opened = std::make_unique<CommandNode>();
  opened->node = value_or_exit(trust::Node::open(
      arguments.options(), web::modules_of(arguments.data), opened->clock, opened->random));
  return opened;
}

std::unique_ptr<CommandNode> create_node(const NodeArguments& arguments) {
  auto made = std::make_unique<CommandNode>();
  made->node = value_or_exit(trust::Node::create(
      arguments.options(), web::modules_of(arguments.data), made->clock, made->random));
  return made;
}

}  // namespace daybreak::cli
