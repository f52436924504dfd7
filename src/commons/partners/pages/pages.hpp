// SPDX-License-Identifier: AGPL-3.0-or-later
// Partners' pages over HTTP: "/partners/{id}" may stand in any site's frame. It sets no cookie,
// runs no script, fetches nothing, and leaves no address in any log.
#pragma once

#include "commons/partners/partners.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::partners::pages {

struct Desk {
  visit::Visits& visits;
  Partners& partners;
};

// "/partners/{id}", "/partners/{id}.pdf"; for staff "/partner-pages".
void add_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::partners::pages
