// SPDX-License-Identifier: AGPL-3.0-or-later
// Urlencoded forms and query strings.
// links: http
#include "http/url.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)daybreak::http::parse_urlencoded({reinterpret_cast<const char*>(data), size});
  return 0;
}
