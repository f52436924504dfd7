// SPDX-License-Identifier: AGPL-3.0-or-later
// The pinned keys of other organisations, for those who compare fingerprints by voice: which key is
// in use, since when, and whether an officer compared it. Safe to use from any thread.
#pragma once

#include <optional>
#include <vector>

#include "db/migration.hpp"
#include "vault/vault.hpp"

namespace daybreak::vault::pins {

struct Pin {
  trust::OrganizationId organization;
  trust::keys::PublicKey key;
  Instant met_at;
  std::optional<Instant> compared_at;  // nothing: trusted at the first meeting only
};

// Whether an officer compared this very key of the other organisation.
Result<bool> is_compared(const Work& work, trust::OrganizationId other,
                         const trust::keys::PublicKey& key);
// How many keys this vault has used that no officer compared; without opening the vault.
Result<std::int64_t> never_compared(const Vault& vault);
// Every key this vault uses, in the order in which it met them.
Result<std::vector<Pin>> pins(const Work& work);
// An officer read the fingerprint with the other side, after a fresh confirmation: `key` is used
// from now on, whatever was pinned before. kConflict when `heard` is not its fingerprint; case,
// spaces and dashes do not matter.
Result<void> pin(const Work& work, trust::OrganizationId other, const trust::keys::PublicKey& key,
                 std::string_view heard);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::pins
