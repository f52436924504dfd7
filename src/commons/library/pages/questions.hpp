// SPDX-License-Identifier: AGPL-3.0-or-later
// The questions of a document as a form, the answers that came back, and its files. Shared by the
// public samples and the drafts of the task force.
#pragma once

#include <optional>
#include <span>

#include "commons/library/documents/assemble.hpp"
#include "html/components.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace daybreak::library::pages {

documents::Answers read_answers(const http::Request& request, const documents::Template& made);
// Those that are asked with these answers.
void write_questions(html::Markup& out, const documents::Template& made,
                     const documents::Answers& answers, std::span<const html::FieldError> errors);
std::vector<html::FieldError> errors_of(const documents::Template& made,
                                        const documents::Answers& answers,
                                        language::Language language);
void write_preview(html::Markup& out, const doc::Document& document);
// "pdf", "docx" of a document, with a file's name; nothing for another form.
std::optional<http::Response> file_of(const doc::Document& document, std::string_view name,
                                      std::string_view form);

}  // namespace daybreak::library::pages
