// SPDX-License-Identifier: AGPL-3.0-or-later
// One group of fields as a form, and a filled-in form back into a record's body. The form never
// holds a part that the member may not see; what it does not show it leaves as it is. Internal to
// the desk.
#pragma once

#include <vector>

#include "commons/directory/desk/access.hpp"
#include "commons/directory/desk/fields.hpp"
#include "html/components.hpp"

namespace daybreak::directory::desk {

// What forms need besides the body.
struct FormNeeds {
  const search::NeedTree& needs;
  const Clock& clock;
  Random& random;
  std::vector<trust::Organization> partners;  // those that can be named
};

void write_group(html::Markup& out, const Group& group, Entity entity, const Json& body,
                 const FormNeeds& with, std::span<const html::FieldError> errors);

// Puts what the form says into `body`. What was typed is put in even when it is wrong, so that the
// form can be shown again.
std::vector<html::FieldError> read_group(const http::Fields& form, const Group& group,
                                         Entity entity, language::Words t, const FormNeeds& with,
                                         Json& body);

// The rule of "eligibility_rule": as fields when it is one list of simple conditions, else as an
// outline of lines.
void write_rule(html::Markup& out, const Json& body, std::span<const html::FieldError> errors);
void read_rule(const http::Fields& form, language::Words t, Json& body,
               std::vector<html::FieldError>& errors);
// "18 or older" below "all of": a rule as lines, two spaces a level, and back.
std::string outline_of(const Json& rule);
Result<Json> rule_from_outline(std::string_view text);

// Lists whose entries are rows of a form.
void write_rows(html::Markup& out, const FormField& field, const Json& body,
                std::span<const html::FieldError> errors);
void read_rows(const http::Fields& form, const FormField& field, language::Words t,
               const FormNeeds& with, Json& body, std::vector<html::FieldError>& errors);

// A trimmed field of a form.
std::string said(const http::Fields& form, std::string_view name);

}  // namespace daybreak::directory::desk
