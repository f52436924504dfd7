// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/releases/ only: what signing asks besides the words themselves: age, the span in
// which a release lives, and that one that is issued again is not wider.
#pragma once

#include "vault/releases/releases.hpp"

namespace daybreak::vault::releases {

// The words of an earlier release as a new draft: nothing that is told anew to the survivor, no
// signature, the usual fourteen days.
Terms terms_again(const Release& earlier);
// kInvalid (field "items" or "recipient") when it goes beyond the release that it repeats.
Result<void> check_again(db::Connection& connection, const Terms& terms);
// Ends a living release because another takes its place; an ended one stays as it is.
Result<void> replace(db::Connection& connection, const Work& work, ReleaseId id);

struct Span {
  Instant from, until;
};
// From now or a later day, for so many days, never beyond 90 days from now; of a minor with a
// guardian not beyond the eighteenth birthday. kInvalid (field "signer") when who signs does not fit
// the age that the file tells.
Result<Span> span_of(db::Connection& connection, const Work& work, const trust::keys::Key& key,
                     clients::ClientId client, const Terms& terms);

}  // namespace daybreak::vault::releases
