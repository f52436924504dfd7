// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/audit_watch.hpp"

#include "trust/audit_check.hpp"

namespace daybreak::web {
namespace {

constexpr std::chrono::seconds kLooks{10};

}  // namespace

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
  if (auto well = trust::check_audit(commons_, now); !well)
    found.push_back({std::nullopt, std::move(well).error()});
  for (const trust::OrganizationId id : vaults_.list()) {
    const auto vault = vaults_.find(id);
    auto well = vault ? trust::check_audit((*vault)->database(), now)
                      : Result<void>(tl::make_unexpected(vault.error()));
    if (!well) found.push_back({id, std::move(well).error()});
  }
  return found;
}

}  // namespace daybreak::web
