// SPDX-License-Identifier: AGPL-3.0-or-later
// Embedded files as routes: content type by name, ETag, and a gzip form that is made once at start.
// Nothing else of the server is compressed, since what holds secrets must not be.
#pragma once

#include <string>
#include <string_view>

#include "base/embedded.hpp"
#include "http/router.hpp"

namespace daybreak::http {

// Serves folder's "css/site.css" as prefix + "/css/site.css". The folder must outlive the router.
void add_static_files(Router& router, const std::string& prefix, const EmbeddedFolder& folder);

// "text/css; charset=utf-8" of "site.css"; "application/octet-stream" when unknown.
std::string_view content_type_of(std::string_view file_name);

// True when an If-None-Match header lists the tag.
bool matches_etag(std::string_view if_none_match, std::string_view etag);

// True when an Accept-Encoding header allows gzip.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace daybreak::http
