// SPDX-License-Identifier: AGPL-3.0-or-later
// Vaults for trying out: a provider's, a sheriff's and a prosecutor's, with people who cannot be
// taken for real ones (names that end in "_"), in the published proportions of victim services.
// Only in a store that is marked as a demonstration. Run once, by `daybreak init --demonstration`.
#pragma once

#include "trust/members.hpp"
#include "vault/vaults.hpp"

namespace daybreak::gates {

inline constexpr std::string_view kDemonstrationPassphrase = "seven quiet herons wade";
inline constexpr int kDemonstrationPeople = 100;

// kConflict when the store is no demonstration or has vaults already.
Result<void> seed_vaults(trust::Keeper keeper, vault::Vaults& vaults);

}  // namespace daybreak::gates
