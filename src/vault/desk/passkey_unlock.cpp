// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/desk/passkey_unlock.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "visit/passkeys.hpp"

namespace daybreak::vault::desk {

using http::Request;
using http::Response;
using language::Words;

std::string passkey_salt(trust::OrganizationId organization) {
  return sha256("daybreak vault passkey " + organization.to_string());
}

std::vector<trust::Passkey> opening_passkeys(const Desk& desk, Vault& vault,
                                             const trust::Actor& actor) {
  Officers officers(vault);
  const auto opening = officers.passkeys(actor);
  const auto mine = desk.passkeys.list(actor);
  if (!opening || !mine) return {};
  std::vector<trust::Passkey> both;
  for (const std::string& credential : *opening) {
    const auto found = std::ranges::find(*mine, credential, &trust::Passkey::credential);
    if (found != mine->end())
      both.push_back(*found);
    else
      static_cast<void>(officers.remove_passkey(actor, credential));  // tried again next time
  }
  return both;
}

Result<GivenPasskey> recognize_passkey(const Desk& desk, const Request& request) {
  const auto party = visit::relying_party(desk.visits, request);
  if (!party) return fail(ErrorKind::kDenied, "passkeys are not used at this address", "passkey");
  const http::Fields& fields = request.form().fields;
  const trust::Passkey passkey =
      TRY(desk.passkeys.recognize(visit::actor_of(request), *party, visit::assertion_of(fields),
                                  visit::passkey_caller(desk.visits, request)));
  return GivenPasskey{
      passkey,
      Secret<std::string>(trust::from_base64url(fields.get("passkey_secret").raw()).value_or(""))};
}

void write_passkey_unlock(html::Markup& out, const Desk& desk, const Request& request, Vault& vault,
                          const html::Href& back) {
  const Words t = out.words();
  const auto party = visit::relying_party(desk.visits, request);
  if (!party || opening_passkeys(desk, vault, visit::actor_of(request)).empty()) return;
  html::passkey_form(
      out,
      {.action = html::Href("/vault/unlock/passkey"),
       .challenge = html::Href("/vault/unlock/passkey/challenge"),
       .csrf_token = visit::csrf_of(request),
       .origin = party->origin,
       .label = t("Passkey"),
       .button = t("Open the vault with a passkey"),
       .failed = t("The passkey did not answer. Try again, or use the passphrase."),
       .no_secret =
           t("This passkey gives no secret, so it cannot open a vault. Your passphrase does.")},
      [&] { html::hidden_field(out, "return", back.view()); });
}

Response ask_passkey_unlock(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  const auto party = visit::relying_party(desk.visits, request);
  const auto vault = desk.vaults.find(actor.organization);
  if (!party || !vault) return desk.visits.refusal(request, http::Status::kNotFound);
  std::vector<trust::Passkey> opening = opening_passkeys(desk, **vault, actor);
  if (opening.empty()) return desk.visits.refusal(request, http::Status::kNotFound);
  return visit::ask_passkey(
      *party, {.challenge = desk.passkeys.begin(trust::PasskeyUse::kVault, actor.session),
               .known = std::move(opening),
               .salt = passkey_salt(actor.organization)});
}

}  // namespace daybreak::vault::desk
