// SPDX-License-Identifier: AGPL-3.0-or-later
// The inbox of a vault: pointers to what other organisations released to this one. The content is
// not here; each view goes through the release gate. Only gates/ delivers and removes. Functions
// run inside the caller's transaction.
#pragma once

#include <vector>

#include "vault/vault.hpp"

namespace daybreak::vault::inbox {

using PointerId = Uuid;  // the projection's id in the sender's vault

struct Pointer {
  PointerId projection;
  trust::OrganizationId sender;
  std::int64_t release_number = 0;
  Instant received_at, ends_at;
};

// Again is no harm.
Result<void> deliver(const Vault& vault, db::Connection& connection, const Pointer& pointer);
Result<void> remove(db::Connection& connection, const PointerId& projection);
Result<std::optional<Pointer>> find(db::Connection& connection, const PointerId& projection);
// Those that have not ended, newest first.
Result<std::vector<Pointer>> list(db::Connection& connection, Instant now);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::inbox
