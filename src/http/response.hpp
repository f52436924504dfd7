// SPDX-License-Identifier: AGPL-3.0-or-later
// What a handler answers: status, headers and a body that is text, embedded bytes or a stream of
// pieces. Plain values; the stream's source is called from one worker thread at a time, never twice
// at once, and is destroyed when the stream ends or the client is gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace daybreak::http {

enum class Status : std::uint16_t {
  kOk = 200,
  kCreated = 201,
  kAccepted = 202,
  kNoContent = 204,
  kMovedPermanently = 301,
  kSeeOther = 303,
  kNotModified = 304,
  kTemporaryRedirect = 307,
  kPermanentRedirect = 308,
  kBadRequest = 400,
  kUnauthorized = 401,
  kForbidden = 403,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kNotAcceptable = 406,
  kRequestTimeout = 408,
  kConflict = 409,
  kGone = 410,
  kLengthRequired = 411,
  kPreconditionFailed = 412,
  kContentTooLarge = 413,
  kUriTooLong = 414,
  kUnsupportedMediaType = 415,
  kExpectationFailed = 417,
  kUnprocessable = 422,
  kTooManyRequests = 429,
  kHeaderTooLarge = 431,
  kInternalError = 500,
  kNotImplemented = 501,
  kUnavailable = 503,
  kVersionNotSupported = 505,
};
std::string_view reason_of(Status status);

// The next piece of a stream: text, nothing at the end, an error to cut the connection (so that the
// client sees that the file is not whole). An empty piece is skipped.
using Source = std::function<Result<std::optional<std::string>>()>;

// A cookie is HttpOnly, SameSite=Lax and for the whole site unless said otherwise; Secure follows
// TLS.
struct Cookie {
  enum class SameSite : std::uint8_t { kLax, kStrict };
  std::string name, value;
  std::optional<std::chrono::seconds> lifetime;  // none: until the browser closes
  SameSite same_site = SameSite::kLax;
  bool secure = false;  // with a name that starts "__Host-" this must be true
};

class Response {
 public:
  Response() = default;
  explicit Response(Status status) : status_(status) {}

  static Response text(std::string body, Status status = Status::kOk);
  static Response html(std::string body, Status status = Status::kOk);
  static Response json(std::string body, Status status = Status::kOk);
  static Response of(std::string content_type, std::string body, Status status = Status::kOk);
  // Bytes that outlive the server (embedded files): sent without a copy.
  static Response of_static(std::string content_type, std::string_view body);
  // A body made while it is sent; chunked for HTTP/1.1, ended by closing for 1.0.
  static Response stream(std::string content_type, Source source);
  // 303 to a path of this server; anything but a single-slash path is a bug and throws.
  static Response redirect(std::string_view path, Status status = Status::kSeeOther);
  // 304, 204: no body.
  static Response empty(Status status = Status::kNoContent) { return Response(status); }
  // The status that fits the kind, the error's own words as plain text.
  static Response of_error(const Error& error);

  Status status() const { return status_; }
  int code() const { return static_cast<int>(status_); }
  void set_status(Status status) { status_ = status; }
  // Replaces. Names are compared without case. A value with a line break or control byte is a bug
  // and throws.
  Response& set(std::string_view name, std::string_view value);
  Response& add(std::string_view name, std::string_view value);
  Response& set_cookie(const Cookie& cookie);
  Response& clear_cookie(std::string_view name, bool secure);
  // "Save as": the name is made safe for every file system and browser.
  Response& as_download(std::string_view file_name);
  std::optional<std::string_view> header(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }

  std::string_view body() const {
    return static_body_.empty() ? std::string_view(body_) : static_body_;
  }
  bool is_stream() const { return source_ != nullptr; }
  const Source& source() const { return source_; }
  // The whole body, stream included: for tests.
  Result<std::string> read_all() const;
  void drop_body();
  std::string take_body() { return std::move(body_); }
  Source take_source() { return std::move(source_); }
  std::string_view static_body() const { return static_body_; }

 private:
  Status status_ = Status::kOk;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
  std::string_view static_body_;
  Source source_;
};

}  // namespace daybreak::http
