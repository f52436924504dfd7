// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/audit_check.hpp"

namespace daybreak::trust {

Result<void> check_audit(db::Database& database, Instant now) {
  if (auto stopped = database.stopped()) return tl::make_unexpected(*std::move(stopped));
  return database.write([&](db::Connection& connection) {
    return try_audit(connection, Actor::system("health"),
                     {.action = "audit_log.check", .object_type = "audit_log"}, now);
  });
}

}  // namespace daybreak::trust
