// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/known_keys.hpp"

namespace daybreak::vault {
namespace {

Result<void> remember(const Vault& vault, db::Connection& connection, const trust::Actor& actor,
                      trust::OrganizationId other, const trust::keys::PublicKey& key) {
  TRY(connection.execute("DELETE FROM vault_known_key WHERE organization = $1", {other}));
  TRY(connection.execute(
      "INSERT INTO vault_known_key (organization, public_key, met_at) VALUES ($1, $2, $3)",
      {other, db::Blob{std::string(key.view())}, vault.now()}));
  return vault.note(connection, actor, "vault", "meet_key", other.to_string(),
                    "key=" + key.fingerprint());
}

}  // namespace

Result<void> meet_key(const Vault& vault, db::Connection& connection, const trust::Actor& actor,
                      trust::OrganizationId other, const trust::keys::PublicKey& key) {
  const auto row = TRY(connection.query_one(
      "SELECT public_key FROM vault_known_key WHERE organization = $1", {other}));
  if (!row) return remember(vault, connection, actor, other, key);
  if (row->blob(0) == key.view()) return {};
  return fail(ErrorKind::kConflict, "the other organization's key is not the one known here",
              kKeyChanged,
              "An officer compares fingerprints with them by voice, then accepts the new key");
}

Result<std::optional<trust::keys::PublicKey>> known_key(db::Connection& connection,
                                                        trust::OrganizationId other) {
  const auto row = TRY(connection.query_one(
      "SELECT public_key FROM vault_known_key WHERE organization = $1", {other}));
  if (!row) return std::nullopt;
  return TRY(trust::keys::PublicKey::from(row->blob(0)));
}

Error note_refused_key(const Vault& vault, const trust::Actor& actor, trust::OrganizationId other,
                       Error error) {
  if (error.place != kKeyChanged) return error;
  const auto noted =
      vault.note_look(actor, "vault", "refuse_key", other.to_string(), "reason=key_changed");
  return noted ? error : noted.error();
}

Result<void> accept_key(const Work& work, trust::OrganizationId other,
                        const trust::keys::PublicKey& key, std::string_view fingerprint) {
  TRY(work.vault.require(work.actor, "vault", "grant", other.to_string()));
  if (key.fingerprint() != fingerprint)
    return fail(ErrorKind::kConflict, "this is not the key that you compared", {},
                "Compare the fingerprint again");
  return work.vault.database().write([&](db::Connection& connection) {
    return remember(work.vault, connection, work.actor, other, key);
  });
}

}  // namespace daybreak::vault
