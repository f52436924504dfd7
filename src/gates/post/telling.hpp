// SPDX-License-Identifier: AGPL-3.0-or-later
// What is told to other nodes in the transaction of a change: the given functions are for the
// services' constructors. `clock` and `random` must outlive them.
#pragma once

#include "gates/post/bodies.hpp"

namespace daybreak::gates::post {

// In a commons: the nodes of sender and receiver learn the new state of a referral.
referrals::Told tell_nodes(const Clock& clock, Random& random);
Result<void> tell_nodes_of(db::Connection& connection, const referrals::Token& token,
                           const Clock& clock, Random& random);
// On a vault's own node: the commons learns what was done here.
referrals::Told tell_commons_of_referrals(const Clock& clock, Random& random);
// After a restore: the commons tells all of an organisation's referrals again, so that one that
// came after the backup is not overlooked.
Result<void> ask_for_referrals(db::Connection& connection, trust::OrganizationId organization,
                               const Clock& clock, Random& random);
measures::Told tell_commons_of_measures(const Clock& clock, Random& random);

}  // namespace daybreak::gates::post
