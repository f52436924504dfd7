// SPDX-License-Identifier: AGPL-3.0-or-later
// What the pages of the desk share: the page around, crumbs, addresses of records, the routes of
// each part. Internal to the desk.
#pragma once

#include "commons/directory/desk/access.hpp"
#include "commons/directory/desk/fields.hpp"
#include "html/components.hpp"

namespace daybreak::directory::desk {

// Crumbs to the list are put before those given.
http::Response staff_page(const Office& office, const http::Request& request,
                          std::string_view title, std::vector<html::Crumb> crumbs,
                          const std::function<void(html::Markup&)>& content,
                          http::Status status = http::Status::kOk);

html::Href address_of(Entity entity, const Uuid& id);
// The entity of a path, if the desk keeps it.
std::optional<Entity> entity_in(const http::Request& request);
// What a record is called in lists: its name, or what it is.
std::string title_of(language::Words t, Entity entity, const Json& body);
std::string date_words(language::Words t, Instant instant);
std::string date_words(language::Words t, std::string_view date);  // "2026-11-21"; empty: "—"

// A field that two changed: what stood, what stands now, what the other wants.
struct Clash {
  std::string path;
  Json was, now, wanted;
};
void write_three_ways(html::Markup& out, Entity entity, std::string_view caption,
                      std::string_view was_label, std::string_view wanted_label,
                      std::span<const Clash> clashes);

// Changes as rows to choose from, named "field-0", "field-1", …
std::vector<html::FieldChange> shown_changes(language::Words t, Entity entity,
                                             std::span<const FieldChange> changes);

// A handler for those who keep the directory.
using Work = http::Response (*)(const Office&, http::Request&);
http::Handler for_keepers(const Office& office, Work work);

void add_list_routes(http::Router& router, const Office& office);
void add_record_routes(http::Router& router, const Office& office);
void add_edit_routes(http::Router& router, const Office& office);
void add_history_routes(http::Router& router, const Office& office);
void add_proposal_routes(http::Router& router, const Office& office);
void add_duplicate_routes(http::Router& router, const Office& office);
void add_words_routes(http::Router& router, const Office& office);
void add_import_routes(http::Router& router, const Office& office);

}  // namespace daybreak::directory::desk
