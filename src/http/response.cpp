// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/response.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"
#include "http/cookies.hpp"
#include "http/url.hpp"

namespace daybreak::http {
namespace {

bool is_header_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

// Letters, digits and a few marks; the rest becomes '_', so that no file system takes offence.
std::string plain_file_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || (c == '.' && !plain.empty());
    plain += safe ? c : '_';
  }
  return plain.empty() ? "download" : plain;
}

Status status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return Status::kBadRequest;
    case ErrorKind::kNotFound:
      return Status::kNotFound;
    case ErrorKind::kConflict:
      return Status::kConflict;
    case ErrorKind::kDenied:
      return Status::kForbidden;
    case ErrorKind::kUnavailable:
      return Status::kUnavailable;
    case ErrorKind::kUnsupported:
      return Status::kUnprocessable;
    case ErrorKind::kCorrupt:
    case ErrorKind::kInternal:
      return Status::kInternalError;
  }
  return Status::kInternalError;
}

}  // namespace

std::string_view reason_of(Status status) {
  switch (status) {
    case Status::kOk:
      return "OK";
    case Status::kCreated:
      return "Created";
    case Status::kAccepted:
      return "Accepted";
    case Status::kNoContent:
      return "No Content";
    case Status::kMovedPermanently:
      return "Moved Permanently";
    case Status::kSeeOther:
      return "See Other";
    case Status::kNotModified:
      return "Not Modified";
    case Status::kTemporaryRedirect:
      return "Temporary Redirect";
    case Status::kPermanentRedirect:
      return "Permanent Redirect";
    case Status::kBadRequest:
      return "Bad Request";
    case Status::kUnauthorized:
      return "Unauthorized";
    case Status::kForbidden:
      return "Forbidden";
    case Status::kNotFound:
      return "Not Found";
    case Status::kMethodNotAllowed:
      return "Method Not Allowed";
    case Status::kNotAcceptable:
      return "Not Acceptable";
    case Status::kRequestTimeout:
      return "Request Timeout";
    case Status::kConflict:
      return "Conflict";
    case Status::kGone:
      return "Gone";
    case Status::kLengthRequired:
      return "Length Required";
    case Status::kPreconditionFailed:
      return "Precondition Failed";
    case Status::kContentTooLarge:
      return "Content Too Large";
    case Status::kUriTooLong:
      return "URI Too Long";
    case Status::kUnsupportedMediaType:
      return "Unsupported Media Type";
    case Status::kExpectationFailed:
      return "Expectation Failed";
    case Status::kUnprocessable:
      return "Unprocessable Content";
    case Status::kTooManyRequests:
      return "Too Many Requests";
    case Status::kHeaderTooLarge:
      return "Request Header Fields Too Large";
    case Status::kInternalError:
      return "Internal Server Error";
    case Status::kNotImplemented:
      return "Not Implemented";
    case Status::kUnavailable:
      return "Service Unavailable";
    case Status::kVersionNotSupported:
      return "HTTP Version Not Supported";
  }
  return "Unknown";
}

Response Response::of(std::string content_type, std::string body, Status status) {
  Response response(status);
  response.set("Content-Type", content_type);
  response.body_ = std::move(body);
  return response;
}

Response Response::text(std::string body, Status status) {
  return of("text/plain; charset=utf-8", std::move(body), status);
}

Response Response::html(std::string body, Status status) {
  return of("text/html; charset=utf-8", std::move(body), status);
}

Response Response::json(std::string body, Status status) {
  return of("application/json", std::move(body), status);
}

Response Response::of_static(std::string content_type, std::string_view body) {
  Response response;
  response.set("Content-Type", content_type);
  response.static_body_ = body;
  return response;
}

Response Response::stream(std::string content_type, Source source) {
  Response response;
  response.set("Content-Type", content_type);
  response.source_ = std::move(source);
  return response;
}

Response Response::redirect(std::string_view path, Status status) {
  if (!is_local_path(path)) throw std::logic_error("a redirect must stay on this server");
  Response response(status);
  response.set("Location", path);
  return response;
}

Response Response::of_error(const Error& error) {
  return text(error.describe() + "\n", status_of(error.kind));
}

Response& Response::set(std::string_view name, std::string_view value) {
  std::erase_if(headers_,
                [&](const auto& header) { return equals_ignoring_case_ascii(header.first, name); });
  return add(name, value);
}

Response& Response::add(std::string_view name, std::string_view value) {
  if (!is_header_value(value))
    throw std::logic_error("a header has a control byte: " + std::string(name));
  headers_.emplace_back(name, value);
  return *this;
}

Response& Response::set_cookie(const Cookie& cookie) {
  return add("Set-Cookie", write_cookie(cookie));
}

Response& Response::clear_cookie(std::string_view name, bool secure) {
  return set_cookie(
      {.name = std::string(name), .lifetime = std::chrono::seconds(0), .secure = secure});
}

Response& Response::as_download(std::string_view file_name) {
  std::string value = "attachment; filename=\"" + plain_file_name(file_name) + "\"";
  if (is_valid_utf8(file_name)) value += "; filename*=UTF-8''" + percent_encode(file_name);
  return set("Content-Disposition", value);
}

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers_)
    if (equals_ignoring_case_ascii(key, name)) return value;
  return std::nullopt;
}

Result<std::string> Response::read_all() const {
  std::string whole(body());
  if (!source_) return whole;
  for (;;) {
    const std::optional<std::string> piece = TRY(source_());
    if (!piece) return whole;
    whole += *piece;
  }
}

void Response::drop_body() {
  body_.clear();
  static_body_ = {};
  source_ = nullptr;
}

}  // namespace daybreak::http
