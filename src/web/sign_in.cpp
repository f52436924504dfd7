// SPDX-License-Identifier: AGPL-3.0-or-later
// Signing in and out, and confirming who one is before a sensitive act. One answer for an unknown
// account, a wrong password, a wrong code and a locked account.
#include "http/security_headers.hpp"
#include "visit/passkeys.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using html::Markup;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

enum class Again : std::uint8_t { kNo, kYes };

void write_code_field(Markup& out) {
  const Words t = out.words();
  html::text_input(
      out,
      {.words = {.name = "code",
                 .label = t("Code"),
                 .hint = t(
                     "The six digits that your code app shows now, or one of your recovery codes."),
                 .required = true},
       .width = html::FieldWidth::kMedium,
       .autocomplete = "one-time-code"});
}

void write_password_field(Markup& out) {
  const Words t = out.words();
  html::text_input(out, {.words = {.name = "password", .label = t("Password"), .required = true},
                         .type = html::InputType::kPassword,
                         .width = html::FieldWidth::kLarge,
                         .autocomplete = "current-password"});
}

// First where the browser can; hidden without JavaScript.
void write_passkey_form(Markup& out, const Request& request, const trust::RelyingParty& party,
                        std::string_view path, html::Content fields) {
  const Words t = out.words();
  html::passkey_form(
      out,
      {.action = html::route(path),
       .challenge = html::route(std::string(path) + "/challenge"),
       .csrf_token = visit::csrf_of(request),
       .origin = party.origin,
       .label = t("Passkey"),
       .button = t("Use a passkey"),
       .failed = t("The passkey did not answer. Try again, or use password and code.")},
      fields);
}

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
          write_password_field(out);
          write_code_field(out);
          html::button(out, {.text = t("Sign in")});
        });
    html::note(out, t("No account? The coordinator of your task force invites you by e-mail."));
  };
  return visits.page(request, {.title = t("Sign in")}, content,
                     again == Again::kYes ? Status::kUnprocessable : Status::kOk);
}

Response sign_in(const Request& request, const visit::Visits& visits, trust::Sessions& sessions) {
  const http::Fields& fields = request.form().fields;
  auto token = sessions.sign_in({.email = fields.get("email").raw(),
                                 .password = Secret<std::string>(fields.get("password").raw()),
                                 .code = fields.get("code").raw(),
                                 .origin = visits.origin_of(request),
                                 .from_this_machine = visit::is_from_this_machine(request)});
  if (!token && token.error().kind == ErrorKind::kUnavailable)
    return visits.refusal(request, Status::kUnavailable);
  if (!token) return sign_in_page(request, visits, Again::kYes);
  Response response = visit::redirect(request, "/today");
  visits.set_session_cookie(request, response, *token);
  return response;
}

Response sign_in_by_passkey(const Request& request, const visit::Visits& visits,
                            trust::Passkeys& passkeys) {
  const auto party = visit::relying_party(visits, request);
  if (!party) return sign_in_page(request, visits, Again::kYes);
  auto token = passkeys.sign_in(*party, visit::assertion_of(request.form().fields),
                                visit::passkey_caller(visits, request));
  if (!token && token.error().kind == ErrorKind::kUnavailable)
    return visits.refusal(request, Status::kUnavailable);
  if (!token) return sign_in_page(request, visits, Again::kYes);
  Response response = visit::redirect(request, "/today");
  visits.set_session_cookie(request, response, *token);
  return response;
}

// What to ask the passkey: any of this site before sign-in, one of the member's after it.
Response ask_passkey(const Request& request, const visit::Visits& visits,
                     trust::Passkeys& passkeys) {
  const auto party = visit::relying_party(visits, request);
  if (!party) return visits.refusal(request, Status::kNotFound);
  if (visit::session_of(request) == nullptr)
    return visit::ask_passkey(
        *party, {.challenge = passkeys.begin(trust::PasskeyUse::kSignIn, trust::SessionId())});
  const trust::Actor actor = visit::actor_of(request);
  auto known = passkeys.list(actor);
  if (!known || known->empty()) return visits.refusal(request, Status::kNotFound);
  return visit::ask_passkey(
      *party, {.challenge = passkeys.begin(trust::PasskeyUse::kConfirm, actor.session),
               .known = std::move(*known)});
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

// Where to go after the confirmation: a page of ours, or Today.
html::Href return_address(const http::Fields& fields) {
  const std::string wanted = fields.get("return").raw();
  const html::Href href(wanted);
  return wanted.starts_with('/') && href.view() != "#" ? href : html::Href("/today");
}

Response confirm_page(const Request& request, const visit::Visits& visits,
                      trust::Passkeys& passkeys, Again again) {
  const Words t(visit::language_of(request));
  const auto party = visit::relying_party(visits, request);
  const auto known = passkeys.list(visit::actor_of(request));
  const http::Fields& fields = again == Again::kYes ? request.form().fields : request.query();
  const auto content = [&](Markup& out) {
    if (again == Again::kYes)
      html::alert(out, {.kind = html::AlertKind::kError,
                        .text = t("That was not right. Try again."),
                        .announce = true});
    html::paragraph(out,
                    t("What you are about to do can harm someone if another person does it in your "
                      "name. Use your passkey, or give your password and a code again."));
    if (party && known && !known->empty())
      write_passkey_form(out, request, *party, "/confirm/passkey",
                         [&] { html::hidden_field(out, "return", return_address(fields).view()); });
    html::post_form(out,
                    {.action = "/confirm",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Confirm that it is you")},
                    [&] {
                      html::hidden_field(out, "return", return_address(fields).view());
                      write_password_field(out);
                      write_code_field(out);
                      html::button(out, {.text = t("Confirm")});
                    });
  };
  return visits.page(request,
                     {.title = t("Confirm that it is you"), .audience = html::Audience::kStaff},
                     content, again == Again::kYes ? Status::kUnprocessable : Status::kOk);
}

Response confirm_by_passkey(const Request& request, const visit::Visits& visits,
                            trust::Passkeys& passkeys) {
  const http::Fields& fields = request.form().fields;
  const auto party = visit::relying_party(visits, request);
  if (!party || !passkeys.confirm(visit::actor_of(request), *party, visit::assertion_of(fields),
                                  visit::passkey_caller(visits, request)))
    return confirm_page(request, visits, passkeys, Again::kYes);
  return visit::redirect(request, return_address(fields));
}

Response confirm(const Request& request, const visit::Visits& visits, trust::Sessions& sessions,
                 trust::Passkeys& passkeys) {
  const http::Fields& fields = request.form().fields;
  const auto token = visit::Visits::token_of(request);
  const trust::Proof proof{.password = Secret<std::string>(fields.get("password").raw()),
                           .code = fields.get("code").raw(),
                           .from_this_machine = visit::is_from_this_machine(request)};
  if (!token || !sessions.confirm(*token, proof))
    return confirm_page(request, visits, passkeys, Again::kYes);
  return visit::redirect(request, return_address(fields));
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
              [&](Request& request) { return ask_passkey(request, visits, passkeys); });
  router.post("/sign-out", Access::anyone(),
              [&](Request& request) { return sign_out(request, visits, sessions); });
  router.get("/confirm", Access::signed_in(),
             [&](Request& request) { return confirm_page(request, visits, passkeys, Again::kNo); });
  router.post("/confirm", Access::signed_in(),
              [&](Request& request) { return confirm(request, visits, sessions, passkeys); });
  router.post("/confirm/passkey", Access::signed_in(),
              [&](Request& request) { return confirm_by_passkey(request, visits, passkeys); });
  router.post("/confirm/passkey/challenge", Access::signed_in(),
              [&](Request& request) { return ask_passkey(request, visits, passkeys); });
}

}  // namespace daybreak::web
