// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/response_head.hpp"

#include <array>
#include <charconv>
#include <ctime>

namespace daybreak::http {
namespace {

// "Sat, 21 Nov 2026 21:06:32 GMT", made once a second in each thread.
std::string_view http_date() {
  thread_local std::time_t made_at = 0;
  thread_local std::array<char, 40> text{};
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    made_at = now;
  }
  return {text.data(), size};
}

void append_number(std::string& text, std::size_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

}  // namespace

BodyEnd body_end_of(const Response& response, bool is_1_0) {
  if (response.status() == Status::kNoContent || response.status() == Status::kNotModified)
    return BodyEnd::kNone;
  if (!response.is_stream()) return BodyEnd::kLength;
  return is_1_0 ? BodyEnd::kClose : BodyEnd::kChunked;
}

std::string write_response_head(const Response& response, const ResponseFrame& frame) {
  std::string text;
  text.reserve(1280);
  text += "HTTP/1.1 ";
  append_number(text, static_cast<std::size_t>(response.code()));
  ((text += ' ') += reason_of(response.status())) += "\r\nDate: ";
  (text += http_date()) += "\r\n";
  for (const auto& [name, value] : response.headers())
    (((text += name) += ": ") += value) += "\r\n";
  text += security_headers(frame.security, response);
  if (frame.body_end == BodyEnd::kLength) {
    text += "Content-Length: ";
    append_number(text, response.body().size());
    text += "\r\n";
  } else if (frame.body_end == BodyEnd::kChunked) {
    text += "Transfer-Encoding: chunked\r\n";
  }
  if (!frame.keep_alive) text += "Connection: close\r\n";
  return text += "\r\n";
}

}  // namespace daybreak::http
