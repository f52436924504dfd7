// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/passkeys.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "trust/credentials.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/member_rows.hpp"
#include "trust/sign_in_rows.hpp"

namespace daybreak::trust {
namespace {

constexpr std::chrono::minutes kChallengeLasts{5};
constexpr std::size_t kMostOpen = 4096, kChallengeBytes = 32;
constexpr std::int64_t kMostPasskeys = 20;

constexpr std::string_view kPasskeyColumns =
    "passkey.id, passkey.name, passkey.credential, passkey.synced, passkey.has_secret, "
    "passkey.made_at, passkey.used_at";
constexpr std::size_t kPasskeyColumnCount = 7;

Passkey passkey_of(const db::Row& row, std::size_t first = 0) {
  return {row.id<PasskeyId>(first),    row.text(first + 1),    row.blob(first + 2),
          row.boolean(first + 3),      row.boolean(first + 4), row.instant(first + 5),
          row.maybe_instant(first + 6)};
}

tl::unexpected<Error> refused() {
  return fail(ErrorKind::kDenied, "the passkey is not right, or the account is locked", {},
              "Try again, or use password and code");
}

Object own_passkeys(const Actor& actor) {
  return {.type = "passkey",
          .owner = actor.organization,
          .audience = Audience::kConfidential,
          .partners = {},
          .subject = actor.member};
}

}  // namespace

struct Passkeys::Known {
  Passkey passkey;
  PasskeyKey key;
  Member member;
  bool organization_active = false;
};

struct Passkeys::Verdict {
  std::optional<Known> known;  // whose passkey it is, right or not
  bool right = false;
  std::string detail;
};

std::string PasskeyChallenges::begin(PasskeyUse use, SessionId session) {
  std::string challenge = random_.bytes(kChallengeBytes);
  const Instant now = clock_.now();
  const std::scoped_lock guard(mutex_);
  Store& store = store_of(use);
  std::erase_if(store, [&](const auto& entry) { return entry.second.until <= now; });
  if (store.size() >= kMostOpen)
    store.erase(
        std::ranges::min_element(store, {}, [](const auto& entry) { return entry.second.until; }));
  store.emplace(challenge, Open{use, session, now + kChallengeLasts});
  return challenge;
}

bool PasskeyChallenges::take(PasskeyUse use, SessionId session, const std::string& challenge) {
  const Instant now = clock_.now();
  const std::scoped_lock guard(mutex_);
  Store& store = store_of(use);
  const auto found = store.find(challenge);
  if (found == store.end()) return false;
  const Open open = found->second;
  store.erase(found);
  return open.use == use && open.session == session && now < open.until &&
         now >= open.until - kChallengeLasts;
}

Result<std::vector<Passkey>> Passkeys::list(const Actor& actor) {
  TRY(Gatekeeper(keeper_.database, keeper_.clock)
          .require(actor, {"list"}, own_passkeys(actor), actor.member.to_string()));
  return keeper_.database.read([&](db::Connection& connection) -> Result<std::vector<Passkey>> {
    std::vector<Passkey> all;
    for (const db::Row& row : TRY(connection.query(
             fmt::format("SELECT {} FROM trust_passkey AS passkey WHERE member = $1"
                         " ORDER BY made_at, id",
                         kPasskeyColumns),
             {actor.member})))
      all.push_back(passkey_of(row));
    return all;
  });
}

Result<void> Passkeys::add(const Actor& actor, const RelyingParty& party,
                           const NewPasskey& passkey) {
  TRY(Gatekeeper(keeper_.database, keeper_.clock)
          .require(actor, {"add"}, own_passkeys(actor), actor.member.to_string()));
  const std::string name(trim(passkey.name));
  if (name.empty() || count_characters(name) > 100)
    return fail(ErrorKind::kInvalid, "a passkey's name has 1 to 100 characters", "field name",
                "Call it after the device, such as \"office computer\"");
  const auto challenge = challenge_of(passkey.given.client_data);
  if (!challenge || !challenges_.take(PasskeyUse::kAdd, actor.session, *challenge))
    return refused();
  const PasskeyKey key = TRY(verify_registration(party, *challenge, passkey.given));
  const PasskeyId id = PasskeyId::generate(keeper_.clock, keeper_.random);
  const Instant now = keeper_.clock.now();
  return keeper_.database.write([&](db::Connection& connection) -> Result<void> {
    if (TRY(connection.query_one("SELECT 1 FROM trust_passkey WHERE credential = $1",
                                 {db::Blob{key.id}})))
      return fail(ErrorKind::kConflict, "this passkey is there already");
    const auto count = TRY(connection.query_one(
        "SELECT count(*) FROM trust_passkey WHERE member = $1", {actor.member}));
    if (count->integer(0) >= kMostPasskeys)
      return fail(ErrorKind::kConflict, "there are 20 passkeys already", {},
                  "Remove one that is not used");
    TRY(connection.execute(
        "INSERT INTO trust_passkey (id, member, credential, algorithm, public_key, counter, "
        "synced, has_secret, name, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        {id, actor.member, db::Blob{key.id}, static_cast<std::int64_t>(key.algorithm),
         db::Blob{key.public_key}, static_cast<std::int64_t>(key.counter), key.synced,
         passkey.has_secret, name, now}));
    return append_audit(connection, actor,
                        {.action = "passkey.add",
                         .object_type = "passkey",
                         .object = id.to_string(),
                         .owner = actor.organization,
                         .detail = fmt::format("algorithm={}", static_cast<int>(key.algorithm))},
                        now);
  });
}

Result<void> Passkeys::remove(const Actor& actor, PasskeyId id) {
  TRY(Gatekeeper(keeper_.database, keeper_.clock)
          .require(actor, {"remove"}, own_passkeys(actor), id.to_string()));
  return keeper_.database.write([&](db::Connection& connection) -> Result<void> {
    if (TRY(connection.execute("DELETE FROM trust_passkey WHERE id = $1 AND member = $2",
                               {id, actor.member})) == 0)
      return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
    return append_audit(connection, actor,
                        {.action = "passkey.remove",
                         .object_type = "passkey",
                         .object = id.to_string(),
                         .owner = actor.organization},
                        keeper_.clock.now());
  });
}

Result<std::optional<Passkeys::Known>> Passkeys::find(db::Connection& connection,
                                                      const std::string& credential) {
  const auto row = TRY(connection.query_one(
      fmt::format(
          "SELECT {}, {}, passkey.algorithm, passkey.public_key, passkey.counter, "
          "organization.active FROM trust_passkey AS passkey"
          " JOIN trust_member AS member ON member.id = passkey.member"
          " JOIN trust_organization AS organization ON organization.id = member.organization"
          " WHERE passkey.credential = $1",
          kMemberColumns, kPasskeyColumns),
      {db::Blob{credential}}));
  if (!row) return std::optional<Known>();
  Known known;
  known.member = TRY(member_of(*row));
  known.passkey = passkey_of(*row, kMemberColumnCount);
  const std::size_t at = kMemberColumnCount + kPasskeyColumnCount;
  known.key = {known.passkey.credential, row->blob(at + 1),
               static_cast<PasskeyAlgorithm>(row->integer(at)),
               static_cast<std::uint32_t>(row->integer(at + 2)), known.passkey.synced};
  known.organization_active = row->boolean(at + 3);
  return std::optional<Known>(std::move(known));
}

bool Passkeys::take_challenge(const Check& check, const PasskeyAssertion& given) {
  const auto challenge = challenge_of(given.client_data);
  return challenge && challenges_.take(check.use, check.session, *challenge);
}

// Inside the write: two answers at once cannot both count up from the same number.
Result<Passkeys::Verdict> Passkeys::judge(db::Connection& connection, const Check& check,
                                          bool challenge_right, const RelyingParty& party,
                                          const PasskeyAssertion& given,
                                          const PasskeyCaller& caller) {
  const Instant now = keeper_.clock.now();
  Verdict verdict{.known = TRY(find(connection, given.id)), .right = false, .detail = {}};
  const auto wrong = [&](std::string_view reason) {
    verdict.detail = "passkey=1,reason=" + std::string(reason);
    return verdict;
  };
  if (!verdict.known) return wrong("unknown_account");
  const Known& known = *verdict.known;
  if (!check.member.is_nil() && known.member.id != check.member) return wrong("unknown_account");
  if (known.member.state != MemberState::kActive || !known.organization_active)
    return wrong("not_active");
  if (TRY(is_demonstration_account(connection, known.member)) && !caller.from_this_machine)
    return wrong("not_from_here");
  const auto counted = [&](std::string_view reason) -> Result<Verdict> {
    wrong(reason);
    verdict.detail += "," + TRY(count_failure(connection, known.member, limits_, now));
    return verdict;
  };
  // Whose it is: always said when the browser itself chose the passkey.
  const std::string handle = known.member.id.to_string();
  if (given.user_handle.empty() ? check.member.is_nil() : given.user_handle != handle)
    return counted("user");
  if (!challenge_right) return counted("challenge");
  const auto state =
      verify_assertion(party, challenge_of(given.client_data).value_or(""), known.key, given);
  if (!state) return counted("wrong");
  if (is_counter_back(known.key.counter, state->counter)) return counted("counter");
  TRY(connection.execute(
      "UPDATE trust_passkey SET counter = $2, synced = $3, used_at = $4 WHERE id = $1",
      {known.passkey.id, static_cast<std::int64_t>(state->counter), state->synced, now}));
  TRY(forget_failures(connection, known.member.id));
  verdict.right = true;
  verdict.detail = "passkey=1";
  return verdict;
}

Result<Secret<std::string>> Passkeys::sign_in(const RelyingParty& party,
                                              const PasskeyAssertion& given,
                                              const PasskeyCaller& caller) {
  const Check check{PasskeyUse::kSignIn, {}, {}};
  const bool challenge_right = take_challenge(check, given);
  const Secret<std::string> token = new_token(keeper_.random);
  const SessionId session = SessionId::generate(keeper_.clock, keeper_.random);
  const Instant now = keeper_.clock.now();
  const bool signed_in =
      TRY(keeper_.database.write([&](db::Connection& connection) -> Result<bool> {
        const Verdict verdict =
            TRY(judge(connection, check, challenge_right, party, given, caller));
        if (!verdict.known) {
          Actor stranger;
          stranger.source = "web";
          stranger.origin = caller.origin;
          TRY(append_audit(
              connection, stranger,
              {.action = "session.sign_in", .outcome = Outcome::kFailed, .detail = verdict.detail},
              now));
          return false;
        }
        const Member& member = verdict.known->member;
        Actor actor = actor_for(member, "web", caller.origin);
        if (verdict.right) {
          actor.session = session;
          TRY(open_session(connection, session, member.id, token, limits_, now));
        }
        TRY(append_audit(
            connection, actor,
            event_for("session.sign_in", member, verdict.right ? Outcome::kDone : Outcome::kFailed,
                      verdict.detail),
            now));
        return verdict.right;
      }));
  if (!signed_in) return refused();
  return token;
}

Result<void> Passkeys::confirm(const Actor& actor, const RelyingParty& party,
                               const PasskeyAssertion& given, const PasskeyCaller& caller) {
  const Check check{PasskeyUse::kConfirm, actor.session, actor.member};
  const bool challenge_right = take_challenge(check, given);
  const Instant now = keeper_.clock.now();
  const bool confirmed =
      TRY(keeper_.database.write([&](db::Connection& connection) -> Result<bool> {
        const Verdict verdict =
            TRY(judge(connection, check, challenge_right, party, given, caller));
        if (verdict.right)
          TRY(connection.execute("UPDATE trust_session SET confirmed_at = $2 WHERE id = $1",
                                 {actor.session, now}));
        TRY(append_audit(connection, actor,
                         {.action = "session.confirm",
                          .object_type = "member",
                          .object = actor.member.to_string(),
                          .owner = actor.organization,
                          .outcome = verdict.right ? Outcome::kDone : Outcome::kFailed,
                          .detail = verdict.detail},
                         now));
        return verdict.right;
      }));
  if (!confirmed) return refused();
  return {};
}

Result<Passkey> Passkeys::recognize(const Actor& actor, const RelyingParty& party,
                                    const PasskeyAssertion& given, const PasskeyCaller& caller) {
  const Check check{PasskeyUse::kVault, actor.session, actor.member};
  const bool challenge_right = take_challenge(check, given);
  auto found =
      TRY(keeper_.database.write([&](db::Connection& connection) -> Result<std::optional<Passkey>> {
        const Verdict verdict =
            TRY(judge(connection, check, challenge_right, party, given, caller));
        TRY(append_audit(connection, actor,
                         {.action = "passkey.recognize",
                          .object_type = "member",
                          .object = actor.member.to_string(),
                          .owner = actor.organization,
                          .outcome = verdict.right ? Outcome::kDone : Outcome::kFailed,
                          .detail = verdict.detail},
                         keeper_.clock.now()));
        if (!verdict.right) return std::optional<Passkey>();
        return std::optional<Passkey>(verdict.known->passkey);
      }));
  if (!found) return refused();
  return *std::move(found);
}

}  // namespace daybreak::trust
