// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside web/ only: the fields that signing in and confirming share.
#pragma once

#include "trust/passkeys.hpp"
#include "visit/visit.hpp"

namespace daybreak::web {

void write_password_field(html::Markup& out, std::string_view name);
void write_code_field(html::Markup& out, std::string_view name);
// "Use a passkey", sent to `path`; hidden where the browser has none.
void write_passkey_form(html::Markup& out, const http::Request& request,
                        const trust::RelyingParty& party, std::string_view path,
                        html::Content fields);

// "/confirm…". A form that was refused for want of a confirmation comes along to the page that asks
// for it, and is sent again by itself afterwards, so that nothing typed is lost.
void add_confirm_routes(http::Router& router, visit::Visits& visits, trust::Sessions& sessions,
                        trust::Passkeys& passkeys);

}  // namespace daybreak::web
