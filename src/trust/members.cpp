// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/members.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "trust/audit.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/member_rows.hpp"

namespace daybreak::trust {
namespace {

Result<void> end_sessions(db::Connection& connection, MemberId member) {
  TRY(connection.execute("DELETE FROM trust_session WHERE member = $1", {member}));
  return {};
}

// Nobody could ever make another administrator.
Result<void> refuse_losing_last_administrator(db::Connection& connection, MemberId member) {
  const auto row = TRY(connection.query_one(
      "SELECT count(*) FROM trust_member JOIN trust_organization ON trust_organization.id = "
      "organization"
      " WHERE trust_member.id <> $1 AND state IN ('active', 'invited') AND active = 1"
      " AND (',' || roles || ',') LIKE '%,administrator,%'",
      {member}));
  if (row->integer(0) == 0)
    return fail(ErrorKind::kConflict, "this is the last administrator", {},
                "Make someone else administrator first");
  return {};
}

std::string select_member(std::string_view rest) {
  return fmt::format("SELECT {} FROM trust_member AS member {}", kMemberColumns, rest);
}

}  // namespace

// Asks the policy for the act itself, and for power over shared roles when they are touched.
Result<void> Members::permit(const Actor& actor, std::string_view action, const Member& member,
                             Roles roles) {
  Gatekeeper gatekeeper(keeper_.database, keeper_.clock);
  const std::string id = member.id.is_nil() ? std::string() : member.id.to_string();
  TRY(gatekeeper.require(actor, {action}, object_of(member), id));
  if (roles.any_shared() || member.roles.any_shared())
    TRY(gatekeeper.require(actor, {"grant_shared_role"}, object_of(member), id));
  return {};
}

Result<void> Members::write(const Actor& actor, std::string_view action, const Member& member,
                            const std::function<Result<void>(db::Connection&)>& change,
                            std::string detail) {
  const Instant now = keeper_.clock.now();
  return keeper_.database.write([&](db::Connection& connection) -> Result<void> {
    TRY(change(connection));
    return append_audit(connection, actor,
                        {.action = "member." + std::string(action),
                         .object_type = "member",
                         .object = member.id.to_string(),
                         .owner = member.organization,
                         .detail = detail},
                        now);
  });
}

Result<std::optional<Member>> Members::find(MemberId id) {
  return keeper_.database.read([&](db::Connection& connection) -> Result<std::optional<Member>> {
    const auto row = TRY(connection.query_one(select_member("WHERE member.id = $1"), {id}));
    if (!row) return std::optional<Member>();
    return std::optional<Member>(TRY(member_of(*row)));
  });
}

Result<std::optional<Member>> Members::find_by_email(std::string_view email) {
  const std::string lower = to_lower_ascii(trim(email));
  return keeper_.database.read([&](db::Connection& connection) -> Result<std::optional<Member>> {
    const auto row = TRY(connection.query_one(select_member("WHERE member.email = $1"), {lower}));
    if (!row) return std::optional<Member>();
    return std::optional<Member>(TRY(member_of(*row)));
  });
}

Result<Member> Members::existing(MemberId id) {
  const auto found = TRY(find(id));
  if (!found) return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
  return *found;
}

Result<std::vector<Member>> Members::list(const Actor& actor) {
  const Instant now = keeper_.clock.now();
  return keeper_.database.read([&](db::Connection& connection) -> Result<std::vector<Member>> {
    std::vector<Member> members;
    TRY(connection.query_each(select_member("ORDER BY member.name, member.id"), {},
                              [&](const db::Row& row) -> Result<void> {
                                Member member = TRY(member_of(row));
                                if (decide(actor, {"list"}, object_of(member), {}, now))
                                  members.push_back(std::move(member));
                                return {};
                              }));
    return members;
  });
}

Result<void> Members::set_roles(const Actor& actor, MemberId id, Roles roles) {
  const Member member = TRY(existing(id));
  TRY(permit(actor, "set_roles", member, roles));
  return write(
      actor, "set_roles", member,
      [&](db::Connection& connection) -> Result<void> {
        if (member.roles.has(Role::kAdministrator) && !roles.has(Role::kAdministrator))
          TRY(refuse_losing_last_administrator(connection, id));
        TRY(connection.execute("UPDATE trust_member SET roles = $2 WHERE id = $1",
                               {id, roles_text(roles)}));
        return end_sessions(connection, id);
      },
      "roles=" + roles_text(roles));
}

Result<void> Members::set_language(const Actor& actor, std::string_view language) {
  const Member member = TRY(existing(actor.member));
  TRY(Gatekeeper(keeper_.database, keeper_.clock)
          .require(actor, {"edit"},
                   {.type = "own_account", .owner = member.organization, .subject = member.id},
                   member.id.to_string()));
  if (language != "en" && language != "es")
    return fail(ErrorKind::kInvalid, "this language is not there yet", "field language",
                "Choose English or Spanish");
  return write(actor, "set_language", member, [&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("UPDATE trust_member SET language = $2 WHERE id = $1",
                           {member.id, language}));
    return {};
  });
}

Result<void> Members::unlock(const Actor& actor, MemberId id) {
  const Member member = TRY(existing(id));
  TRY(permit(actor, "unlock", member, {}));
  if (member.state != MemberState::kLocked)
    return fail(ErrorKind::kConflict, "the account is not locked");
  return write(actor, "unlock", member, [&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute(
        "UPDATE trust_member SET state = 'active' WHERE id = $1 AND state = 'locked'", {id}));
    TRY(connection.execute("DELETE FROM trust_sign_in_failure WHERE member = $1", {id}));
    return {};
  });
}

Result<void> Members::disable(const Actor& actor, MemberId id) {
  const Member member = TRY(existing(id));
  TRY(permit(actor, "disable", member, {}));
  return write(actor, "disable", member, [&](db::Connection& connection) -> Result<void> {
    if (member.roles.has(Role::kAdministrator))
      TRY(refuse_losing_last_administrator(connection, id));
    TRY(connection.execute("UPDATE trust_member SET state = 'disabled' WHERE id = $1", {id}));
    TRY(connection.execute("DELETE FROM trust_set_up WHERE member = $1", {id}));
    return end_sessions(connection, id);
  });
}

Result<int> Members::disable_unused(const Actor& actor, std::chrono::days unused) {
  const Instant limit = keeper_.clock.now() - unused;
  const db::Rows rows = TRY(keeper_.database.read([&](db::Connection& connection) {
    return connection.query(
        "SELECT id FROM trust_member WHERE state IN ('active', 'locked')"
        " AND coalesce(last_seen_at, created_at) < $1",
        {limit});
  }));
  int count = 0;
  for (const db::Row& row : rows) {
    const Result<void> done = disable(actor, row.id<MemberId>(0));
    if (!done && done.error().kind != ErrorKind::kConflict)
      return tl::make_unexpected(done.error());
    count += done ? 1 : 0;  // the last administrator stays
  }
  return count;
}

Result<void> mark_store(db::Connection& connection, std::string_view name, std::string_view value) {
  TRY(
      connection.execute("INSERT INTO trust_mark (name, value) VALUES ($1, $2)"
                         " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                         {name, value}));
  return {};
}

Result<std::optional<std::string>> store_mark(db::Database& database, std::string_view name) {
  return database.read([&](db::Connection& connection) -> Result<std::optional<std::string>> {
    const auto row =
        TRY(connection.query_one("SELECT value FROM trust_mark WHERE name = $1", {name}));
    if (!row) return std::optional<std::string>();
    return std::optional<std::string>(row->text(0));
  });
}

}  // namespace daybreak::trust
