// SPDX-License-Identifier: AGPL-3.0-or-later
// The directory's pages: finding a service, reading about it, proposing a correction, the map; and,
// for those who keep the directory, looking after its records. Routes only; the rules are in
// commons/directory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commons/directory/catalogue/partners.hpp"
#include "http/router.hpp"
#include "trust/gatekeeper.hpp"
#include "visit/visit.hpp"

namespace daybreak::directory::pages {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Directory& directory;
  Catalogue& everyone;          // what the public may see
  Catalogue& task_force;        // what members of the task force may see
  PartnerCatalogues& partners;  // what else named partners may see
  trust::Gatekeeper& gatekeeper;
  const Clock& clock;
  std::function<void(const Error&)> report = {};  // what went wrong and nobody was told on the page
  // The record that a merged one became part of, if it was.
  std::function<Result<std::optional<Uuid>>(const Uuid&)> merged_into = {};
};

// "/services…": no account needed; members of the task force find more.
void add_public_routes(http::Router& router, const Desk& desk);

// The catalogue of the one who asks.
Catalogue& catalogue_for(const Desk& desk, const http::Request& request);

// Parts that public and staff pages share.
std::string_view level_words(const language::Words& t, std::string_view level);
std::string_view capacity_words(const language::Words& t, search::Capacity capacity);
// Every need for a select, grouped by the roots of the tree.
std::vector<html::Option> need_options(const search::NeedTree& needs, const language::Words& t,
                                       std::string_view chosen);

}  // namespace daybreak::directory::pages
