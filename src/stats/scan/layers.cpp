// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/scan/layers.hpp"

#include <utility>

namespace daybreak::stats {
namespace {

struct Children {
  std::vector<std::uint32_t> first, list;  // list[first[i] .. first[i+1]) are the children of i
  std::vector<std::uint32_t> roots;
};

Children children_of(const ScanTree& tree) {
  const std::size_t n = tree.parent.size();
  Children out;
  out.first.assign(n + 1, 0);
  for (const std::uint32_t parent : tree.parent) {
    if (parent != kNoParent) ++out.first[parent + 1];
  }
  for (std::size_t i = 0; i < n; ++i) out.first[i + 1] += out.first[i];
  out.list.resize(out.first[n]);
  std::vector<std::uint32_t> next(out.first.begin(), out.first.end() - 1);
  for (std::uint32_t i = 0; i < n; ++i) {
    if (tree.parent[i] == kNoParent) {
      out.roots.push_back(i);
    } else {
      out.list[next[tree.parent[i]]++] = i;
    }
  }
  return out;
}

// Parents before children.
std::vector<std::uint32_t> top_down(const Children& children) {
  std::vector<std::uint32_t> order(children.roots);
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::uint32_t node = order[k];
    for (std::uint32_t c = children.first[node]; c < children.first[node + 1]; ++c) {
      order.push_back(children.list[c]);
    }
  }
  return order;
}

class Builder {
 public:
  explicit Builder(const ScanData& data) : tree_(*data.tree), children_(children_of(tree_)) {
    const std::size_t n = tree_.parent.size();
    leaf_.assign(n, kNoLeaf);
    for (std::uint32_t i = 0; i < data.leaf_node.size(); ++i) leaf_[data.leaf_node[i]] = i;
    with_data_.assign(n, 0);
    const std::vector<std::uint32_t> order = top_down(children_);
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      std::uint32_t below = 0;
      for (std::uint32_t c = children_.first[*at]; c < children_.first[*at + 1]; ++c) {
        below += with_data_[children_.list[c]] != 0 ? 1 : 0;
      }
      with_data_[*at] = below + (leaf_[*at] != kNoLeaf ? 1 : 0);
    }
  }

  LayerProgram build() {
    struct Frame {
      std::uint32_t node, depth, next;
    };
    std::vector<Frame> stack;
    for (const std::uint32_t root : children_.roots) {
      if (with_data_[root] == 0) continue;
      stack.push_back({root, 0, children_.first[root]});
      while (!stack.empty()) {
        Frame& frame = stack.back();
        if (frame.next == children_.first[frame.node + 1]) {
          emit(frame.node, frame.depth);
          stack.pop_back();
          continue;
        }
        const std::uint32_t child = children_.list[frame.next++];
        const std::uint32_t depth = frame.depth + 1;
        if (with_data_[child] != 0) stack.push_back({child, depth, children_.first[child]});
      }
    }
    return std::move(program_);
  }

 private:
  void emit(std::uint32_t node, std::uint32_t depth) {
    LayerStep step;
    step.node = node;
    step.depth = depth;
    step.leaf = leaf_[node];
    const std::uint32_t below = with_data_[node] - (step.leaf != kNoLeaf ? 1 : 0);
    step.from_children = below > 0;
    step.evaluate = with_data_[node] != 1 || step.leaf != kNoLeaf;
    if (step.evaluate) step.layer = program_.layers++;
    step.keep = tree_.parent[node] != kNoParent;
    if (open_.size() < depth + 2) open_.resize(depth + 2, 0);
    step.first = open_[depth] == 0;
    open_[depth] = 1;
    open_[depth + 1] = 0;  // its children are done
    program_.levels = std::max(program_.levels, depth + 1);
    program_.steps.push_back(step);
  }

  const ScanTree& tree_;
  Children children_;
  std::vector<std::uint32_t> leaf_, with_data_;
  std::vector<std::uint8_t> open_;
  LayerProgram program_;
};

// The parents of each node, all of them.
std::vector<std::vector<std::uint32_t>> parents_of(const ScanTree& tree) {
  std::vector<std::vector<std::uint32_t>> out(tree.parent.size());
  for (std::uint32_t node = 0; node < out.size(); ++node) {
    if (tree.parent[node] != kNoParent) out[node].push_back(tree.parent[node]);
  }
  for (const auto& [node, parent] : tree.further) out[node].push_back(parent);
  return out;
}

// Nodes may have several parents: the leaves of each node are listed, each leaf once.
LayerProgram program_of_lists(const ScanData& data) {
  const std::size_t nodes = data.tree->parent.size();
  const auto parents = parents_of(*data.tree);
  std::vector<std::vector<std::uint32_t>> lists(nodes);
  std::vector<std::uint32_t> seen(nodes, kNoLeaf);
  std::vector<std::uint8_t> has_own(nodes, 0);
  for (std::uint32_t leaf = 0; leaf < data.leaf_node.size(); ++leaf) {
    has_own[data.leaf_node[leaf]] = 1;
    std::vector<std::uint32_t> above{data.leaf_node[leaf]};
    seen[above[0]] = leaf;
    for (std::size_t i = 0; i < above.size(); ++i) {
      lists[above[i]].push_back(leaf);
      for (const std::uint32_t parent : parents[above[i]]) {
        if (seen[parent] == leaf) continue;
        seen[parent] = leaf;
        above.push_back(parent);
      }
    }
  }
  std::vector<std::uint32_t> children(nodes, 0);  // with data below
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (lists[node].empty()) continue;
    for (const std::uint32_t parent : parents[node]) ++children[parent];
  }
  LayerProgram out;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (lists[node].empty() || (has_own[node] == 0 && children[node] == 1)) continue;
    LayerStep step;
    step.node = node;
    step.evaluate = true;
    step.layer = out.layers++;
    step.list_first = static_cast<std::uint32_t>(out.lists.size());
    step.list_length = static_cast<std::uint32_t>(lists[node].size());
    out.lists.insert(out.lists.end(), lists[node].begin(), lists[node].end());
    out.steps.push_back(step);
  }
  return out;
}

}  // namespace

bool is_above(const ScanTree& tree, std::uint32_t high, std::uint32_t low) {
  if (tree.further.empty()) {
    for (; low != kNoParent; low = tree.parent[low]) {
      if (low == high) return true;
    }
    return false;
  }
  const auto parents = parents_of(tree);
  std::vector<std::uint8_t> seen(parents.size(), 0);
  std::vector<std::uint32_t> open{low};
  while (!open.empty()) {
    const std::uint32_t node = open.back();
    open.pop_back();
    if (node == high) return true;
    if (std::exchange(seen[node], 1) != 0) continue;
    open.insert(open.end(), parents[node].begin(), parents[node].end());
  }
  return false;
}

std::optional<std::uint32_t> find_cycle(const ScanTree& tree) {
  const Children children = children_of(tree);
  std::vector<std::uint8_t> reached(tree.parent.size(), 0);
  for (const std::uint32_t node : top_down(children)) reached[node] = 1;
  for (std::uint32_t i = 0; i < reached.size(); ++i) {
    if (reached[i] != 0) continue;
    // Walk up until a node repeats: that one lies on the cycle itself.
    std::vector<std::uint8_t> seen(tree.parent.size(), 0);
    std::uint32_t node = i;
    while (seen[node] == 0) {
      seen[node] = 1;
      node = tree.parent[node];
    }
    return node;
  }
  return std::nullopt;
}

LayerProgram layer_program(const ScanData& data) {
  if (data.tree && !data.tree->further.empty()) return program_of_lists(data);
  if (data.tree) return Builder(data).build();
  LayerProgram program;
  LayerStep step;
  step.leaf = 0;
  step.evaluate = true;
  program.steps.push_back(step);
  program.layers = 1;
  return program;
}

}  // namespace daybreak::stats
