// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside web/ only: the vaults of the node, who has one open, and the gates between them and the
// commons. Lives as long as the site.
#pragma once

#include "commons/referrals/referrals.hpp"
#include "gates/aggregate/aggregate_gate.hpp"
#include "gates/post/post.hpp"
#include "gates/referral/referral_gate.hpp"
#include "gates/release/release_gate.hpp"
#include "vault/unlocks.hpp"
#include "vault/vaults.hpp"

namespace daybreak::gates {

// How long the ids of messages that were taken are known; a node that was away for longer is set up
// anew.
inline constexpr std::chrono::days kRemembered{366};

struct Gates {
  vault::Vaults vaults;
  vault::Unlocks unlocks;
  ReleaseGate releases{vaults};
  referrals::Referrals referrals;
  ReferralGate referral_gate{referrals};
  measures::Measures measures;
  AggregateGate aggregates{measures};
  std::unique_ptr<nodes::Register> nodes = {};  // of a commons
  std::unique_ptr<post::Post> post = {};        // last: its threads end before what they use

  // Ends what is late in every vault and among the referrals, whose states the vaults take over
  // first; for an hourly job. A vault whose database is not there now waits for the next hour.
  Result<void> tidy() {
    for (const trust::OrganizationId organization : vaults.list()) {
      auto found = vaults.find(organization);
      if (!found && found.error().kind == ErrorKind::kUnavailable) continue;
      vault::Vault* vault = TRY(std::move(found));
      TRY(referral_gate.settle(*vault));
      TRY(releases.destroy_ended(*vault));
      TRY(vault->database().write([&](db::Connection& connection) {
        return line::forget_taken(connection, vault->now() - kRemembered);
      }));
    }
    TRY(referrals.tidy());
    return {};
  }
};

}  // namespace daybreak::gates
