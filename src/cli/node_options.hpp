// SPDX-License-Identifier: AGPL-3.0-or-later
// What every command on a data directory shares: --data, --database, and opening the node.
#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "trust/node.hpp"

namespace CLI {
class App;
}

namespace daybreak::cli {

struct NodeArguments {
  std::string data = "daybreak-data";
  std::string database;
  trust::NodeOptions options() const { return {data, database}; }
};

void add_node_arguments(CLI::App& command, NodeArguments& arguments);

// The clock, randomness and node of one command.
struct CommandNode {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<trust::Node> node;
};
// Opens it, or ends the program with the reason.
std::unique_ptr<CommandNode> open_node(const NodeArguments& arguments);
std::unique_ptr<CommandNode> create_node(const NodeArguments& arguments);

}  // namespace daybreak::cli
