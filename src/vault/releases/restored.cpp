// SPDX-License-Identifier: AGPL-3.0-or-later
// Stores that came back from before. `daybreak restore` says so. Else a store is asked where it is
// (PostgreSQL: another server, database or timeline than the last time is another life of it) and
// how many of its releases have ended: fewer than were known once means that an earlier state of it
// was put back in its place.
#include <algorithm>

#include "vault/releases/releases.hpp"
#include "vault/releases/rows.hpp"

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

struct Life {
  Endings::Mark mark;
  std::int64_t endings = 0;
  std::optional<std::string> known_place, place;
  bool is_of_before() const {
    return mark.is_ahead_of(endings) || (place && known_place && *place != *known_place);
  }
};

Result<Life> life_of(const Vault& vault, db::Connection& connection) {
  Life life{.mark = TRY(vault.endings().read())};
  life.place = TRY(place_of(connection));
  const auto row =
      TRY(connection.query_one("SELECT e.endings, h.place FROM releases_endings e"
                               " LEFT JOIN releases_home h ON h.id = e.id WHERE e.id = 1"));
  if (!row) return fail(ErrorKind::kCorrupt, "how many releases ended is not in the vault");
  life.endings = row->integer(0);
  life.known_place = row->maybe_text(1);
  return life;
}

Result<void> keep_place(db::Connection& connection, const std::string& place) {
  TRY(
      connection.execute("INSERT INTO releases_home (id, place) VALUES (1, $1)"
                         " ON CONFLICT (id) DO UPDATE SET place = $1",
                         {place}));
  return {};
}

// What is in the store now, and on disk, is known outside of it from here on.
Result<void> remember_endings(const Vault& vault) {
  const auto row = TRY(vault.database().read([](db::Connection& connection) {
    return connection.query_one("SELECT endings FROM releases_endings WHERE id = 1");
  }));
  if (row) vault.endings().raise(row->integer(0));
  return {};
}

}  // namespace

Result<void> count_endings(const Vault& vault, db::Connection& connection, std::int64_t more) {
  if (more == 0) return {};
  TRY(connection.execute("UPDATE releases_endings SET endings = endings + $1 WHERE id = 1",
                         {more}));
  // When it cannot be read now, the next ending or opening makes up for it.
  vault.after_commit([&vault] { (void)remember_endings(vault); });
  return {};
}

Result<std::int64_t> end_restored(const Vault& vault, db::Connection& connection) {
  const Life life = TRY(life_of(vault, connection));
  const auto ended =
      TRY(connection.execute("UPDATE releases_release SET ended_at = $1, ended_how = 'restored'"
                             " WHERE ended_at IS NULL AND state IN ('signed', 'exhausted')",
                             {vault.now()}));
  if (life.place) TRY(keep_place(connection, *life.place));
  // Beyond what is known, so that the same store put back once more is noticed too.
  TRY(count_endings(vault, connection,
                    std::max<std::int64_t>(life.mark.count - life.endings, 0) + ended + 1));
  TRY(destroy_late(vault, connection));
  if (life.is_of_before()) vault.after_commit([&vault] { vault.endings().tell_put_back(); });
  if (ended > 0 || life.is_of_before())
    TRY(vault.note(connection, trust::Actor::system("restore"), "release", "end", "",
                   "releases=" + std::to_string(ended)));
  return ended;
}

Result<std::int64_t> end_if_restored(const Vault& vault, db::Connection& connection) {
  const Life life = TRY(life_of(vault, connection));
  if (life.is_of_before()) return end_restored(vault, connection);
  if (life.place && !life.known_place) TRY(keep_place(connection, *life.place));
  return 0;
}

Result<void> check_opened(const Vault& vault) {
  const Life life = TRY(vault.database().read(
      [&](db::Connection& connection) { return life_of(vault, connection); }));
  if (!life.is_of_before()) {
    vault.endings().raise(life.endings);
    return {};
  }
  TRY(vault.database().write(
      [&](db::Connection& connection) { return end_if_restored(vault, connection); }));
  return {};
}

}  // namespace daybreak::vault::releases
