// SPDX-License-Identifier: AGPL-3.0-or-later
// URLs as far as a server meets them: percent-decoding, the path of a target, query strings and
// urlencoded forms. Strict: what could be read in two ways is refused. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/fields.hpp"

namespace daybreak::http {

enum class Plus : std::uint8_t { kIsPlus, kIsSpace };

// Fails on a bad escape, on NUL and on text that is not UTF-8 after decoding.
Result<std::string> percent_decode(std::string_view text, Plus plus = Plus::kIsPlus);
// Escapes all but letters, digits and "-._~".
std::string percent_encode(std::string_view text);

struct Path {
  std::vector<std::string> segments;  // decoded
  bool trailing_slash = false;
};
// The segments of "/a/b%20c/": refuses a path that does not start with one slash, empty segments
// ("//"), "." and "..", and an escaped slash, backslash, NUL or control byte inside a segment.
Result<Path> parse_path(std::string_view path);

// "a=1&b=two+words": at most `limit` fields; empty parts are skipped.
Result<Fields> parse_urlencoded(std::string_view text, std::size_t limit = 1000);

// True for a path on this server that is safe to redirect to: one leading slash, no backslash, no
// control byte.
bool is_local_path(std::string_view path);

}  // namespace daybreak::http
