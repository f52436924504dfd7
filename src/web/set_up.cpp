// SPDX-License-Identifier: AGPL-3.0-or-later
// A new member comes through the link of the invitation: chooses a password, enrols a code app, and
// is shown recovery codes once. The token travels in the query and in a hidden field, which stay
// out of the access log.
#include "trust/qr_code.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using html::Markup;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

Response expired(const Request& request, const visit::Visits& visits) {
  const Words t(visit::language_of(request));
  return visits.refusal(request, Status::kNotFound,
                        t("This link was used already or is older than three days. Ask the "
                          "person who invited you for a new one."));
}

void write_code_app(Markup& out, const trust::SetUp& set_up) {
  const Words t = out.words();
  html::section(out, 2, t("1. Add this site to your code app"), [&] {
    html::paragraph(out, t("Use any app that shows six-digit codes. Point its camera at this "
                           "picture, or type the key."));
    if (const auto code = trust::make_qr_code(set_up.totp_uri.reveal())) {
      out.fixed("<div class=\"qr-code\">");
      out.trusted(
          html::TrustedMarkup::vouch_for(trust::to_svg(*code, t("Picture for the code app"))));
      out.fixed("</div>");
    }
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("Account"), set_up.email);
      list.add(t("Key"),
               [&] { out.element("code", {{"class", "long-code"}}, set_up.totp_secret.reveal()); });
    });
  });
}

Response set_up_page(const Request& request, const visit::Visits& visits, trust::Members& members,
                     const std::string& token, const std::optional<Error>& error) {
  const auto set_up = members.begin_set_up(Secret<std::string>(token));
  if (!set_up) return expired(request, visits);
  const Words t(visit::language_of(request));
  const std::string password_error =
      error && error->place.find("password") != std::string::npos ? error->message : "";
  const std::string code_error = error && password_error.empty() ? error->message : "";
  std::vector<html::FieldError> errors;
  if (!password_error.empty()) errors.push_back({"password", password_error});
  if (!code_error.empty()) errors.push_back({"code", code_error});
  const auto content = [&](Markup& out) {
    html::error_summary(out, errors);
    write_code_app(out, *set_up);
    html::section(out, 2, t("2. Choose a password"), [&] {
      html::post_form(
          out,
          {.action = "/set-up",
           .csrf_token = visit::csrf_of(request),
           .label = t("Set up your account")},
          [&] {
            html::hidden_field(out, "token", token);
            html::text_input(
                out, {.words = {.name = "password",
                                .label = t("Password"),
                                .hint = t("At least 15 characters. A sentence that only you would "
                                          "say is good and easy to keep in mind."),
                                .error = password_error,
                                .required = true},
                      .type = html::InputType::kPassword,
                      .width = html::FieldWidth::kLarge,
                      .autocomplete = "new-password"});
            html::text_input(out,
                             {.words = {.name = "code",
                                        .label = t("Code"),
                                        .hint = t("The six digits that your code app shows now."),
                                        .error = code_error,
                                        .required = true},
                              .width = html::FieldWidth::kMedium,
                              .autocomplete = "one-time-code",
                              .input_mode = "numeric"});
            html::button(out, {.text = t("Set up my account")});
          });
    });
  };
  return visits.page(request, {.title = t("Set up your account")}, content,
                     error ? Status::kUnprocessable : Status::kOk);
}

Response recovery_page(const Request& request, const visit::Visits& visits,
                       const std::vector<Secret<std::string>>& codes) {
  const Words t(visit::language_of(request));
  return visits.page(request, {.title = t("Your account is ready")}, [&](Markup& out) {
    html::alert(
        out,
        {.kind = html::AlertKind::kWarning,
         .text = t("These recovery codes are shown only now. Print them or write them down, and "
                   "keep them apart from your phone. Each works once, in place of a code.")});
    html::list(out, html::ListKind::kPlain, codes.size(), [&](std::size_t i) {
      out.element("code", {{"class", "long-code"}}, codes[i].reveal());
    });
    html::button_group(out,
                       [&] { html::link_button(out, {.text = t("Sign in"), .href = "/sign-in"}); });
  });
}

}  // namespace

void add_set_up_routes(http::Router& router, visit::Visits& visits, trust::Members& members) {
  router.get("/set-up", http::Access::anyone(), [&](Request& request) {
    return set_up_page(request, visits, members, request.query().get("token").raw(), std::nullopt);
  });
  router.post("/set-up", http::Access::anyone(), [&](Request& request) {
    const http::Fields& fields = request.form().fields;
    const std::string token = fields.get("token").raw();
    const auto codes = members.complete_set_up(Secret<std::string>(token),
                                               Secret<std::string>(fields.get("password").raw()),
                                               fields.get("code").raw());
    if (codes) return recovery_page(request, visits, *codes);
    return set_up_page(request, visits, members, token, codes.error());
  });
}

}  // namespace daybreak::web
