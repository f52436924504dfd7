// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/destruction.hpp"

namespace daybreak::vault {
namespace {

Result<std::optional<Destruction>> read(db::Connection& connection, Instant now) {
  const auto row = TRY(connection.query_one(
      "SELECT asked_by, asked_at, agreed_by, agreed_at FROM vault_destruction WHERE asked_at > $1",
      {now - kAgreementLasts}));
  if (!row) return std::optional<Destruction>();
  Destruction found{row->id<trust::MemberId>(0), row->instant(1), std::nullopt,
                    row->maybe_instant(3)};
  if (!row->is_null(2)) found.agreed_by = row->id<trust::MemberId>(2);
  return std::optional<Destruction>(found);
}

Result<void> note(const Vault& vault, db::Connection& connection, const trust::Actor& actor,
                  std::string_view action) {
  return vault.note(connection, actor, "vault", action, vault.organization().to_string());
}

}  // namespace

Result<std::optional<Destruction>> destruction(const Vault& vault) {
  return vault.database().read(
      [&](db::Connection& connection) { return read(connection, vault.now()); });
}

Result<void> ask_for_destruction(const Vault& vault, const trust::Actor& actor) {
  TRY(vault.require(actor, "vault", "destroy"));
  return vault.database().write([&](db::Connection& connection) -> Result<void> {
    if (TRY(read(connection, vault.now())))
      return fail(ErrorKind::kConflict, "an officer has asked for it already", {},
                  "Another officer agrees or calls it off");
    TRY(connection.execute("DELETE FROM vault_destruction"));
    TRY(connection.execute(
        "INSERT INTO vault_destruction (id, asked_by, asked_at) VALUES (1, $1, $2)",
        {actor.member, vault.now()}));
    return note(vault, connection, actor, "destroy_ask");
  });
}

Result<void> agree_to_destruction(const Vault& vault, const trust::Actor& actor) {
  TRY(vault.require(actor, "vault", "destroy"));
  return vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto asked = TRY(read(connection, vault.now()));
    if (!asked || asked->agreed_by)
      return fail(ErrorKind::kConflict, "nothing waits for a second officer");
    if (asked->asked_by == actor.member)
      return fail(ErrorKind::kConflict, "a second officer has to agree", {},
                  "Ask another officer to open this page");
    TRY(connection.execute("UPDATE vault_destruction SET agreed_by = $1, agreed_at = $2",
                           {actor.member, vault.now()}));
    return note(vault, connection, actor, "destroy_agree");
  });
}

Result<void> call_off_destruction(const Vault& vault, const trust::Actor& actor) {
  TRY(vault.require(actor, "vault", "destroy"));
  return vault.database().write([&](db::Connection& connection) -> Result<void> {
    if (TRY(connection.execute("DELETE FROM vault_destruction")) == 0) return {};
    return note(vault, connection, actor, "destroy_call_off");
  });
}

}  // namespace daybreak::vault
