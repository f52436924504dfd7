// SPDX-License-Identifier: AGPL-3.0-or-later
// Pieces -> pages: breaks strips into columns and pages, balances columns, puts notes at the foot.
// Not for users of doc/. Pure.
#pragma once

#include <vector>

#include "doc/pdf_layout.hpp"

namespace daybreak::doc {

struct PlacedPiece {
  const Piece* piece;
  double x, y;  // of the piece's column and top, from the page's top left corner
};
struct PlacedFrame {
  Group::Frame kind;
  double x, y;
  Size size;
};
struct Page {
  std::vector<PlacedFrame> frames;
  std::vector<PlacedPiece> pieces;
  double notes_y = 0;  // 0: no notes on this page; else where their rule stands
};

struct Pages {
  std::vector<Page> pages;
  PageNumbers anchors;
};

// The flow must outlive the result.
Pages paginate(const Flow& flow, const PageSetup& setup);

}  // namespace daybreak::doc
