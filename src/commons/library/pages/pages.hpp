// SPDX-License-Identifier: AGPL-3.0-or-later
// "Know the signs": the quick references as pages, on paper and kept for use without a network; and
// sample documents for partners. Public; nothing here is stored about who reads or writes what.
#pragma once

#include "base/clock.hpp"
#include "commons/library/model.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::library::pages {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  const Library& library;
  const Clock& clock;
};

// "/signs", "/signs/{id}", "/signs/{id}/{file}", "/signs/worker.js".
void add_public_routes(http::Router& router, const Desk& desk);
// "/documents", "/documents/{id}": sample documents for partners, filled in and taken away as
// files.
void add_document_routes(http::Router& router, const Desk& desk);

// One reference below its heading; shared with nothing but the routes.
void write_reference(html::Markup& out, const Library& library, const Reference& reference,
                     Date today);

Date today_of(const Clock& clock);

}  // namespace daybreak::library::pages
