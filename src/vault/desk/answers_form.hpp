// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/desk/ only: the questions of intake as fields, each with a way to skip it, and back.
#pragma once

#include "vault/clients/clients.hpp"
#include "vault/desk/desk.hpp"

namespace daybreak::vault::desk {

// `file` may be null; what was told is filled in.
void write_questions(html::Markup& out, const clients::ClientFile* file, const http::Fields* typed,
                     std::span<const html::FieldError> errors);
// What was told or skipped; fields left empty are not asked, unless they had an answer before.
std::vector<clients::Answer> read_answers(const http::Fields& fields);

}  // namespace daybreak::vault::desk
