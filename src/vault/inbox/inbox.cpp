// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/inbox/inbox.hpp"

#include "embedded/vault_inbox_migrations.hpp"

namespace daybreak::vault::inbox {
namespace {

constexpr std::string_view kSelect =
    "SELECT p.projection, p.sender, p.release_number, p.received_at, p.ends_at, f.box, f.member,"
    " f.role FROM inbox_pointer p LEFT JOIN inbox_far f ON f.projection = p.projection";

Result<Pointer> pointer_of(const db::Row& row) {
  Pointer pointer{row.uuid(0), row.id<trust::OrganizationId>(1), row.integer(2), row.instant(3),
                  row.instant(4)};
  if (row.is_null(5)) return pointer;
  Far far{.box = TRY(trust::keys::PublicKey::from(row.blob(5))),
          .member = row.maybe_id<trust::MemberId>(6),
          .role = {}};
  if (const auto role = row.maybe_text(7)) far.role = trust::role_from(*role);
  pointer.far = far;
  return pointer;
}

Result<void> put_far(db::Connection& connection, const PointerId& projection, const Far& far) {
  TRY(connection.execute(
      "INSERT INTO inbox_far (projection, box, member, role) VALUES ($1, $2, $3, $4)",
      {projection, db::Blob{std::string(far.box.view())}, far.member,
       far.role ? db::Value(trust::code_of(*far.role)) : db::Value()}));
  return {};
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
  if (pointer.far) TRY(put_far(connection, pointer.projection, *pointer.far));
  return vault.note(connection, trust::Actor::system("gate"), "released_item", "receive",
                    pointer.projection.to_string(), "sender=" + pointer.sender.to_string());
}

Result<void> remove(db::Connection& connection, const PointerId& projection) {
  TRY(connection.execute("DELETE FROM inbox_far WHERE projection = $1", {projection}));
  TRY(connection.execute("DELETE FROM inbox_pointer WHERE projection = $1", {projection}));
  return {};
}

Result<void> arrive(const Vault& vault, db::Connection& connection, const Arrival& arrival) {
  TRY(connection.execute(
      "INSERT INTO inbox_arrival (id, sender, letter, arrived_at) VALUES ($1, $2, $3, $4)",
      {arrival.id, arrival.sender, db::Blob{arrival.letter}, vault.now()}));
  return {};
}

Result<std::vector<Arrival>> arrivals(db::Connection& connection) {
  std::vector<Arrival> all;
  for (const db::Row& row : TRY(connection.query(
           "SELECT id, sender, letter FROM inbox_arrival ORDER BY arrived_at, id")))
    all.push_back({row.uuid(0), row.id<trust::OrganizationId>(1), row.blob(2)});
  return all;
}

Result<void> forget_arrival(db::Connection& connection, const Uuid& id) {
  TRY(connection.execute("DELETE FROM inbox_arrival WHERE id = $1", {id}));
  return {};
}

Result<std::optional<Pointer>> find(db::Connection& connection, const PointerId& projection) {
  const auto row =
      TRY(connection.query_one(std::string(kSelect) + " WHERE p.projection = $1", {projection}));
  if (!row) return std::nullopt;
  return TRY(pointer_of(*row));
}

Result<std::vector<Pointer>> list(db::Connection& connection, Instant now) {
  std::vector<Pointer> all;
  for (const db::Row& row : TRY(connection.query(
           std::string(kSelect) +
               " WHERE p.ends_at > $1 ORDER BY p.received_at DESC, p.projection DESC",
           {now})))
    all.push_back(TRY(pointer_of(row)));
  return all;
}

}  // namespace daybreak::vault::inbox
