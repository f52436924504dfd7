// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/gatekeeper.hpp"

namespace daybreak::trust {

Result<void> Gatekeeper::require(const Actor& actor, Action action, const Object& object,
                                 std::string_view object_id, Purpose purpose) {
  const Instant now = clock_.now();
  const Decision decision = decide(actor, action, object, purpose, now);
  if (decision) return {};
  if (decision.confirmation_would_help)
    return fail(ErrorKind::kDenied, "this needs a fresh confirmation of who you are",
                "confirmation", "Enter your password and code again");
  if (actor.kind != Actor::Kind::kPublic) {
    TRY(record_audit(database_, actor,
                     {.action = std::string(object.type) + "." + std::string(action.code),
                      .object_type = std::string(object.type),
                      .object = std::string(object_id),
                      .owner = object.owner,
                      .outcome = Outcome::kDenied,
                      .rule = std::string(decision.rule),
                      .purpose = std::string(purpose.code)},
                     now));
  }
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

}  // namespace daybreak::trust
