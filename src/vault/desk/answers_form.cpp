// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/desk/answers_form.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::vault::desk {
namespace {

using codes::Question;
using codes::QuestionKind;
using html::Markup;
using language::Words;

std::string skip_name(const Question& question) { return question.id + "_skip"; }

// What stands in a field now: what was typed before an error, else what was told.
std::string text_now(const Question& question, const clients::ClientFile* file,
                     const http::Fields* typed) {
  if (typed != nullptr) return typed->get(question.id).raw();
  const clients::Answered* told = file == nullptr ? nullptr : file->find(question.id);
  return told == nullptr ? std::string() : told->answer.text.reveal();
}

std::vector<std::string> codes_now(const Question& question, const clients::ClientFile* file,
                                   const http::Fields* typed) {
  std::vector<std::string> chosen;
  if (typed != nullptr) {
    for (const auto& one : typed->every(question.id)) chosen.push_back(one.raw());
    return chosen;
  }
  const clients::Answered* told = file == nullptr ? nullptr : file->find(question.id);
  return told == nullptr ? chosen : told->answer.codes;
}

std::string skip_now(const Question& question, const clients::ClientFile* file,
                     const http::Fields* typed) {
  if (typed != nullptr) return typed->get(skip_name(question)).raw();
  const clients::Answered* told = file == nullptr ? nullptr : file->find(question.id);
  return told != nullptr && told->answer.skip ? std::string(codes::code_of(*told->answer.skip))
                                              : std::string();
}

void write_question(Markup& out, const Question& question, const clients::ClientFile* file,
                    const http::Fields* typed, std::span<const html::FieldError> errors, Date day) {
  const Words t = out.words();
  const html::FieldWords words{.name = question.id,
                               .label = words_in(t, question.words),
                               .hint = words_in(t, question.why),
                               .error = html::error_of(errors, question.id)};
  const std::string text = text_now(question, file, typed);
  if (question.list != nullptr) {
    const auto chosen = codes_now(question, file, typed);
    std::vector<html::Option> options;
    for (const codes::Code& code : question.list->codes) {
      const bool told = std::find(chosen.begin(), chosen.end(), code.code) != chosen.end();
      if (told || code.valid.holds(day))
        options.push_back(
            {.value = code.code, .label = std::string(words_in(t, code.words)), .selected = told});
    }
    if (question.kind == QuestionKind::kChoices)
      html::checkboxes(out, {.words = words, .options = options});
    else
      html::select(out, {.words = words, .options = options, .empty_choice = t("No answer")});
  } else if (question.kind == QuestionKind::kLongText) {
    html::text_area(out, {.words = words, .value = text, .rows = 3});
  } else {
    html::text_input(out, {.words = words,
                           .value = text,
                           .width = question.kind == QuestionKind::kDate ? html::FieldWidth::kSmall
                                                                         : html::FieldWidth::kLarge,
                           .autocomplete = "off"});
  }
  write_skip(out, question, skip_now(question, file, typed));
}

std::string_view section_words(Words t, std::string_view section) {
  if (section == "person") return t("The person");
  if (section == "safety") return t("Safety and contact");
  if (section == "goals") return t("Goals");
  return t("Situation");
}

}  // namespace

void write_skip(Markup& out, const Question& question, std::string_view chosen) {
  const Words t = out.words();
  std::vector<html::Option> options;
  for (const codes::Skip skip : codes::kSkips)
    options.push_back({.value = std::string(codes::code_of(skip)),
                       .label = std::string(words_in(t, codes::words_of(skip))),
                       .selected = codes::code_of(skip) == chosen});
  html::select(out, {.words = {.name = skip_name(question),
                               .label = t("Skip: {0}", {words_in(t, question.words)})},
                     .options = options,
                     .empty_choice = t("Not skipped")});
}

void write_questions(Markup& out, const clients::ClientFile* file, const http::Fields* typed,
                     std::span<const html::FieldError> errors, Date day) {
  const Words t = out.words();
  std::string section;
  for (const Question& question : codes::Codes::built_in().questions()) {
    if (question.section != section) html::heading(out, 2, section_words(t, question.section));
    section = question.section;
    write_question(out, question, file, typed, errors, day);
  }
}

std::vector<clients::Answer> read_answers(const http::Fields& fields) {
  std::vector<clients::Answer> answers;
  for (const Question& question : codes::Codes::built_in().questions()) {
    clients::Answer answer{.question = question.id};
    for (const auto& value : fields.every(question.id))
      if (question.list != nullptr && !value.raw().empty()) answer.codes.push_back(value.raw());
    if (question.list == nullptr)
      answer.text = Secret<std::string>(std::string(trim(fields.get(question.id).raw())));
    answer.skip = codes::skip_from(fields.get(skip_name(question)).raw());
    if (answer.skip || !answer.codes.empty() || !answer.text.reveal().empty())
      answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace daybreak::vault::desk
