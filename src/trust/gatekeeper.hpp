// SPDX-License-Identifier: AGPL-3.0-or-later
// decide() with its consequences: a denial is recorded and answered as "absent". What services and
// pages call. Safe to use from any thread.
#pragma once

#include "trust/audit.hpp"
#include "trust/policy.hpp"

namespace daybreak::trust {

class Gatekeeper {
 public:
  Gatekeeper(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Succeeds when the policy permits. Otherwise records the denial (members and jobs only: the
  // public leaves no trace) and fails with kNotFound, the same as for what is absent; or with
  // kDenied and place "confirmation" when the actor only has to confirm who it is. `object_id` goes
  // into the record.
  Result<void> require(const Actor& actor, Action action, const Object& object,
                       std::string_view object_id, Purpose purpose = {});

 private:
  db::Database& database_;
  const Clock& clock_;
};

}  // namespace daybreak::trust
