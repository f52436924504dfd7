// SPDX-License-Identifier: AGPL-3.0-or-later
// The status line and headers of an answer as bytes. Pure function.
#pragma once

#include <string>

#include "http/response.hpp"
#include "http/security_headers.hpp"

namespace daybreak::http {

// How the client learns where the body ends.
enum class BodyEnd : std::uint8_t { kNone, kLength, kChunked, kClose };

struct ResponseFrame {
  BodyEnd body_end = BodyEnd::kLength;
  bool keep_alive = true;
  SecurityContext security;
};

// The frame that fits: 204 and 304 have no body, a stream is chunked for HTTP/1.1 and ended by
// closing for HTTP/1.0.
BodyEnd body_end_of(const Response& response, bool is_1_0);

std::string write_response_head(const Response& response, const ResponseFrame& frame);

}  // namespace daybreak::http
