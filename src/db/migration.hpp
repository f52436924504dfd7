// SPDX-License-Identifier: AGPL-3.0-or-later
// Migrations: each module brings NNNN_name.sql files (cmake: daybreak_module(… MIGRATIONS)), run
// once each, in order, all in one transaction. Not a tool to go back: a store is restored from its
// backup.
//
// One text for both engines, written with SQLite's types: INTEGER, REAL, TEXT, BLOB and `) STRICT;`
// become BIGINT, DOUBLE PRECISION, TEXT, BYTEA and `);` on PostgreSQL; `INTEGER PRIMARY KEY
// AUTOINCREMENT` becomes an identity column. What one engine needs beyond that goes into
// NNNN_name.sqlite.sql or NNNN_name.postgres.sql, run after NNNN_name.sql on that engine only.
// Every table, index, view and trigger of a module is named <module>_…: the migration is refused
// otherwise.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "db/database.hpp"

namespace daybreak::db {

struct ModuleMigrations {
  std::string module;           // "trust", "directory": also the prefix of its tables
  const EmbeddedFolder* files;  // &embedded::trust_migrations()
};

struct AppliedMigration {
  std::string module;
  std::int64_t number = 0;
  std::string name;
};

// Brings the store to the newest form and returns what was applied now. Fails with kUnsupported
// when the store was made by a newer program, with kCorrupt when an applied migration was changed
// since.
Result<std::vector<AppliedMigration>> migrate(Database& database,
                                              std::span<const ModuleMigrations> modules,
                                              const Clock& clock);

// Succeeds when nothing is left to apply; changes nothing.
Result<void> check_migrated(Database& database, std::span<const ModuleMigrations> modules);

// The text as PostgreSQL wants it (see above). For tests.
std::string to_postgres(std::string_view sql);

}  // namespace daybreak::db
