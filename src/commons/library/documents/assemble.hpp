// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers -> document. The answers are data of their own (kept, exported, compared between drafts);
// the document is made from them at any time. Pure, any thread.
#pragma once

#include "commons/library/documents/template.hpp"
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
// template, version and digest.
doc::Document assemble(const Template& made, const Answers& answers, Language language, Date today);

}  // namespace daybreak::library::documents
