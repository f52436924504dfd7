// SPDX-License-Identifier: AGPL-3.0-or-later
// Multipart forms: the first line is the content type, the rest the body. A file's content must lie
// within the body.
// links: http
#include <cstdlib>

#include "http/multipart.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view body = text.substr(std::min(line + 1, text.size()));
  const auto form = daybreak::http::parse_multipart(text.substr(0, line), body);
  if (!form) return 0;
  for (const auto& file : form->files)
    if (file.content.data() < body.data() ||
        file.content.data() + file.content.size() > body.data() + body.size())
      std::abort();
  return 0;
}
