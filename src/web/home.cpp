// SPDX-License-Identifier: AGPL-3.0-or-later
// The home page and the pages of errors.
#include "web/site.hpp"

namespace daybreak::web {

void add_home_routes(http::Router& router) {
  router.get("/", http::Access::anyone(),
             [](http::Request&) { return http::Response::text("Daybreak\n"); });
}

http::Response error_page(const http::Request&, http::Status status, std::string_view detail) {
  return http::Response::text(std::string(detail.empty() ? http::reason_of(status) : detail) + "\n",
                              status);
}

}  // namespace daybreak::web
