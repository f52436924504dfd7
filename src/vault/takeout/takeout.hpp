// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything of the own vault as files that anyone can read: people, services, notes, releases and
// disclosures as CSV and JSON, attachments as they came. What the acting member holds no key for is
// not in it, and the file READ-ME says so. Two persons with their passphrases; recorded.
#pragma once

#include "vault/takeout/package.hpp"
#include "vault/vault.hpp"

namespace daybreak::vault::takeout {

struct TakenOut {
  std::int64_t people = 0, services = 0, notes = 0, goals = 0, releases = 0, disclosures = 0,
               attachments = 0, tasks = 0;
};

// `second` is another member of the organisation who opened the vault too (kConflict else); both
// confirmed now. Asks decide() for the first, who reads everything as in daily work: each look
// stands in the log.
Result<TakenOut> take_out(const Work& work, const trust::Actor& second, PackageWriter& package);

}  // namespace daybreak::vault::takeout
