// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/pages/questions.hpp"

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
using http::Request;
using http::Response;
using language::Words;

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

}  // namespace

Answers read_answers(const Request& request, const Template& made) {
  Answers answers;
  for (const Field& field : made.fields) {
    const std::string answer = request.form().fields.get(field.id).raw();
    if (!answer.empty()) answers[field.id] = answer;
  }
  return answers;
}

void write_questions(Markup& out, const Template& made, const Answers& answers,
                     std::span<const html::FieldError> errors) {
  for (const Field& field : made.fields) {
    if (!documents::is_asked(made, field, answers)) continue;
    const auto found = answers.find(field.id);
    write_question(out, {field, found == answers.end() ? "" : found->second,
                         std::string(html::error_of(errors, field.id))});
  }
}

std::vector<html::FieldError> errors_of(const Template& made, const Answers& answers,
                                        language::Language language) {
  std::vector<html::FieldError> errors;
  for (const documents::AnswerError& error : documents::check_answers(made, answers))
    errors.push_back({error.field, error.message.in(language)});
  return errors;
}

void write_preview(Markup& out, const doc::Document& document) {
  const Words t = out.words();
  html::section(out, 2, t("Preview"), [&] {
    const auto fragment = doc::to_html_fragment(document, 2);
    if (fragment) out.trusted(html::TrustedMarkup::vouch_for(*fragment));
  });
}

std::optional<Response> file_of(const doc::Document& document, std::string_view name,
                                std::string_view form) {
  const bool pdf = form == "pdf";
  if (!pdf && form != "docx") return std::nullopt;
  const auto bytes = pdf ? doc::to_pdf(document) : doc::to_docx(document);
  if (!bytes) return Response::of_error(bytes.error());
  Response response =
      Response::of(pdf ? "application/pdf"
                       : "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                   *bytes);
  response.as_download(std::string(name) + "." + std::string(form));
  return response;
}

}  // namespace daybreak::library::pages
