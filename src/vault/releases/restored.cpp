// SPDX-License-Identifier: AGPL-3.0-or-later
// Stores that came back from a backup. A SQLite store comes back by `daybreak restore`, which says
// so; a PostgreSQL store by other programs, so it is asked where it is: another server, another
// database or another timeline than the last time is another life of it.
#include "vault/releases/releases.hpp"

namespace daybreak::vault::releases {
namespace {

// Nothing on SQLite, and on a server that only follows another.
Result<std::optional<std::string>> place_of(db::Connection& connection) {
  if (connection.engine() == db::Engine::kSqlite) return std::nullopt;
  const auto row = TRY(connection.query_one(
      "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN '' ELSE"
      " (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) || '/' ||"
      " (SELECT oid::text FROM pg_catalog.pg_database WHERE datname = current_database()) || '/' ||"
      " left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) END"));
  std::string place = row->text(0);
  return place.empty() ? std::nullopt : std::optional(std::move(place));
}

}  // namespace

Result<std::int64_t> end_restored(const Vault& vault, db::Connection& connection) {
  const auto ended =
      TRY(connection.execute("UPDATE releases_release SET ended_at = $1, ended_how = 'restored'"
                             " WHERE ended_at IS NULL AND state IN ('signed', 'exhausted')",
                             {vault.now()}));
  if (const auto place = TRY(place_of(connection)))
    TRY(
        connection.execute("INSERT INTO releases_home (id, place) VALUES (1, $1)"
                           " ON CONFLICT (id) DO UPDATE SET place = $1",
                           {*place}));
  TRY(destroy_ended(vault, connection));
  if (ended > 0)
    TRY(vault.note(connection, trust::Actor::system("restore"), "release", "end", "",
                   "releases=" + std::to_string(ended)));
  return ended;
}

Result<std::int64_t> end_if_restored(const Vault& vault, db::Connection& connection) {
  const auto place = TRY(place_of(connection));
  if (!place) return 0;
  const auto known = TRY(connection.query_one("SELECT place FROM releases_home WHERE id = 1"));
  if (known && known->text(0) == *place) return 0;
  if (known) return end_restored(vault, connection);
  TRY(connection.execute("INSERT INTO releases_home (id, place) VALUES (1, $1)", {*place}));
  return 0;
}

}  // namespace daybreak::vault::releases
