// SPDX-License-Identifier: AGPL-3.0-or-later
// Task forces as pages: for everyone the map, the table and who covers a county; for staff the
// register, imports, partners and meetings.
#pragma once

#include "commons/network/import.hpp"
#include "http/router.hpp"
#include "trust/members.hpp"
#include "visit/lists.hpp"
#include "visit/visit.hpp"

namespace daybreak::network::pages {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Network& network;
  trust::Members& members;
};

// "/task-forces", "/task-forces.csv", "/task-forces/{id}", "/task-forces/states/{state}".
void add_public_routes(http::Router& router, const Desk& desk);
// "/network-desk", "/network-desk/{id}"; and all of the below.
void add_desk_routes(http::Router& router, const Desk& desk);
// "/network-desk/import": send a table, look at what would become of it, import it.
void add_import_routes(http::Router& router, const Desk& desk);
// "/network-desk/{id}/organizations".
void add_organization_routes(http::Router& router, const Desk& desk);
// "/network-desk/{id}/arrangements".
void add_arrangement_routes(http::Router& router, const Desk& desk);
// "/network-desk/actions", "/network-desk/calendar", "/calendars/{key}".
void add_work_routes(http::Router& router, const Desk& desk);
// "/network-desk/{id}/meetings".
void add_meeting_routes(http::Router& router, const Desk& desk);

// The country by county: nobody, one, several. The same figures stand in a table beside it.
void write_us_map(html::Markup& out, const Coverage& coverage);

// A staff page of the register; `one` is nullptr above a single task force.
html::Page staff_page(language::Words t, std::string_view title, const TaskForce* one = nullptr);
// "" for none; and back, nothing for what is no day.
std::string day_of(const std::optional<Date>& day);
bool read_day(const std::string& text, std::optional<Date>& day);
// The sentence for a field that a service refused.
std::string message_of(const Error& error, language::Words t);

// Words of codes, joined by commas.
std::string words_of(std::span<const Code> list, const std::vector<std::string>& codes,
                     language::Words t);
std::string words_of(std::span<const Code> list, std::string_view code, language::Words t);
std::vector<html::Option> options_of(std::span<const Code> list, language::Words t,
                                     const std::vector<std::string>& chosen);

}  // namespace daybreak::network::pages
