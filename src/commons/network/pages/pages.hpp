// SPDX-License-Identifier: AGPL-3.0-or-later
// Task forces as pages: for everyone the map, the table and who covers a county; for staff the
// register, imports, partners and meetings.
#pragma once

#include "commons/network/import.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::network::pages {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Network& network;
};

// "/task-forces", "/task-forces.csv", "/task-forces/{id}", "/task-forces/states/{state}".
void add_public_routes(http::Router& router, const Desk& desk);
// "/network-desk", "/network-desk/{id}", "/network-desk/import".
void add_desk_routes(http::Router& router, const Desk& desk);
// "/network-desk/{id}/meetings".
void add_meeting_routes(http::Router& router, const Desk& desk);

// The country by county: nobody, one, several. The same figures stand in a table beside it.
void write_us_map(html::Markup& out, const Coverage& coverage);

// Words of codes, joined by commas.
std::string words_of(std::span<const Code> list, const std::vector<std::string>& codes,
                     language::Words t);
std::string words_of(std::span<const Code> list, std::string_view code, language::Words t);
std::vector<html::Option> options_of(std::span<const Code> list, language::Words t,
                                     const std::vector<std::string>& chosen);

}  // namespace daybreak::network::pages
