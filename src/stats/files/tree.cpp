// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/files/tree.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace daybreak::stats {
namespace {

struct Edge {
  std::uint32_t from;
  std::uint32_t to;
  std::size_t line;
};

NodeLists lists_of(std::size_t nodes, const std::vector<Edge>& edges, std::uint32_t Edge::* from,
                   std::uint32_t Edge::* to) {
  NodeLists lists;
  lists.start.assign(nodes + 1, 0);
  for (const Edge& edge : edges) ++lists.start[edge.*from + 1];
  for (std::size_t i = 0; i < nodes; ++i) lists.start[i + 1] += lists.start[i];
  lists.ids.resize(edges.size());
  std::vector<std::size_t> next(lists.start.begin(), lists.start.end() - 1);
  for (const Edge& edge : edges) lists.ids[next[edge.*from]++] = edge.*to;
  return lists;
}

Result<void> refuse_repeated_edges(const RecordReader& reader, std::vector<Edge> edges,
                                   const IdTable& nodes) {
  std::ranges::sort(edges, [](const Edge& a, const Edge& b) {
    return std::tie(a.from, a.to, a.line) < std::tie(b.from, b.to, b.line);
  });
  for (std::size_t i = 1; i < edges.size(); ++i) {
    const Edge& before = edges[i - 1];
    const Edge& here = edges[i];
    if (before.from != here.from || before.to != here.to) continue;
    return fail(ErrorKind::kInvalid,
                fmt::format("the node \"{}\" has this parent already on line {}",
                            shorten(nodes.name(here.from), 60), before.line),
                reader.place(here.line), "delete one of the lines");
  }
  return {};
}

// Kahn's algorithm from the leaves up; what is left over when it stops holds a cycle.
std::vector<std::uint32_t> order_children_first(const Tree& tree) {
  std::vector<std::size_t> waiting(tree.size());
  std::vector<std::uint32_t> order;
  order.reserve(tree.size());
  for (std::uint32_t node = 0; node < tree.size(); ++node) {
    waiting[node] = tree.children.of(node).size();
    if (waiting[node] == 0) order.push_back(node);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const std::uint32_t parent : tree.parents.of(order[i])) {
      if (--waiting[parent] == 0) order.push_back(parent);
    }
  }
  return order;
}

struct Cycle {
  std::string words;
  std::size_t line = 0;  // of one of its edges, the last that was read
};

// Follows children that lie on or above a cycle until a node comes again.
Cycle describe_cycle(const Tree& tree, const std::vector<Edge>& edges) {
  std::vector<bool> settled(tree.size(), false);
  for (const std::uint32_t node : tree.children_first) settled[node] = true;
  auto node = static_cast<std::uint32_t>(std::ranges::find(settled, false) - settled.begin());
  std::vector<std::size_t> step(tree.size(), 0);
  std::vector<std::uint32_t> path;
  while (step[node] == 0) {
    path.push_back(node);
    step[node] = path.size();
    const auto children = tree.children.of(node);
    node = *std::ranges::find_if(children, [&](std::uint32_t child) { return !settled[child]; });
  }
  std::string words;
  constexpr std::size_t kShown = 8;
  const std::size_t begin = step[node] - 1;
  for (std::size_t i = begin; i < path.size() && i < begin + kShown; ++i) {
    words += fmt::format("\"{}\" above ", shorten(tree.nodes.name(path[i]), 60));
  }
  if (path.size() > begin + kShown) words += "... above ";
  Cycle out{words + fmt::format("\"{}\"", shorten(tree.nodes.name(node), 60)), 0};
  std::vector<std::uint32_t> child_of(tree.size(), static_cast<std::uint32_t>(tree.size()));
  for (std::size_t i = begin; i < path.size(); ++i) {
    child_of[path[i]] = i + 1 < path.size() ? path[i + 1] : node;
  }
  for (const Edge& edge : edges) {
    if (child_of[edge.to] == edge.from) out.line = std::max(out.line, edge.line);
  }
  return out;
}

Result<std::vector<Edge>> read_edges(RecordReader& reader, IdTable& nodes) {
  std::vector<Edge> edges;
  Record record;
  while (TRY(reader.next(record))) {
    if (record.fields.size() > 2) {
      return fail(ErrorKind::kInvalid, fmt::format("{} columns", record.fields.size()),
                  reader.place(record.line),
                  "write a node and one parent on each line; a second parent has its own line");
    }
    const std::uint32_t node = nodes.intern(record.fields[0]);
    if (record.fields.size() < 2) continue;
    const std::uint32_t parent = nodes.intern(record.fields[1]);
    if (node == parent) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the node \"{}\" is its own parent", shorten(record.fields[0], 60)),
                  reader.place(record.line), "leave the parent of a root empty");
    }
    edges.push_back({node, parent, record.line});
  }
  return edges;
}

Result<void> read_extra_columns(const RecordReader& reader, const Record& record,
                                std::span<const TreeColumn> columns, UnknownIds unknown_places,
                                IdTable* places, TreeCountRow& row) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t column = i + 2;
    const std::string_view text = column < record.fields.size() ? record.fields[column] : "";
    if (columns[i] == TreeColumn::kExpected) {
      row.expected = TRY(parse_amount(reader, record, column, "expected number or population"));
    } else if (columns[i] == TreeColumn::kControls) {
      row.controls = TRY(parse_count(reader, record, column, "controls"));
    } else if (columns[i] == TreeColumn::kTime) {
      const auto time = parse_time(text);
      if (!time) {
        return fail(ErrorKind::kInvalid,
                    fmt::format("the time \"{}\" is not a date", shorten(text, 40)),
                    reader.place(record.line), "write 2024, 2024/3, 2024/3/9 or 2024-03-09");
      }
      row.time = *time;
    } else {
      const auto place = unknown_places == UnknownIds::kAdd && !text.empty() ? places->intern(text)
                                                                             : places->find(text);
      if (!place) {
        return fail(ErrorKind::kInvalid,
                    fmt::format("the place \"{}\" is not among the places", shorten(text, 60)),
                    reader.place(record.line), "add it to the coordinates file, or correct it");
      }
      row.place = *place;
    }
  }
  return {};
}

}  // namespace

Result<Tree> read_tree(RecordReader& reader) {
  Tree tree;
  const std::vector<Edge> edges = TRY(read_edges(reader, tree.nodes));
  if (tree.size() == 0) {
    return fail(ErrorKind::kInvalid, "the tree is empty", reader.name(),
                "write a line \"node,parent\" for each node");
  }
  TRY(refuse_repeated_edges(reader, edges, tree.nodes));
  tree.parents = lists_of(tree.size(), edges, &Edge::from, &Edge::to);
  tree.children = lists_of(tree.size(), edges, &Edge::to, &Edge::from);
  tree.children_first = order_children_first(tree);
  if (tree.children_first.size() < tree.size()) {
    const Cycle cycle = describe_cycle(tree, edges);
    return fail(ErrorKind::kInvalid, "the tree runs in a circle: " + cycle.words,
                reader.place(cycle.line), "correct one of these parents");
  }
  for (std::uint32_t node = 0; node < tree.size(); ++node) {
    if (tree.parents.of(node).empty()) tree.roots.push_back(node);
    tree.leaves += tree.is_leaf(node);
  }
  return tree;
}

std::span<const std::uint32_t> Ancestors::of(std::uint32_t node) {
  if (++call_ == 0) {
    std::ranges::fill(seen_, 0);
    call_ = 1;
  }
  found_.assign(1, node);
  seen_[node] = call_;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    for (const std::uint32_t parent : tree_->parents.of(found_[i])) {
      if (std::exchange(seen_[parent], call_) != call_) found_.push_back(parent);
    }
  }
  return found_;
}

Result<TreeCountFile> read_tree_counts(RecordReader& reader, const Tree& tree,
                                       std::span<const TreeColumn> columns,
                                       UnknownIds unknown_places, IdTable* places) {
  TreeCountFile file;
  Record record;
  while (TRY(reader.next(record))) {
    const auto node = tree.nodes.find(record.fields[0]);
    if (!node) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the node \"{}\" is not in the tree", shorten(record.fields[0], 60)),
                  reader.place(record.line), "add it to the tree file, or correct it");
    }
    if (record.fields.size() != columns.size() + 2) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("{} columns, where {} are expected", record.fields.size(),
                              columns.size() + 2),
                  reader.place(record.line), "see docs/statistics.md for the columns");
    }
    TreeCountRow row{.node = *node};
    row.count = TRY(parse_count(reader, record, 1, "cases"));
    TRY(read_extra_columns(reader, record, columns, unknown_places, places, row));
    row.line = static_cast<std::uint32_t>(record.line);
    file.total += row.count;
    file.total_controls += row.controls;
    if (file.total > kMaxCount || file.total_controls > kMaxCount) {
      return fail(ErrorKind::kInvalid, "the counts add up to more than 2^53",
                  reader.place(record.line), "check the numbers");
    }
    file.rows.push_back(row);
  }
  if (file.rows.empty()) {
    return fail(ErrorKind::kInvalid, "the file holds no rows", reader.name(),
                "check that this is the right file");
  }
  return file;
}

}  // namespace daybreak::stats
