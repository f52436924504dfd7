// SPDX-License-Identifier: AGPL-3.0-or-later
// Documents that partners fill in: the list, the questions with a preview below, and the files. The
// answers travel in the form and are given back as a file; the node keeps none of them.
#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "commons/library/documents/assemble.hpp"
#include "commons/library/pages/pages.hpp"
#include "doc/docx.hpp"
#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"

namespace daybreak::library::pages {
namespace {

using documents::Answers;
using documents::Field;
using documents::FieldKind;
using documents::Template;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kLargestForm = 512 * 1024;

Answers read_answers(const Request& request, const Template& made) {
  Answers answers;
  for (const Field& field : made.fields) {
    const std::string answer = request.form().fields.get(field.id).raw();
    if (!answer.empty()) answers[field.id] = answer;
  }
  return answers;
}

// What a form writes for one question.
struct Asked {
  const Field& field;
  std::string value;
  std::string error;
};

void write_options(Markup& out, const Asked& asked, const html::FieldWords& words) {
  const Words t = out.words();
  std::vector<html::Option> options;
  if (asked.field.kind == FieldKind::kYesNo) {
    options = {{.value = "yes", .label = std::string(t("Yes")), .selected = asked.value == "yes"},
               {.value = "no", .label = std::string(t("No")), .selected = asked.value == "no"}};
  } else {
    for (const documents::Choice& choice : asked.field.choices)
      options.push_back({.value = choice.id,
                         .label = choice.words.in(t.language()),
                         .selected = asked.value == choice.id});
  }
  html::radios(out, {.words = words, .options = options});
}

void write_question(Markup& out, const Asked& asked) {
  const Words t = out.words();
  const html::FieldWords words{.name = asked.field.id,
                               .label = asked.field.label.in(t.language()),
                               .hint = asked.field.hint.in(t.language()),
                               .error = asked.error,
                               .required = asked.field.required};
  switch (asked.field.kind) {
    case FieldKind::kYesNo:
    case FieldKind::kChoice:
      return write_options(out, asked, words);
    case FieldKind::kLong:
    case FieldKind::kLines:
      return html::text_area(out, {.words = words, .value = asked.value, .rows = 4});
    case FieldKind::kDate:
      return html::date_picker(out, {.words = words, .value = asked.value});
    case FieldKind::kNumber:
      return html::text_input(out, {.words = words,
                                    .value = asked.value,
                                    .width = html::FieldWidth::kSmall,
                                    .input_mode = "numeric"});
    case FieldKind::kText:
      return html::text_input(out, {.words = words, .value = asked.value});
  }
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
                                language::Language language, Date today, std::string_view form) {
  const doc::Document document = documents::assemble(made, answers, language, today);
  Result<std::string> bytes = std::string();
  std::string_view type;
  if (form == "pdf") {
    bytes = doc::to_pdf(document);
    type = "application/pdf";
  } else if (form == "docx") {
    bytes = doc::to_docx(document);
    type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  } else if (form == "json") {
    bytes = to_text(to_json(made, answers));
    type = "application/json";
  } else {
    return std::nullopt;
  }
  if (!bytes) return Response::of_error(bytes.error());
  Response response = Response::of(std::string(type), *bytes);
  response.as_download(fmt::format("{}-{}.{}", made.id, language::code_of(language), form));
  return response;
}

void write_preview(Markup& out, const Template& made, const Answers& answers, Date today) {
  const Words t = out.words();
  html::section(out, 2, t("Preview"), [&] {
    const auto fragment =
        doc::to_html_fragment(documents::assemble(made, answers, t.language(), today), 2);
    if (fragment) out.trusted(html::TrustedMarkup::vouch_for(*fragment));
  });
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
  std::vector<html::FieldError> errors;
  if (answered)
    for (const documents::AnswerError& error : documents::check_answers(made, answers))
      errors.push_back({error.field, error.message.in(t.language())});
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
                          for (const Field& field : made.fields) {
                            if (!documents::is_asked(made, field, answers)) continue;
                            const auto found = answers.find(field.id);
                            write_question(out, {field, found == answers.end() ? "" : found->second,
                                                 std::string(html::error_of(errors, field.id))});
                          }
                          write_buttons(out);
                        });
        write_preview(out, made, answers, today_of(desk.clock));
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response answer(Request& request, const Desk& desk) {
  const Template* made = documents::find_template(request.parameter("id"));
  if (made == nullptr) return desk.visits.refusal(request, http::Status::kNotFound);
  const Answers answers = read_answers(request, *made);
  const std::string form = request.form().fields.get("form").raw();
  if (documents::check_answers(*made, answers).empty())
    if (auto file =
            file_of(*made, answers, visit::language_of(request), today_of(desk.clock), form))
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
