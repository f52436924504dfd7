// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/audit_watch.hpp"

#include "trust/audit_check.hpp"

namespace daybreak::web {
namespace {

constexpr std::chrono::seconds kLooks{10};

}  // namespace

Cause cause_of(const Error& error, bool stopped) {
  if (stopped) return Cause::kStopped;
  if (error.kind != ErrorKind::kUnavailable) return Cause::kChanged;
  return error.place == trust::kAuditLogPlace ? Cause::kClock : Cause::kOutOfReach;
}

std::vector<AuditWatch::Fault> AuditWatch::faults() {
  const Instant now = clock_.now();
  {
    const std::scoped_lock guard(mutex_);
    // A clock that was set back looks again at once: that is one of the faults.
    const bool is_fresh = looked_at_ && now >= *looked_at_ && now < *looked_at_ + kLooks;
    if (known_ && (is_fresh || looking_)) return *known_;
    looking_ = true;
    looked_at_ = now;
  }
  std::vector<Fault> found = look(now);  // while others are told what is known
  const std::scoped_lock guard(mutex_);
  looking_ = false;
  known_ = found;
  return found;
}

std::vector<AuditWatch::Fault> AuditWatch::look(Instant now) const {
  std::vector<Fault> found;
  const auto check = [&](std::optional<trust::OrganizationId> vault, db::Database& database) {
    auto well = trust::check_audit(database, now);
    if (well) return;
    const Cause cause = cause_of(well.error(), database.stopped().has_value());
    found.push_back({vault, cause, std::move(well).error()});
  };
  check(std::nullopt, commons_);
  for (const trust::OrganizationId id : vaults_.list()) {
    auto vault = vaults_.find(id);
    if (vault)
      check(id, (*vault)->database());
    else
      found.push_back({id, cause_of(vault.error(), false), std::move(vault).error()});
  }
  return found;
}

}  // namespace daybreak::web
