// SPDX-License-Identifier: AGPL-3.0-or-later
// Public keys of other organisations, as this vault first met them. A key that changed is refused
// until an officer has compared fingerprints with the other side. Safe to use from any thread.
#pragma once

#include "vault/vault.hpp"

namespace daybreak::vault {

// The place of the error of a key that changed.
inline constexpr const char* kKeyChanged = "key of the other organization";

// Remembers the key at the first meeting; kConflict at kKeyChanged when it is not the one
// remembered.
Result<void> meet_key(const Vault& vault, db::Connection& connection, const trust::Actor& actor,
                      trust::OrganizationId other, const trust::keys::PublicKey& key);
// The key remembered, if the two have met.
Result<std::optional<trust::keys::PublicKey>> known_key(db::Connection& connection,
                                                        trust::OrganizationId other);
// After a write that ended with this error: when it is about a key, the log says so. Gives the
// error back.
Error note_refused_key(const Vault& vault, const trust::Actor& actor, trust::OrganizationId other,
                       Error error);
// An officer compared this fingerprint with the other organisation: its key is used from now on.
Result<void> accept_key(const Work& work, trust::OrganizationId other,
                        const trust::keys::PublicKey& key, std::string_view fingerprint);

}  // namespace daybreak::vault
