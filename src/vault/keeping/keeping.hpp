// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of what a vault keeps and for how long: attachments in a person's file, holds and
// purges. Above vault/desk/, with its ways: no name in an address, every act asks its service.
#pragma once

#include "vault/clients/clients.hpp"
#include "vault/desk/desk.hpp"

namespace daybreak::vault::keeping {

// "/vault/clients/{id}/attachments…", "/vault/retention", "/vault/clients/{id}/retention…"
void add_routes(http::Router& router, const desk::Desk& desk);
void add_attachment_routes(http::Router& router, const desk::Desk& desk);
void add_retention_routes(http::Router& router, const desk::Desk& desk);

inline html::Href file_address(clients::ClientId id) {
  return html::Href("/vault/clients") / id.to_string();
}
// A page below one person's file, with the way back; nothing of the file is opened for its heading.
http::Response file_page(const desk::Desk& desk, const http::Request& request, const Work& work,
                         clients::ClientId id, std::string_view title,
                         const std::function<void(html::Markup&)>& content,
                         http::Status status = http::Status::kOk);

}  // namespace daybreak::vault::keeping
