// SPDX-License-Identifier: AGPL-3.0-or-later
// Documents that partners fill in: the list, the questions with a preview below, and the files. The
// answers travel in the form and are given back as a file; the node keeps none of them.
#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "commons/library/documents/assemble.hpp"
#include "commons/library/pages/pages.hpp"
#include "commons/library/pages/questions.hpp"

namespace daybreak::library::pages {
namespace {

using documents::Answers;
using documents::Template;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kLargestForm = 512 * 1024;

doc::Document document_of(const Template& made, const Answers& answers, language::Language language,
                          const Desk& desk) {
  return documents::assemble(made, answers, language, today_of(desk.clock), *desk.facts.library());
}

// Those who keep documents may go on with one instead of taking it away.
bool may_keep(const Request& request, const Desk& desk) {
  const trust::Object object{.type = "library_draft",
                             .owner = {},
                             .audience = trust::Audience::kTaskForce,
                             .partners = {},
                             .subject = {}};
  return trust::decide(visit::actor_of(request), {"create"}, object, {}, desk.clock.now()).allowed;
}

Json to_json(const Template& made, const Answers& answers) {
  Json given = Json::object();
  for (const auto& [id, answer] : answers) given.set(id, answer);
  return Json::object({{"document", made.id},
                       {"version", made.version},
                       {"digest", made.digest},
                       {"answers", std::move(given)}});
}

// The file that a button asked for, or nothing for the page.
std::optional<Response> file_of(const Template& made, const Answers& answers,
                                language::Language language, const Desk& desk,
                                std::string_view form) {
  const std::string name = fmt::format("{}-{}", made.id, language::code_of(language));
  if (form == "json") {
    Response response = Response::of("application/json", to_text(to_json(made, answers)));
    response.as_download(name + ".json");
    return response;
  }
  return pages::file_of(document_of(made, answers, language, desk), name, form);
}

void write_buttons(Markup& out) {
  const Words t = out.words();
  html::button_group(out, [&] {
    html::button(out, {.text = t("Show the document"), .name = "form", .value = "page"});
    html::button(
        out,
        {.text = t("PDF"), .kind = html::ButtonKind::kOutline, .name = "form", .value = "pdf"});
    html::button(out, {.text = t("Word file (DOCX)"),
                       .kind = html::ButtonKind::kOutline,
                       .name = "form",
                       .value = "docx"});
    html::button(out, {.text = t("Answers as data (JSON)"),
                       .kind = html::ButtonKind::kOutline,
                       .name = "form",
                       .value = "json"});
  });
}

Response show(const Request& request, const Desk& desk, const Template& made,
              const Answers& answers, bool answered) {
  const Words t(visit::language_of(request));
  const auto errors =
      answered ? errors_of(made, answers, t.language()) : std::vector<html::FieldError>();
  return desk.visits.page(
      request,
      {.title = made.title.in(t.language()),
       .crumbs = {{std::string(t("Sample documents")), "/documents"}}},
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::lead(out, made.purpose.in(t.language()));
        html::note(out, t("A sample to start from, not legal advice. What you write is not kept "
                          "here: take the file with you. Name no survivor."));
        html::post_form(out,
                        {.action = html::route("/documents") / made.id,
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = t("Questions")},
                        [&] {
                          write_questions(out, made, answers, errors);
                          write_buttons(out);
                        });
        if (may_keep(request, desk))
          html::link_button(out, {.text = t("Begin it as a document of the task force"),
                                  .href = html::route("/agreements/new").with("template", made.id),
                                  .kind = html::ButtonKind::kOutline});
        write_preview(out, document_of(made, answers, t.language(), desk));
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response answer(Request& request, const Desk& desk) {
  const Template* made = documents::find_template(request.parameter("id"));
  if (made == nullptr) return desk.visits.refusal(request, http::Status::kNotFound);
  const Answers answers = read_answers(request, *made);
  const std::string form = request.form().fields.get("form").raw();
  if (documents::check_answers(*made, answers).empty())
    if (auto file = file_of(*made, answers, visit::language_of(request), desk, form))
      return std::move(*file);
  return show(request, desk, *made, answers, true);
}

Response show_list(const Request& request, const Desk& desk) {
  const Words t(visit::language_of(request));
  return desk.visits.page(request, {.title = t("Sample documents")}, [&](Markup& out) {
    html::lead(out, t("Answer the questions and take the document as a PDF or a Word file."));
    const auto& all = documents::built_in_templates();
    html::card_list(out, all.size(), [&](std::size_t index) {
      const Template& made = all[index];
      html::card(out, {.title = made.title.in(t.language()),
                       .href = html::route("/documents") / made.id,
                       .text = made.purpose.in(t.language()),
                       .heading_level = 2});
    });
  });
}

}  // namespace

void add_document_routes(http::Router& router, const Desk& desk) {
  router.get("/documents", Access::anyone(),
             [desk](Request& request) { return show_list(request, desk); });
  router.get("/documents/{id}", Access::anyone(), [desk](Request& request) {
    const Template* made = documents::find_template(request.parameter("id"));
    if (made == nullptr) return desk.visits.refusal(request, http::Status::kNotFound);
    return show(request, desk, *made, {}, false);
  });
  router.post("/documents/{id}", Access::anyone(),
              [desk](Request& request) { return answer(request, desk); },
              {.body_limit = kLargestForm});
}

}  // namespace daybreak::library::pages
