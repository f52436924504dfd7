// SPDX-License-Identifier: AGPL-3.0-or-later
// The structure tree of a PDF while it is being made: nodes in reading order, and slots, which are
// the places in a node where marked content of a page will hang. Not for users of doc/. Plain
// values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "doc/picture.hpp"

namespace daybreak::doc {

constexpr int kArtifact = -1;  // as a node or slot: decoration, not part of what is read

struct StructureKid {
  enum class Kind { kNode, kSlot, kLinks } kind;  // kLinks: the link annotations of the node
  int number;
};

struct MarkedContent {
  int page;
  int id;
};

struct StructureNode {
  std::string type;  // a standard type of PDF 1.7: "P", "H1", "Link", …
  int parent = 0;
  std::vector<StructureKid> kids;
  std::string alternative, language, title, id, scope;
  int columns = 1;
  // A figure's page and bounding box, in PDF coordinates.
  int page = -1;
  double box[4] = {0, 0, 0, 0};
  std::vector<int> links;  // indexes into Painted::links
};

class Structure {
 public:
  Structure() { nodes.push_back({.type = "Document", .parent = -1}); }

  int add(int parent, std::string type) {
    if (parent == kArtifact) return kArtifact;
    const int node = static_cast<int>(nodes.size());
    nodes.push_back({.type = std::move(type), .parent = parent});
    nodes[static_cast<std::size_t>(parent)].kids.push_back({StructureKid::Kind::kNode, node});
    return node;
  }
  int add_slot(int node) {
    if (node == kArtifact) return kArtifact;
    const int slot = static_cast<int>(slots.size());
    slots.push_back({.node = node});
    nodes[static_cast<std::size_t>(node)].kids.push_back({StructureKid::Kind::kSlot, slot});
    return slot;
  }
  StructureNode& operator[](int node) { return nodes[static_cast<std::size_t>(node)]; }

  struct Slot {
    int node;
    std::vector<MarkedContent> contents = {};
  };
  std::vector<StructureNode> nodes;
  std::vector<Slot> slots;
};

}  // namespace daybreak::doc
