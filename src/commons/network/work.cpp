// SPDX-License-Identifier: AGPL-3.0-or-later
// What was agreed, across all meetings: who does it, by when; and the calendars to which members
// subscribe.
#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "commons/network/calendar.hpp"
#include "commons/network/network.hpp"
#include "trust/credentials.hpp"

namespace daybreak::network {
namespace {

constexpr std::chrono::hours kUploadKept{24};

std::string hash_of(const Secret<std::string>& token) { return to_hex(trust::token_hash(token)); }

AgreedAction agreed_of(const db::Row& row) {
  AgreedAction one{.action = {.id = row.uuid(0),
                              .words = row.text(1),
                              .owner = {},
                              .due = row.maybe_date(3),
                              .done = !row.is_null(4),
                              .member = row.maybe_id<trust::MemberId>(5)},
                   .task_force = row.uuid(6),
                   .task_force_name = row.text(7),
                   .meeting_title = row.text(8),
                   .owner_name = row.maybe_text(9).value_or(std::string()),
                   .account = {}};
  if (!row.is_null(2)) one.action.owner = row.uuid(2);
  if (!row.is_null(10)) one.account = row.uuid(10);
  return one;
}

}  // namespace

Result<std::vector<AgreedAction>> Network::load_actions(
    const std::optional<trust::MemberId>& member) {
  std::vector<AgreedAction> all;
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT a.id, a.words, a.owner, a.due, a.done_at, a.member, m.task_force, t.name, m.title, "
        "o.name, o.account FROM network_action a JOIN network_meeting m ON m.id = a.meeting JOIN "
        "network_task_force t ON t.id = m.task_force LEFT JOIN network_organization o ON o.id = "
        "a.owner WHERE $1 = '' OR (a.member = $1 AND a.done_at IS NULL)",
        {member ? member->to_string() : std::string()}, [&](const db::Row& row) -> Result<void> {
          all.push_back(agreed_of(row));
          return {};
        });
  }));
  std::ranges::stable_sort(all, {}, [](const AgreedAction& one) {
    const Action& action = one.action;
    return std::tuple(action.done, action.due ? format_date(*action.due) : "9999",
                      one.task_force_name, action.words);
  });
  return all;
}

Result<std::vector<AgreedAction>> Network::actions(const trust::Actor& actor) {
  TRY(permit(actor, "meet", {}));
  return load_actions(std::nullopt);
}

Result<std::vector<AgreedAction>> Network::actions_of(trust::MemberId member) {
  return load_actions(member);
}

Result<void> Network::give_action(const trust::Actor& actor, const Uuid& action,
                                  trust::MemberId to) {
  TRY(permit(actor, "meet", action));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("UPDATE network_action SET member = $2 WHERE id = $1 AND done_at IS NULL",
                      {action, to})) == 0)
      return fail(ErrorKind::kNotFound, "there is no such open action");
    return record(c, actor, "give", action);
  });
}

Result<std::vector<Uuid>> Network::pass_on(db::Connection& c, trust::MemberId from,
                                           trust::MemberId to, std::span<const Uuid> only) {
  std::vector<Uuid> moved;
  for (const db::Row& row : TRY(c.query(
           "SELECT id FROM network_action WHERE member = $1 AND done_at IS NULL", {from}))) {
    if (!only.empty() && std::ranges::find(only, row.uuid(0)) == only.end()) continue;
    TRY(c.execute("UPDATE network_action SET member = $2 WHERE id = $1", {row.uuid(0), to}));
    moved.push_back(row.uuid(0));
  }
  return moved;
}

Result<Secret<std::string>> Network::make_feed(const trust::Actor& actor) {
  TRY(permit(actor, "meet", actor.member.uuid()));
  Secret<std::string> token = trust::new_token(random_);
  TRY(database_.write([&](db::Connection& c) -> Result<void> {
    TRY(end_feeds(c, actor.member));
    TRY(c.execute("INSERT INTO network_feed (member, token_hash, made_at) VALUES ($1, $2, $3)",
                  {actor.member, hash_of(token), clock_.now()}));
    return record(c, actor, "make_feed", actor.member.uuid());
  }));
  return token;
}

Result<void> Network::end_feed(const trust::Actor& actor) {
  TRY(permit(actor, "meet", actor.member.uuid()));
  return database_.write([&](db::Connection& c) -> Result<void> {
    TRY(end_feeds(c, actor.member));
    return record(c, actor, "end_feed", actor.member.uuid());
  });
}

Result<void> Network::end_feeds(db::Connection& c, trust::MemberId member) {
  TRY(c.execute("DELETE FROM network_feed WHERE member = $1", {member}));
  return {};
}

Result<bool> Network::has_feed(const trust::Actor& actor) {
  TRY(permit(actor, "meet", actor.member.uuid()));
  return database_.read([&](db::Connection& c) -> Result<bool> {
    return TRY(c.query_one("SELECT 1 FROM network_feed WHERE member = $1", {actor.member}))
        .has_value();
  });
}

Result<std::optional<trust::MemberId>> Network::feed_owner(const Secret<std::string>& token) {
  return database_.read([&](db::Connection& c) -> Result<std::optional<trust::MemberId>> {
    const auto row =
        TRY(c.query_one("SELECT member FROM network_feed WHERE token_hash = $1", {hash_of(token)}));
    if (!row) return std::nullopt;
    return row->id<trust::MemberId>(0);
  });
}

Result<std::vector<CalendarEvent>> Network::events(const trust::Actor& actor) {
  std::vector<CalendarEvent> events;
  for (const TaskForce& one : TRY(all())) {
    for (const Meeting& meeting : TRY(meetings(actor, one.id))) events.push_back(event_of(meeting));
    for (const Arrangement& thing : TRY(load_arrangements(one.id)))
      if (thing.review && thing.in_force(today()))
        events.push_back({.id = thing.id.to_string() + "-review",
                          .title = "Review: " + thing.title,
                          .about = one.name,
                          .day = thing.review});
  }
  for (const AgreedAction& one : TRY(actions(actor)))
    if (!one.action.done && one.action.due)
      events.push_back({.id = one.action.id.to_string(),
                        .title = "Due: " + one.action.words,
                        .about = one.owner_name,
                        .day = one.action.due});
  return events;
}

Result<Uuid> Network::keep_upload(const trust::Actor& actor, std::string name,
                                  std::string content) {
  TRY(permit(actor, "edit", {}));
  const Uuid id = Uuid::generate(clock_, random_);
  const Instant now = clock_.now();
  return database_.write([&](db::Connection& c) -> Result<Uuid> {
    // One waiting table a person, and none for longer than a day.
    TRY(c.execute("DELETE FROM network_upload WHERE member = $1 OR sent_at < $2",
                  {actor.member, now - kUploadKept}));
    TRY(
        c.execute("INSERT INTO network_upload (id, member, name, content, sent_at) VALUES ($1, $2, "
                  "$3, $4, $5)",
                  {id, actor.member, name, content, now}));
    return id;
  });
}

Result<Network::Upload> Network::find_upload(const trust::Actor& actor, const Uuid& id) {
  TRY(permit(actor, "edit", id));
  return database_.read([&](db::Connection& c) -> Result<Upload> {
    const auto row = TRY(
        c.query_one("SELECT name, content FROM network_upload WHERE id = $1 AND member = $2 AND "
                    "sent_at >= $3",
                    {id, actor.member, clock_.now() - kUploadKept}));
    if (!row) return fail(ErrorKind::kNotFound, "this table is not there any more");
    return Upload{id, row->text(0), row->text(1)};
  });
}

Result<void> Network::drop_upload(const trust::Actor& actor, const Uuid& id) {
  return database_.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("DELETE FROM network_upload WHERE id = $1 AND member = $2", {id, actor.member}));
    return {};
  });
}

}  // namespace daybreak::network
