// SPDX-License-Identifier: AGPL-3.0-or-later
// Confirming who one is before a sensitive act, by passkey or by password and code.
#include <algorithm>

#include "http/url.hpp"
#include "visit/passkeys.hpp"
#include "web/sign_in_fields.hpp"

namespace daybreak::web {

using html::Markup;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

void write_code_field(Markup& out, std::string_view name) {
  const Words t = out.words();
  html::text_input(
      out,
      {.words = {.name = name,
                 .label = t("Code"),
                 .hint = t(
                     "The six digits that your code app shows now, or one of your recovery codes."),
                 .required = true},
       .width = html::FieldWidth::kMedium,
       .autocomplete = "one-time-code"});
}

void write_password_field(Markup& out, std::string_view name) {
  const Words t = out.words();
  html::text_input(out, {.words = {.name = name, .label = t("Password"), .required = true},
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

namespace {

enum class Again : std::uint8_t { kNo, kYes };

// The fields of the confirmation itself; all others belong to the form that it carries.
constexpr std::string_view kReturn = "confirm_return", kAgain = "confirm_again",
                           kPassword = "confirm_password", kCode = "confirm_code";
bool is_own_field(std::string_view name) {
  return name == html::kCsrfField || name == kReturn || name == kAgain || name == kPassword ||
         name == kCode || name.starts_with("passkey_");
}

// A page of ours, or Today.
html::Href own_address(const std::string& wanted) {
  const html::Href href(wanted);
  return wanted.starts_with('/') && href.view() != "#" ? href : html::Href("/today");
}

// Where to go after the confirmation: back to a page, or on with the form that waits for it.
struct Destination {
  html::Href back;
  std::string again;  // where the form goes; empty: there is none
  const http::Fields* carried = nullptr;
};

Destination destination_of(const http::Fields& fields) {
  Destination to{own_address(fields.get(kReturn).raw()), fields.get(kAgain).raw(), nullptr};
  if (!to.again.empty()) to.carried = &fields;
  return to;
}

void write_destination(Markup& out, const Destination& to) {
  html::hidden_field(out, kReturn, to.back.view());
  if (to.carried == nullptr) return;
  html::hidden_field(out, kAgain, to.again);
  for (const http::Field& field : to.carried->all())
    if (!is_own_field(field.name)) html::hidden_field(out, field.name, field.value.raw());
}

// The browser sends a form that waited once more, with the same method and body.
Response go_on(const Request& request, const Destination& to) {
  if (to.carried == nullptr) return visit::redirect(request, to.back);
  const html::Href again = own_address(to.again);
  return Response::redirect(again.view(), Status::kTemporaryRedirect);
}

Response confirm_page(const Request& request, const visit::Visits& visits,
                      trust::Passkeys& passkeys, const Destination& to, Again again) {
  const Words t(visit::language_of(request));
  const auto party = visit::relying_party(visits, request);
  const auto known = passkeys.list(visit::actor_of(request));
  const auto content = [&](Markup& out) {
    if (again == Again::kYes)
      html::alert(out, {.kind = html::AlertKind::kError,
                        .text = t("That was not right. Try again."),
                        .announce = true});
    html::paragraph(out, t("What you are about to do can harm someone if another person does it in "
                           "your name. Use your passkey, or give your password and a code again."));
    if (to.carried != nullptr)
      html::paragraph(out, t("What you typed is kept and goes on by itself afterwards."));
    if (party && known && !known->empty())
      write_passkey_form(out, request, *party, "/confirm/passkey",
                         [&] { write_destination(out, to); });
    html::post_form(out,
                    {.action = "/confirm",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Confirm that it is you")},
                    [&] {
                      write_destination(out, to);
                      write_password_field(out, kPassword);
                      write_code_field(out, kCode);
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
  const Destination to = destination_of(fields);
  const auto party = visit::relying_party(visits, request);
  if (!party || !passkeys.confirm(visit::actor_of(request), *party, visit::assertion_of(fields),
                                  visit::passkey_caller(visits, request)))
    return confirm_page(request, visits, passkeys, to, Again::kYes);
  return go_on(request, to);
}

Response confirm(const Request& request, const visit::Visits& visits, trust::Sessions& sessions,
                 trust::Passkeys& passkeys) {
  const http::Fields& fields = request.form().fields;
  const Destination to = destination_of(fields);
  const auto token = visit::Visits::token_of(request);
  const trust::Proof proof{.password = Secret<std::string>(fields.get(kPassword).raw()),
                           .code = fields.get(kCode).raw(),
                           .from_this_machine = visit::is_from_this_machine(request)};
  if (!token || !sessions.confirm(*token, proof))
    return confirm_page(request, visits, passkeys, to, Again::kYes);
  return go_on(request, to);
}

Response ask_passkey(const Request& request, const visit::Visits& visits,
                     trust::Passkeys& passkeys) {
  const auto party = visit::relying_party(visits, request);
  const trust::Actor actor = visit::actor_of(request);
  auto known = passkeys.list(actor);
  if (!party || !known || known->empty()) return visits.refusal(request, Status::kNotFound);
  return visit::ask_passkey(
      *party, {.challenge = passkeys.begin(trust::PasskeyUse::kConfirm, actor.session),
               .known = std::move(*known)});
}

// Small, without files, and without what should not stand in a page even for a moment.
bool can_be_carried(const Request& request) {
  constexpr std::size_t kMostBytes = 64 * 1024;
  const std::string_view type = request.header("Content-Type").value_or("");
  if (request.method() != http::Method::kPost ||
      !(type.starts_with("application/x-www-form-urlencoded") ||
        type.starts_with("multipart/form-data")))
    return false;
  for (const http::Upload& file : request.form().files)
    if (!file.content.empty()) return false;
  std::size_t bytes = 0;
  for (const http::Field& field : request.form().fields.all()) {
    if (field.name.find("pass") != std::string::npos) return false;
    bytes += field.name.size() + field.value.raw().size();
  }
  return bytes <= kMostBytes;
}

// Where Visits::ask_to_confirm wants to come back to; nothing when this is another answer.
std::optional<html::Href> wants_confirmation(const Request& request, const Response& answer) {
  if (answer.status() != Status::kSeeOther) return std::nullopt;
  const std::string wanted(
      visit::redirect(request, html::Href("/confirm")).header("Location").value_or(""));
  const std::string_view location = answer.header("Location").value_or("");
  constexpr std::string_view kQuery = "?return=";
  if (!location.starts_with(wanted) || !location.substr(wanted.size()).starts_with(kQuery))
    return std::nullopt;
  const auto back = http::percent_decode(location.substr(wanted.size() + kQuery.size()));
  return back ? std::optional(own_address(*back)) : std::nullopt;
}

}  // namespace

void add_confirm_routes(http::Router& router, visit::Visits& visits, trust::Sessions& sessions,
                        trust::Passkeys& passkeys) {
  using http::Access;
  router.add_step([&](Request& request, const http::Route&, const http::Handler& next) {
    Response answer = next(request);
    const auto back = wants_confirmation(request, answer);
    if (!back || !can_be_carried(request)) return answer;
    return confirm_page(request, visits, passkeys,
                        {*back, std::string(request.target()), &request.form().fields}, Again::kNo);
  });
  router.get("/confirm", Access::signed_in(), [&](Request& request) {
    return confirm_page(request, visits, passkeys,
                        {own_address(request.query().get("return").raw()), {}, nullptr},
                        Again::kNo);
  });
  router.post("/confirm", Access::signed_in(),
              [&](Request& request) { return confirm(request, visits, sessions, passkeys); });
  router.post("/confirm/passkey", Access::signed_in(),
              [&](Request& request) { return confirm_by_passkey(request, visits, passkeys); });
  router.post("/confirm/passkey/challenge", Access::signed_in(),
              [&](Request& request) { return ask_passkey(request, visits, passkeys); });
}

}  // namespace daybreak::web
