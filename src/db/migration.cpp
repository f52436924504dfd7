// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/migration.hpp"

#include <fmt/format.h>
#include <map>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "db/dialect.hpp"

namespace daybreak::db {
namespace {

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS db_migration (module TEXT NOT NULL, number INTEGER NOT NULL,"
    " name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL,"
    " PRIMARY KEY (module, number)) STRICT;";

struct Migration {
  std::string name;  // "create_organizations"
  std::string text;  // for this engine
};
using Numbered = std::map<std::int64_t, Migration>;

// What is recorded as applied: number -> (name, checksum).
using Recorded = std::map<std::int64_t, std::pair<std::string, std::string>>;

tl::unexpected<Error> bad_file(std::string_view file, std::string message) {
  return fail(ErrorKind::kInternal, std::move(message), std::string(file));
}

// "0001_create_organizations.sqlite.sql" -> 1, "create_organizations", "sqlite"
Result<Numbered> read_migrations(const ModuleMigrations& module, Engine engine) {
  const std::string_view other = engine == Engine::kSqlite ? ".postgres" : ".sqlite";
  const std::string_view own = engine == Engine::kSqlite ? ".sqlite" : ".postgres";
  Numbered found;
  for (const EmbeddedFile& file : module.files->files()) {
    std::string_view stem = file.name;
    if (!stem.ends_with(".sql"))
      return bad_file(file.name, "a migration's name does not end in .sql");
    stem.remove_suffix(4);
    if (stem.ends_with(other)) continue;
    const bool special = stem.ends_with(own);
    if (special) stem.remove_suffix(own.size());
    const auto number = to_integer(stem.substr(0, 4));
    if (!number || *number < 1 || stem.size() < 6 || stem[4] != '_')
      return bad_file(file.name, "a migration is not named NNNN_name.sql");
    TRY(check_migration_text(file.content, module.module));
    Migration& migration = found[*number];
    const std::string name(stem.substr(5));
    if (!migration.name.empty() && migration.name != name)
      return bad_file(file.name, "two migrations have the same number");
    migration.name = name;
    const std::string text = engine == Engine::kPostgres && !special ? to_postgres(file.content)
                                                                     : std::string(file.content);
    // The common file sorts before or after its variant; it always runs first.
    migration.text = special ? migration.text + "\n" + text : text + "\n" + migration.text;
  }
  std::int64_t expected = 1;
  for (const auto& [number, migration] : found)
    if (number != expected++) return bad_file(module.module, "a migration's number is missing");
  return found;
}

Result<Recorded> read_recorded(Connection& connection, const std::string& module) {
  Recorded recorded;
  TRY(connection.query_each("SELECT number, name, checksum FROM db_migration WHERE module = $1",
                            {module}, [&](const Row& row) -> Result<void> {
                              recorded[row.integer(0)] = {row.text(1), row.text(2)};
                              return {};
                            }));
  return recorded;
}

Result<void> compare(const std::string& module, const Numbered& known, const Recorded& recorded) {
  for (const auto& [number, applied] : recorded) {
    const auto found = known.find(number);
    const std::string place = fmt::format("{} migration {:04} {}", module, number, applied.first);
    if (found == known.end())
      return fail(ErrorKind::kUnsupported, "the store was made by a newer Daybreak", place,
                  "Install the newer version, or restore a backup made with this one");
    if (sha256_hex(found->second.text) != applied.second)
      return fail(ErrorKind::kCorrupt, "a migration differs from the one that made this store",
                  place, "Use the released program that made the store");
  }
  return {};
}

Result<bool> has_migration_table(Connection& connection) {
  const auto row = TRY(connection.query_one(
      connection.engine() == Engine::kSqlite
          ? "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'db_migration'"
          : "SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 'db_migration'"
            " AND relnamespace = current_schema()::regnamespace"));
  return row->integer(0) > 0;
}

Result<void> apply(Connection& connection, const std::string& module, std::int64_t number,
                   const Migration& migration, Instant now) {
  Result<void> done = connection.execute_script(migration.text);
  if (!done)
    return fail(done.error().kind, done.error().message,
                fmt::format("{} migration {:04} {}", module, number, migration.name));
  TRY(
      connection.execute("INSERT INTO db_migration (module, number, name, checksum, applied_at) "
                         "VALUES ($1, $2, $3, $4, $5)",
                         {module, number, migration.name, sha256_hex(migration.text), now}));
  return {};
}

}  // namespace

Result<std::vector<AppliedMigration>> migrate(Database& database,
                                              std::span<const ModuleMigrations> modules,
                                              const Clock& clock) {
  // A store that is up to date is not written to.
  if (check_migrated(database, modules)) return std::vector<AppliedMigration>();
  return database.write([&](Connection& connection) -> Result<std::vector<AppliedMigration>> {
    std::vector<AppliedMigration> applied;
    const bool postgres = connection.engine() == Engine::kPostgres;
    TRY(connection.execute_script(postgres ? to_postgres(kCreateTable)
                                           : std::string(kCreateTable)));
    for (const ModuleMigrations& module : modules) {
      const Numbered known = TRY(read_migrations(module, connection.engine()));
      const Recorded recorded = TRY(read_recorded(connection, module.module));
      TRY(compare(module.module, known, recorded));
      for (const auto& [number, migration] : known) {
        if (recorded.contains(number)) continue;
        TRY(apply(connection, module.module, number, migration, clock.now()));
        applied.push_back({module.module, number, migration.name});
      }
    }
    return applied;
  });
}

Result<void> check_migrated(Database& database, std::span<const ModuleMigrations> modules) {
  return database.read([&](Connection& connection) -> Result<void> {
    const auto incomplete =
        fail(ErrorKind::kConflict, "the store has an older form than this program",
             database.location(), "Run `daybreak init` or start the server once");
    if (!TRY(has_migration_table(connection))) return incomplete;
    for (const ModuleMigrations& module : modules) {
      const Numbered known = TRY(read_migrations(module, connection.engine()));
      const Recorded recorded = TRY(read_recorded(connection, module.module));
      TRY(compare(module.module, known, recorded));
      if (recorded.size() != known.size()) return incomplete;
    }
    return {};
  });
}

}  // namespace daybreak::db
