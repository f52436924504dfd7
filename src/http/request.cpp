// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/request.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"
#include "http/cookies.hpp"
#include "http/language.hpp"
#include "http/multipart.hpp"
#include "http/url.hpp"

namespace daybreak::http {
namespace {

std::string write_head(const RequestParts& parts) {
  std::string text = std::string(name_of(parts.method)) + " " + parts.target + " HTTP/1.1\r\n";
  const auto is_host = [](const auto& header) {
    return equals_ignoring_case_ascii(header.first, "host");
  };
  if (std::ranges::none_of(parts.headers, is_host)) text += "Host: localhost\r\n";
  for (const auto& [name, value] : parts.headers) text += name + ": " + value + "\r\n";
  if (!parts.body.empty()) text += "Content-Length: " + std::to_string(parts.body.size()) + "\r\n";
  return text + "\r\n";
}

}  // namespace

Result<Request> Request::create(RequestParts parts) {
  std::string text = write_head(parts);
  auto head = read_head(text);
  if (!head) return fail(ErrorKind::kInvalid, std::string(head.error().reason), "request");
  Request request = TRY(create(std::move(text), std::move(*head)));
  request.set_connection(std::move(parts.remote_address), parts.tls, "test");
  if (!parts.body.empty()) request.set_body(std::make_shared<const Body>(std::move(parts.body)));
  return request;
}

Result<Request> Request::create(std::string text, Head head) {
  Request request;
  request.text_ = std::move(text);
  request.head_ = std::move(head);
  TRY(request.read_target());
  request.read_cookies();
  return request;
}

Result<void> Request::read_target() {
  const std::string_view whole = target();
  if (whole == "*") return {};
  const std::size_t mark = std::min(whole.find('?'), whole.size());
  Path path = TRY(parse_path(whole.substr(0, mark)));
  segments_ = std::move(path.segments);
  trailing_slash_ = path.trailing_slash;
  write_path();
  if (mark < whole.size()) query_ = TRY(parse_urlencoded(whole.substr(mark + 1)));
  return {};
}

void Request::write_path() {
  path_.clear();
  for (const std::string& segment : segments_) (path_ += '/') += segment;
  if (path_.empty()) path_ = "/";
}

void Request::take_language(const std::vector<std::string>& languages) {
  if (languages.empty()) return;
  const bool is_named =
      !segments_.empty() && std::ranges::find(languages, segments_.front()) != languages.end();
  language_ = is_named ? segments_.front() : languages.front();
  if (!is_named) return;
  segments_.erase(segments_.begin());
  write_path();
}

std::string Request::preferred_language(const std::vector<std::string>& offered) const {
  return negotiate_language(header("Accept-Language").value_or(""), offered);
}

void Request::read_cookies() {
  for (const HeaderRange& range : head_.headers)
    if (equals_ignoring_case_ascii(range.name.in(text_), "cookie"))
      add_cookies(range.value.in(text_), cookies_);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const HeaderRange& range : head_.headers)
    if (equals_ignoring_case_ascii(range.name.in(text_), name)) return range.value.in(text_);
  return std::nullopt;
}

std::string Request::content_type() const {
  const std::string_view value = header("Content-Type").value_or("");
  return to_lower_ascii(trim(value.substr(0, value.find(';'))));
}

const std::string& Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters_)
    if (key == name) return value;
  throw std::logic_error("the route has no parameter " + std::string(name));
}

Uuid Request::uuid_parameter(std::string_view name) const {
  const auto uuid = Uuid::parse(parameter(name));
  if (!uuid) throw std::logic_error("the route's parameter is not a uuid: " + std::string(name));
  return *uuid;
}

std::int64_t Request::integer_parameter(std::string_view name) const {
  const auto number = to_integer(parameter(name));
  if (!number)
    throw std::logic_error("the route's parameter is not an integer: " + std::string(name));
  return *number;
}

void Request::set_connection(std::string remote_address, bool tls, std::string id) {
  remote_address_ = std::move(remote_address);
  tls_ = tls;
  id_ = std::move(id);
}

void Request::set_route(const Route& route,
                        std::vector<std::pair<std::string, std::string>> parameters) {
  route_ = &route;
  parameters_ = std::move(parameters);
}

Result<void> Request::read_form() {
  const std::string type = content_type();
  if (type == "application/x-www-form-urlencoded") {
    form_.fields = TRY(parse_urlencoded(body()));
  } else if (type == "multipart/form-data") {
    form_ = TRY(parse_multipart(header("Content-Type").value_or(""), body()));
  }
  return {};
}

}  // namespace daybreak::http
