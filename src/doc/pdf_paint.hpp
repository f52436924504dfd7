// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages -> an untitled, untagged PDF with marked content, and the record of which mark belongs to
// which slot of the structure tree. Not for users of doc/. One thread a call.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "doc/pdf_pages.hpp"

namespace daybreak::doc {

struct LinkArea {
  int page;
  double x1, y1, x2, y2;  // PDF coordinates
  std::string target;
  std::string words;
  int node;
};

struct Destination {
  int page;
  double y;  // PDF coordinates
};

struct Painted {
  std::string bytes;
  std::vector<int> marks;  // marked contents on each page
  std::vector<LinkArea> links;
  std::map<std::string, Destination> destinations;
};

// Fills the slots and links of `structure`.
Result<Painted> paint_pages(const Document& document, const PageSetup& setup, const Pages& pages,
                            Structure& structure, Shaper& shaper);

}  // namespace daybreak::doc
