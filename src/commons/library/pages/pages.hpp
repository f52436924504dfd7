// SPDX-License-Identifier: AGPL-3.0-or-later
// "Know the signs": the quick references as pages, on paper and kept for use without a network; and
// sample documents for partners. Public; nothing here is stored about who reads or writes what.
#pragma once

#include "base/clock.hpp"
#include "commons/library/drafts/editions.hpp"
#include "commons/library/model.hpp"
#include "commons/library/register/register.hpp"
#include "commons/network/network.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::library::pages {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Register& facts;
  network::Network& network;
  drafts::Editions& editions;
  const Clock& clock;
};

// "/signs", "/signs/{id}", "/signs/{id}/{file}", "/signs/worker.js", "/signs/changes".
void add_public_routes(http::Router& router, const Desk& desk);
// "/documents", "/documents/{id}": sample documents for partners, filled in and taken away as
// files.
void add_document_routes(http::Router& router, const Desk& desk);

// The register for staff: "/facts", "/facts.csv", and with them "/facts/new", "/facts/{id}".
void add_fact_routes(http::Router& router, const Desk& desk);
void add_fact_pages(http::Router& router, const Desk& desk);
// "/signs/changes": what became different, for everyone.
void add_change_routes(http::Router& router, const Desk& desk);

// One reference below its heading, with what changed lately of the facts that it quotes.
struct ReferenceView {
  const Library& library;
  const Reference& reference;
  Date today;
  std::span<const RegisterChange> changes;
};
void write_reference(html::Markup& out, const ReferenceView& view);

// The old and the new words of a change, with its day, its reason and the pages that were issued
// again.
void write_change(html::Markup& out, const Library& library, const RegisterChange& change,
                  int heading_level);
// Ids of the references that quote a fact.
std::vector<const Reference*> used_on(const Library& library, std::string_view fact);

Date today_of(const Clock& clock);

}  // namespace daybreak::library::pages
