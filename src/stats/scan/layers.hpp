// SPDX-License-Identifier: AGPL-3.0-or-later
// The tree of a scan as a program: in which order to sum the tables of the leaves so that every
// branch is complete once, with one table per level of the tree in memory. Used for counts in
// lanes, for the observed counts and for the measure alike.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/scan/scan.hpp"

namespace daybreak::stats {

inline constexpr std::uint32_t kNoLeaf = 0xffffffff;

// Children come before their parent. The table of a node is its own leaf, or what its children left
// at `depth`+1 plus its own leaf; it is left at `depth` for its parent. Where nodes have several
// parents, each node sums its leaves by itself instead.
struct LayerStep {
  std::uint32_t node = 0;
  std::uint32_t depth = 0;
  std::uint32_t leaf = kNoLeaf;
  bool from_children = false;
  bool first = false;       // of its siblings: starts the table at `depth` instead of adding to it
  bool keep = false;        // has a parent that needs it
  bool evaluate = false;    // a window of its own (not when it equals its only child)
  std::uint32_t layer = 0;  // running number among those evaluated
  std::uint32_t list_first = 0, list_length = 0;  // several parents: of LayerProgram::lists
};

struct LayerProgram {
  std::vector<LayerStep> steps;
  std::vector<std::uint32_t> lists;  // leaves
  std::uint32_t layers = 0;
  std::uint32_t levels = 1;  // tables needed
};

// Nodes without data below are left out. The tree has no cycle.
LayerProgram layer_program(const ScanData& data);

// Calls visit(step, table) for every evaluated node. `add(to, from)` adds one table to another and
// `copy(to, from)` replaces it; `leaf(i)` and `level(d)` give tables.
template <typename Table, typename Leaf, typename Level, typename Copy, typename Add,
          typename Visit>
void for_each_layer(const LayerProgram& program, Leaf leaf, Level level, Copy copy, Add add,
                    Visit visit) {
  for (const LayerStep& step : program.steps) {
    const Table* table = nullptr;
    if (step.list_length > 0) {
      Table* sum = level(0);
      copy(sum, leaf(program.lists[step.list_first]));
      for (std::uint32_t i = 1; i < step.list_length; ++i) {
        add(sum, leaf(program.lists[step.list_first + i]));
      }
      table = sum;
    } else if (!step.from_children) {
      table = leaf(step.leaf);
    } else {
      Table* sum = level(step.depth + 1);
      if (step.leaf != kNoLeaf) add(sum, leaf(step.leaf));
      table = sum;
    }
    if (step.evaluate) visit(step, table);
    if (!step.keep) continue;
    if (step.first) {
      copy(level(step.depth), table);
    } else {
      add(level(step.depth), table);
    }
  }
}

}  // namespace daybreak::stats
