// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers -> document. The answers are data of their own (kept, exported, compared between drafts);
// the document is made from them at any time. Pure, any thread.
#pragma once

#include "commons/library/documents/template.hpp"
#include "commons/library/read.hpp"
#include "doc/document.hpp"

namespace daybreak::library::documents {

// By the id of the question. A choice is its id, yes or no is "yes"/"no", a date "2026-11-21",
// lines are separated by '\n'.
using Answers = std::map<std::string, std::string, std::less<>>;

struct AnswerError {
  std::string field;
  Both message;
};

inline constexpr std::size_t kLongestAnswer = 8000;

// Whether a question is asked, with these answers to the others. An answer to a question that is
// not asked counts as none.
bool is_asked(const Template& made, const Field& field, const Answers& answers);
std::string answer_to(const Template& made, std::string_view field, const Answers& answers);

// What is wrong with the answers to the questions that are asked; empty: nothing. Missing answers
// are errors only where a question is required.
std::vector<AnswerError> check_answers(const Template& made, const Answers& answers);

// The document with these answers. What is not answered becomes a line to write on. Its foot names
// template, version and digest. A fact that it quotes has a note with its source, its day and, when
// it applies, that it is disputed or out of date; `library` is where facts are looked up.
doc::Document assemble(const Template& made, const Answers& answers, Language language, Date today,
                       const Library& library = built_in_library());

// Paragraphs that one document has and the other has not, in the order of reading: what is
// different between two editions of a template, or two drafts.
struct Difference {
  std::string before, after;  // one of them is empty, or both stand for a changed paragraph
};
std::vector<Difference> differences(const doc::Document& before, const doc::Document& after);

// The non-empty lines of an answer.
std::vector<std::string> lines_of(std::string_view answer);

}  // namespace daybreak::library::documents
