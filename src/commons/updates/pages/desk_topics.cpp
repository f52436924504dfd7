// SPDX-License-Identifier: AGPL-3.0-or-later
// Topics on a page: added, renamed, retired.
#include "base/csv.hpp"
#include "commons/updates/pages/pages.hpp"
#include "visit/lists.hpp"

namespace daybreak::updates::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kTopicsPage("/news-desk/topics");

bool may_edit(const Desk& desk, const Request& request) {
  return trust::decide(visit::actor_of(request), {"edit"},
                       {.type = "updates_topic", .audience = trust::Audience::kTaskForce}, {},
                       desk.clock.now())
      .allowed;
}

void write_form(Markup& out, const Request& request, const Topic& topic,
                std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const auto line = [&](std::string_view name, std::string_view label, std::string_view value) {
    html::text_input(out, {.words = {.name = name,
                                     .label = label,
                                     .error = html::error_of(errors, name),
                                     .required = true},
                           .value = value,
                           .max_length = 300});
  };
  html::post_form(
      out, {.action = kTopicsPage, .csrf_token = visit::csrf_of(request), .label = t("Topic")},
      [&] {
        html::hidden_field(out, "id", topic.id);
        line("name_en", t("Name in English"), topic.name.en);
        line("name_es", t("Name in Spanish"), topic.name.es);
        line("about_en", t("What it brings, in English"), topic.about.en);
        line("about_es", t("What it brings, in Spanish"), topic.about.es);
        html::button(out, {.text = t("Save")});
      });
}

void write_table(Markup& out, const Request& request) {
  const Words t = out.words();
  html::table(
      out,
      {.caption = t("Topics"),
       .columns = {{t("Name")}, {t("Who gets it")}, {t("State")}, {t("Change")}},
       .caption_hidden = true},
      [&](html::Rows& rows) {
        for (const Topic& topic : topics()) {
          rows.row();
          rows.link(topic.name.in(t.language()), kTopicsPage.with("topic", topic.id));
          rows.cell(topic.is_restricted() ? t("Restricted") : t("Everyone"));
          rows.cell(topic.retired ? t("Retired") : t("Offered"));
          rows.cell([&] {
            html::action_button(
                out, {.action = kTopicsPage / topic.id,
                      .csrf_token = visit::csrf_of(request),
                      .text = topic.retired ? t("Offer again: {0}", {topic.name.in(t.language())})
                                            : t("Retire: {0}", {topic.name.in(t.language())}),
                      .kind = html::ButtonKind::kOutline,
                      .name = "act",
                      .value = topic.retired ? "restore" : "retire"});
          });
        }
      });
}

Response page(const Desk& desk, const Request& request, const Topic* again = nullptr,
              std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  if (!may_edit(desk, request)) return desk.visits.refusal(request, Status::kNotFound);
  desk.bureau.topics.refresh_if_old();
  const Topic* asked = find_topic(request.query().get("topic").raw());
  const Topic shown = again != nullptr ? *again : asked != nullptr ? *asked : Topic();
  html::Page page{.title = t("Topics"), .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("News desk")), Href("/news-desk")}};
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::paragraph(out, t("Topics of the news and of the resource library. A retired topic is "
                               "offered to nobody; what was published stays."));
        write_table(out, request);
        html::section(out, 2, shown.id.empty() ? t("Add a topic") : t("Change the topic"),
                      [&] { write_form(out, request, shown, errors); });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response save(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto text = [&](std::string_view name) { return visit::text_of(request, name); };
  const Topic topic{.id = text("id"),
                    .name = {text("name_en"), text("name_es")},
                    .about = {text("about_en"), text("about_es")},
                    .roles = {}};
  const auto saved = desk.bureau.topics.save(visit::actor_of(request), topic);
  if (saved) return visit::redirect(request, kTopicsPage);
  if (saved.error().kind != ErrorKind::kInvalid)
    return desk.visits.failure(request, saved.error(), kTopicsPage);
  const std::vector<html::FieldError> errors{
      {saved.error().place,
       std::string(t("Write one line in each language; no other topic has this name."))}};
  return page(desk, request, &topic, errors);
}

}  // namespace

void add_desk_topic_routes(http::Router& router, const Desk& desk) {
  router.get("/news-desk/topics", Access::signed_in(),
             [desk](Request& request) { return page(desk, request); },
             {.summary = "Topics of news and library"});
  router.post("/news-desk/topics", Access::signed_in(),
              [desk](Request& request) { return save(desk, request); },
              {.summary = "Adds or changes a topic"});
  router.post("/news-desk/topics/{topic}", Access::signed_in(),
              [desk](Request& request) {
                const auto done = desk.bureau.topics.set_retired(
                    visit::actor_of(request), request.parameter("topic"),
                    visit::text_of(request, "act") == "retire");
                if (!done) return desk.visits.failure(request, done.error(), kTopicsPage);
                return visit::redirect(request, kTopicsPage);
              },
              {.summary = "Retires a topic or offers it again"});
}

}  // namespace daybreak::updates::pages
