// SPDX-License-Identifier: AGPL-3.0-or-later
// The dashboard's pages, for those who keep the directory. Routes only.
#pragma once

#include "commons/directory/health/health.hpp"
#include "http/router.hpp"
#include "trust/gatekeeper.hpp"
#include "visit/visit.hpp"

namespace daybreak::directory::health {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Dashboard& dashboard;
  trust::Gatekeeper& gatekeeper;
  const Clock& clock;
};

// "/directory/health", "/directory/health.csv", "/directory/coverage.csv"; a part of Today.
void add_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::directory::health
