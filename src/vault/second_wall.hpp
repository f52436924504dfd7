// SPDX-License-Identifier: AGPL-3.0-or-later
// The second wall of a vault on PostgreSQL, for the day on which a fault of this program gets
// through the first: a database of its own, tables that an owner role made, and a worker role that
// owns nothing. Every table has forced row-level security with one policy: a connection that has
// not said for which organisation it works sees no row, the owner's too. SQLite has none of this;
// there a vault is a file. Safe to use from any thread.
#pragma once

#include <string>

#include "base/random.hpp"
#include "db/database.hpp"
#include "trust/actor.hpp"

namespace daybreak::vault {

// The addresses of a store. `owner` is for PostgreSQL alone: the role that made the tables, used
// while they are made or changed and for nothing else.
struct StoreAddress {
  std::string url;
  std::string owner = {};

  bool is_postgres() const { return url.starts_with("postgres"); }
};

namespace second_wall {

// What each connection to a vault says first.
inline constexpr const char* kSetting = "daybreak.organization";

// With the rights of `administrator` (an address whose role may make databases and roles): makes
// the database, the owner and the worker. What was made is removed again when a step fails.
Result<StoreAddress> make_store(const std::string& administrator,
                                trust::OrganizationId organization, Random& random);

// The store for this organisation, as whoever the address names.
Result<std::unique_ptr<db::Database>> open(const std::string& url,
                                           trust::OrganizationId organization, bool create);

// Forces row-level security on every table there is, and lets `worker` read and write rows.
Result<void> secure(db::Database& owner, trust::OrganizationId organization,
                    const std::string& worker);

// Succeeds when this connection's role is held by the wall and every table has it. kDenied when the
// role could pass it, kConflict when the tables are another organisation's, kCorrupt when a table
// lies open; each says what to do.
Result<void> check(db::Database& worker, trust::OrganizationId organization);
// The role that a store is opened with.
Result<std::string> role_of(db::Database& store);

}  // namespace second_wall
}  // namespace daybreak::vault
