// SPDX-License-Identifier: AGPL-3.0-or-later
// The framing guard: reads the head of an HTTP/1.1 request (request line and headers) by the letter
// of RFC 9112 and refuses whatever two servers could understand differently. It decides alone how
// long the body is. Pure functions over bytes, safe to use from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view name_of(Method method);

// A part of the head's text, by place, so that a Head survives its text being moved.
struct TextRange {
  std::uint32_t begin = 0, size = 0;
  std::string_view in(std::string_view text) const { return text.substr(begin, size); }
};

struct HeaderRange {
  TextRange name, value;
};

struct Head {
  Method method = Method::kGet;
  TextRange target;  // origin form: "/path?query" ("*" only for OPTIONS)
  std::vector<HeaderRange> headers;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool is_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

struct HeadLimits {
  std::size_t bytes = 8 * 1024;
  std::size_t headers = 64;
};

// Why a head was refused: the status to answer with, and a reason for the log and the tests.
struct Refusal {
  int status = 400;
  std::string_view reason;
};

// Looks for the end of a head that is still arriving.
struct HeadScan {
  std::size_t end = 0;             // bytes of the head, its empty line included; 0: not there yet
  std::optional<Refusal> refusal;  // what is there can never become well-formed
};
// `scanned` is how many bytes an earlier call has seen (0 at first).
HeadScan scan_head(std::string_view bytes, std::size_t scanned);

// Reads a complete head. Accepts HTTP/1.0 and 1.1 only.
tl::expected<Head, Refusal> read_head(std::string_view text, const HeadLimits& limits = {});

// One line "Name: value" without its line break; the same rules hold for trailers.
tl::expected<HeaderRange, Refusal> read_header_line(std::string_view text, std::size_t begin,
                                                    std::size_t end);

// A character of a token (method, header name).
bool is_token_char(char c);

}  // namespace daybreak::http
