// SPDX-License-Identifier: AGPL-3.0-or-later
// Which sessions have their vault unlocked now. A keyring lives here in locked memory and nowhere
// else; it goes when it was not used for five minutes, when the session ends, and with the process.
// Safe to use from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "trust/actor.hpp"
#include "trust/keys/keyring.hpp"

namespace daybreak::vault {

class Unlocks {
 public:
  explicit Unlocks(const Clock& clock, std::chrono::minutes idle = std::chrono::minutes(5))
      : clock_(clock), idle_(idle) {}

  void put(const trust::Actor& actor, trust::keys::Keyring keyring);
  // The keyring of this session, member and organisation, or nothing; counts as use. A clock that
  // was set back locks.
  std::shared_ptr<const trust::keys::Keyring> find(const trust::Actor& actor);
  void lock(const trust::SessionId& session);
  // Of every session of a member whose keys were taken or changed.
  void lock_member(const trust::MemberId& member);

 private:
  struct Entry {
    trust::MemberId member;
    trust::OrganizationId organization;
    std::shared_ptr<const trust::keys::Keyring> keyring;
    Instant used_at;
  };
  bool is_idle(const Entry& entry, Instant now) const {
    return now < entry.used_at || now - entry.used_at >= idle_;
  }

  const Clock& clock_;
  std::chrono::minutes idle_;
  std::mutex mutex_;
  std::map<trust::SessionId, Entry> entries_;
};

}  // namespace daybreak::vault
