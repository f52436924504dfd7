// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/passkey.hpp"

namespace daybreak::html {

void passkey_form(Markup& out, const PasskeyForm& form, Content fields) {
  out.open("form", {{"class", "usa-form"},
                    {"method", "post"},
                    {"action", form.action},
                    {"aria-label", form.label},
                    {"data-passkey", form.kind == PasskeyForm::Kind::kCreate ? "create" : "get"},
                    {"data-challenge", form.challenge.view()},
                    {"data-origin", form.origin},
                    {"data-failed", form.failed},
                    {"data-no-secret", maybe(form.no_secret)},
                    {"hidden", Presence(true)}});
  hidden_field(out, kCsrfField, form.csrf_token);
  for (const std::string_view name :
       {"passkey_id", "passkey_client_data", "passkey_authenticator_data", "passkey_signature",
        "passkey_user_handle", "passkey_secret"})
    hidden_field(out, name, "");
  fields();
  button(out, {.text = form.button, .kind = form.button_kind});
  out.fixed("<p class=\"usa-error-message\" role=\"status\"></p>");
  out.close("form");
}

void without_passkey(Markup& out, Required text) {
  out.element("p", {{"class", "usa-hint"}, {"data-without-passkey", Presence(true)}}, text);
}

}  // namespace daybreak::html
