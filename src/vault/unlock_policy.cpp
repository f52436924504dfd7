// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/unlock_policy.hpp"

#include <fmt/format.h>

namespace daybreak::vault {

using std::chrono::hours, std::chrono::minutes;

Result<UnlockPolicy> unlock_policy(const Vault& vault) {
  return vault.database().read([](db::Connection& connection) -> Result<UnlockPolicy> {
    const auto row =
        TRY(connection.query_one("SELECT idle_minutes, most_hours FROM vault_unlock_policy"));
    if (!row) return UnlockPolicy{};
    return UnlockPolicy{minutes(row->integer(0)), hours(row->integer(1))};
  });
}

Result<void> set_unlock_policy(const Vault& vault, const trust::Actor& actor,
                               const UnlockPolicy& policy) {
  TRY(vault.require(actor, "vault", "unlock_policy"));
  if (policy.idle < minutes(1) || policy.idle > minutes(30))
    return fail(ErrorKind::kInvalid, "a vault locks after 1 to 30 minutes without a click",
                "field idle_minutes", "Choose 5, or fewer where others can see the screen");
  if (policy.longest < hours(1) || policy.longest > hours(12))
    return fail(ErrorKind::kInvalid, "a vault stays open for 1 to 12 hours", "field most_hours",
                "Choose the length of a shift");
  return vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM vault_unlock_policy"));
    TRY(
        connection.execute("INSERT INTO vault_unlock_policy (id, idle_minutes, most_hours, set_at)"
                           " VALUES (1, $1, $2, $3)",
                           {policy.idle.count(), policy.longest.count(), vault.now()}));
    return vault.note(
        connection, actor, "vault", "unlock_policy", vault.organization().to_string(),
        fmt::format("idle_minutes={},most_hours={}", policy.idle.count(), policy.longest.count()));
  });
}

}  // namespace daybreak::vault
