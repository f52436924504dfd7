// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/referrals/referrals.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "commons/directory/search/needs.hpp"
#include "embedded/commons_referrals_migrations.hpp"
#include "embedded/need_tree.hpp"

namespace daybreak::referrals {
namespace {

constexpr std::array<std::string_view, 7> kStates = {
    "sent", "accepted", "declined", "no_capacity", "connected", "withdrawn", "expired"};
constexpr std::array<std::string_view, 3> kUrgencies = {"now", "today", "soon"};
constexpr std::array<std::chrono::hours, 3> kWaits = {std::chrono::hours(4), std::chrono::hours(24),
                                                      std::chrono::hours(72)};
constexpr std::array<std::string_view, 3> kAges = {"adult", "young_adult", "minor"};
constexpr std::array<std::string_view, 3> kAccess = {"wheelchair", "sign_language",
                                                     "service_animal"};
constexpr std::array<std::string_view, 3> kHandOvers = {"together", "call_worker", "person_calls"};
constexpr std::chrono::hours kHandOver{72};  // from accepting to connecting
constexpr std::chrono::hours kKept{24};

constexpr std::string_view kColumns =
    "id, sender, receiver, worker, service, urgency, household, language, age_group,"
    " accessibility, state, sent_at, due_at, ended_at, hand_over, answered_by";

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

tl::unexpected<Error> wrong(std::string_view field) {
  return fail(ErrorKind::kInvalid, "this is not one of the choices", "field " + std::string(field),
              "Choose from the list; a referral has no free text");
}

const directory::search::NeedTree& needs() {
  static const directory::search::NeedTree tree = [] {
    auto parsed =
        directory::search::NeedTree::parse(embedded::need_tree().find("needs.csv").value_or(""));
    if (!parsed) throw std::logic_error("needs.csv: " + parsed.error().describe());
    return std::move(*parsed);
  }();
  return tree;
}

std::chrono::hours wait_of(std::string_view urgency) {
  const auto found = std::find(kUrgencies.begin(), kUrgencies.end(), urgency);
  return kWaits.at(static_cast<std::size_t>(found - kUrgencies.begin()));
}

Token token_of(const db::Row& row) {
  Token token{.id = row.id<TokenId>(0),
              .sender = row.id<trust::OrganizationId>(1),
              .worker = row.id<trust::MemberId>(3),
              .request = {.receiver = row.id<trust::OrganizationId>(2),
                          .service = row.text(4),
                          .urgency = row.text(5),
                          .household = row.integer(6),
                          .language = row.text(7),
                          .age_group = row.text(8),
                          .hand_over = row.text(14)},
              .state = state_from(row.text(10)).value_or(State::kExpired),
              .answered_by = row.is_null(15) ? trust::MemberId() : row.id<trust::MemberId>(15),
              .sent_at = row.instant(11),
              .due_at = row.instant(12),
              .ended_at = row.maybe_instant(13)};
  for (const std::string_view code : split(row.text(9), ','))
    if (!code.empty()) token.request.accessibility.emplace_back(code);
  return token;
}

trust::AuditEvent event(const Token& token, std::string_view action) {
  return {.action = "referral." + std::string(action),
          .object_type = "referral",
          .object = token.id.to_string(),
          .owner = token.sender};
}

// Who may bring a token from one state to another.
bool may_move(State from, State to, bool is_receiver) {
  if (has_ended(from)) return false;
  if (to == State::kWithdrawn) return !is_receiver;
  if (to == State::kConnected) return from == State::kAccepted;
  if (!is_receiver) return false;
  if (to == State::kAccepted) return from == State::kSent;
  return to == State::kDeclined || to == State::kNoCapacity;
}

std::string month_of(Instant instant) { return format_instant(instant).substr(0, 7); }

Result<void> count_end(db::Connection& connection, const Token& token, State state) {
  const std::string month = month_of(token.sent_at);
  const auto changed =
      TRY(connection.execute("UPDATE referrals_count SET count = count + 1"
                             " WHERE month = $1 AND service = $2 AND outcome = $3",
                             {month, token.request.service, code_of(state)}));
  if (changed == 0)
    TRY(connection.execute(
        "INSERT INTO referrals_count (month, service, outcome, count) VALUES ($1, $2, $3, 1)",
        {month, token.request.service, code_of(state)}));
  return {};
}

Result<void> set_state(db::Connection& connection, const Token& token, State state,
                       const trust::MemberId& by, Instant now) {
  const bool ends = has_ended(state);
  TRY(connection.execute(
      "UPDATE referrals_token SET state = $2, answered_by = $3, due_at = $4, ended_at = $5"
      " WHERE id = $1",
      {token.id, code_of(state), by.is_nil() ? db::Value() : db::Value(by),
       ends ? token.due_at : now + kHandOver, ends ? db::Value(now) : db::Value()}));
  return ends ? count_end(connection, token, state) : Result<void>();
}

}  // namespace

std::string_view code_of(State state) { return kStates.at(static_cast<std::size_t>(state)); }
std::optional<State> state_from(std::string_view code) {
  const auto found = std::find(kStates.begin(), kStates.end(), code);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<State>(found - kStates.begin());
}
bool has_ended(State state) { return state != State::kSent && state != State::kAccepted; }

db::ModuleMigrations migrations() {
  return {"referrals", &embedded::commons_referrals_migrations()};
}

Result<void> check(const Request& request) {
  if (request.receiver.is_nil()) return wrong("receiver");
  if (needs().find(request.service) == nullptr) return wrong("service");
  if (!is_one_of(kUrgencies, request.urgency)) return wrong("urgency");
  if (request.household < 1 || request.household > 12) return wrong("household");
  if (request.language.size() < 2 || request.language.size() > 3 ||
      !std::all_of(request.language.begin(), request.language.end(),
                   [](char c) { return c >= 'a' && c <= 'z'; }))
    return wrong("language");
  if (!is_one_of(kAges, request.age_group)) return wrong("age_group");
  if (request.accessibility.size() > kAccess.size()) return wrong("accessibility");
  for (const std::string& code : request.accessibility)
    if (!is_one_of(kAccess, code)) return wrong("accessibility");
  if (!is_one_of(kHandOvers, request.hand_over)) return wrong("hand_over");
  return {};
}

Result<std::optional<Token>> find(db::Connection& connection, TokenId id) {
  const auto row = TRY(connection.query_one(
      "SELECT " + std::string(kColumns) + " FROM referrals_token WHERE id = $1", {id}));
  return row ? std::optional(token_of(*row)) : std::nullopt;
}

Result<void> forget(db::Connection& connection, TokenId id) {
  TRY(connection.execute("DELETE FROM referrals_token WHERE id = $1", {id}));
  return {};
}

Result<void> take_over(db::Connection& connection, const Token& token) {
  TRY(check(token.request));
  TRY(forget(connection, token.id));
  TRY(connection.execute(
      "INSERT INTO referrals_token (id, sender, receiver, worker, service, urgency, household,"
      " language, age_group, accessibility, state, sent_at, due_at, hand_over, answered_by,"
      " ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
      {token.id, token.sender, token.request.receiver, token.worker, token.request.service,
       token.request.urgency, token.request.household, token.request.language,
       token.request.age_group, join(token.request.accessibility, ","), code_of(token.state),
       token.sent_at, token.due_at, token.request.hand_over,
       token.answered_by.is_nil() ? db::Value() : db::Value(token.answered_by), token.ended_at}));
  return {};
}

Result<std::vector<Token>> of_organization(db::Connection& connection,
                                           trust::OrganizationId organization) {
  std::vector<Token> all;
  for (const db::Row& row :
       TRY(connection.query("SELECT " + std::string(kColumns) +
                                " FROM referrals_token WHERE sender = $1 OR receiver = $1"
                                " ORDER BY sent_at, id",
                            {organization})))
    all.push_back(token_of(row));
  return all;
}

Result<void> Referrals::send(const trust::Actor& actor, TokenId id, const Request& request,
                             const Also& also) {
  TRY(trust::Gatekeeper(commons_, clock_)
          .require(actor, {"send"}, {.type = "referral", .owner = actor.organization},
                   id.to_string()));
  TRY(check(request));
  if (request.receiver == actor.organization) return wrong("receiver");
  const Instant now = clock_.now();
  return commons_.write([&](db::Connection& connection) -> Result<void> {
    const auto receiver = TRY(connection.query_one(
        "SELECT 1 FROM trust_organization WHERE id = $1 AND active = 1", {request.receiver}));
    if (!receiver) return wrong("receiver");
    TRY(connection.execute(
        "INSERT INTO referrals_token (id, sender, receiver, worker, service, urgency, household,"
        " language, age_group, accessibility, state, sent_at, due_at, hand_over)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'sent', $11, $12, $13)",
        {id, actor.organization, request.receiver, actor.member, request.service, request.urgency,
         request.household, request.language, request.age_group, join(request.accessibility, ","),
         now, now + wait_of(request.urgency), request.hand_over}));
    if (also) TRY(also(connection));
    if (told_) TRY(told_(connection, actor, *TRY(find(connection, id))));
    return trust::append_audit(connection, actor,
                               event({.id = id, .sender = actor.organization}, "send"), now);
  });
}

Result<void> Referrals::move(const trust::Actor& actor, TokenId id, State to,
                             std::string_view action, const Also& also) {
  TRY(trust::Gatekeeper(commons_, clock_)
          .require(actor, {action}, {.type = "referral", .owner = actor.organization},
                   id.to_string()));
  TRY(tidy());
  const Instant now = clock_.now();
  return commons_.write([&](db::Connection& connection) -> Result<void> {
    const auto row = TRY(connection.query_one(
        "SELECT " + std::string(kColumns) +
            " FROM referrals_token WHERE id = $1 AND (sender = $2 OR receiver = $2)",
        {id, actor.organization}));
    if (!row) return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
    const Token token = token_of(*row);
    if (!may_move(token.state, to, token.request.receiver == actor.organization))
      return fail(ErrorKind::kConflict, "this referral is in another state", {}, "Open it again");
    const bool is_receiver = token.request.receiver == actor.organization;
    TRY(set_state(connection, token, to, is_receiver ? actor.member : token.answered_by, now));
    if (also) TRY(also(connection));
    if (told_) TRY(told_(connection, actor, *TRY(find(connection, id))));
    trust::AuditEvent done = event(token, action);
    done.detail = "state=" + std::string(code_of(to));
    return trust::append_audit(connection, actor, done, now);
  });
}

Result<void> Referrals::decide(const trust::Actor& actor, TokenId id, State state,
                               const Also& also) {
  if (state == State::kWithdrawn || state == State::kExpired || state == State::kSent)
    return wrong("state");
  return move(actor, id, state, "decide", also);
}

Result<void> Referrals::withdraw(const trust::Actor& actor, TokenId id, const Also& also) {
  return move(actor, id, State::kWithdrawn, "withdraw", also);
}

Result<std::vector<Token>> Referrals::list(const trust::Actor& actor, std::string_view column) {
  TRY(trust::Gatekeeper(commons_, clock_)
          .require(actor, {"list"}, {.type = "referral", .owner = actor.organization}, {}));
  return tokens_of(actor.organization, column);
}

Result<std::vector<Token>> Referrals::tokens_of(trust::OrganizationId organization,
                                                std::string_view column) {
  const Instant now = clock_.now();
  std::vector<Token> all;
  const auto rows = TRY(commons_.read([&](db::Connection& connection) {
    return connection.query("SELECT " + std::string(kColumns) + " FROM referrals_token WHERE " +
                                std::string(column) +
                                " = $1 AND (ended_at IS NULL OR ended_at > $2)"
                                " AND (ended_at IS NOT NULL OR due_at > $2) ORDER BY due_at, id",
                            {organization, now - kKept});
  }));
  for (const db::Row& row : rows) {
    Token token = token_of(row);
    if (!token.ended_at && token.due_at <= now) {
      token.state = State::kExpired;
      token.ended_at = token.due_at;
    }
    all.push_back(std::move(token));
  }
  return all;
}

Result<std::vector<Token>> Referrals::received(const trust::Actor& actor) {
  return list(actor, "receiver");
}
Result<std::vector<Token>> Referrals::sent(const trust::Actor& actor) {
  return list(actor, "sender");
}

Result<std::vector<Token>> Referrals::sent_by(trust::OrganizationId sender) {
  return tokens_of(sender, "sender");
}

Result<std::vector<Count>> Referrals::counts() {
  std::vector<Count> all;
  const auto rows = TRY(commons_.read([](db::Connection& connection) {
    return connection.query(
        "SELECT month, service, outcome, count FROM referrals_count"
        " ORDER BY month, service, outcome");
  }));
  for (const db::Row& row : rows)
    all.push_back({row.text(0), row.text(1), row.text(2), row.integer(3)});
  return all;
}

Result<std::int64_t> Referrals::tidy() {
  const Instant now = clock_.now();
  const auto waiting = TRY(commons_.read([&](db::Connection& connection) {
    return connection.query_one(
        "SELECT count(*) FROM referrals_token WHERE (ended_at IS NULL AND due_at <= $1)"
        " OR ended_at <= $2",
        {now, now - kKept});
  }));
  if (waiting->integer(0) == 0) return 0;
  return commons_.write([&](db::Connection& connection) -> Result<std::int64_t> {
    for (const db::Row& row :
         TRY(connection.query("SELECT " + std::string(kColumns) +
                                  " FROM referrals_token WHERE ended_at IS NULL AND due_at <= $1",
                              {now})))
      TRY(set_state(connection, token_of(row), State::kExpired, {}, now));
    return connection.execute("DELETE FROM referrals_token WHERE ended_at <= $1", {now - kKept});
  });
}

}  // namespace daybreak::referrals
