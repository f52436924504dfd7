// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/feedback.hpp"

#include "base/text.hpp"

namespace daybreak::updates {
namespace {

constexpr std::size_t kLongest = 4000;
constexpr std::int64_t kMost = 5000;
constexpr trust::Object kInbox{.type = "updates_feedback",
                               .owner = {},
                               .audience = trust::Audience::kTaskForce,
                               .partners = {},
                               .subject = {}};

}  // namespace

Result<void> Feedback::say(const std::optional<Uuid>& issue, std::string_view words) {
  const std::string_view text = trim(words);
  if (text.empty() || text.size() > kLongest || !is_valid_utf8(text))
    return fail(ErrorKind::kInvalid, "is empty or too long", "words",
                "Write 1 to 4,000 characters");
  const Uuid id = Uuid::generate(room_.clock, room_.random);
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    const auto count = TRY(c.query_one("SELECT COUNT(*) FROM updates_feedback"));
    if (count->integer(0) >= kMost)
      return fail(ErrorKind::kUnavailable, "the inbox is full", "words");
    TRY(c.execute(
        "INSERT INTO updates_feedback (id, issue_id, words, sent_at) VALUES ($1, $2, $3, $4)",
        {id, issue, text, room_.clock.now()}));
    return {};
  });
}

Result<std::vector<Remark>> Feedback::list(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"list"}, kInbox, {}));
  std::vector<Remark> remarks;
  TRY(room_.database.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT id, issue_id, words, sent_at FROM updates_feedback ORDER BY sent_at, id LIMIT 200",
        {}, [&](const db::Row& row) -> Result<void> {
          Remark remark{
              .id = row.uuid(0), .issue = {}, .words = row.text(2), .sent_at = row.instant(3)};
          if (!row.is_null(1)) remark.issue = row.uuid(1);
          remarks.push_back(std::move(remark));
          return {};
        });
  }));
  return remarks;
}

Result<void> Feedback::remove(const trust::Actor& actor, const Uuid& id) {
  TRY(gatekeeper_.require(actor, {"decide"}, kInbox, id.to_string()));
  return room_.database.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("DELETE FROM updates_feedback WHERE id = $1", {id}));
    return trust::append_audit(c, actor,
                               {.action = "updates_feedback.decide",
                                .object_type = "updates_feedback",
                                .object = id.to_string()},
                               room_.clock.now());
  });
}

}  // namespace daybreak::updates
