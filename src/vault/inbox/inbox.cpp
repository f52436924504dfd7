// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/inbox/inbox.hpp"

#include "embedded/vault_inbox_migrations.hpp"

namespace daybreak::vault::inbox {
namespace {

constexpr std::string_view kColumns = "projection, sender, release_number, received_at, ends_at";

Pointer pointer_of(const db::Row& row) {
  return {row.uuid(0), row.id<trust::OrganizationId>(1), row.integer(2), row.instant(3),
          row.instant(4)};
}

}  // namespace

db::ModuleMigrations migrations() { return {"inbox", &embedded::vault_inbox_migrations()}; }

Result<void> deliver(const Vault& vault, db::Connection& connection, const Pointer& pointer) {
  if (TRY(find(connection, pointer.projection))) return {};
  TRY(connection.execute(
      "INSERT INTO inbox_pointer (projection, sender, release_number, received_at, ends_at)"
      " VALUES ($1, $2, $3, $4, $5)",
      {pointer.projection, pointer.sender, pointer.release_number, pointer.received_at,
       pointer.ends_at}));
  return vault.note(connection, trust::Actor::system("gate"), "released_item", "receive",
                    pointer.projection.to_string(), "sender=" + pointer.sender.to_string());
}

Result<void> remove(db::Connection& connection, const PointerId& projection) {
  TRY(connection.execute("DELETE FROM inbox_pointer WHERE projection = $1", {projection}));
  return {};
}

Result<std::optional<Pointer>> find(db::Connection& connection, const PointerId& projection) {
  const auto row = TRY(connection.query_one(
      "SELECT " + std::string(kColumns) + " FROM inbox_pointer WHERE projection = $1",
      {projection}));
  if (!row) return std::nullopt;
  return pointer_of(*row);
}

Result<std::vector<Pointer>> list(db::Connection& connection, Instant now) {
  std::vector<Pointer> all;
  for (const db::Row& row : TRY(connection.query("SELECT " + std::string(kColumns) +
                                                     " FROM inbox_pointer WHERE ends_at > $1"
                                                     " ORDER BY received_at DESC, projection DESC",
                                                 {now})))
    all.push_back(pointer_of(row));
  return all;
}

}  // namespace daybreak::vault::inbox
