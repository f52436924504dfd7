// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/retention/ only: holds and purges as rows.
#pragma once

#include "vault/retention/retention.hpp"

namespace daybreak::vault::retention {

inline constexpr std::string_view kPurgeColumns =
    "id, client, kind, state, asked_by, asked_role, asked_at, ended_role, ended_at, counts,"
    " backups_until";
Purge purge_of(const db::Row& row);

// Opened under `key`; without one (a shredded client) the words stay empty.
Result<std::vector<Hold>> holds_of(db::Connection& connection, const Work& work,
                                   const trust::keys::Key* key, clients::ClientId client);
Result<std::vector<Purge>> purges_of(db::Connection& connection, clients::ClientId client);
Result<bool> is_partly_purged(db::Connection& connection, clients::ClientId client);
// The organisation's days of a period, or the program's.
Result<int> days_of(db::Connection& connection, std::string_view period);

trust::keys::Place hold_place(const Work& work, HoldId id);
std::string write_counts(const std::vector<std::pair<std::string, std::int64_t>>& counts);
// "advocate+account_steward": the roles that the actor has now.
std::string roles_of(const trust::Actor& actor);

}  // namespace daybreak::vault::retention
