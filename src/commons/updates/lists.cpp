// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/lists.hpp"

#include "base/text.hpp"
#include "trust/credentials.hpp"

namespace daybreak::updates {
namespace {

constexpr trust::Object kList{.type = "updates_list",
                              .owner = {},
                              .audience = trust::Audience::kConfidential,
                              .partners = {},
                              .subject = {}};

std::string owner_of(std::string_view topic, trust::MemberId member) {
  return std::string(topic) + ":" + member.to_string();
}

Result<const Topic*> restricted(std::string_view id) {
  const Topic* topic = find_topic(id);
  if (topic == nullptr || !topic->is_restricted())
    return fail(ErrorKind::kNotFound, "there is no such list", "topic");
  return topic;
}

trust::AuditEvent event(std::string_view action, std::string_view topic, trust::MemberId member) {
  return {.action = "updates_list." + std::string(action),
          .object_type = "updates_list",
          .object = member.to_string(),
          .detail = "topic=" + std::string(topic)};
}

}  // namespace

FindMember find_in(trust::Members& members) {
  return [&members](trust::MemberId id) -> Result<std::optional<MemberFacts>> {
    auto member = TRY(members.find(id));
    if (!member) return std::nullopt;
    const auto organization = TRY(members.find_organization(member->organization));
    return MemberFacts{
        .member = std::move(*member),
        .organization_active = organization && organization->active,
        .standing = organization ? organization->standing : trust::Standing::kPartner};
  };
}

bool may_receive(const Topic& topic, const MemberFacts& facts, Instant verified_at, Instant now) {
  return topic.is_restricted() && facts.organization_active &&
         facts.standing == trust::Standing::kTaskForce &&
         facts.member.state == trust::MemberState::kActive &&
         facts.member.roles.has_any_of(topic.roles) && verified_at <= now &&
         now - verified_at < kVerifiedFor;
}

Result<void> Lists::verify(const trust::Actor& actor, std::string_view topic,
                           trust::MemberId member) {
  const Topic* found = TRY(restricted(topic));
  TRY(gatekeeper_.require(actor, {"edit"}, kList, member.to_string()));
  const auto facts = TRY(find_member_(member));
  const Instant now = room_.clock.now();
  if (!facts || !may_receive(*found, *facts, now, now))
    return fail(ErrorKind::kInvalid, "this member has no role for this bulletin", "member",
                "Choose an active member of the task force with one of its roles");
  const Secret<std::string> token = trust::new_token(room_.random);
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    const std::int64_t known = TRY(
        c.execute("UPDATE updates_list_member SET verified_at = $3, verified_by = $4 WHERE topic = "
                  "$1 AND member_id = $2",
                  {topic, member, now, actor.member}));
    if (known == 0)
      TRY(
          c.execute("INSERT INTO updates_list_member (topic, member_id, verified_at, verified_by, "
                    "token_hash, sealed) VALUES ($1, $2, $3, $4, $5, $6)",
                    {topic, member, now, actor.member, to_hex(trust::token_hash(token)),
                     seal(room_, {{}, token}, owner_of(topic, member))}));
    return trust::append_audit(c, actor, event("verify", topic, member), now);
  });
}

Result<void> Lists::remove(const trust::Actor& actor, std::string_view topic,
                           trust::MemberId member) {
  TRY(restricted(topic));
  TRY(gatekeeper_.require(actor, {"edit"}, kList, member.to_string()));
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("DELETE FROM updates_list_member WHERE topic = $1 AND member_id = $2",
                  {topic, member}));
    return trust::append_audit(c, actor, event("remove", topic, member), room_.clock.now());
  });
}

Result<std::vector<ListEntry>> Lists::list(const trust::Actor& actor, std::string_view topic) {
  const Topic* found = TRY(restricted(topic));
  TRY(gatekeeper_.require(actor, {"list"}, kList, topic));
  std::vector<ListEntry> entries;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT member_id, verified_at FROM updates_list_member WHERE topic = $1 ORDER BY "
        "verified_at, member_id",
        {topic}, [&](const db::Row& row) -> Result<void> {
          entries.push_back({.member = row.id<trust::MemberId>(0),
                             .topic = std::string(topic),
                             .verified_at = row.instant(1),
                             .name = {}});
          return {};
        });
  }));
  for (ListEntry& entry : entries) {
    const auto facts = TRY(find_member_(entry.member));
    if (!facts) continue;
    entry.name = facts->member.name;
    entry.receives = may_receive(*found, *facts, entry.verified_at, room_.clock.now());
  }
  return entries;
}

Result<std::optional<Sealed>> Lists::contact(std::string_view topic, trust::MemberId member) {
  const Topic* found = find_topic(topic);
  if (found == nullptr || !found->is_restricted()) return std::nullopt;
  const auto row = TRY(room_.database.read([&](db::Connection& c) {
    return c.query_one(
        "SELECT verified_at, sealed FROM updates_list_member WHERE topic = $1 AND member_id = $2",
        {topic, member});
  }));
  if (!row) return std::nullopt;
  const auto facts = TRY(find_member_(member));
  if (!facts || !may_receive(*found, *facts, row->instant(0), room_.clock.now()))
    return std::nullopt;
  Sealed contact = TRY(open(room_, row->text(1), owner_of(topic, member)));
  contact.address = facts->member.email;
  return contact;
}

Result<bool> Lists::receives(std::string_view topic, trust::MemberId member) {
  return TRY(contact(topic, member)).has_value();
}

Result<std::vector<std::string>> Lists::lists_of(trust::MemberId member) {
  std::vector<std::string> topics;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each("SELECT topic FROM updates_list_member WHERE member_id = $1 ORDER BY topic",
                        {member}, [&](const db::Row& row) -> Result<void> {
                          topics.push_back(row.text(0));
                          return {};
                        });
  }));
  return topics;
}

Result<void> Lists::end_all(db::Connection& c, trust::MemberId member) {
  TRY(c.execute("DELETE FROM updates_list_member WHERE member_id = $1", {member}));
  return {};
}

Result<void> Lists::stop(const Secret<std::string>& token) {
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    const std::string hash = to_hex(trust::token_hash(token));
    const auto row = TRY(c.query_one(
        "SELECT topic, member_id FROM updates_list_member WHERE token_hash = $1", {hash}));
    if (!row) return {};
    TRY(c.execute("DELETE FROM updates_list_member WHERE token_hash = $1", {hash}));
    return trust::append_audit(c, trust::Actor::system("mailed_link"),
                               event("stop", row->text(0), row->id<trust::MemberId>(1)),
                               room_.clock.now());
  });
}

}  // namespace daybreak::updates
