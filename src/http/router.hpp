// SPDX-License-Identifier: AGPL-3.0-or-later
// Which handler answers which method and path, with what each route demands as data, so that tests,
// the API description and the audit can walk over all of them. Built by one thread at start; then
// immutable and safe to use from any thread.
//
//   router.get("/directory/services/{id:uuid}", Access::anyone(), show_service);
//   router.post("/directory/services/{id:uuid}/edit", Access::permission("directory.edit"), save,
//               {.body_limit = 256 * 1024});
//
// Pattern: literal segments, {name} (any one segment), {name:uuid}, {name:integer}, {name:rest}
// (one or more last segments). A literal wins over a typed parameter, that over an untyped one,
// that over the rest. Two routes of one method and shape are a bug and throw std::logic_error, at
// start.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace daybreak::http {

using Handler = std::function<Response(Request&)>;

// Who may call a route. There is no default: every route says it.
class Access {
 public:
  enum class Kind : std::uint8_t { kAnyone, kSignedIn, kPermission };
  static Access anyone() { return {Kind::kAnyone, {}}; }
  static Access signed_in() { return {Kind::kSignedIn, {}}; }
  static Access permission(std::string name) { return {Kind::kPermission, std::move(name)}; }
  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }

 private:
  Access(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}
  Kind kind_;
  std::string name_;
};

// Unsafe methods are refused when a browser says that another site sent them, and must carry the
// session's token; exempt are only calls that carry no cookie authority (API keys, one-time links).
enum class Csrf : std::uint8_t { kRequired, kExempt };

enum class Caching : std::uint8_t {
  kNoStore,     // the default: nothing stays on the device
  kRevalidate,  // ask again each time (ETag): static files
  kImmutable,   // the name changes with the content
};

// Where the handler runs: kInline (on the network thread) is for answers that never wait and take
// microseconds.
enum class RunsOn : std::uint8_t { kWorker, kInline };

struct RouteOptions {
  std::size_t body_limit = 64 * 1024;
  Csrf csrf = Csrf::kRequired;
  Caching caching = Caching::kNoStore;
  RunsOn runs_on = RunsOn::kWorker;
  bool may_be_embedded = false;  // shown inside a partner's page (frame-ancestors)
  bool slash_optional = false;   // "/api/" answers as "/api" does, without a redirect
  std::string summary;           // one sentence for the API description
};

struct Route {
  Method method;
  std::string pattern;
  Access access;
  RouteOptions options;
  Handler handler;
};

// A step around every handler, in the order added: look at the request, call next or answer itself.
using Step = std::function<Response(Request&, const Route&, const Handler& next)>;
// Decides on routes that are not for anyone: nothing to let the request pass, else the refusal.
// Without one every such route answers 404.
using Authorizer = std::function<std::optional<Response>(Request&, const Route&)>;
// Makes the page of an error (404, 405, 500 …) that no handler answered; `detail` is for a person.
using ErrorPage = std::function<Response(const Request&, Status, std::string_view detail)>;

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  void get(std::string pattern, Access access, Handler handler, RouteOptions options = {});
  void post(std::string pattern, Access access, Handler handler, RouteOptions options = {});
  void put(std::string pattern, Access access, Handler handler, RouteOptions options = {});
  void patch(std::string pattern, Access access, Handler handler, RouteOptions options = {});
  void remove(std::string pattern, Access access, Handler handler, RouteOptions options = {});
  void add(Route route);

  // Every path may begin with one of these ("/es/services"), which match() takes off and sets as
  // the request's language; the first is the language of paths without.
  void set_languages(std::vector<std::string> languages);
  void add_step(Step step);
  void set_authorizer(Authorizer authorizer);
  void set_error_page(ErrorPage page);

  // All routes, in the order added.
  const std::vector<std::unique_ptr<Route>>& routes() const;

  // Finds the route and sets it in the request; else the answer to give: 404, 405 with Allow, 308
  // to the path without its trailing slash, 204 with Allow for OPTIONS. HEAD finds the GET route.
  std::optional<Response> match(Request& request) const;
  // Answers a matched request: form, same-origin check, steps, authorizer, handler, error page. An
  // exception becomes a 500 and is reported through `on_bug`.
  Response run(Request& request) const;
  // match and run: what tests call.
  Response handle(Request& request) const;
  Response error(const Request& request, Status status, std::string_view detail) const;

  std::function<void(const Request&, std::string_view what)> on_bug;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

// True when the browser says that the request comes from another site (Sec-Fetch-Site, Origin).
bool is_cross_site(const Request& request);

}  // namespace daybreak::http
