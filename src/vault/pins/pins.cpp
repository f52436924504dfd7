// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/pins/pins.hpp"

#include <algorithm>
#include <cctype>

#include "embedded/vault_pins_migrations.hpp"
#include "vault/known_keys.hpp"

namespace daybreak::vault::pins {
namespace {

// The digits alone: people write what they hear in many ways.
std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (std::isxdigit(static_cast<unsigned char>(c)))
      digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return digits;
}

}  // namespace

db::ModuleMigrations migrations() { return {"pins", &embedded::vault_pins_migrations()}; }

Result<std::vector<Pin>> pins(const Work& work) {
  TRY(work.vault.require(work.actor, "vault", "unlock"));
  const auto rows = TRY(work.vault.database().read([](db::Connection& connection) {
    return connection.query(
        "SELECT k.organization, k.public_key, k.met_at, c.compared_at FROM vault_known_key k"
        " LEFT JOIN pins_compared c ON c.organization = k.organization"
        " AND c.public_key = k.public_key ORDER BY k.met_at, k.organization");
  }));
  std::vector<Pin> all;
  for (const db::Row& row : rows)
    all.push_back({.organization = row.id<trust::OrganizationId>(0),
                   .key = TRY(trust::keys::PublicKey::from(row.blob(1))),
                   .met_at = row.instant(2),
                   .compared_at = row.maybe_instant(3)});
  return all;
}

Result<bool> is_compared(const Work& work, trust::OrganizationId other,
                         const trust::keys::PublicKey& key) {
  for (const Pin& one : TRY(pins(work)))
    if (one.organization == other && one.key == key) return one.compared_at.has_value();
  return false;
}

Result<std::int64_t> never_compared(const Vault& vault) {
  const auto row = TRY(vault.database().read([](db::Connection& connection) {
    return connection.query_one(
        "SELECT count(*) FROM vault_known_key k WHERE NOT EXISTS (SELECT 1 FROM pins_compared c"
        " WHERE c.organization = k.organization AND c.public_key = k.public_key)");
  }));
  return row->integer(0);
}

Result<void> pin(const Work& work, trust::OrganizationId other, const trust::keys::PublicKey& key,
                 std::string_view heard) {
  TRY(work.vault.require(work.actor, "vault", "grant", other.to_string()));
  if (digits_of(heard) != digits_of(key.fingerprint()))
    return fail(ErrorKind::kConflict, "this is not the fingerprint of their key",
                "field fingerprint", "Read it to each other again, digit by digit");
  TRY(accept_key(work, other, key, key.fingerprint()));
  return work.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM pins_compared WHERE organization = $1", {other}));
    TRY(connection.execute(
        "INSERT INTO pins_compared (organization, public_key, compared_by, compared_at)"
        " VALUES ($1, $2, $3, $4)",
        {other, db::Blob{std::string(key.view())}, work.actor.member, work.now()}));
    return work.vault.note(connection, work.actor, "vault", "compare_key", other.to_string(),
                           "key=" + key.fingerprint());
  });
}

}  // namespace daybreak::vault::pins
