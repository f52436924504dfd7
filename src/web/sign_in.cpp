// SPDX-License-Identifier: AGPL-3.0-or-later
// Signing in and out. One answer for an unknown account, a wrong password, a wrong code and a
// locked account.
#include "http/security_headers.hpp"
#include "visit/passkeys.hpp"
#include "web/sign_in_fields.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using html::Markup;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

enum class Again : std::uint8_t { kNo, kYes };

Response sign_in_page(const Request& request, const visit::Visits& visits, Again again) {
  const Words t(visit::language_of(request));
  const auto content = [&](Markup& out) {
    if (again == Again::kYes) {
      html::alert(out, {.kind = html::AlertKind::kError,
                        .text = t("E-mail, password and code do not belong together, or the "
                                  "account is locked after several tries. Check them, or ask "
                                  "your coordinator for help."),
                        .title = t("That did not work"),
                        .announce = true});
    }
    if (const auto party = visit::relying_party(visits, request))
      write_passkey_form(out, request, *party, "/sign-in/passkey", [] {});
    html::post_form(
        out, {.action = "/sign-in", .csrf_token = visit::csrf_of(request), .label = t("Sign in")},
        [&] {
          html::text_input(out,
                           {.words = {.name = "email", .label = t("E-mail"), .required = true},
                            .value = again == Again::kYes ? request.form().fields.get("email").raw()
                                                          : std::string(),
                            .type = html::InputType::kEmail,
                            .width = html::FieldWidth::kLarge,
                            .autocomplete = "username"});
          write_password_field(out, "password");
          write_code_field(out, "code");
          html::button(out, {.text = t("Sign in")});
        });
    html::note(out, t("For members of the task force. What is done here is recorded; use without "
                      "permission is forbidden."));
    html::note(out, t("No account? The coordinator of your task force invites you by e-mail."));
  };
  return visits.page(request, {.title = t("Sign in")}, content,
                     again == Again::kYes ? Status::kUnprocessable : Status::kOk);
}

Response signed_in(const Request& request, const visit::Visits& visits,
                   const Result<Secret<std::string>>& token) {
  if (!token && token.error().kind == ErrorKind::kUnavailable)
    return visits.refusal(request, Status::kUnavailable);
  if (!token) return sign_in_page(request, visits, Again::kYes);
  Response response = visit::redirect(request, "/today");
  visits.set_session_cookie(request, response, *token);
  return response;
}

Response sign_in(const Request& request, const visit::Visits& visits, trust::Sessions& sessions) {
  const http::Fields& fields = request.form().fields;
  const auto token =
      sessions.sign_in({.email = fields.get("email").raw(),
                        .password = Secret<std::string>(fields.get("password").raw()),
                        .code = fields.get("code").raw(),
                        .origin = visits.origin_of(request),
                        .from_this_machine = visit::is_from_this_machine(request)});
  return signed_in(request, visits, token);
}

Response sign_in_by_passkey(const Request& request, const visit::Visits& visits,
                            trust::Passkeys& passkeys) {
  const auto party = visit::relying_party(visits, request);
  if (!party) return sign_in_page(request, visits, Again::kYes);
  const auto token = passkeys.sign_in(*party, visit::assertion_of(request.form().fields),
                                      visit::passkey_caller(visits, request));
  return signed_in(request, visits, token);
}

// Any passkey of this site: the browser knows which.
Response ask_to_sign_in(const Request& request, const visit::Visits& visits,
                        trust::Passkeys& passkeys) {
  const auto party = visit::relying_party(visits, request);
  if (!party) return visits.refusal(request, Status::kNotFound);
  return visit::ask_passkey(
      *party, {.challenge = passkeys.begin(trust::PasskeyUse::kSignIn, trust::SessionId())});
}

Response sign_out(const Request& request, const visit::Visits& visits, trust::Sessions& sessions) {
  if (const auto token = visit::Visits::token_of(request)) {
    if (!sessions.sign_out(*token)) return visits.refusal(request, Status::kUnavailable);
  }
  Response response = visit::redirect(request, "/");
  visits.clear_session_cookie(request, response);
  http::clear_site_data(response);
  return response;
}

}  // namespace

void add_sign_in_routes(http::Router& router, visit::Visits& visits, trust::Sessions& sessions,
                        trust::Passkeys& passkeys) {
  using http::Access;
  router.get("/sign-in", Access::anyone(), [&visits](Request& request) {
    if (visit::session_of(request) != nullptr) return visit::redirect(request, "/today");
    return sign_in_page(request, visits, Again::kNo);
  });
  router.post("/sign-in", Access::anyone(),
              [&](Request& request) { return sign_in(request, visits, sessions); });
  router.post("/sign-in/passkey", Access::anyone(),
              [&](Request& request) { return sign_in_by_passkey(request, visits, passkeys); });
  router.post("/sign-in/passkey/challenge", Access::anyone(),
              [&](Request& request) { return ask_to_sign_in(request, visits, passkeys); });
  router.post("/sign-out", Access::anyone(),
              [&](Request& request) { return sign_out(request, visits, sessions); });
  add_confirm_routes(router, visits, sessions, passkeys);
}

}  // namespace daybreak::web
