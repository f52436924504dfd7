// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/session.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "base/text.hpp"
#include "trust/credentials.hpp"
#include "trust/demonstration.hpp"
#include "trust/member_rows.hpp"
#include "trust/sign_in_rows.hpp"

namespace daybreak::trust {
namespace {

constexpr std::chrono::seconds kTouchEvery{60};  // a request need not be a write

tl::unexpected<Error> refused() {
  return fail(ErrorKind::kDenied,
              "the e-mail address, password or code is not right, or the account is locked", {},
              "Try again, or ask your administrator");
}

// What is known of the account whose credentials are checked.
struct Credentials {
  Member member;
  bool organization_active = false;
  std::optional<std::string> password_hash;
  std::optional<std::string> totp_secret;  // opened
  std::int64_t totp_last_step = 0;
};

Result<std::optional<Credentials>> read_credentials(db::Connection& connection, const NodeKey& key,
                                                    std::string_view where,
                                                    const db::Value& value) {
  const auto row = TRY(connection.query_one(
      fmt::format("SELECT {}, member.password_hash, member.totp_secret, member.totp_last_step, "
                  "organization.active"
                  " FROM trust_member AS member JOIN trust_organization AS organization"
                  " ON organization.id = member.organization WHERE {} = $1",
                  kMemberColumns, where),
      {value}));
  if (!row) return std::optional<Credentials>();
  Credentials found;
  found.member = TRY(member_of(*row));
  found.password_hash = row->maybe_text(kMemberColumnCount);
  if (!row->is_null(kMemberColumnCount + 1))
    found.totp_secret = TRY(key.open(row->blob(kMemberColumnCount + 1),
                                     "trust_member totp " + found.member.id.to_string()))
                            .reveal();
  found.totp_last_step = row->integer(kMemberColumnCount + 2);
  found.organization_active = row->boolean(kMemberColumnCount + 3);
  return std::optional<Credentials>(std::move(found));
}

// Uses the code up, if it is right: a time code's step, or a recovery code.
Result<bool> use_code(db::Connection& connection, const Credentials& account, std::string_view code,
                      Instant now) {
  if (!account.totp_secret) return false;
  if (const auto step =
          matching_totp_step(*account.totp_secret, code, now, account.totp_last_step)) {
    TRY(connection.execute("UPDATE trust_member SET totp_last_step = $2 WHERE id = $1",
                           {account.member.id, *step}));
    return true;
  }
  return TRY(connection.execute("DELETE FROM trust_recovery_code WHERE member = $1 AND hash = $2",
                                {account.member.id, db::Blob{recovery_code_hash(code)}})) == 1;
}

struct Verdict {
  bool right = false;
  std::string detail;
};

struct Attempt {
  bool password_right = false;
  std::string_view code;
  bool from_this_machine = false;
};

// Inside the write: reads the account anew, so that two attempts at once cannot both use one code.
Result<Verdict> judge(db::Connection& connection, const Keeper& keeper, const SessionLimits& limits,
                      MemberId id, const Attempt& attempt) {
  const Instant now = keeper.clock.now();
  const auto account = TRY(read_credentials(connection, keeper.key, "member.id", db::Value(id)));
  if (!account || account->member.state != MemberState::kActive || !account->organization_active)
    return Verdict{false, "reason=not_active"};
  if (TRY(is_demonstration_account(connection, account->member))) {
    const bool right = attempt.password_right && attempt.from_this_machine &&
                       trim(attempt.code) == kDemonstrationCode;
    return Verdict{right, right ? "demonstration=1" : "demonstration=1,reason=wrong"};
  }
  if (attempt.password_right && TRY(use_code(connection, *account, trim(attempt.code), now))) {
    TRY(forget_failures(connection, id));
    return Verdict{true, {}};
  }
  return Verdict{false, TRY(count_failure(connection, account->member, limits, now))};
}

std::string csrf_for(const Secret<std::string>& token, std::string_view purpose) {
  std::string mac(crypto_generichash_BYTES, '\0');
  const std::string text = "daybreak form " + std::string(purpose);
  const std::string key = token_hash(Secret<std::string>("form key of " + token.reveal()));
  crypto_generichash(reinterpret_cast<unsigned char*>(mac.data()), mac.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return to_hex(mac);
}

}  // namespace

Actor Session::actor(std::string source, std::string origin) const {
  Actor actor = actor_for(member, std::move(source), std::move(origin));
  actor.organization_kind = organization.kind;
  actor.standing = organization.standing;
  actor.session = id;
  actor.confirmed_at = confirmed_at;
  return actor;
}

Result<Secret<std::string>> Sessions::sign_in(const SignInRequest& request) {
  const std::string email = to_lower_ascii(trim(request.email));
  const auto account = TRY(keeper_.database.read([&](db::Connection& connection) {
    return read_credentials(connection, keeper_.key, "member.email", db::Value(email));
  }));
  const bool password_right =
      is_password(request.password, account ? account->password_hash : std::nullopt);
  const Secret<std::string> token = new_token(keeper_.random);
  const SessionId session = SessionId::generate(keeper_.clock, keeper_.random);
  const Instant now = keeper_.clock.now();
  const bool signed_in = TRY(keeper_.database.write([&](db::Connection& connection)
                                                        -> Result<bool> {
    if (!account) {
      Actor stranger;
      stranger.source = request.source;
      stranger.origin = request.origin;
      TRY(append_audit(connection, stranger,
                       {.action = "session.sign_in",
                        .outcome = Outcome::kFailed,
                        .detail = "reason=unknown_account"},
                       now));
      return false;
    }
    const Verdict verdict = TRY(judge(connection, keeper_, limits_, account->member.id,
                                      {password_right, request.code, request.from_this_machine}));
    Actor actor = actor_for(account->member, request.source, request.origin);
    if (verdict.right) {
      actor.session = session;
      TRY(open_session(connection, session, account->member.id, token, limits_, now));
    }
    TRY(append_audit(connection, actor,
                     event_for("session.sign_in", account->member,
                               verdict.right ? Outcome::kDone : Outcome::kFailed, verdict.detail),
                     now));
    return verdict.right;
  }));
  if (!signed_in) return refused();
  return token;
}

Result<std::optional<Session>> Sessions::find(const Secret<std::string>& token) {
  const Instant now = keeper_.clock.now();
  Instant last_used;
  auto session = TRY(keeper_.database.read([&](db::Connection& connection)
                                               -> Result<std::optional<Session>> {
    const auto row = TRY(connection.query_one(
        fmt::format(
            "SELECT {}, {}, session.id, session.started_at, session.ends_at, session.confirmed_at,"
            " session.last_used_at FROM trust_session AS session"
            " JOIN trust_member AS member ON member.id = session.member"
            " JOIN trust_organization AS organization ON organization.id = member.organization"
            " WHERE session.token_hash = $1 AND session.ends_at > $2 AND session.last_used_at > $3"
            " AND session.started_at <= $2 AND member.state = 'active' AND organization.active = 1",
            kMemberColumns, kOrganizationColumns),
        {db::Blob{token_hash(token)}, now, now - limits_.idle}));
    if (!row) return std::optional<Session>();
    Session found;
    found.member = TRY(member_of(*row));
    found.organization = TRY(organization_of(*row, kMemberColumnCount));
    const std::size_t at = kMemberColumnCount + 5;
    found.id = row->id<SessionId>(at);
    found.started_at = row->instant(at + 1);
    found.ends_at = row->instant(at + 2);
    found.confirmed_at = row->maybe_instant(at + 3);
    last_used = row->instant(at + 4);
    return std::optional<Session>(std::move(found));
  }));
  if (session && now - last_used >= kTouchEvery)
    TRY(keeper_.database.write([&](db::Connection& connection) {
      return connection.execute(
          "UPDATE trust_session SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2",
          {session->id, now});
    }));
  return session;
}

Result<void> Sessions::confirm(const Secret<std::string>& token, const Proof& proof) {
  const auto session = TRY(find(token));
  if (!session) return refused();
  const auto account = TRY(keeper_.database.read([&](db::Connection& connection) {
    return read_credentials(connection, keeper_.key, "member.id", db::Value(session->member.id));
  }));
  const bool password_right =
      is_password(proof.password, account ? account->password_hash : std::nullopt);
  const Instant now = keeper_.clock.now();
  const bool confirmed =
      TRY(keeper_.database.write([&](db::Connection& connection) -> Result<bool> {
        const Verdict verdict = TRY(judge(connection, keeper_, limits_, session->member.id,
                                          {password_right, proof.code, proof.from_this_machine}));
        if (verdict.right)
          TRY(connection.execute("UPDATE trust_session SET confirmed_at = $2 WHERE id = $1",
                                 {session->id, now}));
        TRY(append_audit(
            connection, session->actor("web", {}),
            event_for("session.confirm", session->member,
                      verdict.right ? Outcome::kDone : Outcome::kFailed, verdict.detail),
            now));
        return verdict.right;
      }));
  if (!confirmed) return refused();
  return {};
}

Result<void> Sessions::sign_out(const Secret<std::string>& token) {
  const auto session = TRY(find(token));
  if (!session) return {};
  return keeper_.database.write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM trust_session WHERE id = $1", {session->id}));
    return append_audit(connection, session->actor("web", {}),
                        event_for("session.sign_out", session->member, Outcome::kDone, {}),
                        keeper_.clock.now());
  });
}

Result<void> Sessions::end_others(const Secret<std::string>& token) {
  const auto session = TRY(find(token));
  if (!session) return refused();
  return keeper_.database.write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM trust_session WHERE member = $1 AND id <> $2",
                           {session->member.id, session->id}));
    return append_audit(connection, session->actor("web", {}),
                        event_for("session.end_others", session->member, Outcome::kDone, {}),
                        keeper_.clock.now());
  });
}

Result<std::int64_t> Sessions::remove_ended() {
  const Instant now = keeper_.clock.now();
  return keeper_.database.write([&](db::Connection& connection) -> Result<std::int64_t> {
    TRY(connection.execute("DELETE FROM trust_set_up WHERE expires_at <= $1", {now}));
    return connection.execute("DELETE FROM trust_session WHERE ends_at <= $1 OR last_used_at <= $2",
                              {now, now - limits_.idle});
  });
}

std::string csrf_token(const Secret<std::string>& session_token, std::string_view purpose) {
  return csrf_for(session_token, purpose);
}

bool is_csrf_token(std::string_view given, const Secret<std::string>& session_token,
                   std::string_view purpose) {
  return equal_in_constant_time(given, csrf_for(session_token, purpose));
}

}  // namespace daybreak::trust
