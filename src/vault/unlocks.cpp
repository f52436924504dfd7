// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/unlocks.hpp"

namespace daybreak::vault {

void Unlocks::put(const trust::Actor& actor, trust::keys::Keyring keyring,
                  const UnlockPolicy& policy) {
  const Instant now = clock_.now();
  const std::scoped_lock guard(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return is_over(entry.second, now); });
  entries_.insert_or_assign(
      actor.session,
      Entry{actor.member, actor.organization,
            std::make_shared<const trust::keys::Keyring>(std::move(keyring)), now, now, policy});
}

std::shared_ptr<const trust::keys::Keyring> Unlocks::find(const trust::Actor& actor,
                                                          const UnlockPolicy& policy) {
  const Instant now = clock_.now();
  const std::scoped_lock guard(mutex_);
  if (const auto mine = entries_.find(actor.session); mine != entries_.end())
    mine->second.policy = policy;
  std::erase_if(entries_, [&](const auto& entry) { return is_over(entry.second, now); });
  const auto found = entries_.find(actor.session);
  if (found == entries_.end() || found->second.member != actor.member ||
      found->second.organization != actor.organization)
    return nullptr;
  found->second.used_at = now;
  return found->second.keyring;
}

void Unlocks::lock(const trust::SessionId& session) {
  const std::scoped_lock guard(mutex_);
  entries_.erase(session);
}

void Unlocks::lock_member(const trust::MemberId& member) {
  const std::scoped_lock guard(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.member == member; });
}

}  // namespace daybreak::vault
