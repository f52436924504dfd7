// SPDX-License-Identifier: AGPL-3.0-or-later
// Which sessions have their vault unlocked now. A keyring lives here in locked memory and nowhere
// else; it goes when it was not used for as long as the vault's policy says (five minutes), at the
// latest when that policy's hours are over, and with the process. Safe to use from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "trust/actor.hpp"
#include "trust/keys/keyring.hpp"
#include "vault/unlock_policy.hpp"

namespace daybreak::vault {

class Unlocks {
 public:
  explicit Unlocks(const Clock& clock) : clock_(clock) {}

  void put(const trust::Actor& actor, trust::keys::Keyring keyring,
           const UnlockPolicy& policy = {});
  // The keyring of this session, member and organisation, or nothing; counts as use. `policy` is
  // the vault's of this moment, so that a change acts at once. A clock that was set back locks.
  std::shared_ptr<const trust::keys::Keyring> find(const trust::Actor& actor,
                                                   const UnlockPolicy& policy = {});
  void lock(const trust::SessionId& session);
  // Of every session of a member whose keys were taken or changed.
  void lock_member(const trust::MemberId& member);

 private:
  struct Entry {
    trust::MemberId member;
    trust::OrganizationId organization;
    std::shared_ptr<const trust::keys::Keyring> keyring;
    Instant opened_at, used_at;
    UnlockPolicy policy;
  };
  static bool is_over(const Entry& entry, Instant now) {
    return now < entry.used_at || now - entry.used_at >= entry.policy.idle ||
           now - entry.opened_at >= entry.policy.longest;
  }

  const Clock& clock_;
  std::mutex mutex_;
  std::map<trust::SessionId, Entry> entries_;
};

}  // namespace daybreak::vault
