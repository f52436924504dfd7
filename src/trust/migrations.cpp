// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/migrations.hpp"

#include "embedded/audit_migrations.hpp"
#include "embedded/trust_migrations.hpp"

namespace daybreak::trust {

db::ModuleMigrations audit_migrations() { return {"audit", &embedded::audit_migrations()}; }

std::vector<db::ModuleMigrations> commons_migrations() {
  return {audit_migrations(), {"trust", &embedded::trust_migrations()}};
}

}  // namespace daybreak::trust
