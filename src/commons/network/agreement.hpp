// SPDX-License-Identifier: AGPL-3.0-or-later
// What a signed agreement makes of the register of members: those it names are added, or carried on
// until its end; when it ends early, so does what it made. In the caller's write, so that neither
// stands without the other. Connections as db/ says.
#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "commons/network/model.hpp"
#include "db/connection.hpp"

namespace daybreak::network {

struct Agreement {
  Uuid document;
  std::string purposes;
  std::optional<Date> from, until;
  struct Party {
    std::string name, kind;
    std::string contact;          // a role
    std::optional<Uuid> account;  // the organisation of this node's accounts that it is
  };
  std::vector<Party> parties;
};

// A member that is there already, by its name in this task force, keeps its first day.
Result<void> apply_agreement(db::Connection& connection, const Uuid& task_force,
                             const Agreement& agreement, const Clock& clock, Random& random);
// Ends the membership of those whom this document made members, and whom no later one did.
Result<void> end_agreement(db::Connection& connection, const Uuid& document, Date last_day);

struct AgreedMember {
  Uuid task_force;
  std::string name, contact;
  std::optional<Date> since, until;
};
Result<std::vector<AgreedMember>> agreed_members(db::Connection& connection, const Uuid& document);

}  // namespace daybreak::network
