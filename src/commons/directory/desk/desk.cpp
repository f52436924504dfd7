// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/desk/desk.hpp"

#include "commons/directory/desk/parts.hpp"
#include "language/format.hpp"

namespace daybreak::directory::desk {

using http::Request;
using http::Response;
using language::Words;

Response staff_page(const Office& office, const Request& request, std::string_view title,
                    std::vector<html::Crumb> crumbs,
                    const std::function<void(html::Markup&)>& content, http::Status status) {
  const Words t(visit::language_of(request));
  html::Page page{.title = title, .audience = html::Audience::kStaff, .wide = true};
  // No name of a record stands in the browser's history.
  page.window_title = t("Directory");
  if (request.path() != "/directory")
    page.crumbs.push_back({std::string(t("Directory")), html::Href("/directory")});
  for (html::Crumb& crumb : crumbs) page.crumbs.push_back(std::move(crumb));
  return office.visits.page(request, page, content, status);
}

html::Href address_of(Entity entity, const Uuid& id) {
  return html::Href("/directory/records") / info(entity).name / id.to_string();
}

std::optional<Entity> entity_in(const Request& request) {
  const EntityInfo* entity = find_entity(request.parameter("entity"));
  if (entity == nullptr || !is_kept(entity->entity)) return std::nullopt;
  return entity->entity;
}

std::string title_of(Words t, Entity entity, const Json& body) {
  const std::string_view name = text_of(body, "name");
  return std::string(name.empty() ? entity_words(t, entity) : name);
}

std::string date_words(Words t, Instant instant) {
  return language::format_date(t.language(), Date(std::chrono::floor<std::chrono::days>(instant)),
                               language::DateStyle::kShort);
}

std::string date_words(Words t, std::string_view date) {
  const auto parsed = parse_date(date.substr(0, 10));
  return parsed ? language::format_date(t.language(), *parsed, language::DateStyle::kShort) : "—";
}

void write_three_ways(html::Markup& out, Entity entity, std::string_view caption,
                      std::string_view was_label, std::string_view wanted_label,
                      std::span<const Clash> clashes) {
  const Words t = out.words();
  html::table(
      out, {.caption = caption, .columns = {{t("Field")}, {was_label}, {t("Now")}, {wanted_label}}},
      [&](html::Rows& rows) {
        for (const Clash& clash : clashes) {
          rows.row();
          rows.cell(path_words(t, entity, clash.path));
          rows.cell(value_words(t, clash.was));
          rows.cell(value_words(t, clash.now));
          rows.cell(value_words(t, clash.wanted));
        }
      });
}

std::vector<html::FieldChange> shown_changes(Words t, Entity entity,
                                             std::span<const FieldChange> changes) {
  std::vector<html::FieldChange> shown;
  for (std::size_t i = 0; i < changes.size(); ++i)
    shown.push_back({"field-" + std::to_string(i), path_words(t, entity, changes[i].path),
                     value_words(t, changes[i].before), value_words(t, changes[i].after)});
  return shown;
}

http::Handler for_keepers(const Office& office, Work work) {
  return [office, work](Request& request) {
    if (const auto entered = enter(office, visit::actor_of(request)); !entered)
      return refuse(office, request, entered.error(), "/today");
    return work(office, request);
  };
}

void add_routes(http::Router& router, const Office& office) {
  add_list_routes(router, office);
  add_record_routes(router, office);
  add_edit_routes(router, office);
  add_history_routes(router, office);
  add_proposal_routes(router, office);
  add_duplicate_routes(router, office);
  add_words_routes(router, office);
  add_import_routes(router, office);
  office.visits.add_menu_item({.label = language::to_translate("Directory"),
                               .path = "/directory",
                               .shown_to = visit::ShownTo::kStaff,
                               .order = 20,
                               .fits = [office](const trust::Session& session) {
                                 return is_keeper(office, session.actor("web", ""));
                               }});
}

}  // namespace daybreak::directory::desk
