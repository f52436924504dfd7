// SPDX-License-Identifier: AGPL-3.0-or-later
#include "mail/encoding.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace daybreak::mail {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Bytes of the character that starts at `at`.
std::size_t character_size(std::string_view text, std::size_t at) {
  std::size_t size = 1;
  while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xc0) == 0x80)
    ++size;
  return size;
}

// Q-encoded words of at most 75 characters, never cutting a character in two.
std::string encoded_words(std::string_view text, std::size_t column) {
  constexpr std::string_view kOpen = "=?utf-8?Q?", kClose = "?=";
  std::string out, word;
  std::size_t room = 76 - std::min<std::size_t>(column, 40) - kOpen.size() - kClose.size();
  const auto flush = [&] {
    if (!out.empty()) out += "\r\n ";
    out += std::string(kOpen) + word + std::string(kClose);
    word.clear();
    room = 74 - kOpen.size() - kClose.size();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = character_size(text, at);
    std::string coded;
    for (const char c : text.substr(at, size)) {
      if (c == ' ') {
        coded += '_';
      } else if (is_letter_or_digit(c)) {
        coded += c;
      } else {
        coded += fmt::format("={:02X}", static_cast<unsigned char>(c));
      }
    }
    if (word.size() + coded.size() > room) flush();
    word += coded;
    at += size;
  }
  flush();
  return out;
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }) &&
         text.find("=?") == std::string_view::npos;
}

}  // namespace

std::string encoded_text(std::string_view text, std::size_t column) {
  if (!is_plain(text)) return encoded_words(text, column);
  std::string out;
  std::size_t length = column;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find(' ', at + 1);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view word = text.substr(at, end - at);
    // A single word longer than a line would break the limit of 998: encode instead.
    if (word.size() > 70) return encoded_words(text, column);
    if (length + word.size() > 76 && at > 0 && word.size() > 1) {
      out += "\r\n";
      length = 0;
    }
    out += word;
    length += word.size();
    at = end;
  }
  return out;
}

std::string encoded_phrase(std::string_view name) {
  if (!is_plain(name) || name.size() > 60) return encoded_words(name, 10);
  const bool bare = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter_or_digit(c) || c == ' ' || c == '-';
  });
  if (bare) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string quoted_printable(std::string_view text) {
  constexpr std::size_t kMost = 75;
  std::string out;
  std::size_t length = 0;
  const auto put = [&](std::string_view coded) {
    if (length + coded.size() > kMost) {
      out += "=\r\n";
      length = 0;
    }
    out += coded;
    length += coded.size();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool line_end = c == '\n' || c == '\r';
    if (line_end) {
      if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
      out += "\r\n";
      length = 0;
      continue;
    }
    const bool last = at + 1 == text.size() || text[at + 1] == '\n' || text[at + 1] == '\r';
    const bool blank = c == ' ' || c == '\t';
    // A dot that starts a line is coded too, so that no relay can take it for the end.
    const bool literal =
        (blank && !last) || (c > 0x20 && c < 0x7f && c != '=' && !(c == '.' && length == 0));
    if (literal) {
      put(std::string_view(&c, 1));
    } else {
      put(fmt::format("={:02X}", static_cast<unsigned char>(c)));
    }
  }
  if (length > 0 || out.empty() || !out.ends_with("\r\n")) out += "\r\n";
  return out;
}

}  // namespace daybreak::mail
