// SPDX-License-Identifier: AGPL-3.0-or-later
// A form that a passkey answers. Browsers have passkeys only with JavaScript: the form is hidden
// until web/src/passkey.ts finds that this browser and this address can; what works without stands
// beside it. The answer is sent as hidden fields of the form.
#pragma once

#include "html/form.hpp"

namespace daybreak::html {

struct PasskeyForm {
  enum class Kind : std::uint8_t { kCreate, kGet };
  Kind kind = Kind::kGet;
  Href action;
  Href challenge;  // answers a POST with what to ask the passkey
  Required csrf_token;
  Required origin;  // of the site as passkeys know it; elsewhere the form stays hidden
  Required label;   // of the form, for screen readers
  Required button;
  ButtonKind button_kind = ButtonKind::kPrimary;
  Required failed;                  // said when the passkey gave no answer
  std::string_view no_secret = {};  // said when a secret was asked for and there is none
};
void passkey_form(Markup& out, const PasskeyForm& form, Content fields);
// Shown in place of the form while there is no JavaScript or no passkey.
void without_passkey(Markup& out, Required text);

}  // namespace daybreak::html
