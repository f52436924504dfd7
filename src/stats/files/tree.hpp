// SPDX-License-Identifier: AGPL-3.0-or-later
// Readers for the files of tree scan programs: .tre (node, parent) and .cas (node, count,
// expected). A node may have several parents, as in a classification where one code belongs to two
// branches; a cycle is an error that shows the way round. One thread at a time; results are plain
// values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/files/id_table.hpp"
#include "stats/files/places.hpp"
#include "stats/files/records.hpp"

namespace daybreak::stats {

// Lists of node indexes in one array, as in Neighbours.
struct NodeLists {
  std::vector<std::size_t> start{0};
  std::vector<std::uint32_t> ids;
  std::span<const std::uint32_t> of(std::size_t node) const {
    return std::span(ids).subspan(start[node], start[node + 1] - start[node]);
  }
};

struct Tree {
  IdTable nodes;
  NodeLists parents;
  NodeLists children;
  std::vector<std::uint32_t> children_first;  // every node stands after all that are below it
  std::vector<std::uint32_t> roots;
  std::size_t leaves = 0;

  std::size_t size() const { return nodes.size(); }
  bool is_leaf(std::size_t node) const { return children.of(node).empty(); }
  bool has_several_parents() const { return parents.ids.size() + roots.size() > nodes.size(); }
};

// `node[,parent]`; a node that stands alone, or only as a parent, is a root. Further columns are
// refused. Fails on a node that is its own parent, the same pair twice, a cycle, an empty file.
Result<Tree> read_tree(RecordReader& reader);

// The node itself and all above it, each once, in no order: the windows that a case at this node
// falls into. One thread at a time; the span is good until the next call.
class Ancestors {
 public:
  explicit Ancestors(const Tree& tree) : tree_(&tree), seen_(tree.size(), 0) {}
  std::span<const std::uint32_t> of(std::uint32_t node);

 private:
  const Tree* tree_;
  std::vector<std::uint32_t> seen_;  // number of the call that saw the node last
  std::uint32_t call_ = 0;
  std::vector<std::uint32_t> found_;
};

// What the third and later columns of a tree .cas file hold.
enum class TreeColumn : std::uint8_t {
  kExpected,  // expected cases, or a population in proportion to them
  kControls,  // whole number
  kPlace,     // an id of `places`
  kTime,
};

struct TreeCountRow {
  std::uint32_t node = 0;
  std::uint32_t place = 0;
  std::int64_t count = 0;
  std::int64_t controls = 0;
  double expected = 0;
  Time time;
  std::uint32_t line = 0;
};

struct TreeCountFile {
  std::vector<TreeCountRow> rows;  // several rows of one node are to be added up
  std::int64_t total = 0;          // cases; at most 2^53
  std::int64_t total_controls = 0;
};

// `node,count` followed by exactly these columns. Rows may name inner nodes. `places` may be null
// when there is no place column; unknown places are added or rejected as told.
Result<TreeCountFile> read_tree_counts(RecordReader& reader, const Tree& tree,
                                       std::span<const TreeColumn> columns,
                                       UnknownIds unknown_places, IdTable* places);

}  // namespace daybreak::stats
