// SPDX-License-Identifier: AGPL-3.0-or-later
// Documents of the task force for members: drafts, signing, what is in force; and the agency's own
// templates, made by filling forms.
#pragma once

#include "commons/library/drafts/drafts.hpp"
#include "commons/library/pages/pages.hpp"
#include "commons/network/network.hpp"
#include "trust/members.hpp"

namespace daybreak::library::pages {

// What the handlers work with; all of it must outlive the router.
struct Bureau {
  visit::Visits& visits;
  drafts::Drafts& drafts;
  drafts::Editions& editions;
  network::Network& network;
  trust::Members& members;
};

// "/agreements", "/agreements.csv", "/agreements/new".
void add_agreement_routes(http::Router& router, const Bureau& bureau);
// "/agreements/{id}", what is done with one, and its files.
void add_agreement_pages(http::Router& router, const Bureau& bureau);
// "/templates", "/templates/{id}".
void add_template_routes(http::Router& router, const Bureau& bureau);

std::string_view state_name(const drafts::Draft& draft, Date today, const language::Words& t);
html::TagTone tone_of(const drafts::Draft& draft, Date today);

}  // namespace daybreak::library::pages
