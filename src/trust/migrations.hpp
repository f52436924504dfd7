// SPDX-License-Identifier: AGPL-3.0-or-later
// The tables that trust/ brings to a store: the audit log to every store, accounts to the commons.
#pragma once

#include <vector>

#include "db/migration.hpp"

namespace daybreak::trust {

db::ModuleMigrations audit_migrations();
// Audit log and accounts, in this order.
std::vector<db::ModuleMigrations> commons_migrations();

}  // namespace daybreak::trust
