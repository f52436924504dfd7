// SPDX-License-Identifier: AGPL-3.0-or-later
// The inbox of a vault: pointers to what other organisations released to this one. The content is
// not here; each view goes through the release gate. Only gates/ delivers and removes. Functions
// run inside the caller's transaction.
#pragma once

#include <vector>

#include "vault/vault.hpp"

namespace daybreak::vault::inbox {

using PointerId = Uuid;  // the projection's id in the sender's vault

// For what a vault on another node released: the key to which its node is asked, and for whom.
struct Far {
  trust::keys::PublicKey box;
  std::optional<trust::MemberId> member;
  std::optional<trust::Role> role;
};

struct Pointer {
  PointerId projection;
  trust::OrganizationId sender;
  std::int64_t release_number = 0;
  Instant received_at, ends_at;
  std::optional<Far> far = {};
};

// A pointer from another node as it arrived, sealed to this organisation.
struct Arrival {
  Uuid id;
  trust::OrganizationId sender;
  std::string letter;
};
Result<void> arrive(const Vault& vault, db::Connection& connection, const Arrival& arrival);
Result<std::vector<Arrival>> arrivals(db::Connection& connection);
Result<void> forget_arrival(db::Connection& connection, const Uuid& id);

// Again is no harm.
Result<void> deliver(const Vault& vault, db::Connection& connection, const Pointer& pointer);
Result<void> remove(db::Connection& connection, const PointerId& projection);
Result<std::optional<Pointer>> find(db::Connection& connection, const PointerId& projection);
// Those that have not ended, newest first.
Result<std::vector<Pointer>> list(db::Connection& connection, Instant now);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::inbox
