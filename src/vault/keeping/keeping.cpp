// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/keeping/keeping.hpp"

namespace daybreak::vault::keeping {

http::Response file_page(const desk::Desk& desk, const http::Request& request, const Work& work,
                         clients::ClientId id, std::string_view title,
                         const std::function<void(html::Markup&)>& content, http::Status status) {
  const language::Words t(visit::language_of(request));
  const auto line = clients::Clients(work).line(id);
  if (!line) return desk.visits.failure(request, line.error(), "/vault/clients");
  return desk::vault_page(
      desk, request,
      {.title = title,
       .audience = html::Audience::kStaff,
       .window_title = t("Your work"),
       .crumbs = {{std::string(t("People you work with")), html::Href("/vault/clients")},
                  {desk::client_title(line->number, line->initials), file_address(id)}}},
      content, status);
}

void add_routes(http::Router& router, const desk::Desk& desk) {
  add_attachment_routes(router, desk);
  add_retention_routes(router, desk);
}

}  // namespace daybreak::vault::keeping
