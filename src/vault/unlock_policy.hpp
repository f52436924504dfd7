// SPDX-License-Identifier: AGPL-3.0-or-later
// How long a vault stays open for a member: each organisation's own choice, kept in its vault and
// read at each request. Safe to use from any thread.
#pragma once

#include "vault/vault.hpp"

namespace daybreak::vault {

struct UnlockPolicy {
  std::chrono::minutes idle{5};    // without a click; 1 to 30
  std::chrono::hours longest{12};  // in one session in any case; 1 to 12
  bool operator==(const UnlockPolicy&) const = default;
};

Result<UnlockPolicy> unlock_policy(const Vault& vault);
// For officers after a fresh confirmation, and for the command of this machine. kInvalid outside of
// the limits. Acts on the next request.
Result<void> set_unlock_policy(const Vault& vault, const trust::Actor& actor,
                               const UnlockPolicy& policy);

}  // namespace daybreak::vault
