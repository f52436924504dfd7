// SPDX-License-Identifier: AGPL-3.0-or-later
// The yearly review of access: every account is confirmed or closed by somebody else.
#include <algorithm>
#include <map>

#include "commons/turnover/turnover.hpp"
#include "trust/audit.hpp"

namespace daybreak::turnover {
namespace {

trust::Object object_of(const trust::Member& member) {
  return {.type = "access_review",
          .owner = member.organization,
          .audience = trust::Audience::kConfidential,
          .partners = {},
          .subject = member.id};
}

constexpr trust::Object kReview{.type = "access_review",
                                .owner = {},
                                .audience = trust::Audience::kConfidential,
                                .partners = {},
                                .subject = {}};

std::string_view code_of(Verdict verdict) { return verdict == Verdict::kKeep ? "keep" : "close"; }

}  // namespace

bool Turnover::may_decide(const trust::Actor& actor, const trust::Member& member) const {
  return trust::decide(actor, {"decide"}, object_of(member), {}, clock_.now()).allowed;
}

Result<Review> Turnover::open_review(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"open"}, kReview, {}));
  const Instant now = clock_.now();
  const Review review{
      .id = Uuid::generate(clock_, random_),
      .opened_at = now,
      .due = Date(std::chrono::floor<std::chrono::days>(now) + options_.review_takes),
      .closed = false,
      .open_lines = 0};
  return database_.write([&](db::Connection& c) -> Result<Review> {
    const auto open = TRY(c.query_one("SELECT 1 FROM turnover_review WHERE closed_at IS NULL"));
    if (open) return fail(ErrorKind::kConflict, "a review is open already");
    TRY(c.execute("INSERT INTO turnover_review (id, opened_at, due) VALUES ($1, $2, $3)",
                  {review.id, now, review.due}));
    TRY(
        c.execute("INSERT INTO turnover_review_line (review, member) SELECT $1, id FROM "
                  "trust_member WHERE state <> 'disabled'",
                  {review.id}));
    TRY(trust::append_audit(c, actor,
                            {.action = "access_review.open",
                             .object_type = "access_review",
                             .object = review.id.to_string()},
                            now));
    return review;
  });
}

Result<std::optional<Review>> Turnover::latest_review() {
  return database_.read([&](db::Connection& c) -> Result<std::optional<Review>> {
    const auto row = TRY(c.query_one(
        "SELECT r.id, r.opened_at, r.due, r.closed_at, (SELECT count(*) FROM turnover_review_line "
        "l WHERE l.review = r.id AND l.decision IS NULL) FROM turnover_review r ORDER BY "
        "r.opened_at DESC, r.id LIMIT 1"));
    if (!row) return std::nullopt;
    return Review{.id = row->uuid(0),
                  .opened_at = row->instant(1),
                  .due = row->date(2),
                  .closed = !row->is_null(3),
                  .open_lines = row->integer(4)};
  });
}

Result<std::vector<ReviewLine>> Turnover::lines(const trust::Actor& reader, const Uuid& review) {
  std::map<trust::MemberId, ReviewLine> known;
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT member, decision, decided_at FROM turnover_review_line WHERE review = $1", {review},
        [&](const db::Row& row) -> Result<void> {
          ReviewLine line{.member = {}, .verdict = {}, .decided_at = row.maybe_instant(2)};
          if (const auto verdict = row.maybe_text(1))
            line.verdict = *verdict == "keep" ? Verdict::kKeep : Verdict::kClose;
          known.emplace(row.id<trust::MemberId>(0), std::move(line));
          return {};
        });
  }));
  std::vector<ReviewLine> lines;
  for (auto& [id, line] : known) {
    auto member = TRY(members_.find(id));
    if (!member || !trust::decide(reader, {"list"}, object_of(*member), {}, clock_.now()).allowed)
      continue;
    line.may_decide = may_decide(reader, *member);
    line.member = std::move(*member);
    lines.push_back(std::move(line));
  }
  std::ranges::stable_sort(lines, {}, [](const ReviewLine& line) {
    return std::pair(line.verdict.has_value(), line.member.name);
  });
  return lines;
}

// Answers the member's line of the open review, if it has one; the last answer closes the review.
Result<void> Turnover::settle(db::Connection& c, const trust::Actor& actor, trust::MemberId id,
                              Verdict verdict) {
  TRY(c.execute(
      "UPDATE turnover_review_line SET decision = $2, decided_by = $3, decided_at = $4 "
      "WHERE member = $1 AND review IN (SELECT id FROM turnover_review WHERE closed_at IS "
      "NULL)",
      {id, code_of(verdict), actor.member, clock_.now()}));
  TRY(
      c.execute("UPDATE turnover_review SET closed_at = $1 WHERE closed_at IS NULL AND NOT EXISTS "
                "(SELECT 1 FROM turnover_review_line l WHERE l.review = turnover_review.id AND "
                "l.decision IS NULL)",
                {clock_.now()}));
  return {};
}

Result<void> Turnover::confirm(const trust::Actor& actor, const Uuid& review, trust::MemberId id) {
  const auto member = TRY(members_.find(id));
  if (!member) return fail(ErrorKind::kNotFound, "there is no such account");
  TRY(gatekeeper_.require(actor, {"decide"}, object_of(*member), id.to_string()));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (!TRY(c.query_one("SELECT 1 FROM turnover_review_line l JOIN turnover_review r ON r.id = "
                         "l.review WHERE l.review = $1 AND l.member = $2 AND r.closed_at IS NULL",
                         {review, id})))
      return fail(ErrorKind::kNotFound, "there is no such open line");
    TRY(settle(c, actor, id, Verdict::kKeep));
    return trust::append_audit(c, actor,
                               {.action = "access_review.decide",
                                .object_type = "access_review",
                                .object = id.to_string(),
                                .owner = member->organization,
                                .detail = "decision=keep"},
                               clock_.now());
  });
}

Result<std::vector<trust::Member>> Turnover::daily() {
  const trust::Actor system = trust::Actor::system("job:turnover");
  const Instant now = clock_.now();
  auto review = TRY(latest_review());
  const auto members = TRY(members_.list(system));
  if (!review || review->closed) {
    // The first review comes when the oldest account is a year old.
    Instant since = review ? review->opened_at : now;
    if (!review)
      for (const trust::Member& one : members) since = std::min(since, one.created_at);
    if (now - since < options_.review_every) return std::vector<trust::Member>();
    review = TRY(open_review(system));
  }
  const auto remind = TRY(database_.write([&](db::Connection& c) -> Result<bool> {
    return TRY(c.execute("UPDATE turnover_review SET reminded_at = $2 WHERE id = $1 AND closed_at "
                         "IS NULL AND (reminded_at IS NULL OR reminded_at <= $3)",
                         {review->id, now, now - options_.remind_every})) == 1;
  }));
  std::vector<trust::Member> whom;
  if (!remind) return whom;
  for (const trust::Member& one : members)
    if (one.state == trust::MemberState::kActive &&
        (one.roles.has(trust::Role::kAdministrator) || one.roles.has(trust::Role::kAccountSteward)))
      whom.push_back(one);
  return whom;
}

}  // namespace daybreak::turnover
