// SPDX-License-Identifier: AGPL-3.0-or-later
#include "visit/visit.hpp"

#include <algorithm>

namespace daybreak::visit {
namespace {

using http::Request;
using http::Response;
using http::Status;

// Browsers keep "__Host-" cookies to this host and to TLS; plain HTTP is for loopback only.
std::string cookie_name(const Request& request) {
  return request.is_tls() ? "__Host-session" : "session";
}

// What step() found out, for the rest of the request.
struct Visit {
  std::shared_ptr<const trust::Session> session;
  std::string origin;
};

bool is_safe(http::Method method) {
  return method == http::Method::kGet || method == http::Method::kHead ||
         method == http::Method::kOptions;
}

// The token of a form, or of a script's header.
std::string given_token(const Request& request) {
  if (const auto header = request.header("X-CSRF-Token")) return std::string(*header);
  return request.form().fields.get(html::kCsrfField).raw();
}

constexpr std::string_view kPublicToken = "public";

}  // namespace

const trust::Session* session_of(const Request& request) {
  const Visit* visit = request.attached<Visit>();
  return visit == nullptr ? nullptr : visit->session.get();
}

trust::Actor actor_of(const Request& request) {
  const Visit* visit = request.attached<Visit>();
  if (visit == nullptr || visit->session == nullptr) return trust::Actor::anyone();
  return visit->session->actor("web", visit->origin);
}

language::Language language_of(const Request& request) {
  return language::parse_language(request.language()).value_or(language::Language::kEnglish);
}

bool is_from_this_machine(const Request& request) {
  const std::string& address = request.remote_address();
  if (!address.starts_with("127.") && address != "::1") return false;
  for (std::string_view sign :
       {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"}) {
    if (request.header(sign)) return false;
  }
  const std::string_view host = request.header("Host").value_or("");
  const std::string_view name =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

std::string csrf_of(const Request& request) {
  const auto token = session_of(request) == nullptr ? std::nullopt : Visits::token_of(request);
  return token ? trust::csrf_token(*token) : std::string(kPublicToken);
}

Response redirect(const Request& request, const html::Href& to) {
  return Response::redirect(language::localize_path(language_of(request), to.view()));
}

Visits::Visits(trust::Sessions& sessions, const trust::NodeKey& key, Settings settings)
    : sessions_(sessions), key_(key), settings_(std::move(settings)) {}

void Visits::add_menu_item(MenuItem item) {
  menu_.push_back(std::move(item));
  std::ranges::stable_sort(menu_, {}, &MenuItem::order);
}

std::optional<Secret<std::string>> Visits::token_of(const Request& request) {
  const auto* cookie = request.cookie(cookie_name(request));
  if (cookie == nullptr || cookie->raw().empty()) return std::nullopt;
  return Secret<std::string>(cookie->raw());
}

std::string Visits::origin_of(const Request& request) const {
  return key_.pseudonym(request.remote_address());
}

http::Step Visits::step() {
  return [this](Request& request, const http::Route& route, const http::Handler& next) {
    // In somebody's frame nobody is signed in, and no cookie is set.
    if (route.options.may_be_embedded) return next(request);
    const auto token = token_of(request);
    if (!token) return next(request);
    const auto found = sessions_.find(*token);
    if (!found) return refusal(request, Status::kUnavailable, "");
    if (!*found) {  // it ended: the browser forgets it
      Response response = next(request);
      if (!response.header("Set-Cookie")) clear_session_cookie(request, response);
      return response;
    }
    request.attach(Visit{std::make_shared<const trust::Session>(**found), origin_of(request)});
    if (!is_safe(route.method) && route.options.csrf == http::Csrf::kRequired &&
        !trust::is_csrf_token(given_token(request), *token)) {
      const language::Words t(language_of(request));
      return refusal(request, Status::kForbidden,
                     t("This form is too old. Open the page again and send it once more."));
    }
    return next(request);
  };
}

http::Authorizer Visits::authorizer() {
  return [this](Request& request, const http::Route& route) -> std::optional<Response> {
    if (route.access.kind() == http::Access::Kind::kAnyone) return std::nullopt;
    if (session_of(request) != nullptr) return std::nullopt;
    if (route.method == http::Method::kGet) return redirect(request, "/sign-in");
    const language::Words t(language_of(request));
    return refusal(request, Status::kForbidden, t("Your session has ended. Sign in again."));
  };
}

html::Shell Visits::shell(const Request& request) const {
  const language::Words t(language_of(request));
  const trust::Session* session = session_of(request);
  html::Shell shell{.language = language_of(request),
                    .site_name = settings_.site_name,
                    .path = request.path(),
                    .demonstration = settings_.demonstration,
                    .csrf_token = csrf_of(request),
                    .signed_in_as = session == nullptr ? "" : session->member.name,
                    .contact = settings_.contact,
                    // The address of a form's answer cannot be opened in the other language.
                    .language_switch = request.method() == http::Method::kGet ||
                                       request.method() == http::Method::kHead};
  std::size_t longest = 0;  // "/vault/keys" is there, not at "/vault" too
  for (const MenuItem& item : menu_) {
    if (item.shown_to == ShownTo::kStaff && session == nullptr) continue;
    if (item.fits && (session == nullptr || !item.fits(*session))) continue;
    const bool current = item.path == "/" ? request.path() == "/"
                                          : request.path() == item.path ||
                                                request.path().starts_with(item.path + "/");
    const bool nearest = current && item.path.size() > longest;
    if (nearest) {
      for (html::NavigationLink& other : shell.navigation) other.current = false;
      longest = item.path.size();
    }
    shell.navigation.push_back({std::string(t(item.label)), html::route(item.path), nearest});
  }
  return shell;
}

Response Visits::page(const Request& request, const html::Page& page,
                      const std::function<void(html::Markup&)>& content, Status status) const {
  return Response::html(html::page(shell(request), page, content), status);
}

void Visits::set_session_cookie(const Request& request, Response& response,
                                const Secret<std::string>& token) const {
  response.set_cookie(
      {.name = cookie_name(request), .value = token.reveal(), .secure = request.is_tls()});
}

void Visits::clear_session_cookie(const Request& request, Response& response) const {
  response.clear_cookie(cookie_name(request), request.is_tls());
}

}  // namespace daybreak::visit
