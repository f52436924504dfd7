// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/documents/assemble.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "base/text.hpp"
#include "language/format.hpp"

namespace daybreak::library::documents {
namespace {

using doc::Block;
using doc::Inlines;

bool holds(const Template& made, const Condition& condition, const Answers& answers) {
  return condition.holds([&](const Condition::Test& test) {
    const std::string answer = answer_to(made, test.field, answers);
    return test.choice.empty() ? !answer.empty() && answer != "no" : answer == test.choice;
  });
}

// Answers come from a form: without control characters but line ends.
std::string cleaned(std::string_view answer) {
  std::string clean;
  for (const char c : trim(answer))
    if (c == '\n' || static_cast<unsigned char>(c) >= 0x20) clean += c;
  return clean;
}

std::vector<std::string> lines_of(std::string_view answer) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(answer, '\n'))
    if (const std::string_view words = trim(line); !words.empty()) lines.emplace_back(words);
  return lines;
}

// The answer as it stands in a sentence.
std::string written(const Field& field, const std::string& answer, Language language) {
  switch (field.kind) {
    case FieldKind::kDate:
      if (const auto date = parse_date(answer)) return language::format_date(language, *date);
      return answer;
    case FieldKind::kChoice:
      for (const Choice& choice : field.choices)
        if (choice.id == answer) return choice.words.in(language);
      return answer;
    case FieldKind::kYesNo:
      return language == Language::kSpanish ? (answer == "yes" ? "sí" : "no") : answer;
    case FieldKind::kLines:
      return join(lines_of(answer), "; ");
    default:
      return replace_all(answer, "\n", " ");
  }
}

class Assembly {
 public:
  Assembly(const Template& made, const Answers& answers, Language language)
      : made_(made), answers_(answers), language_(language) {}

  doc::Blocks blocks() {
    doc::Blocks all{doc::heading(1, made_.title.in(language_))};
    int number = 0;
    for (const Section& section : made_.sections) {
      if (!holds(made_, section.when, answers_)) continue;
      doc::Blocks body = section_body(section);
      if (body.empty()) continue;
      all.push_back(
          doc::heading(2, fmt::format("{}. {}", ++number, section.heading.in(language_))));
      std::ranges::move(body, std::back_inserter(all));
    }
    return all;
  }

 private:
  doc::Blocks section_body(const Section& section) {
    doc::Blocks body;
    doc::List bullets;
    const auto close_list = [&] {
      if (!bullets.items.empty()) body.push_back({std::exchange(bullets, {})});
    };
    for (const Clause& clause : section.clauses) {
      if (!holds(made_, clause.when, answers_)) continue;
      if (!clause.signatures.empty()) {
        close_list();
        std::ranges::move(places_to_sign(clause.signatures), std::back_inserter(body));
      } else if (clause.bullet) {
        bullets.items.push_back({{doc::paragraph(filled(clause.text.in(language_)))}});
      } else {
        close_list();
        body.push_back(doc::paragraph(filled(clause.text.in(language_))));
      }
    }
    close_list();
    return body;
  }

  Inlines filled(std::string_view text) const {
    Inlines words;
    while (!text.empty()) {
      const std::size_t open = text.find('{');
      if (open != 0) words.push_back(doc::text(std::string(text.substr(0, open))));
      if (open == std::string_view::npos) break;
      const std::size_t close = text.find('}', open);
      words.push_back(answer_inline(text.substr(open + 1, close - open - 1)));
      text.remove_prefix(close + 1);
    }
    return words;
  }

  doc::Inline answer_inline(std::string_view id) const {
    const Field& field = *made_.field(id);  // read_template has checked it
    const std::string answer = answer_to(made_, id, answers_);
    return answer.empty() ? doc::fill_in(field.label.in(language_))
                          : doc::text(written(field, answer, language_));
  }

  // One block for each party, each kept whole.
  doc::Blocks places_to_sign(std::string_view id) const {
    std::vector<std::string> parties = lines_of(answer_to(made_, id, answers_));
    if (parties.empty()) parties = {"", ""};
    constexpr std::array<std::string_view, 3> kEnglish{"Signature", "Name and title", "Date"};
    constexpr std::array<std::string_view, 3> kSpanish{"Firma", "Nombre y cargo", "Fecha"};
    doc::Blocks blocks;
    for (const std::string& party : parties) {
      doc::Group group{.frame = doc::Group::Frame::kRuleAbove};
      if (!party.empty()) group.blocks.push_back(doc::paragraph({doc::bold(party)}));
      for (const std::string_view what : language_ == Language::kSpanish ? kSpanish : kEnglish)
        group.blocks.push_back(
            doc::paragraph({doc::text(std::string(what) + ": "), doc::fill_in(std::string(what))}));
      blocks.push_back({std::move(group)});
    }
    return blocks;
  }

  const Template& made_;
  const Answers& answers_;
  Language language_;
};

Both too_long() {
  return {fmt::format("Write at most {} characters.", kLongestAnswer),
          fmt::format("Escriba como máximo {} caracteres.", kLongestAnswer)};
}

// What is wrong with one answer that was given.
Both wrong_answer(const Template& made, const Field& field, const std::string& answer,
                  const Answers& answers) {
  if (answer.size() > kLongestAnswer) return too_long();
  if (!is_valid_utf8(answer)) return {"Some letters cannot be read.", "Hay letras ilegibles."};
  switch (field.kind) {
    case FieldKind::kDate: {
      const auto date = parse_date(answer);
      if (!date) return {"This is not a day of the calendar.", "No es un día del calendario."};
      const auto before = parse_date(answer_to(made, field.after, answers));
      if (!field.after.empty() && before && *date < *before)
        return {fmt::format("This day is before \"{}\".", made.field(field.after)->label.en),
                fmt::format("Este día es anterior a «{}».", made.field(field.after)->label.es)};
      return {};
    }
    case FieldKind::kNumber:
      if (!to_number(answer) || *to_number(answer) < 0)
        return {"Write a number, like 12.", "Escriba un número, como 12."};
      return {};
    case FieldKind::kChoice:
      if (std::ranges::find(field.choices, answer, &Choice::id) == field.choices.end())
        return {"Choose one of the answers.", "Elija una de las respuestas."};
      return {};
    case FieldKind::kYesNo:
      if (answer != "yes" && answer != "no") return {"Answer yes or no.", "Conteste sí o no."};
      return {};
    default:
      return {};
  }
}

}  // namespace

bool is_asked(const Template& made, const Field& field, const Answers& answers) {
  return holds(made, field.when, answers);
}

std::string answer_to(const Template& made, std::string_view id, const Answers& answers) {
  const Field* field = made.field(id);
  const auto found = answers.find(id);
  if (field == nullptr || found == answers.end() || !is_asked(made, *field, answers)) return {};
  return cleaned(found->second);
}

std::vector<AnswerError> check_answers(const Template& made, const Answers& answers) {
  std::vector<AnswerError> errors;
  for (const auto& [id, answer] : answers)
    if (made.field(id) == nullptr)
      errors.push_back(
          {id, {"This document does not ask that.", "Este documento no pregunta eso."}});
  for (const Field& field : made.fields) {
    if (!is_asked(made, field, answers)) continue;
    const std::string answer = answer_to(made, field.id, answers);
    Both message;
    if (answer.empty()) {
      if (field.required) message = {"An answer is needed.", "Hace falta una respuesta."};
    } else {
      message = wrong_answer(made, field, answer, answers);
    }
    if (!message.empty()) errors.push_back({field.id, std::move(message)});
  }
  return errors;
}

doc::Document assemble(const Template& made, const Answers& answers, Language language,
                       Date today) {
  doc::Document document;
  document.title = made.title.in(language);
  document.language = language::code_of(language);
  document.subject = made.purpose.in(language);
  document.date = today;
  document.words = doc::words_for(document.language);
  document.running_foot =
      fmt::format("{} · {} · {}", made.id, made.version, made.digest.substr(0, 12));
  document.blocks = Assembly(made, answers, language).blocks();
  return document;
}

}  // namespace daybreak::library::documents
