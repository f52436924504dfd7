// SPDX-License-Identifier: AGPL-3.0-or-later
// Which language to answer in. Pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace daybreak::http {

// The best of `offered` ("en", "es") for an Accept-Language header (RFC 9110, 12.5.4): by quality,
// then by the order of the header; "es-MX" asks for "es". The first offered when nothing fits.
// A malformed part is skipped.
std::string negotiate_language(std::string_view accept_language,
                               const std::vector<std::string>& offered);

}  // namespace daybreak::http
