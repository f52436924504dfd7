// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/audit_check.hpp"

namespace daybreak::trust {
namespace {

constexpr const char* kTakenBack = "audit check";

}  // namespace

Result<void> check_audit(db::Database& database, Instant now) {
  if (auto stopped = database.stopped()) return tl::make_unexpected(*std::move(stopped));
  const auto written = database.write([&](db::Connection& connection) -> Result<void> {
    TRY(append_audit(connection, Actor::system("health"),
                     {.action = "audit_log.check", .object_type = "audit_log"}, now));
    return fail(ErrorKind::kConflict, "the check is taken back", kTakenBack);
  });
  if (!written && written.error().place == kTakenBack) return {};
  return written;
}

}  // namespace daybreak::trust
