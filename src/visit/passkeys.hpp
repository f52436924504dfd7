// SPDX-License-Identifier: AGPL-3.0-or-later
// Between the browser's passkeys and trust/passkeys: which site this is, what the browser is asked,
// and what it answered. Pure functions over a request; safe to use from any thread.
#pragma once

#include "trust/passkeys.hpp"
#include "visit/visit.hpp"

namespace daybreak::visit {

// By the public address of the settings; without one, "localhost" for a browser on this machine.
std::optional<trust::RelyingParty> relying_party(const Visits& visits,
                                                 const http::Request& request);
trust::PasskeyCaller passkey_caller(const Visits& visits, const http::Request& request);
trust::PasskeyAssertion assertion_of(const http::Fields& fields);
trust::PasskeyRegistration registration_of(const http::Fields& fields);

// What the browser asks the passkey for, as JSON.
struct PasskeyQuestion {
  std::string challenge;
  std::vector<trust::Passkey> known = {};  // those that may answer, or must not be made again
  const trust::Member* member = nullptr;   // for a new passkey: whose it will be
  std::string salt = {};                   // asks for the passkey's secret for this use
};
http::Response ask_passkey(const trust::RelyingParty& party, const PasskeyQuestion& question);

}  // namespace daybreak::visit
