// SPDX-License-Identifier: AGPL-3.0-or-later
// Referrals between organisations, without anything about a person: an opaque token that says what
// is looked for in codes, whose state both sides see, with a clock. What token belongs to whom only
// the sender's vault knows; the referral gate writes both. Removed within 24 hours of the end.
// Safe to use from any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::referrals {

using TokenId = Id<struct ReferralTokenTag>;

enum class State : std::uint8_t {
  kSent,
  kAccepted,
  kDeclined,
  kNoCapacity,
  kConnected,
  kWithdrawn,
  kExpired
};
std::string_view code_of(State state);
std::optional<State> state_from(std::string_view code);
bool has_ended(State state);

struct Request {
  trust::OrganizationId receiver;
  std::string service;                     // a code of the need tree
  std::string urgency = "today";           // "now" 4 hours, "today" 24, "soon" 72: then it expires
  std::int64_t household = 1;              // 1 to 12
  std::string language = "en";             // ISO 639
  std::string age_group = "adult";         // "adult", "young_adult", "minor"
  std::vector<std::string> accessibility;  // "wheelchair", "sign_language", "service_animal"
  // "together" (a warm hand-over: both workers and the person), "call_worker", "person_calls"
  std::string hand_over = "together";
};

struct Token {
  TokenId id;
  trust::OrganizationId sender;
  trust::MemberId worker;  // whom to call back; never the survivor
  Request request;
  State state = State::kSent;
  trust::MemberId answered_by;  // who of the receiver has it; nil while nobody does
  Instant sent_at, due_at;
  std::optional<Instant> ended_at;
};

struct Count {
  std::string month, service, outcome;
  std::int64_t count = 0;
};

// Runs inside the transaction of a change, with the token as it is then: tells other nodes.
using Told =
    std::function<Result<void>(db::Connection&, const trust::Actor& by, const Token& token)>;
// More that belongs into the transaction of one change.
using Also = std::function<Result<void>(db::Connection&)>;

class Referrals {
 public:
  Referrals(db::Database& commons, const Clock& clock, Told told = {})
      : commons_(commons), clock_(clock), told_(std::move(told)) {}

  // kInvalid names the field. The id is the gate's, random; a wrong code or a free text is refused.
  Result<void> send(const trust::Actor& actor, TokenId id, const Request& request,
                    const Also& also = {});
  // The receiver: accepted, declined, no_capacity; either side: connected, after it was accepted.
  // Accepting gives both workers' names to each other. kConflict when the state does not allow it,
  // or it is late.
  Result<void> decide(const trust::Actor& actor, TokenId id, State state, const Also& also = {});
  // The sender, at any time before the end.
  Result<void> withdraw(const trust::Actor& actor, TokenId id, const Also& also = {});
  // What waits for the actor's organisation, and what it sent; the most urgent first. Reads only:
  // what is late is told as expired, though tidy() has not ended it yet.
  Result<std::vector<Token>> received(const trust::Actor& actor);
  Result<std::vector<Token>> sent(const trust::Actor& actor);
  // The same of what an organisation sent, for the gate's own clock.
  Result<std::vector<Token>> sent_by(trust::OrganizationId sender);
  Result<std::vector<Count>> counts();
  // Ends what is late and removes what ended a day ago; returns how many were removed.
  Result<std::int64_t> tidy();

 private:
  Result<std::vector<Token>> list(const trust::Actor& actor, std::string_view column);
  Result<std::vector<Token>> tokens_of(trust::OrganizationId organization, std::string_view column);
  Result<void> move(const trust::Actor& actor, TokenId id, State to, std::string_view action,
                    const Also& also);
  db::Database& commons_;
  const Clock& clock_;
  Told told_;
};

// For a copy on a vault's own node, inside a transaction: the token as the commons has it takes the
// place of what is known here.
Result<void> take_over(db::Connection& connection, const Token& token);
Result<void> forget(db::Connection& connection, TokenId id);
Result<std::optional<Token>> find(db::Connection& connection, TokenId id);
// Every token that an organisation sent or got and that is still here.
Result<std::vector<Token>> of_organization(db::Connection& connection,
                                           trust::OrganizationId organization);

// kInvalid names the field that is no code of its list.
Result<void> check(const Request& request);

db::ModuleMigrations migrations();

}  // namespace daybreak::referrals
