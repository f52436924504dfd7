// SPDX-License-Identifier: AGPL-3.0-or-later
// A request as handlers see it: already well-formed (framing, path, query, cookies, form), not yet
// checked in meaning. One worker thread at a time owns a Request; nothing in it is shared but the
// body, which is immutable.
#pragma once

#include <any>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "http/body.hpp"
#include "http/fields.hpp"
#include "http/head.hpp"

namespace daybreak::http {

struct Route;

// What a test (or the server) makes a request of. `target` as on the wire: "/search?page=2".
struct RequestParts {
  Method method = Method::kGet;
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;  // Host is added when missing
  std::string body;
  std::string remote_address = "127.0.0.1";
  bool tls = false;
};

class Request {
 public:
  // For tests: the same checks as a request from the wire. Fails with kInvalid.
  static Result<Request> create(RequestParts parts);
  // For the server: `text` is the head that `head` was read from.
  static Result<Request> create(std::string text, Head head);

  Method method() const { return head_.method; }
  // The decoded path without a trailing slash ("/" for the root) and without the language that a
  // router with languages took from its front. Never "..", "//" or NUL in it.
  const std::string& path() const { return path_; }
  const std::vector<std::string>& segments() const { return segments_; }
  // True when the path was written with a slash at its end (and is not "/").
  bool has_trailing_slash() const { return trailing_slash_; }
  // The target as written, for redirects back: path and query, starts with exactly one slash.
  std::string_view target() const { return head_.target.in(text_); }

  // The first header of that name (any case), without surrounding space.
  std::optional<std::string_view> header(std::string_view name) const;
  const Fields& query() const { return query_; }
  // A cookie by its exact name; the first one wins.
  const Unchecked<std::string>* cookie(std::string_view name) const { return cookies_.find(name); }
  std::string_view body() const { return body_ ? body_->view() : std::string_view(); }
  // Keeps the body (and every Upload's content) alive beyond the request.
  std::shared_ptr<const Body> body_owner() const { return body_; }
  // Fields and files of a urlencoded or multipart body; empty for any other content type.
  const Form& form() const { return form_; }
  // "text/csv" of "text/csv; charset=utf-8", lower case; empty when none was sent.
  std::string content_type() const;

  // The address of the client ("203.0.113.9"). Personal information by statute: never store it.
  const std::string& remote_address() const { return remote_address_; }
  bool is_tls() const { return tls_; }
  // The language that the path asks for ("es" for "/es/services"); else the server's first.
  const std::string& language() const { return language_; }
  // What the browser likes best among the server's languages, by Accept-Language.
  std::string preferred_language(const std::vector<std::string>& offered) const;
  // Names this request in the log and on error pages: "k3v9-000f2a".
  const std::string& id() const { return id_; }

  // Path parameters, typed and checked by the route's pattern; asking for one that the pattern does
  // not have (or has as another type) is a bug and throws std::logic_error.
  const std::string& parameter(std::string_view name) const;
  Uuid uuid_parameter(std::string_view name) const;
  std::int64_t integer_parameter(std::string_view name) const;
  // The route that was matched; nullptr only when none was.
  const Route* route() const { return route_; }

  // What earlier steps found out (the session, the organisation), by type.
  template <typename T>
  void attach(T value) {
    attachments_.insert_or_assign(std::type_index(typeid(T)), std::any(std::move(value)));
  }
  template <typename T>
  const T* attached() const {
    const auto found = attachments_.find(std::type_index(typeid(T)));
    return found == attachments_.end() ? nullptr : std::any_cast<T>(&found->second);
  }

  // For the server and the router.
  void set_connection(std::string remote_address, bool tls, std::string id);
  void set_body(std::shared_ptr<const Body> body) { body_ = std::move(body); }
  void set_route(const Route& route, std::vector<std::pair<std::string, std::string>> parameters);
  // Takes a language of `languages` from the front of the path; without one, the first is meant.
  void take_language(const std::vector<std::string>& languages);
  // Reads the body as a form if its content type says so. Fails with kInvalid.
  Result<void> read_form();
  const Head& head() const { return head_; }

 private:
  Result<void> read_target();
  void read_cookies();
  void write_path();

  std::string text_;
  Head head_;
  std::string path_;
  std::vector<std::string> segments_;
  bool trailing_slash_ = false;
  Fields query_, cookies_;
  Form form_;
  std::shared_ptr<const Body> body_;
  std::string remote_address_ = "127.0.0.1", language_ = "en", id_ = "test";
  bool tls_ = false;
  const Route* route_ = nullptr;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::unordered_map<std::type_index, std::any> attachments_;
};

}  // namespace daybreak::http
