// SPDX-License-Identifier: AGPL-3.0-or-later
// The headers that every answer carries so that a browser keeps nothing, tells nobody, runs only
// our own files and shows us in nobody's frame. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "http/response.hpp"
#include "http/router.hpp"

namespace daybreak::http {

struct SecurityContext {
  bool tls = false;
  bool may_be_embedded = false;
  Caching caching = Caching::kNoStore;
};

// Header lines, each with its line end, for every answer. Content-Security-Policy and Cache-Control
// are left out when the response has its own.
std::string security_headers(const SecurityContext& context, const Response& response);

// Makes the browser forget everything about this site: for sign-out and quick exit.
void clear_site_data(Response& response);

}  // namespace daybreak::http
