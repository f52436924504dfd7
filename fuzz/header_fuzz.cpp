// SPDX-License-Identifier: AGPL-3.0-or-later
// Values of headers: cookies, languages, encodings, tags, parameters; the first byte chooses. A
// cookie that was read can be written.
// links: http
#include "http/cookies.hpp"
#include "http/language.hpp"
#include "http/multipart.hpp"
#include "http/static_files.hpp"

using namespace daybreak::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Fields cookies;
  switch (data[0] % 4) {
    case 0:
      add_cookies(text, cookies);
      for (const Field& field : cookies.all())
        if (!field.name.starts_with("__Host-"))
          (void)write_cookie({.name = field.name, .value = field.value.raw()});
      break;
    case 1:
      (void)negotiate_language(text, {"en", "es"});
      break;
    case 2:
      (void)header_parameter(text, "boundary");
      break;
    default:
      (void)accepts_gzip(text);
      (void)matches_etag(text, "\"a\"");
  }
  return 0;
}
