// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/subscribers.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"
#include "trust/audit.hpp"
#include "trust/credentials.hpp"

namespace daybreak::updates {
namespace {

constexpr std::string_view kColumns =
    "id, sealed, state, frequency, language, format, neutral, created_at, confirmed_at";

std::string hash_of(const Secret<std::string>& token) { return to_hex(trust::token_hash(token)); }

SubscriberState state_from(std::string_view code) {
  if (code == "active") return SubscriberState::kActive;
  return code == "stopped" ? SubscriberState::kStopped : SubscriberState::kAsked;
}

tl::unexpected<Error> unknown_link() {
  return fail(ErrorKind::kNotFound, "this link is not known any more", "link");
}

Result<std::vector<std::string>> topics_of(db::Connection& c, const Uuid& id) {
  std::vector<std::string> topics;
  TRY(c.query_each("SELECT topic FROM updates_subscription WHERE subscriber_id = $1 ORDER BY topic",
                   {id}, [&](const db::Row& row) -> Result<void> {
                     topics.push_back(row.text(0));
                     return {};
                   }));
  return topics;
}

Result<Subscriber> read(const Newsroom& room, db::Connection& c, const db::Row& row) {
  Subscriber subscriber{.id = row.uuid(0),
                        .contact = TRY(open(room, row.text(1), row.text(0))),
                        .state = state_from(row.text(2)),
                        .preferences = {},
                        .created_at = row.instant(7),
                        .confirmed_at = row.maybe_instant(8)};
  subscriber.preferences = {
      .topics = TRY(topics_of(c, subscriber.id)),
      .frequency = frequency_from(row.text(3)).value_or(Frequency::kEach),
      .language = language::parse_language(row.text(4)).value_or(Language::kEnglish),
      .format = format_from(row.text(5)).value_or(Format::kHtml),
      .neutral = row.boolean(6)};
  return subscriber;
}

Json to_json(const Subscriber& subscriber) {
  Json topics = Json::array();
  for (const std::string& topic : subscriber.preferences.topics) topics.append(topic);
  Json all = Json::object({{"address", subscriber.contact.address},
                           {"state", code_of(subscriber.state)},
                           {"topics", std::move(topics)},
                           {"frequency", code_of(subscriber.preferences.frequency)},
                           {"language", language::code_of(subscriber.preferences.language)},
                           {"format", code_of(subscriber.preferences.format)},
                           {"neutral_mail", subscriber.preferences.neutral},
                           {"asked_at", format_instant(subscriber.created_at)}});
  if (subscriber.confirmed_at) all.set("confirmed_at", format_instant(*subscriber.confirmed_at));
  return all;
}

}  // namespace

std::string_view code_of(SubscriberState state) {
  switch (state) {
    case SubscriberState::kAsked:
      return "asked";
    case SubscriberState::kActive:
      return "active";
    case SubscriberState::kStopped:
      return "stopped";
  }
  return "asked";
}

Result<void> check(const Preferences& wanted) {
  if (wanted.topics.empty())
    return fail(ErrorKind::kInvalid, "no topic is chosen", "topics", "Choose at least one");
  for (const std::string& id : wanted.topics) {
    const Topic* topic = find_topic(id);
    // A restricted topic looks like one that does not exist, and so does a retired one.
    if (topic == nullptr || topic->is_restricted() || topic->retired)
      return fail(ErrorKind::kInvalid, "there is no such topic", "topics", "Choose from the list");
  }
  return {};
}

Result<void> Subscribers::write_choices(db::Connection& c, const Uuid& id,
                                        const Preferences& wanted) {
  TRY(c.execute(
      "UPDATE updates_subscriber SET frequency = $2, language = $3, format = $4, neutral = "
      "$5 WHERE id = $1",
      {id, code_of(wanted.frequency), language::code_of(wanted.language), code_of(wanted.format),
       wanted.neutral ? 1 : 0}));
  TRY(c.execute("DELETE FROM updates_subscription WHERE subscriber_id = $1", {id}));
  std::vector<std::string> topics = wanted.topics;
  std::ranges::sort(topics);
  topics.erase(std::ranges::unique(topics).begin(), topics.end());
  for (const std::string& topic : topics)
    TRY(c.execute("INSERT INTO updates_subscription (subscriber_id, topic) VALUES ($1, $2)",
                  {id, topic}));
  return {};
}

Result<void> Subscribers::add(db::Connection& c, const Uuid& id, std::string_view address,
                              const Preferences& wanted) {
  const Secret<std::string> token = trust::new_token(room_.random);
  TRY(c.execute(
      "INSERT INTO updates_subscriber (id, address_hash, sealed, token_hash, state, "
      "frequency, language, format, neutral, created_at, soft_bounces) VALUES ($1, $2, $3, "
      "$4, 'asked', $5, $6, $7, $8, $9, 0)",
      {id, hash_of_address(room_, address),
       seal(room_, {std::string(address), token}, id.to_string()), hash_of(token),
       code_of(wanted.frequency), language::code_of(wanted.language), code_of(wanted.format),
       wanted.neutral ? 1 : 0, room_.clock.now()}));
  return write_choices(c, id, wanted);
}

Result<void> Subscribers::ask(std::string_view address, const Preferences& wanted) {
  TRY(mail::check_address(address));
  TRY(check(wanted));
  const Instant now = room_.clock.now();
  const Uuid fresh = Uuid::generate(room_.clock, room_.random);
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    const auto row = TRY(
        c.query_one("SELECT id, state, mailed_at FROM updates_subscriber WHERE address_hash = $1",
                    {hash_of_address(room_, address)}));
    const Uuid id = row ? row->uuid(0) : fresh;
    if (!row) TRY(add(c, id, address, wanted));
    // Only who reads the mail may change what a confirmed address gets.
    if (row && row->text(1) != "active") {
      TRY(write_choices(c, id, wanted));
      TRY(
          c.execute("UPDATE updates_subscriber SET state = 'asked', soft_bounces = 0, created_at = "
                    "$2 WHERE id = $1",
                    {id, now}));
    }
    if (row && !row->is_null(2) && row->instant(2) + limits_.again_after > now) return {};
    TRY(c.execute("UPDATE updates_subscriber SET mailed_at = $2 WHERE id = $1", {id, now}));
    TRY(jobs::enqueue(c,
                      {.kind = std::string(kWelcomeJob),
                       .payload = to_text(Json::object({{"subscriber", id.to_string()}})),
                       .unique_key = "updates.welcome:" + id.to_string()},
                      room_.clock, room_.random));
    return {};
  });
}

Result<Subscriber> Subscribers::find(const Secret<std::string>& token) {
  return room_.database.read([&](db::Connection& c) -> Result<Subscriber> {
    const auto row = TRY(c.query_one(
        "SELECT " + std::string(kColumns) + " FROM updates_subscriber WHERE token_hash = $1",
        {hash_of(token)}));
    if (!row) return unknown_link();
    return read(room_, c, *row);
  });
}

Result<Subscriber> Subscribers::find(const Uuid& id) {
  return room_.database.read([&](db::Connection& c) -> Result<Subscriber> {
    const auto row = TRY(c.query_one(
        "SELECT " + std::string(kColumns) + " FROM updates_subscriber WHERE id = $1", {id}));
    if (!row) return fail(ErrorKind::kNotFound, "there is no such subscriber");
    return read(room_, c, *row);
  });
}

Result<std::map<Uuid, Subscriber>> Subscribers::find_all(std::span<const Uuid> ids) {
  return room_.database.read([&](db::Connection& c) -> Result<std::map<Uuid, Subscriber>> {
    const std::string query =
        "SELECT " + std::string(kColumns) + " FROM updates_subscriber WHERE id = $1";
    std::map<Uuid, Subscriber> found;
    for (const Uuid& id : ids)
      if (const auto row = TRY(c.query_one(query, {id})))
        found.emplace(id, TRY(read(room_, c, *row)));
    return found;
  });
}

// One change through a mailed link, with its record.
Result<void> Subscribers::act(
    const Secret<std::string>& token, std::string_view action,
    const std::function<Result<void>(db::Connection&, const Uuid&)>& change) {
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    const auto row = TRY(
        c.query_one("SELECT id FROM updates_subscriber WHERE token_hash = $1", {hash_of(token)}));
    if (!row) return unknown_link();
    const Uuid id = row->uuid(0);
    TRY(change(c, id));
    return trust::append_audit(c, trust::Actor::system("mailed_link"),
                               {.action = "updates_subscriber." + std::string(action),
                                .object_type = "updates_subscriber",
                                .object = id.to_string()},
                               room_.clock.now());
  });
}

Result<void> Subscribers::confirm(const Secret<std::string>& token) {
  return act(token, "confirm", [&](db::Connection& c, const Uuid& id) -> Result<void> {
    TRY(c.execute(
        "UPDATE updates_subscriber SET state = 'active', confirmed_at = $2, soft_bounces = "
        "0 WHERE id = $1 AND state <> 'active'",
        {id, room_.clock.now()}));
    return {};
  });
}

Result<void> Subscribers::change(const Secret<std::string>& token, const Preferences& wanted) {
  TRY(check(wanted));
  return act(token, "edit",
             [&](db::Connection& c, const Uuid& id) { return write_choices(c, id, wanted); });
}

Result<void> Subscribers::stop(const Secret<std::string>& token, std::string_view topic) {
  const Result<void> stopped =
      act(token, "stop", [&](db::Connection& c, const Uuid& id) -> Result<void> {
        if (!topic.empty())
          TRY(c.execute("DELETE FROM updates_subscription WHERE subscriber_id = $1 AND topic = $2",
                        {id, topic}));
        if (topic.empty() || TRY(topics_of(c, id)).empty())
          TRY(c.execute("DELETE FROM updates_subscriber WHERE id = $1", {id}));
        return {};
      });
  if (!stopped && stopped.error().kind == ErrorKind::kNotFound) return {};  // gone already
  return stopped;
}

Result<void> Subscribers::erase(const Secret<std::string>& token) {
  return act(token, "erase", [&](db::Connection& c, const Uuid& id) -> Result<void> {
    TRY(c.execute("DELETE FROM updates_subscriber WHERE id = $1", {id}));
    return {};
  });
}

Result<std::string> Subscribers::export_own(const Secret<std::string>& token) {
  const Subscriber subscriber = TRY(find(token));
  Json all = to_json(subscriber);
  Json mails = Json::array();
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT m.kind, m.created_at, d.state FROM updates_delivery d JOIN updates_mailing m ON "
        "m.id "
        "= d.mailing_id WHERE d.recipient = $1 ORDER BY m.created_at",
        {subscriber.id}, [&](const db::Row& row) -> Result<void> {
          mails.append(Json::object({{"kind", row.text(0)},
                                     {"at", format_instant(row.instant(1))},
                                     {"sent", row.integer(2) == 2}}));
          return {};
        });
  }));
  all.set("mails", std::move(mails));
  return to_text(all, JsonLayout::kIndented) + "\n";
}

Result<void> Subscribers::bounced(db::Connection& c, const Uuid& id, Bounce kind) {
  const Instant now = room_.clock.now();
  if (kind == Bounce::kHard) {
    TRY(
        c.execute("UPDATE updates_subscriber SET state = 'stopped', last_bounce_at = $2 WHERE id = "
                  "$1",
                  {id, now}));
    return {};
  }
  // Several mails of one bad day count as one.
  TRY(c.execute(
      "UPDATE updates_subscriber SET soft_bounces = soft_bounces + 1, last_bounce_at = $2 "
      "WHERE id = $1 AND state = 'active' AND (last_bounce_at IS NULL OR last_bounce_at <= "
      "$3)",
      {id, now, now - limits_.soft_apart}));
  TRY(c.execute(
      "UPDATE updates_subscriber SET state = 'stopped' WHERE id = $1 AND state = 'active' "
      "AND soft_bounces >= $2",
      {id, limits_.soft_bounces}));
  return {};
}

Result<std::int64_t> Subscribers::remove_unconfirmed() {
  return room_.database.write([&](db::Connection& c) -> Result<std::int64_t> {
    return c.execute("DELETE FROM updates_subscriber WHERE state = 'asked' AND created_at < $1",
                     {room_.clock.now() - limits_.confirm_within});
  });
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Subscribers::counts() {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT t.topic, COUNT(*) FROM updates_subscription t JOIN updates_subscriber s ON s.id = "
        "t.subscriber_id WHERE s.state = 'active' GROUP BY t.topic ORDER BY t.topic",
        {}, [&](const db::Row& row) -> Result<void> {
          counts.emplace_back(row.text(0), row.integer(1));
          return {};
        });
  }));
  return counts;
}

}  // namespace daybreak::updates
