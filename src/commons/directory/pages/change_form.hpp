// SPDX-License-Identifier: AGPL-3.0-or-later
// The form by which someone without an account says what is different about a service: a field for
// each part that may be changed, and a note. The provider checks a record with it, and anyone
// corrects one. Names of fields are those of the service's body. Any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "commons/directory/service.hpp"
#include "html/form.hpp"
#include "http/request.hpp"

namespace daybreak::directory::pages {

// A field of the form, trimmed.
std::string given(const http::Request& request, std::string_view name);
// What the form says differently from the service as shown to the one who fills it. An emptied
// field is proposed to be taken out; a field that the form did not send is not.
std::vector<FieldChange> changes_in(const http::Request& request, const Json& service);
// `nothing_said` is told when there are neither changes nor a note.
std::vector<html::FieldError> errors_in(const http::Request& request, const Json& service,
                                        const std::vector<FieldChange>& changes, language::Words t,
                                        std::string_view nothing_said);

// What the form would show, to read.
void write_asked_facts(html::Markup& out, const Json& service);
// After an error the fields hold what was sent, else what the service says.
void write_asked_fields(html::Markup& out, const Json& service, const http::Request& request,
                        std::span<const html::FieldError> errors);
void write_note(html::Markup& out, std::string_view label, const http::Request& request,
                std::span<const html::FieldError> errors);

}  // namespace daybreak::directory::pages
