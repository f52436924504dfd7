// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/documents/assemble.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "base/text.hpp"
#include "commons/library/words.hpp"
#include "doc/plain_text.hpp"
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
  Assembly(const Template& made, const Answers& answers, Language language, Date today,
           const Library& library)
      : made_(made), answers_(answers), language_(language), today_(today), library_(library) {}

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
      take(text.substr(open + 1, close - open - 1), words);
      text.remove_prefix(close + 1);
    }
    return words;
  }

  void take(std::string_view word, Inlines& words) const {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) return words.push_back(answer_inline(word));
    const Fact* fact = library_.fact(word.substr(colon + 1));
    if (fact == nullptr) return;
    const bool value = word.starts_with("value:");
    words.push_back(doc::text((value ? fact->value : fact->text).in(language_)));
    const language::Words t(language_);
    std::string note = short_source(library_, *fact) + ", " + as_of_words(t, *fact) + ".";
    if (const std::string care = standing_words(*fact, t, today_); !care.empty())
      note += " " + care;
    words.push_back(doc::footnote({doc::text(std::move(note))}));
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
  Date today_;
  const Library& library_;
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

std::vector<std::string> lines_of(std::string_view answer) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(answer, '\n'))
    if (const std::string_view words = trim(line); !words.empty()) lines.emplace_back(words);
  return lines;
}

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

doc::Document assemble(const Template& made, const Answers& answers, Language language, Date today,
                       const Library& library) {
  doc::Document document;
  document.title = made.title.in(language);
  document.language = language::code_of(language);
  document.subject = made.purpose.in(language);
  document.date = today;
  document.words = doc::words_for(document.language);
  document.running_foot =
      fmt::format("{} · {} · {}", made.id, made.version, made.digest.substr(0, 12));
  document.blocks = Assembly(made, answers, language, today, library).blocks();
  return document;
}

std::vector<Difference> differences(const doc::Document& before, const doc::Document& after) {
  const auto paragraphs = [](const doc::Document& document) {
    doc::Document body = document;
    body.running_foot.clear();
    return lines_of(doc::to_plain_text(body, 1'000'000));
  };
  const auto old_lines = paragraphs(before), new_lines = paragraphs(after);
  // The longest common run of paragraphs, by the usual table; documents have hundreds, not
  // thousands.
  const std::size_t n = old_lines.size(), m = new_lines.size();
  std::vector<std::size_t> common((n + 1) * (m + 1), 0);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return common[i * (m + 1) + j];
  };
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;)
      at(i, j) = old_lines[i] == new_lines[j] ? at(i + 1, j + 1) + 1
                                              : std::max(at(i + 1, j), at(i, j + 1));
  std::vector<Difference> found;
  std::vector<std::string> gone, come;
  const auto close = [&] {
    for (std::size_t k = 0; k < std::max(gone.size(), come.size()); ++k)
      found.push_back({k < gone.size() ? gone[k] : "", k < come.size() ? come[k] : ""});
    gone.clear();
    come.clear();
  };
  for (std::size_t i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && old_lines[i] == new_lines[j]) {
      close();
      ++i, ++j;
    } else if (j == m || (i < n && at(i + 1, j) >= at(i, j + 1))) {
      gone.push_back(old_lines[i++]);
    } else {
      come.push_back(new_lines[j++]);
    }
  }
  close();
  return found;
}

}  // namespace daybreak::library::documents
