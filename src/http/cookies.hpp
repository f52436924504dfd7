// SPDX-License-Identifier: AGPL-3.0-or-later
// Cookie headers in both directions (RFC 6265). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "http/fields.hpp"
#include "http/response.hpp"

namespace daybreak::http {

// Adds the cookies of one Cookie header. A part that is not name=value with cookie octets is
// skipped: browsers send cookies that other software on the same host has set.
void add_cookies(std::string_view header, Fields& cookies);

// The value of a Set-Cookie header. A name or value with other than cookie octets, or a "__Host-"
// cookie that is not secure, is a bug and throws std::logic_error.
std::string write_cookie(const Cookie& cookie);

}  // namespace daybreak::http
