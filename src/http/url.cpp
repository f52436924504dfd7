// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/url.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

Result<std::string> decode_segment(std::string_view raw) {
  std::string segment = TRY(percent_decode(raw));
  if (segment.empty() || segment == "." || segment == "..")
    return fail(ErrorKind::kInvalid, "the path has an empty or relative segment", "path");
  if (std::ranges::any_of(segment, [](char c) { return c == '/' || c == '\\' || is_control(c); }))
    return fail(ErrorKind::kInvalid, "a path segment has a slash or control byte in it", "path");
  return segment;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(ErrorKind::kInvalid, "a percent escape is not whole");
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i] == '+' && plus == Plus::kIsSpace ? ' ' : text[i];
    }
    if (decoded.back() == '\0') return fail(ErrorKind::kInvalid, "the text has a NUL in it");
  }
  if (!is_valid_utf8(decoded)) return fail(ErrorKind::kInvalid, "the text is not UTF-8");
  return decoded;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

Result<Path> parse_path(std::string_view path) {
  if (path.empty() || path.front() != '/')
    return fail(ErrorKind::kInvalid, "the path does not start with a slash", "path");
  Path parsed;
  path.remove_prefix(1);
  if (path.empty()) return parsed;
  if (path.back() == '/') {
    parsed.trailing_slash = true;
    path.remove_suffix(1);
  }
  for (const std::string_view raw : split(path, '/'))
    parsed.segments.push_back(TRY(decode_segment(raw)));
  return parsed;
}

Result<Fields> parse_urlencoded(std::string_view text, std::size_t limit) {
  Fields fields;
  if (text.empty()) return fields;
  for (const std::string_view part : split(text, '&')) {
    if (part.empty()) continue;
    if (fields.all().size() == limit) return fail(ErrorKind::kInvalid, "there are too many fields");
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view value = equals < part.size() ? part.substr(equals + 1) : "";
    std::string name = TRY(percent_decode(part.substr(0, equals), Plus::kIsSpace));
    fields.add(std::move(name), TRY(percent_decode(value, Plus::kIsSpace)));
  }
  return fields;
}

bool is_local_path(std::string_view path) {
  return !path.empty() && path.front() == '/' && !path.starts_with("//") &&
         std::ranges::none_of(path, [](char c) { return c == '\\' || c == ' ' || is_control(c); });
}

}  // namespace daybreak::http
