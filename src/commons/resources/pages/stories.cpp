// SPDX-License-Identifier: AGPL-3.0-or-later
// A survivor's words and her consent: recorded, looked at, withdrawn.
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

Href here_of(const Item& item) { return Href("/resources-desk") / item.id.to_string() / "story"; }

std::vector<html::Option> use_options(Words t, const std::vector<std::string>& chosen) {
  std::vector<html::Option> options;
  for (const Code& one : uses())
    options.push_back({.value = std::string(one.code),
                       .label = std::string(t(one.words)),
                       .selected = std::ranges::find(chosen, one.code) != chosen.end()});
  return options;
}

void write_form(Markup& out, const Request& request, const Item& item, const Story& story,
                const std::string& until, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const auto words = [&](std::string_view name, std::string_view label,
                         std::string_view hint = {}) {
    return html::FieldWords{
        .name = name, .label = label, .hint = hint, .error = html::error_of(errors, name)};
  };
  html::post_form(
      out,
      {.action = here_of(item),
       .csrf_token = visit::csrf_of(request),
       .guard_changes = true,
       .label = t("Words and consent")},
      [&] {
        html::text_area(out, {.words = words("words_en", t("Her words, in English"),
                                             t("As she wants them. No name, no place, nothing that "
                                               "tells who she is.")),
                              .value = story.words.en,
                              .rows = 8});
        html::text_area(out, {.words = words("words_es", t("Her words, in Spanish")),
                              .value = story.words.es,
                              .rows = 8});
        html::checkboxes(out, {.words = words("uses", t("Where she allows them")),
                               .options = use_options(t, story.uses)});
        html::date_picker(out, {.words = words("until", t("Until when")), .value = until});
        html::text_input(out, {.words = words("form", t("Where the signed form lies"),
                                              t("Such as: cabinet 2, form 17. Never her name.")),
                               .value = story.form});
        html::button(out, {.text = t("Record the consent")});
      });
}

Response page(const Desk& desk, const Request& request, const Item& item, const Story& story,
              const std::string& until, std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  html::Page page{.title = t("Words and consent"), .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Resource library")), Href("/resources-desk")},
                 {item.title.en, Href("/resources-desk") / item.id.to_string()}};
  const bool recorded = story.recorded_at != Instant();
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        if (story.withdrawn_at) {
          html::alert(out, {.kind = html::AlertKind::kInfo,
                            .text = t("The consent was withdrawn on {0}. Her words are gone from "
                                      "this site; mail that went out cannot be called back.",
                                      {language::format_date(
                                          t.language(), Date(std::chrono::floor<std::chrono::days>(
                                                            *story.withdrawn_at)))})});
          return;
        }
        if (recorded) {
          html::paragraph(
              out,
              t("Recorded on {0}, until {1}.",
                {language::format_date(
                     t.language(), Date(std::chrono::floor<std::chrono::days>(story.recorded_at))),
                 language::format_date(t.language(), story.until)}));
          html::action_button(out, {.action = here_of(item) / "withdraw",
                                    .csrf_token = visit::csrf_of(request),
                                    .text = t("She takes it back: remove it everywhere"),
                                    .kind = html::ButtonKind::kDanger,
                                    .confirm = t("Remove her words for good, now?")});
        }
        if (desk.resources.may(visit::actor_of(request), "record_story"))
          write_form(out, request, item, story, until, errors);
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response open(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  const auto item = desk.resources.find(actor, request.uuid_parameter("id"));
  if (!item || !item->is_story()) return desk.visits.refusal(request, Status::kNotFound);
  // An advocate may take it down without reading who recorded what.
  if (!desk.resources.may(actor, "record_story"))
    return page(
        desk, request, *item,
        {.until = desk.resources.today(), .form = {}, .recorded_at = desk.resources.clock().now()},
        {});
  const auto story = desk.resources.story(actor, item->id);
  if (!story) return desk.visits.failure(request, story.error(), here_of(*item));
  const Story shown = story->value_or(Story());
  return page(desk, request, *item, shown, *story ? format_date(shown.until) : std::string());
}

Response save(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const auto item = desk.resources.find(actor, request.uuid_parameter("id"));
  if (!item) return desk.visits.failure(request, item.error(), "/resources-desk");
  const auto text = [&](std::string_view name) { return visit::text_of(request, name); };
  Story story{.item = item->id,
              .words = {text("words_en"), text("words_es")},
              .uses = {},
              .until = parse_date(text("until")).value_or(Date()),
              .form = text("form")};
  for (const auto& use : request.form().fields.every("uses")) story.uses.push_back(use.raw());
  const auto done = desk.resources.record_story(actor, story);
  if (done) return visit::redirect(request, here_of(*item));
  if (done.error().kind != ErrorKind::kInvalid)
    return desk.visits.failure(request, done.error(), here_of(*item));
  const std::vector<html::FieldError> errors{{done.error().place, message_of(done.error(), t)}};
  return page(desk, request, *item, story, text("until"), errors);
}

}  // namespace

void add_story_routes(http::Router& router, const Desk& desk) {
  router.get("/resources-desk/{id:uuid}/story", Access::signed_in(),
             [desk](Request& request) { return open(desk, request); },
             {.summary = "A story's words and its consent"});
  router.post("/resources-desk/{id:uuid}/story", Access::signed_in(),
              [desk](Request& request) { return save(desk, request); },
              {.summary = "Records a consent"});
  router.post("/resources-desk/{id:uuid}/story/withdraw", Access::signed_in(),
              [desk](Request& request) {
                const Uuid id = request.uuid_parameter("id");
                const auto done = desk.resources.withdraw_story(visit::actor_of(request), id);
                const Href here = Href("/resources-desk") / id.to_string() / "story";
                if (!done) return desk.visits.failure(request, done.error(), here);
                return visit::redirect(request, here);
              },
              {.summary = "Withdraws a story everywhere"});
}

}  // namespace daybreak::resources::pages
