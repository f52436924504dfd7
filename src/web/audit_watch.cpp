// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/audit_watch.hpp"

#include "trust/audit_check.hpp"

namespace daybreak::web {
namespace {

constexpr std::chrono::seconds kLooks{10};

}  // namespace

std::vector<AuditWatch::Fault> AuditWatch::faults() {
  const std::scoped_lock guard(mutex_);
  const Instant now = clock_.now();
  // A clock that was set back looks again at once: that is one of the faults.
  if (looked_at_ && now >= *looked_at_ && now < *looked_at_ + kLooks) return faults_;
  looked_at_ = now;
  faults_.clear();
  if (auto well = trust::check_audit(commons_, now); !well)
    faults_.push_back({std::nullopt, std::move(well).error()});
  for (const trust::OrganizationId id : vaults_.list()) {
    const auto found = vaults_.find(id);
    auto well = found ? trust::check_audit((*found)->database(), now)
                      : Result<void>(tl::make_unexpected(found.error()));
    if (!well) faults_.push_back({id, std::move(well).error()});
  }
  return faults_;
}

}  // namespace daybreak::web
