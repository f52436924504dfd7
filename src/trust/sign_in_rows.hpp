// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside trust/ only: what both ways of signing in (session.cpp, passkeys.cpp) write inside their
// transaction.
#pragma once

#include "trust/audit.hpp"
#include "trust/session.hpp"

namespace daybreak::trust {

Actor actor_for(const Member& member, std::string source, std::string origin);
AuditEvent event_for(std::string action, const Member& member, Outcome outcome, std::string detail);
// Counts a failure and locks the account when there are too many; `now` is the writer's. The
// detail for the log.
Result<std::string> count_failure(db::Connection& connection, const Member& member,
                                  const SessionLimits& limits, Instant now);
Result<void> forget_failures(db::Connection& connection, MemberId member);
// Demonstration accounts, in a demonstration store, have a code that everyone knows: they are taken
// from this machine alone.
Result<bool> is_demonstration_account(db::Connection& connection, const Member& member);
// A new session, just confirmed; marks the member as seen.
Result<void> open_session(db::Connection& connection, SessionId session, MemberId member,
                          const Secret<std::string>& token, const SessionLimits& limits,
                          Instant now);

}  // namespace daybreak::trust
