// SPDX-License-Identifier: AGPL-3.0-or-later
// The guide's pages: the public one to take it home, and the desk where editions are made. Routes
// only; the rules are in editions.hpp.
#pragma once

#include "commons/directory/editions/editions.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::directory::editions {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Editions& editions;
  const search::NeedTree& needs;
  std::function<std::vector<std::uint32_t>()> counties;  // those that services say they serve
  trust::Gatekeeper& gatekeeper;
  const Clock& clock;
};

// "/guide", "/guide/{edition}/{file}", "/directory/guide…".
void add_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::directory::editions
