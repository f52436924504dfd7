// SPDX-License-Identifier: AGPL-3.0-or-later
// Two officers agree, each after a fresh confirmation, before a vault is destroyed; the command on
// the machine then does it (`daybreak vault destroy`). Safe to use from any thread.
#pragma once

#include <optional>

#include "vault/vault.hpp"

namespace daybreak::vault {

inline constexpr std::chrono::days kAgreementLasts{30};

struct Destruction {
  trust::MemberId asked_by;
  Instant asked_at;
  std::optional<trust::MemberId> agreed_by;
  std::optional<Instant> agreed_at;
};

// What was asked and not called off, at most 30 days ago.
Result<std::optional<Destruction>> destruction(const Vault& vault);
Result<void> ask_for_destruction(const Vault& vault, const trust::Actor& actor);
// kConflict when nobody asked, or when it is the same officer.
Result<void> agree_to_destruction(const Vault& vault, const trust::Actor& actor);
Result<void> call_off_destruction(const Vault& vault, const trust::Actor& actor);

}  // namespace daybreak::vault
