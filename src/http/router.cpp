// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/router.hpp"

#include <exception>
#include <map>
#include <stdexcept>

#include "base/text.hpp"
#include "http/url.hpp"

namespace daybreak::http {
namespace {

enum class Kind : std::uint8_t { kUuid, kInteger, kText, kRest };
constexpr std::size_t kKinds = 4;

struct Segment {
  std::string literal;  // empty for a parameter
  std::string parameter;
  Kind kind = Kind::kText;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

// One place in the tree of paths: literal children first, then parameters from narrow to wide.
struct Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::array<std::unique_ptr<Node>, kKinds> parameters;
  std::map<Method, std::pair<const Route*, std::vector<std::string>>>
      routes;  // with parameter names
};

Segment parse_segment(std::string_view text, std::string_view pattern) {
  if (text.empty() || text.front() != '{') {
    if (text.empty() || text.find_first_of("{}") != text.npos)
      throw std::logic_error("route pattern is wrong: " + std::string(pattern));
    return {.literal = std::string(text)};
  }
  if (text.back() != '}') throw std::logic_error("route pattern is wrong: " + std::string(pattern));
  text = text.substr(1, text.size() - 2);
  const std::size_t colon = text.find(':');
  Segment segment{.parameter = std::string(text.substr(0, colon))};
  const std::string_view kind = colon == text.npos ? "text" : text.substr(colon + 1);
  if (kind == "uuid") {
    segment.kind = Kind::kUuid;
  } else if (kind == "integer") {
    segment.kind = Kind::kInteger;
  } else if (kind == "rest") {
    segment.kind = Kind::kRest;
  } else if (kind != "text" || segment.parameter.empty()) {
    throw std::logic_error("route pattern is wrong: " + std::string(pattern));
  }
  return segment;
}

std::vector<Segment> parse_pattern(std::string_view pattern) {
  if (pattern.empty() || pattern.front() != '/')
    throw std::logic_error("a route pattern starts with a slash: " + std::string(pattern));
  std::vector<Segment> segments;
  if (pattern == "/") return segments;
  for (const std::string_view part : split(pattern.substr(1), '/')) {
    if (!segments.empty() && segments.back().kind == Kind::kRest)
      throw std::logic_error("{…:rest} comes last: " + std::string(pattern));
    segments.push_back(parse_segment(part, pattern));
  }
  return segments;
}

bool fits(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::kUuid:
      return Uuid::parse(text).has_value();
    case Kind::kInteger:
      return to_integer(text).has_value();
    default:
      return true;
  }
}

// Collects the nodes that a path leads to, best first, with the values met on the way.
struct Search {
  const std::vector<std::string>& path;
  std::vector<std::string> values;
  // Returns true to stop.
  std::function<bool(const Node&, const std::vector<std::string>&)> visit;

  bool walk(const Node& node, std::size_t depth) {
    if (depth == path.size()) return !node.routes.empty() && visit(node, values);
    const auto literal = node.literals.find(path[depth]);
    if (literal != node.literals.end() && walk(*literal->second, depth + 1)) return true;
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      const Node* child = node.parameters[kind].get();
      if (!child || !fits(static_cast<Kind>(kind), path[depth])) continue;
      const bool is_rest = static_cast<Kind>(kind) == Kind::kRest;
      values.push_back(
          is_rest ? join({path.begin() + static_cast<std::ptrdiff_t>(depth), path.end()}, "/")
                  : path[depth]);
      if (is_rest ? visit(*child, values) : walk(*child, depth + 1)) return true;
      values.pop_back();
    }
    return false;
  }
};

bool is_safe(Method method) {
  return method == Method::kGet || method == Method::kHead || method == Method::kOptions;
}

std::string allow_header(const std::map<Method, bool>& methods) {
  std::string allow;
  for (const auto& [method, unused] : methods) {
    allow += std::string(name_of(method)) + ", ";
    if (method == Method::kGet) allow += "HEAD, ";
  }
  return allow + "OPTIONS";
}

}  // namespace

struct Router::Tree {
  Node root;
  std::vector<std::unique_ptr<Route>> routes;
  std::vector<std::string> languages;
  std::vector<Step> steps;
  Authorizer authorizer;
  ErrorPage error_page;

  // Runs the steps from `index` on, then the gate and the handler.
  Response run_from(std::size_t index, Request& request, const Route& route) const {
    if (index < steps.size())
      return steps[index](request, route,
                          [&, index](Request& next) { return run_from(index + 1, next, route); });
    if (authorizer) {
      if (auto refusal = authorizer(request, route)) return std::move(*refusal);
    } else if (route.access.kind() != Access::Kind::kAnyone) {
      return Response(Status::kNotFound);
    }
    return route.handler(request);
  }
};

Router::Router() : tree_(std::make_unique<Tree>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::get(std::string pattern, Access access, Handler handler, RouteOptions options) {
  add({Method::kGet, std::move(pattern), std::move(access), std::move(options),
       std::move(handler)});
}
void Router::post(std::string pattern, Access access, Handler handler, RouteOptions options) {
  add({Method::kPost, std::move(pattern), std::move(access), std::move(options),
       std::move(handler)});
}
void Router::put(std::string pattern, Access access, Handler handler, RouteOptions options) {
  add({Method::kPut, std::move(pattern), std::move(access), std::move(options),
       std::move(handler)});
}
void Router::patch(std::string pattern, Access access, Handler handler, RouteOptions options) {
  add({Method::kPatch, std::move(pattern), std::move(access), std::move(options),
       std::move(handler)});
}
void Router::remove(std::string pattern, Access access, Handler handler, RouteOptions options) {
  add({Method::kDelete, std::move(pattern), std::move(access), std::move(options),
       std::move(handler)});
}

void Router::add(Route route) {
  Node* node = &tree_->root;
  std::vector<std::string> names;
  for (const Segment& segment : parse_pattern(route.pattern)) {
    std::unique_ptr<Node>* child = nullptr;
    if (segment.literal.empty()) {
      names.push_back(segment.parameter);
      child = &node->parameters[static_cast<std::size_t>(segment.kind)];
    } else {
      child = &node->literals[segment.literal];
    }
    if (!*child) *child = std::make_unique<Node>();
    node = child->get();
  }
  auto owned = std::make_unique<Route>(std::move(route));
  if (!node->routes.try_emplace(owned->method, owned.get(), std::move(names)).second)
    throw std::logic_error("two routes have the same method and shape: " + owned->pattern);
  tree_->routes.push_back(std::move(owned));
}

void Router::set_languages(std::vector<std::string> languages) {
  tree_->languages = std::move(languages);
}
void Router::add_step(Step step) { tree_->steps.push_back(std::move(step)); }
void Router::set_authorizer(Authorizer authorizer) { tree_->authorizer = std::move(authorizer); }
void Router::set_error_page(ErrorPage page) { tree_->error_page = std::move(page); }
const std::vector<std::unique_ptr<Route>>& Router::routes() const { return tree_->routes; }

std::optional<Response> Router::match(Request& request) const {
  const std::size_t depth = request.segments().size();
  request.take_language(tree_->languages);
  const bool has_language = request.segments().size() < depth;
  const Method wanted = request.method() == Method::kHead ? Method::kGet : request.method();
  std::map<Method, bool> allowed;
  const auto visit = [&](const Node& node, const std::vector<std::string>& values) {
    const auto found = node.routes.find(wanted);
    for (const auto& [method, unused] : node.routes) allowed[method] = true;
    if (found == node.routes.end()) return false;
    Parameters parameters;
    for (std::size_t i = 0; i < values.size(); ++i)
      parameters.emplace_back(found->second.second[i], values[i]);
    request.set_route(*found->second.first, std::move(parameters));
    return true;
  };
  const bool found = Search{request.segments(), {}, visit}.walk(tree_->root, 0);
  if (request.method() == Method::kOptions && !found) {
    if (allowed.empty() && request.target() != "*") return error(request, Status::kNotFound, "");
    Response response(Status::kNoContent);
    response.set("Allow", allowed.empty() ? "GET, HEAD, POST, OPTIONS" : allow_header(allowed));
    return response;
  }
  if (!found && allowed.empty()) return error(request, Status::kNotFound, "");
  if (!found) {
    Response response = error(request, Status::kMethodNotAllowed, "");
    response.set("Allow", allow_header(allowed));
    return response;
  }
  if (request.has_trailing_slash() && !request.route()->options.slash_optional) {
    std::string path = has_language ? "/" + request.language() : "";
    for (const std::string& segment : request.segments()) (path += '/') += percent_encode(segment);
    const std::size_t mark = request.target().find('?');
    if (mark != std::string_view::npos) path += request.target().substr(mark);
    return Response::redirect(path, Status::kPermanentRedirect);
  }
  return std::nullopt;
}

Response Router::run(Request& request) const {
  const Route& route = *request.route();
  try {
    if (!is_safe(route.method) && route.options.csrf == Csrf::kRequired && is_cross_site(request))
      return error(request, Status::kForbidden, "The form was sent from another site.");
    if (const auto form = request.read_form(); !form)
      return error(request, Status::kBadRequest, form.error().message);
    Response response = tree_->run_from(0, request, route);
    if (response.code() >= 400 && response.body().empty() && !response.is_stream()) {
      Response page = error(request, response.status(), "");
      for (const auto& [name, value] : response.headers()) page.add(name, value);
      return page;
    }
    return response;
  } catch (const std::exception& bug) {
    if (on_bug) on_bug(request, bug.what());
  } catch (...) {
    if (on_bug) on_bug(request, "an exception of unknown type");
  }
  return error(request, Status::kInternalError, "");
}

Response Router::handle(Request& request) const {
  if (auto answer = match(request)) return std::move(*answer);
  return run(request);
}

Response Router::error(const Request& request, Status status, std::string_view detail) const {
  try {
    if (tree_->error_page) {
      Response page = tree_->error_page(request, status, detail);
      page.set_status(status);
      return page;
    }
  } catch (const std::exception& bug) {
    if (on_bug) on_bug(request, bug.what());
  }
  const std::string text(detail.empty() ? reason_of(status) : detail);
  return Response::text(text + "\n", status);
}

bool is_cross_site(const Request& request) {
  if (const auto site = request.header("Sec-Fetch-Site"))
    return *site != "same-origin" && *site != "none";
  const auto origin = request.header("Origin");
  if (!origin) return false;
  const std::size_t scheme = origin->find("://");
  return scheme == std::string_view::npos ||
         !equals_ignoring_case_ascii(origin->substr(scheme + 3),
                                     request.header("Host").value_or(""));
}

}  // namespace daybreak::http
