// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/sign_in_rows.hpp"

#include "trust/credentials.hpp"
#include "trust/demonstration.hpp"

namespace daybreak::trust {

Actor actor_for(const Member& member, std::string source, std::string origin) {
  Actor actor;
  actor.kind = Actor::Kind::kMember;
  actor.member = member.id;
  actor.organization = member.organization;
  actor.roles = member.roles;
  actor.source = std::move(source);
  actor.origin = std::move(origin);
  return actor;
}

AuditEvent event_for(std::string action, const Member& member, Outcome outcome,
                     std::string detail) {
  return {.action = std::move(action),
          .object_type = "member",
          .object = member.id.to_string(),
          .owner = member.organization,
          .outcome = outcome,
          .detail = std::move(detail)};
}

Result<std::string> count_failure(db::Connection& connection, const Member& member,
                                  const SessionLimits& limits, Instant now) {
  TRY(connection.execute("DELETE FROM trust_sign_in_failure WHERE member = $1 AND at <= $2",
                         {member.id, now - limits.failure_window}));
  TRY(connection.execute("INSERT INTO trust_sign_in_failure (member, at) VALUES ($1, $2)",
                         {member.id, now}));
  const auto count = TRY(connection.query_one(
      "SELECT count(*) FROM trust_sign_in_failure WHERE member = $1", {member.id}));
  if (count->integer(0) < limits.failures) return std::string("reason=wrong");
  TRY(connection.execute(
      "UPDATE trust_member SET state = 'locked' WHERE id = $1 AND state = 'active'", {member.id}));
  TRY(connection.execute("DELETE FROM trust_session WHERE member = $1", {member.id}));
  return std::string("reason=wrong,locked=1");
}

Result<void> forget_failures(db::Connection& connection, MemberId member) {
  TRY(connection.execute("DELETE FROM trust_sign_in_failure WHERE member = $1", {member}));
  return {};
}

Result<bool> is_demonstration_account(db::Connection& connection, const Member& member) {
  if (!is_demonstration_email(member.email)) return false;
  return TRY(connection.query_one("SELECT 1 FROM trust_mark WHERE name = 'demonstration'"))
      .has_value();
}

Result<void> open_session(db::Connection& connection, SessionId session, MemberId member,
                          const Secret<std::string>& token, const SessionLimits& limits,
                          Instant now) {
  TRY(connection.execute(
      "INSERT INTO trust_session (id, token_hash, member, started_at, last_used_at, ends_at, "
      "confirmed_at)"
      " VALUES ($1, $2, $3, $4, $4, $5, $4)",
      {session, db::Blob{token_hash(token)}, member, now, now + limits.absolute}));
  TRY(connection.execute("UPDATE trust_member SET last_seen_at = $2 WHERE id = $1", {member, now}));
  return {};
}

}  // namespace daybreak::trust
