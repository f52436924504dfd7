// SPDX-License-Identifier: AGPL-3.0-or-later
// Paths and queries: a path that is accepted has no way up, and writing it again gives the same.
// links: http
#include <cstdlib>

#include "http/url.hpp"

using namespace daybreak::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)is_local_path(text);
  if (const auto decoded = percent_decode(text))
    if (percent_decode(percent_encode(*decoded)) != *decoded) std::abort();
  const auto path = parse_path(text);
  if (!path) return 0;
  std::string again;
  for (const std::string& segment : path->segments) {
    if (segment.empty() || segment == ".." || segment.find('/') != std::string::npos) std::abort();
    again += "/" + percent_encode(segment);
  }
  if (again.empty()) return 0;
  if (!is_local_path(again) || parse_path(again)->segments != path->segments) std::abort();
  return 0;
}
