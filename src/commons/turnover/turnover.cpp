// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/turnover/turnover.hpp"

#include <algorithm>

#include "embedded/commons_turnover_migrations.hpp"
#include "trust/audit.hpp"

namespace daybreak::turnover {
namespace {

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

Leaving leaving_of(const db::Row& row) {
  return {.id = row.uuid(0),
          .member = row.id<trust::MemberId>(1),
          .successor = row.maybe_id<trust::MemberId>(2),
          .made_at = row.instant(3),
          .moved = row.integer(5),
          .undone = !row.is_null(4)};
}

constexpr std::string_view kLeavings =
    "SELECT l.id, l.member, l.successor, l.made_at, l.undone_at, (SELECT count(*) FROM "
    "turnover_moved m WHERE m.leaving = l.id) FROM turnover_leaving l WHERE ";

}  // namespace

db::ModuleMigrations migrations() { return {"turnover", &embedded::commons_turnover_migrations()}; }

Result<trust::Member> Turnover::visible(const trust::Actor& reader, trust::MemberId id) {
  auto member = TRY(members_.find(id));
  if (!member) return absent();
  TRY(gatekeeper_.require(
      reader, {"read"},
      {.type = "member", .owner = member->organization, .partners = {}, .subject = member->id},
      id.to_string()));
  return std::move(*member);
}

Result<std::vector<Held>> Turnover::held_by(const trust::Actor& reader, trust::MemberId id) {
  const trust::Member member = TRY(visible(reader, id));
  std::vector<Held> all;
  for (const Holder& holder : holders_) {
    auto duties = TRY(holder.duties(reader, member));
    if (!duties.empty()) all.push_back({&holder, std::move(duties)});
  }
  return all;
}

Result<void> Turnover::check_successor(const trust::Actor& actor, const trust::Member& leaver,
                                       const std::optional<trust::MemberId>& successor) {
  if (successor) {
    const auto found = TRY(members_.find(*successor));
    if (!found || found->state != trust::MemberState::kActive || found->id == leaver.id ||
        found->organization != leaver.organization)
      return fail(ErrorKind::kInvalid, "is no active colleague of that organization", "successor",
                  "Choose one of the list");
    return {};
  }
  for (const Held& held : TRY(held_by(actor, leaver.id)))
    if (held.holder->pass_on)
      return fail(ErrorKind::kInvalid, "there are duties to hand over", "successor",
                  "Choose who takes them");
  return {};
}

Result<Leaving> Turnover::leave(const trust::Actor& actor, trust::MemberId id,
                                std::optional<trust::MemberId> successor) {
  const trust::Member member = TRY(visible(actor, id));
  TRY(check_successor(actor, member, successor));
  // The door first: what follows can be done again.
  TRY(members_.disable(actor, id));
  Leaving leaving{.id = Uuid::generate(clock_, random_),
                  .member = id,
                  .successor = successor,
                  .made_at = clock_.now()};
  return database_.write([&](db::Connection& c) -> Result<Leaving> {
    leaving.moved = 0;
    TRY(
        c.execute("INSERT INTO turnover_leaving (id, member, successor, made_by, made_at) VALUES "
                  "($1, $2, $3, $4, $5)",
                  {leaving.id, id, successor, actor.member, leaving.made_at}));
    for (const Holder& holder : holders_) {
      if (holder.end) TRY(holder.end(c, id));
      if (!holder.pass_on || !successor) continue;
      for (const Uuid& thing : TRY(holder.pass_on(c, id, *successor, {}))) {
        TRY(c.execute("INSERT INTO turnover_moved (leaving, area, thing) VALUES ($1, $2, $3)",
                      {leaving.id, holder.code, thing}));
        ++leaving.moved;
      }
    }
    TRY(settle(c, actor, id, Verdict::kClose));
    TRY(trust::append_audit(c, actor,
                            {.action = "member.hand_over",
                             .object_type = "member",
                             .object = id.to_string(),
                             .owner = member.organization,
                             .detail = "to=" + (successor ? successor->to_string() : "nobody") +
                                       ",duties=" + std::to_string(leaving.moved)},
                            clock_.now()));
    return leaving;
  });
}

Result<std::vector<Leaving>> Turnover::leavings(const trust::Actor& actor, trust::MemberId id) {
  TRY(visible(actor, id));
  std::vector<Leaving> all;
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each(std::string(kLeavings) + "l.member = $1 ORDER BY l.made_at DESC, l.id",
                        {id}, [&](const db::Row& row) -> Result<void> {
                          all.push_back(leaving_of(row));
                          return {};
                        });
  }));
  return all;
}

Result<std::int64_t> Turnover::take_back(const trust::Actor& actor, const Uuid& id) {
  const auto row = TRY(database_.read(
      [&](db::Connection& c) { return c.query_one(std::string(kLeavings) + "l.id = $1", {id}); }));
  if (!row) return absent();
  const Leaving leaving = leaving_of(*row);
  const trust::Member member = TRY(visible(actor, leaving.member));
  TRY(gatekeeper_.require(
      actor, {"disable"},
      {.type = "member", .owner = member.organization, .partners = {}, .subject = member.id},
      member.id.to_string()));
  if (leaving.undone || !leaving.successor)
    return fail(ErrorKind::kConflict, "there is nothing to take back");
  return database_.write([&](db::Connection& c) -> Result<std::int64_t> {
    std::int64_t moved = 0;
    for (const Holder& holder : holders_) {
      if (!holder.pass_on) continue;
      std::vector<Uuid> things;
      for (const db::Row& one :
           TRY(c.query("SELECT thing FROM turnover_moved WHERE leaving = $1 AND area = $2",
                       {id, holder.code})))
        things.push_back(one.uuid(0));
      if (things.empty()) continue;
      moved += static_cast<std::int64_t>(
          TRY(holder.pass_on(c, *leaving.successor, leaving.member, things)).size());
    }
    TRY(c.execute("UPDATE turnover_leaving SET undone_at = $2 WHERE id = $1", {id, clock_.now()}));
    TRY(trust::append_audit(c, actor,
                            {.action = "member.take_back",
                             .object_type = "member",
                             .object = leaving.member.to_string(),
                             .owner = member.organization,
                             .detail = "duties=" + std::to_string(moved)},
                            clock_.now()));
    return moved;
  });
}

}  // namespace daybreak::turnover
