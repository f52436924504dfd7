// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/desk/ only: the questions of intake as fields, each with a way to skip it, and back.
#pragma once

#include "vault/clients/clients.hpp"
#include "vault/desk/desk.hpp"

namespace daybreak::vault::desk {

// `file` may be null; what was told is filled in. Choices that count on `day` are offered.
void write_questions(html::Markup& out, const clients::ClientFile* file, const http::Fields* typed,
                     std::span<const html::FieldError> errors, Date day);
// The reasons to skip a question, as choices of the field "<its id>_skip".
void write_skip(html::Markup& out, const codes::Question& question, std::string_view chosen);
// What was told or skipped; fields left empty are not asked, unless they had an answer before.
std::vector<clients::Answer> read_answers(const http::Fields& fields);

}  // namespace daybreak::vault::desk
