// SPDX-License-Identifier: AGPL-3.0-or-later
// Campaign packs and collections as staff make them.
#include <algorithm>

#include "base/text.hpp"
#include "commons/resources/pages/pages.hpp"
#include "language/format.hpp"

namespace daybreak::resources::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kCollections("/resources-desk/collections");

struct Typed {
  Collection one;
  std::string starts, ends;
};

html::Page staff_page(Words t, std::string_view title) {
  html::Page page{.title = title, .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Resource library")), Href("/resources-desk")}};
  return page;
}

Response list(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto all = desk.resources.collections(visit::actor_of(request));
  if (!all) return desk.visits.failure(request, all.error(), "/resources-desk");
  return desk.visits.page(request, staff_page(t, t("Campaigns and collections")), [&](Markup& out) {
    html::button_group(out, [&] {
      html::link_button(out,
                        {.text = t("Add a campaign or collection"), .href = kCollections / "new"});
    });
    if (all->empty())
      return html::empty_state(
          out, {.title = t("Nothing is written down here"),
                .what_to_do = t("A campaign is days, text to copy, posters and resources.")});
    html::table(out,
                {.caption = t("Campaigns and collections"),
                 .columns = {{t("Title")},
                             {t("First day")},
                             {t("Last day")},
                             {t("Resources"), html::Align::kRight},
                             {t("State")}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  const auto day = [&](const std::optional<Date>& date) {
                    return date ? language::format_date(t.language(), *date,
                                                        language::DateStyle::kShort)
                                : "–";
                  };
                  for (const Collection& one : *all) {
                    rows.row();
                    rows.link(one.title.en, kCollections / one.id.to_string());
                    rows.cell(day(one.starts));
                    rows.cell(day(one.ends));
                    rows.number(static_cast<std::int64_t>(one.items.size()));
                    rows.cell(one.published ? t("Shown to everyone") : t("Not shown"));
                  }
                });
  });
}

void write_parts(Markup& out, const Desk& desk, const Request& request, const Collection& one) {
  const Words t = out.words();
  std::vector<html::Option> posters;
  for (const library::Reference& reference : desk.library.references)
    posters.push_back(
        {.value = reference.id,
         .label = said(reference.title, t.language()),
         .selected = std::ranges::find(one.posters, reference.id) != one.posters.end()});
  html::checkboxes(out, {.words = {.name = "posters", .label = t("Posters to print")},
                         .options = posters,
                         .in_columns = true});
  const auto items = desk.resources.list(visit::actor_of(request));
  if (!items) return;
  std::vector<html::Option> options;
  for (const Item& item : *items)
    options.push_back({.value = item.id.to_string(),
                       .label = item.title.en,
                       .selected = std::ranges::find(one.items, item.id) != one.items.end()});
  if (!options.empty())
    html::checkboxes(out, {.words = {.name = "items", .label = t("Resources")},
                           .options = options,
                           .in_columns = true});
}

void write_fields(Markup& out, const Desk& desk, const Request& request, const Typed& typed,
                  std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const Collection& one = typed.one;
  const auto words = [&](std::string_view name, std::string_view label) {
    return html::FieldWords{.name = name, .label = label, .error = html::error_of(errors, name)};
  };
  html::checkbox(out,
                 {.words = words("campaign", t("A campaign with days")), .checked = one.campaign});
  html::text_input(out, {.words = words("title_en", t("Title in English")), .value = one.title.en});
  html::text_input(out, {.words = words("title_es", t("Title in Spanish")), .value = one.title.es});
  html::text_area(out,
                  {.words = words("about_en", t("About it in English")), .value = one.about.en});
  html::text_area(out,
                  {.words = words("about_es", t("About it in Spanish")), .value = one.about.es});
  html::text_area(out,
                  {.words = words("copy_en", t("Text to copy, in English")), .value = one.copy.en});
  html::text_area(out,
                  {.words = words("copy_es", t("Text to copy, in Spanish")), .value = one.copy.es});
  html::date_picker(out, {.words = words("starts", t("First day")), .value = typed.starts});
  html::date_picker(out, {.words = words("ends", t("Last day")), .value = typed.ends});
  write_parts(out, desk, request, one);
  html::checkbox(out,
                 {.words = words("published", t("Shown to everyone")), .checked = one.published});
}

Response form(const Desk& desk, const Request& request, const Typed& typed,
              std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  if (!desk.resources.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  const bool is_new = typed.one.id.is_nil();
  const Href here = is_new ? kCollections : kCollections / typed.one.id.to_string();
  html::Page page = staff_page(t, t("Campaign or collection"));
  page.crumbs.push_back({std::string(t("Campaigns and collections")), kCollections});
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::post_form(out,
                        {.action = here,
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = t("Campaign or collection")},
                        [&] {
                          write_fields(out, desk, request, typed, errors);
                          html::button(out, {.text = t("Save")});
                        });
        if (!is_new)
          html::action_button(out, {.action = here / "remove",
                                    .csrf_token = visit::csrf_of(request),
                                    .text = t("Remove it"),
                                    .kind = html::ButtonKind::kDanger,
                                    .confirm = t("Remove it from all pages?")});
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response open(const Desk& desk, const Request& request) {
  const auto all = desk.resources.collections(visit::actor_of(request));
  if (!all) return desk.visits.failure(request, all.error(), kCollections);
  const auto one = std::ranges::find(*all, request.uuid_parameter("id"), &Collection::id);
  if (one == all->end()) return desk.visits.refusal(request, Status::kNotFound);
  return form(desk, request, {*one, day_of(one->starts), day_of(one->ends)});
}

Response save(const Desk& desk, const Request& request, const Uuid& id) {
  const Words t(visit::language_of(request));
  const auto text = [&](std::string_view name) { return visit::text_of(request, name); };
  const http::Fields& fields = request.form().fields;
  Typed typed{.one = {.id = id,
                      .campaign = fields.has("campaign"),
                      .title = {text("title_en"), text("title_es")},
                      .about = {text("about_en"), text("about_es")},
                      .copy = {text("copy_en"), text("copy_es")},
                      .starts = {},
                      .ends = {},
                      .posters = {},
                      .items = {},
                      .published = fields.has("published")},
              .starts = text("starts"),
              .ends = text("ends")};
  for (const auto& one : fields.every("posters"))
    if (desk.library.reference(one.raw()) != nullptr) typed.one.posters.push_back(one.raw());
  for (const auto& one : fields.every("items"))
    if (const auto item = Uuid::parse(one.raw())) typed.one.items.push_back(*item);
  std::vector<html::FieldError> errors;
  if (!read_day(typed.starts, typed.one.starts))
    errors.push_back({"starts", std::string(t("This is not a day."))});
  if (!read_day(typed.ends, typed.one.ends))
    errors.push_back({"ends", std::string(t("This is not a day."))});
  if (errors.empty()) {
    const auto saved = desk.resources.save_collection(visit::actor_of(request), typed.one);
    if (saved) return visit::redirect(request, kCollections);
    if (saved.error().kind != ErrorKind::kInvalid)
      return desk.visits.failure(request, saved.error(), kCollections);
    errors.push_back({saved.error().place, message_of(saved.error(), t)});
  }
  return form(desk, request, typed, errors);
}

}  // namespace

void add_collection_routes(http::Router& router, const Desk& desk) {
  router.get("/resources-desk/collections", Access::signed_in(),
             [desk](Request& request) { return list(desk, request); },
             {.summary = "Campaigns and collections"});
  router.get("/resources-desk/collections/new", Access::signed_in(),
             [desk](Request& request) {
               return form(desk, request, {.one = {.campaign = true}, .starts = {}, .ends = {}});
             },
             {.summary = "A new campaign or collection"});
  router.post("/resources-desk/collections", Access::signed_in(),
              [desk](Request& request) { return save(desk, request, {}); },
              {.summary = "Adds a campaign or collection"});
  router.get("/resources-desk/collections/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return open(desk, request); },
             {.summary = "Changes a campaign or collection"});
  router.post(
      "/resources-desk/collections/{id:uuid}", Access::signed_in(),
      [desk](Request& request) { return save(desk, request, request.uuid_parameter("id")); },
      {.summary = "Saves a campaign or collection"});
  router.post("/resources-desk/collections/{id:uuid}/remove", Access::signed_in(),
              [desk](Request& request) {
                const auto done = desk.resources.remove_collection(visit::actor_of(request),
                                                                   request.uuid_parameter("id"));
                if (!done) return desk.visits.failure(request, done.error(), kCollections);
                return visit::redirect(request, kCollections);
              },
              {.summary = "Removes a campaign or collection"});
}

}  // namespace daybreak::resources::pages
