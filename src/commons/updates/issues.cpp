// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/issues.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "commons/updates/letters.hpp"
#include "doc/markdown.hpp"
#include "jobs/queue.hpp"

namespace daybreak::updates {
namespace {

constexpr std::size_t kLongestTitle = 150;
constexpr std::string_view kColumns =
    "id, topic, title_en, title_es, body_en, body_es, state, version, author, send_at, "
    "published_at";

constexpr trust::Object kDesk{.type = "updates_issue",
                              .owner = {},
                              .audience = trust::Audience::kTaskForce,
                              .partners = {},
                              .subject = {}};

IssueState state_from(std::string_view code) {
  for (const IssueState one : {IssueState::kWaiting, IssueState::kApproved, IssueState::kPublished,
                               IssueState::kWithdrawn})
    if (code_of(one) == code) return one;
  return IssueState::kDraft;
}

Issue issue_of(const db::Row& row) {
  return {.id = row.uuid(0),
          .topic = row.text(1),
          .title = {row.text(2), row.text(3)},
          .body = {row.text(4), row.text(5)},
          .state = state_from(row.text(6)),
          .version = row.integer(7),
          .author = row.id<trust::MemberId>(8),
          .send_at = row.maybe_instant(9),
          .published_at = row.maybe_instant(10)};
}

std::string select(std::string_view rest) {
  return "SELECT " + std::string(kColumns) + " FROM updates_issue " + std::string(rest);
}

tl::unexpected<Error> wrong(std::string message, std::string field, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(field), std::move(cure));
}

Result<void> check_title(std::string_view title, std::string field) {
  const bool control = std::ranges::any_of(
      title, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control) return wrong("a title is one line", field, "Take the line end out");
  if (title.size() > kLongestTitle || !is_valid_utf8(title))
    return wrong("the title is too long", field, "Write at most 150 characters");
  return {};
}

// Everything that could fail when the mails are made fails here, where a person can mend it.
Result<void> check(const Issue& issue) {
  const Topic* topic = find_topic(issue.topic);
  if (topic == nullptr || topic->retired)
    return wrong("there is no such topic", "topic", "Choose one of the list");
  if (trim(issue.title.en).empty())
    return wrong("an issue needs a title", "title_en", "Say in one line what is new");
  TRY(check_title(issue.title.en, "title_en"));
  TRY(check_title(issue.title.es, "title_es"));
  if (trim(issue.body.en).empty())
    return wrong("an issue needs a text", "body_en", "Write it in Markdown");
  for (const Language language : language::kLanguages) {
    const auto rendered = render(issue, language);
    if (!rendered)
      return wrong(rendered.error().message, language == Language::kSpanish ? "body_es" : "body_en",
                   rendered.error().cure);
  }
  return {};
}

// Writers start with any level of heading; a document skips none.
doc::Blocks without_gaps(doc::Blocks blocks) {
  int last = 0;
  for (doc::Block& block : blocks)
    if (auto* heading = std::get_if<doc::Heading>(&block.content))
      last = heading->level = std::min(heading->level, last + 1);
  return blocks;
}

constexpr std::string_view kStoryOpen = "{{story:", kStoryClose = "}}";

// The id of a line that stands for a story.
std::optional<Uuid> story_of(std::string_view line) {
  line = trim(line);
  if (!line.starts_with(kStoryOpen) || !line.ends_with(kStoryClose)) return std::nullopt;
  line.remove_prefix(kStoryOpen.size());
  line.remove_suffix(kStoryClose.size());
  const auto id = Uuid::parse(line);
  if (!id) return std::nullopt;
  return *id;
}

// A person's own words are no Markdown of ours.
std::string as_quotation(std::string_view words) {
  std::string out;
  for (const std::string_view line : split(words, '\n')) {
    out += "> ";
    for (const char c : line) {
      if (std::string_view("\\`*_{}[]<>()#+-.!|~&").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
    out += '\n';
  }
  return out;
}

std::string put_stories(const Newsroom& room, const std::string& body, Language language,
                        std::string_view use) {
  if (body.find(kStoryOpen) == std::string::npos) return body;
  const language::Words t(language);
  std::string out;
  for (const std::string_view line : split(body, '\n')) {
    const auto id = story_of(line);
    const auto words = id && room.story ? room.story(*id, language::code_of(language), use)
                                        : std::optional<std::string>();
    if (!id)
      out += line;
    else
      out += words ? as_quotation(*words) : std::string(t("This part is no longer here."));
    out += '\n';
  }
  return out;
}

std::string payload_of(std::string_view key, const Uuid& id) {
  return to_text(Json::object({{key == "issue" ? "issue" : "mailing", id.to_string()}}));
}

}  // namespace

std::string story_line(const Uuid& story) {
  return std::string(kStoryOpen) + story.to_string() + std::string(kStoryClose);
}

std::vector<Uuid> stories_in(const Issue& issue) {
  std::vector<Uuid> ids;
  for (const std::string* body : {&issue.body.en, &issue.body.es})
    for (const std::string_view line : split(*body, '\n'))
      if (const auto id = story_of(line)) ids.push_back(*id);
  return ids;
}

Issue with_stories(const Newsroom& room, Issue issue, std::string_view use) {
  if (!trim(issue.body.es).empty())
    issue.body.es = put_stories(room, issue.body.es, Language::kSpanish, use);
  issue.body.en = put_stories(room, issue.body.en, Language::kEnglish, use);
  return issue;
}

std::string_view code_of(IssueState state) {
  switch (state) {
    case IssueState::kDraft:
      return "draft";
    case IssueState::kWaiting:
      return "waiting";
    case IssueState::kApproved:
      return "approved";
    case IssueState::kPublished:
      return "published";
    case IssueState::kWithdrawn:
      return "withdrawn";
  }
  return "draft";
}

Language Issue::language_for(Language language) const {
  return trim(body.in(language)).empty() ? Language::kEnglish : language;
}
const std::string& Issue::title_in(Language language) const {
  const std::string& own = title.in(language_for(language));
  return trim(own).empty() ? title.en : own;
}
const std::string& Issue::body_in(Language language) const {
  return body.in(language_for(language));
}

Result<doc::Document> to_document(const Issue& issue, Language language) {
  const Language used = issue.language_for(language);
  return doc::Document{.title = issue.title_in(language),
                       .language = std::string(language::code_of(used)),
                       .words = doc::words_for(language::code_of(used)),
                       .blocks = without_gaps(TRY(doc::from_markdown(issue.body_in(language))))};
}

Result<Issue> Issues::load(db::Connection& c, const Uuid& id) {
  const auto row = TRY(c.query_one(select("WHERE id = $1"), {id}));
  if (!row) return fail(ErrorKind::kNotFound, "there is no such issue");
  return issue_of(*row);
}

Result<Issue> Issues::save(const trust::Actor& actor, Issue issue) {
  for (const Uuid& story : stories_in(issue))
    if (!room_.story || !room_.story(story, "en", "mail"))
      return wrong("this story may not be sent by mail", "body_en",
                   "Take its line out, or record a consent that allows it");
  const bool is_new = issue.id.is_nil();
  TRY(gatekeeper_.require(actor, {is_new ? "create" : "edit"}, kDesk, issue.id.to_string()));
  TRY(check(issue));
  if (is_new) issue.id = Uuid::generate(room_.clock, room_.random);
  const Instant now = room_.clock.now();
  return room_.database.write([&](db::Connection& c) -> Result<Issue> {
    std::int64_t done = 0;
    if (is_new) {
      done = TRY(c.execute(
          "INSERT INTO updates_issue (id, topic, title_en, title_es, body_en, body_es, "
          "state, version, author, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, "
          "'draft', 1, $7, $8, $8)",
          {issue.id, issue.topic, issue.title.en, issue.title.es, issue.body.en, issue.body.es,
           actor.member, now}));
    } else {
      done = TRY(c.execute(
          "UPDATE updates_issue SET topic = $3, title_en = $4, title_es = $5, body_en = "
          "$6, body_es = $7, state = 'draft', version = version + 1, author = $8, approver "
          "= NULL, send_at = NULL, changed_at = $9 WHERE id = $1 AND version = $2 AND "
          "state IN ('draft', 'waiting', 'approved')",
          {issue.id, issue.version, issue.topic, issue.title.en, issue.title.es, issue.body.en,
           issue.body.es, actor.member, now}));
    }
    if (done != 1)
      return fail(ErrorKind::kConflict, "somebody else changed or published it meanwhile", "issue",
                  "Open it again and make your change there");
    TRY(trust::append_audit(c, actor,
                            {.action = is_new ? "updates_issue.create" : "updates_issue.edit",
                             .object_type = "updates_issue",
                             .object = issue.id.to_string(),
                             .detail = "topic=" + issue.topic},
                            now));
    return load(c, issue.id);
  });
}

// One step of an issue, with its record; `change` looks at what is stored now.
Result<Issue> Issues::move(const trust::Actor& actor, const Uuid& id, std::string_view action,
                           const std::function<Result<Issue>(db::Connection&, Issue)>& change) {
  const Issue before = TRY(room_.database.read([&](db::Connection& c) { return load(c, id); }));
  trust::Object object = kDesk;
  object.subject = before.author;
  TRY(gatekeeper_.require(actor, {action}, object, id.to_string()));
  return room_.database.write([&](db::Connection& c) -> Result<Issue> {
    Issue after = TRY(change(c, TRY(load(c, id))));
    TRY(c.execute(
        "UPDATE updates_issue SET state = $2, send_at = $3, approver = $4, changed_at = $5 "
        "WHERE id = $1",
        {id, code_of(after.state), after.send_at,
         action == "approve" ? db::Value(actor.member) : db::Value(), room_.clock.now()}));
    TRY(trust::append_audit(c, actor,
                            {.action = "updates_issue." + std::string(action),
                             .object_type = "updates_issue",
                             .object = id.to_string(),
                             .detail = "state=" + std::string(code_of(after.state))},
                            room_.clock.now()));
    return after;
  });
}

Result<Issue> Issues::submit(const trust::Actor& actor, const Uuid& id) {
  return move(actor, id, "edit", [](db::Connection&, Issue issue) -> Result<Issue> {
    if (issue.state != IssueState::kDraft)
      return fail(ErrorKind::kConflict, "only a draft can be handed in", "issue");
    issue.state = IssueState::kWaiting;
    return issue;
  });
}

Result<Issue> Issues::return_to_draft(const trust::Actor& actor, const Uuid& id) {
  return move(actor, id, "edit", [](db::Connection&, Issue issue) -> Result<Issue> {
    if (issue.state != IssueState::kWaiting && issue.state != IssueState::kApproved)
      return fail(ErrorKind::kConflict, "it does not wait for anybody", "issue");
    issue.state = IssueState::kDraft;
    issue.send_at.reset();
    return issue;
  });
}

Result<Issue> Issues::approve(const trust::Actor& actor, const Uuid& id, std::int64_t version,
                              std::optional<Instant> send_at) {
  return move(actor, id, "approve", [&](db::Connection& c, Issue issue) -> Result<Issue> {
    if (issue.author == actor.member)
      return fail(ErrorKind::kDenied, "who wrote it cannot approve it", "issue",
                  "Ask a second person");
    if (issue.state != IssueState::kWaiting || issue.version != version)
      return fail(ErrorKind::kConflict, "it was changed since you read it", "issue",
                  "Read it again, then decide");
    issue.state = IssueState::kApproved;
    issue.send_at = std::max(send_at.value_or(room_.clock.now()), room_.clock.now());
    TRY(jobs::enqueue(c,
                      {.kind = std::string(kPublishJob),
                       .payload = payload_of("issue", id),
                       .run_at = issue.send_at},
                      room_.clock, room_.random));
    return issue;
  });
}

Result<Issue> Issues::withdraw(const trust::Actor& actor, const Uuid& id) {
  return move(actor, id, "withdraw", [](db::Connection&, Issue issue) -> Result<Issue> {
    issue.state = IssueState::kWithdrawn;
    return issue;
  });
}

Result<std::vector<Issue>> Issues::list(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"list"}, kDesk, {}));
  std::vector<Issue> issues;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(select("ORDER BY changed_at DESC, id LIMIT 500"), {},
                        [&](const db::Row& row) -> Result<void> {
                          issues.push_back(issue_of(row));
                          return {};
                        });
  }));
  return issues;
}

Result<Issue> Issues::find(const trust::Actor& actor, const Uuid& id) {
  TRY(gatekeeper_.require(actor, {"list"}, kDesk, id.to_string()));
  return room_.database.read([&](db::Connection& c) { return load(c, id); });
}

Result<std::vector<Issue>> Issues::archive(std::string_view topic, std::size_t most,
                                           std::size_t offset) {
  std::vector<Issue> issues;
  std::size_t seen = 0;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(select("WHERE state = 'published' ORDER BY published_at DESC, id"), {},
                        [&](const db::Row& row) -> Result<void> {
                          const Topic* found = find_topic(row.text(1));
                          if (found == nullptr || found->is_restricted()) return {};
                          if (!topic.empty() && topic != found->id) return {};
                          if (seen++ >= offset && issues.size() < most)
                            issues.push_back(issue_of(row));
                          return {};
                        });
  }));
  for (Issue& issue : issues) issue = with_stories(room_, std::move(issue), "site");
  return issues;
}

Result<Issue> Issues::read(const trust::Actor& actor, const Uuid& id) {
  Issue issue = TRY(room_.database.read([&](db::Connection& c) { return load(c, id); }));
  const Topic* topic = find_topic(issue.topic);
  if (issue.state != IssueState::kPublished || topic == nullptr)
    return fail(ErrorKind::kNotFound, "there is no such issue");
  trust::Object object{.type = "updates_issue",
                       .audience = topic->is_restricted() ? trust::Audience::kConfidential
                                                          : trust::Audience::kPublic};
  if (topic->is_restricted() && actor.is_member() && TRY(lists_.receives(topic->id, actor.member)))
    object.subject = actor.member;
  TRY(gatekeeper_.require(actor, {"read"}, object, id.to_string()));
  return with_stories(room_, std::move(issue), "site");
}

// The mailing with a line for each recipient, and the job that sends it: in one transaction, once
// for each period.
Result<void> Issues::start(db::Connection& c, std::string_view period, std::string_view kind,
                           const std::optional<Uuid>& issue, Instant since, Instant until) {
  const auto known = TRY(c.query_one("SELECT id FROM updates_mailing WHERE period = $1", {period}));
  if (known) return {};
  const Uuid id = Uuid::generate(room_.clock, room_.random);
  TRY(c.execute(
      "INSERT INTO updates_mailing (id, period, kind, issue_id, since, until, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {id, period, kind, issue ? db::Value(*issue) : db::Value(), since, until,
       room_.clock.now()}));
  if (!issue) {
    TRY(
        c.execute("INSERT INTO updates_delivery (mailing_id, number, recipient, state) SELECT "
                  "CAST($1 AS TEXT), row_number() OVER (ORDER BY s.id), s.id, 0 FROM "
                  "updates_subscriber s WHERE s.state = 'active' AND s.frequency = $2 AND EXISTS "
                  "(SELECT 1 FROM updates_subscription t JOIN updates_issue i ON i.topic = t.topic "
                  "WHERE t.subscriber_id = s.id AND i.state = 'published' AND i.published_at >= $3 "
                  "AND i.published_at < $4)",
                  {id, kind, since, until}));
  } else {
    const Issue published = TRY(load(c, *issue));
    const Topic* topic = find_topic(published.topic);
    if (topic == nullptr) return fail(ErrorKind::kCorrupt, "the issue has no topic", "issue");
    // The two kinds of topic never share a source of recipients.
    TRY(c.execute(
        topic->is_restricted()
            ? "INSERT INTO updates_delivery (mailing_id, number, recipient, state) SELECT CAST($1 "
              "AS "
              "TEXT), row_number() OVER (ORDER BY l.member_id), l.member_id, 0 FROM "
              "updates_list_member l WHERE l.topic = $2"
            : "INSERT INTO updates_delivery (mailing_id, number, recipient, state) SELECT CAST($1 "
              "AS "
              "TEXT), row_number() OVER (ORDER BY s.id), s.id, 0 FROM updates_subscriber s JOIN "
              "updates_subscription t ON t.subscriber_id = s.id WHERE t.topic = $2 AND s.state = "
              "'active' AND s.frequency = 'each'",
        {id, published.topic}));
  }
  TRY(jobs::enqueue(c,
                    {.kind = std::string(kSendJob),
                     .payload = payload_of("mailing", id),
                     .unique_key = "updates.send:" + id.to_string()},
                    room_.clock, room_.random));
  return {};
}

Result<std::vector<Issue>> Issues::unpublished_of(trust::MemberId author) {
  std::vector<Issue> all;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(select("WHERE author = $1 AND state IN ('draft', 'waiting', 'approved') "
                               "ORDER BY changed_at, id"),
                        {author}, [&](const db::Row& row) -> Result<void> {
                          all.push_back(issue_of(row));
                          return {};
                        });
  }));
  return all;
}

Result<std::vector<Uuid>> Issues::pass_on(db::Connection& c, trust::MemberId from,
                                          trust::MemberId to, std::span<const Uuid> only) {
  std::vector<Uuid> moved;
  for (const db::Row& row :
       TRY(c.query("SELECT id FROM updates_issue WHERE author = $1 AND state IN ('draft', "
                   "'waiting', 'approved')",
                   {from}))) {
    if (!only.empty() && std::ranges::find(only, row.uuid(0)) == only.end()) continue;
    TRY(c.execute("UPDATE updates_issue SET author = $2 WHERE id = $1", {row.uuid(0), to}));
    moved.push_back(row.uuid(0));
  }
  return moved;
}

Result<void> Issues::publish(db::Connection& c, const Uuid& id) {
  const Instant now = room_.clock.now();
  const Issue issue = TRY(load(c, id));
  if (issue.state != IssueState::kApproved || !issue.send_at || *issue.send_at > now) return {};
  TRY(c.execute("UPDATE updates_issue SET state = 'published', published_at = $2 WHERE id = $1",
                {id, now}));
  TRY(trust::append_audit(
      c, trust::Actor::system("job:updates"),
      {.action = "updates_issue.publish", .object_type = "updates_issue", .object = id.to_string()},
      now));
  return start(c, "issue:" + id.to_string(), "issue", id, now, now);
}

Result<int> Issues::publish_digests() {
  using namespace std::chrono;
  const auto today = floor<days>(room_.clock.now());
  const year_month_day date(today);
  const sys_days monday = today - (weekday(today) - Monday);
  const sys_days first = date.year() / date.month() / day(1);
  const sys_days month_before = sys_days((date.year() / date.month() - months(1)) / day(1));
  struct Period {
    std::string_view kind;
    sys_days since, until;
  };
  int started = 0;
  for (const Period& period :
       {Period{"weekly", monday - days(7), monday}, Period{"monthly", month_before, first}}) {
    const std::string name =
        std::string(period.kind) + ":" + format_date(year_month_day(period.since));
    started += TRY(room_.database.write([&](db::Connection& c) -> Result<int> {
      const auto known =
          TRY(c.query_one("SELECT id FROM updates_mailing WHERE period = $1", {name}));
      if (known) return 0;
      TRY(start(c, name, period.kind, std::nullopt, Instant(period.since), Instant(period.until)));
      return 1;
    }));
  }
  return started;
}

}  // namespace daybreak::updates
