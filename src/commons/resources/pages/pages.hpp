// SPDX-License-Identifier: AGPL-3.0-or-later
// The resource library as pages: for everyone items, federal pages, funding with its calendar,
// campaign packs; for staff the desk with its queues, stories and their consents.
#pragma once

#include "commons/library/model.hpp"
#include "commons/resources/resources.hpp"
#include "commons/updates/bureau.hpp"
#include "http/router.hpp"
#include "visit/lists.hpp"
#include "visit/visit.hpp"

namespace daybreak::resources::pages {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Resources& resources;
  const library::Library& library;
  updates::Bureau& updates;
};

// "/resources", "/resources/{id}", "/resources/federal", "/resources/funding",
// "/resources/campaigns", "/resources/collections/{id}".
void add_public_routes(http::Router& router, const Desk& desk);
// "/resources-desk" and the two below.
void add_desk_routes(http::Router& router, const Desk& desk);
// "/resources-desk/{id}/story".
void add_story_routes(http::Router& router, const Desk& desk);
// "/resources-desk/collections".
void add_collection_routes(http::Router& router, const Desk& desk);

std::string kind_words(language::Words t, std::string_view kind);
std::vector<html::Option> kind_options(language::Words t, std::string_view chosen);
std::vector<html::Option> audience_options(const Desk& desk, language::Words t,
                                           const std::vector<std::string>& chosen);
std::vector<html::Option> topic_options(language::Words t, const std::vector<std::string>& chosen);
// In the reader's language, else in English.
const std::string& said(const Both& text, language::Language language);
std::string to_csv(const std::vector<Item>& items);
// Paragraphs of plain text, one for each block of lines.
void write_plain(html::Markup& out, std::string_view text);
// The sentence for a field that was refused.
std::string message_of(const Error& error, language::Words t);
std::string day_of(const std::optional<Date>& day);
bool read_day(const std::string& text, std::optional<Date>& day);

}  // namespace daybreak::resources::pages
