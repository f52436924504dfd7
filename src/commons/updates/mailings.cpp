// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/mailings.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/updates/bounces.hpp"
#include "trust/audit.hpp"

namespace daybreak::updates {
namespace {

constexpr std::size_t kBatch = 250;  // of an outlet that knows repeats

int number_of(DeliveryState state) { return static_cast<int>(state); }

}  // namespace

// What is sent, rendered once for each language.
struct Mailings::Mailing {
  Uuid id;
  std::string kind;
  Instant created_at;
  bool done = false;
  bool has_story = false;
  struct Content {
    const Topic* topic = nullptr;
    std::map<Language, Rendered> in;
  };
  std::vector<Content> contents;
  bool is_bulletin() const {
    return contents.size() == 1 && contents.front().topic->is_restricted();
  }
};

std::string Mailings::mail_id(const Uuid& mailing, std::int64_t number) const {
  const std::string name = fmt::format("{}.{}", replace_all(mailing.to_string(), "-", ""), number);
  return name + "." + room_.key.pseudonym("updates mail " + name);
}

Result<Mailings::Mailing> Mailings::load(const Uuid& id) {
  Mailing mailing;
  std::vector<Issue> issues;
  TRY(room_.database.read([&](db::Connection& c) -> Result<void> {
    const auto row = TRY(
        c.query_one("SELECT kind, issue_id, since, until, created_at, done_at FROM updates_mailing "
                    "WHERE id = $1",
                    {id}));
    if (!row) return fail(ErrorKind::kInvalid, "there is no such mailing", "job payload");
    mailing = {.id = id,
               .kind = row->text(0),
               .created_at = row->instant(4),
               .done = !row->is_null(5),
               .contents = {}};
    const bool one = !row->is_null(1);
    return c.query_each(
        "SELECT id, topic, title_en, title_es, body_en, body_es FROM updates_issue WHERE state = "
        "'published' AND (id = $1 OR ($2 = 0 AND published_at >= $3 AND published_at < $4)) ORDER "
        "BY "
        "published_at, id",
        {one ? row->text(1) : std::string(), one ? 1 : 0, row->instant(2), row->instant(3)},
        [&](const db::Row& found) -> Result<void> {
          issues.push_back({.id = found.uuid(0),
                            .topic = found.text(1),
                            .title = {found.text(2), found.text(3)},
                            .body = {found.text(4), found.text(5)}});
          return {};
        });
  }));
  for (const Issue& issue : issues) {
    const Topic* topic = find_topic(issue.topic);
    // A bulletin is never part of a digest.
    if (topic == nullptr || (mailing.kind != "issue" && topic->is_restricted())) continue;
    Mailing::Content content{.topic = topic, .in = {}};
    mailing.has_story = mailing.has_story || !stories_in(issue).empty();
    const Issue whole = with_stories(room_, issue, "mail");
    for (const Language language : language::kLanguages)
      content.in.emplace(language, TRY(render(whole, language)));
    mailing.contents.push_back(std::move(content));
  }
  return mailing;
}

Result<std::vector<Mailings::Line>> Mailings::waiting(const Uuid& mailing, std::size_t most) {
  std::vector<Line> lines;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT number, recipient FROM updates_delivery WHERE mailing_id = $1 AND state = 0 ORDER "
        "BY "
        "number LIMIT $2",
        {mailing, static_cast<std::int64_t>(most)}, [&](const db::Row& row) -> Result<void> {
          lines.push_back({row.integer(0), row.uuid(1)});
          return {};
        });
  }));
  return lines;
}

// Only the lines that this call could take for itself stay.
Result<void> Mailings::claim(const Uuid& mailing, std::vector<Line>& lines) {
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    std::vector<Line> taken;
    for (const Line& line : lines)
      if (TRY(c.execute(
              "UPDATE updates_delivery SET state = 1 WHERE mailing_id = $1 AND number = $2 "
              "AND state = 0",
              {mailing, line.number})) == 1)
        taken.push_back(line);
    lines = std::move(taken);
    return {};
  });
}

Result<void> Mailings::mark(const Uuid& mailing, const std::vector<Line>& lines,
                            DeliveryState before) {
  if (lines.empty()) return {};
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    for (const Line& line : lines)
      TRY(
          c.execute("UPDATE updates_delivery SET state = $3 WHERE mailing_id = $1 AND number = $2 "
                    "AND state = $4",
                    {mailing, line.number, number_of(line.outcome), number_of(before)}));
    return {};
  });
}

// The bytes for one recipient and its address; nothing when it no longer wants or may have them.
Result<std::optional<std::string>> Mailings::compose(const Mailing& mailing, const Line& line,
                                                     const std::map<Uuid, Subscriber>& subscribers,
                                                     std::string& address) {
  Reader reader{.contact = {},
                .preferences = {},
                .mail_id = mail_id(mailing.id, line.number),
                .date = mailing.created_at};
  if (mailing.contents.empty()) return std::nullopt;
  if (mailing.is_bulletin()) {
    const Topic& topic = *mailing.contents.front().topic;
    auto contact = TRY(lists_.contact(topic.id, trust::MemberId(line.recipient)));
    if (!contact) return std::nullopt;
    reader.contact = std::move(*contact);
    address = reader.contact.address;
    return TRY(
        letters_.bulletin(mailing.contents.front().in.at(Language::kEnglish).issue, topic, reader));
  }
  const auto found = subscribers.find(line.recipient);
  if (found == subscribers.end() || found->second.state != SubscriberState::kActive)
    return std::nullopt;
  reader.contact = found->second.contact;
  reader.preferences = found->second.preferences;
  address = reader.contact.address;
  std::vector<const Rendered*> wanted;
  const Mailing::Content* last = nullptr;
  for (const Mailing::Content& content : mailing.contents) {
    if (std::ranges::find(reader.preferences.topics, content.topic->id) ==
        reader.preferences.topics.end())
      continue;
    wanted.push_back(&content.in.at(reader.preferences.language));
    last = &content;
  }
  if (wanted.empty()) return std::nullopt;
  if (mailing.kind == "issue") return TRY(letters_.issue(*wanted.front(), *last->topic, reader));
  return TRY(letters_.digest(wanted, reader));
}

Result<std::map<Uuid, Subscriber>> Mailings::subscribers_of(const std::vector<Line>& lines) {
  std::vector<Uuid> ids;
  for (const Line& line : lines) ids.push_back(line.recipient);
  return subscribers_.find_all(ids);
}

Result<void> Mailings::send_batch(const Mailing& mailing, std::vector<Line>& lines,
                                  Outlet& outlet) {
  const auto subscribers =
      mailing.is_bulletin() ? std::map<Uuid, Subscriber>() : TRY(subscribers_of(lines));
  for (Line& line : lines) {
    std::string address;
    const auto bytes = compose(mailing, line, subscribers, address);
    if (!bytes && bytes.error().kind != ErrorKind::kInvalid)
      return tl::make_unexpected(bytes.error());
    if (!bytes || !*bytes) {
      line.outcome = bytes ? DeliveryState::kUnwanted : DeliveryState::kRefused;
      continue;
    }
    const auto handed = outlet.hand_over(mail_id(mailing.id, line.number),
                                         {letters_.from().address, {address}}, **bytes);
    if (!handed && handed.error().kind != ErrorKind::kInvalid) return handed;
    line.outcome = handed ? DeliveryState::kSent : DeliveryState::kRefused;
  }
  return {};
}

Result<void> Mailings::send(const Uuid& id, Outlet& outlet,
                            const std::function<Result<void>()>& keep) {
  Mailing mailing = TRY(load(id));
  const bool repeats = outlet.knows_repeats();
  const DeliveryState before = repeats ? DeliveryState::kWaiting : DeliveryState::kHandedOver;
  while (true) {
    if (keep) TRY(keep());
    std::vector<Line> lines = TRY(waiting(id, repeats ? kBatch : 1));
    if (lines.empty()) break;
    // A story may be taken back while the mails go out: the rest goes without it.
    if (mailing.has_story) mailing = TRY(load(id));
    if (!repeats) TRY(claim(id, lines));
    const Result<void> sent = send_batch(mailing, lines, outlet);
    const Result<void> settled = repeats ? outlet.settle() : Result<void>();
    if (!settled) return settled;
    // What was not handed over waits again.
    TRY(mark(id, lines, before));
    if (!sent) return sent;
  }
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("UPDATE updates_mailing SET done_at = $2 WHERE id = $1 AND done_at IS NULL",
                  {id, room_.clock.now()}));
    return {};
  });
}

Result<void> Mailings::welcome(const Uuid& subscriber, Outlet& outlet) {
  const auto found = subscribers_.find(subscriber);
  if (!found && found.error().kind == ErrorKind::kNotFound) return {};  // erased meanwhile
  const Subscriber one = TRY(Result<Subscriber>(found));
  const std::string id = Uuid::generate(room_.clock, room_.random).to_string();
  const std::string bytes = TRY(letters_.welcome(one, id));
  TRY(outlet.hand_over(id, {letters_.from().address, {one.contact.address}}, bytes));
  return outlet.settle();
}

Result<Tally> Mailings::tally(const Uuid& mailing) {
  Tally tally;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT state, COUNT(*) FROM updates_delivery WHERE mailing_id = $1 GROUP BY state",
        {mailing}, [&](const db::Row& row) -> Result<void> {
          std::int64_t* const places[] = {&tally.waiting, &tally.in_doubt, &tally.sent,
                                          &tally.refused, &tally.unwanted, &tally.bounced};
          if (row.integer(0) >= 0 && row.integer(0) < 6) *places[row.integer(0)] = row.integer(1);
          return {};
        });
  }));
  return tally;
}

Result<std::optional<Uuid>> Mailings::mailing_of(const Uuid& issue) {
  return room_.database.read([&](db::Connection& c) -> Result<std::optional<Uuid>> {
    const auto row =
        TRY(c.query_one("SELECT id FROM updates_mailing WHERE issue_id = $1", {issue}));
    if (!row) return std::nullopt;
    return row->uuid(0);
  });
}

Result<std::int64_t> Mailings::settle_doubt(const trust::Actor& actor, const Uuid& mailing,
                                            Doubt decision) {
  trust::Gatekeeper gatekeeper(room_.database, room_.clock);
  TRY(gatekeeper.require(actor, {"edit"},
                         {.type = "updates_issue", .audience = trust::Audience::kTaskForce},
                         mailing.to_string()));
  const bool again = decision == Doubt::kSendAgain;
  return room_.database.write([&](db::Connection& c) -> Result<std::int64_t> {
    const std::int64_t changed =
        TRY(c.execute("UPDATE updates_delivery SET state = $2 WHERE mailing_id = $1 AND state = 1",
                      {mailing, again ? 0 : 2}));
    if (again)
      TRY(jobs::enqueue(c,
                        {.kind = std::string(kSendJob),
                         .payload = "{\"mailing\":\"" + mailing.to_string() + "\"}",
                         .unique_key = "updates.send:" + mailing.to_string()},
                        room_.clock, room_.random));
    TRY(trust::append_audit(c, actor,
                            {.action = "updates_mailing.settle",
                             .object_type = "updates_issue",
                             .object = mailing.to_string(),
                             .detail = again ? "send=again" : "send=no"},
                            room_.clock.now()));
    return changed;
  });
}

Result<bool> Mailings::take_bounce(std::string_view message) {
  const std::optional<DeliveryReport> report = read_delivery_report(message);
  if (!report) return false;
  const auto line = parse_mail_id(report->mail_id);
  if (!line || mail_id(line->mailing, line->number) != report->mail_id) return false;
  return room_.database.write([&](db::Connection& c) -> Result<bool> {
    const auto row = TRY(
        c.query_one("SELECT d.recipient, i.topic FROM updates_delivery d JOIN updates_mailing m ON "
                    "m.id = d.mailing_id LEFT JOIN updates_issue i ON i.id = m.issue_id WHERE "
                    "d.mailing_id = $1 AND d.number = $2 AND d.state IN (1, 2)",
                    {line->mailing, line->number}));
    if (!row) return false;  // unknown, or told before
    TRY(c.execute("UPDATE updates_delivery SET state = 5 WHERE mailing_id = $1 AND number = $2",
                  {line->mailing, line->number}));
    TRY(subscribers_.bounced(
        c, row->uuid(0),
        report->is_permanent ? Subscribers::Bounce::kHard : Subscribers::Bounce::kSoft));
    return true;
  });
}

}  // namespace daybreak::updates
