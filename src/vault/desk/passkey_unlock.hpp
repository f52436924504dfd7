// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/desk only: passkeys that open a vault, between the account's passkeys and the
// officers' keys.
#pragma once

#include "vault/desk/desk.hpp"

namespace daybreak::vault::desk {

// What each passkey's secret for this vault is made from; no two organisations get the same.
std::string passkey_salt(trust::OrganizationId organization);
// Those of the actor's passkeys that open this vault. What is left of passkeys that the account no
// longer has is removed.
std::vector<trust::Passkey> opening_passkeys(const Desk& desk, Vault& vault,
                                             const trust::Actor& actor);

struct GivenPasskey {
  trust::Passkey passkey;
  Secret<std::string> secret;
};
// The passkey that answered this form, and its secret.
Result<GivenPasskey> recognize_passkey(const Desk& desk, const http::Request& request);

// The form of the unlocking page, when the actor has such a passkey.
void write_passkey_unlock(html::Markup& out, const Desk& desk, const http::Request& request,
                          Vault& vault, const html::Href& back);
http::Response ask_passkey_unlock(const Desk& desk, const http::Request& request);

}  // namespace daybreak::vault::desk
