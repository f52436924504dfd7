// SPDX-License-Identifier: AGPL-3.0-or-later
// The capacity board's pages. Routes only; the rules are in board.hpp.
#pragma once

#include "commons/directory/board/board.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::directory::board {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Catalogue& catalogue;  // the task force's
  Boards& boards;
  trust::Members& members;
  const Clock& clock;
};

// "/capacity", "/capacity.csv", "/capacity/{service}" and who speaks for it.
void add_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::directory::board
