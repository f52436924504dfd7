// SPDX-License-Identifier: AGPL-3.0-or-later
// How an account comes to be: an invitation with a one-time link, then password and code generator.
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "trust/audit.hpp"
#include "trust/credentials.hpp"
#include "trust/member_rows.hpp"
#include "trust/members.hpp"

namespace daybreak::trust {
namespace {

constexpr std::chrono::hours kInvitationLasts{72};
constexpr int kRecoveryCodes = 10;
constexpr std::size_t kTotpSecretBytes = 20;

std::string set_up_context(MemberId member) { return "trust_set_up totp " + member.to_string(); }

tl::unexpected<Error> not_valid() {
  return fail(ErrorKind::kNotFound,
              "this set-up link is not valid, or was used, or is older than three days", {},
              "Ask your administrator for a new one");
}

Result<void> check_new_member(Member& member) {
  member.email = to_lower_ascii(trim(member.email));
  member.name = std::string(trim(member.name));
  if (member.name.empty() || member.name.size() > 200)
    return fail(ErrorKind::kInvalid, "a member's name has 1 to 200 characters", "field name",
                "Enter the name");
  const auto at = member.email.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == member.email.size() ||
      member.email.size() > 254 ||
      member.email.find_first_of(" \t\r\n,;<>\"") != std::string::npos ||
      member.email.find('@', at + 1) != std::string::npos)
    return fail(ErrorKind::kInvalid, "this is not an e-mail address", "field email",
                "Write it as name@example.org");
  return {};
}

struct OpenSetUp {
  Member member;
  std::string totp_secret;
};

}  // namespace

Result<void> check_new_password(std::string_view password, std::string_view email) {
  const auto weak = [](std::string message) {
    return fail(ErrorKind::kInvalid, std::move(message), "field password",
                "Take four or five words at random");
  };
  if (password.size() < 15) return weak("the password has fewer than 15 characters");
  if (password.size() > 512) return weak("the password has more than 512 characters");
  const std::string lower = to_lower_ascii(password);
  if (std::set<char>(lower.begin(), lower.end()).size() < 6)
    return weak("the password repeats too few characters");
  const std::string name = to_lower_ascii(email.substr(0, email.find('@')));
  if (name.size() >= 4 && lower.find(name) != std::string::npos)
    return weak("the password holds your e-mail address");
  static constexpr std::string_view kCommon[] = {
      "password",      "passwort",      "123456",    "qwerty",  "letmein",  "iloveyou",
      "abcdefgh",      "contraseña",    "asdfghjkl", "zxcvbnm", "daybreak", "correcthorse",
      "batterystaple", "administrator", "welcome1",  "trustno1"};
  std::size_t covered = 0;
  for (const std::string_view common : kCommon)
    for (auto at = lower.find(common); at != std::string::npos;
         at = lower.find(common, at + common.size()))
      covered += common.size();
  if (covered * 2 > lower.size()) return weak("the password is made of words that are tried first");
  return {};
}

// Replaces an earlier invitation of the same member.
Result<Invitation> Members::write_invitation(db::Connection& connection, const Member& member) {
  Invitation invitation{member.id, new_token(keeper_.random),
                        keeper_.clock.now() + kInvitationLasts};
  const std::string secret = keeper_.random.bytes(kTotpSecretBytes);
  TRY(connection.execute("DELETE FROM trust_set_up WHERE member = $1", {member.id}));
  TRY(connection.execute(
      "INSERT INTO trust_set_up (token_hash, member, totp_secret, expires_at) VALUES ($1, $2, $3, "
      "$4)",
      {db::Blob{token_hash(invitation.token)}, member.id,
       db::Blob{keeper_.key.seal(secret, set_up_context(member.id), keeper_.random)},
       invitation.expires_at}));
  return invitation;
}

Result<Invitation> Members::invite(const Actor& actor, Member member) {
  TRY(check_new_member(member));
  member.id = MemberId::generate(keeper_.clock, keeper_.random);
  member.created_at = keeper_.clock.now();
  TRY(permit(actor, "invite", member, member.roles));
  Invitation invitation;
  TRY(write(
      actor, "invite", member,
      [&](db::Connection& connection) -> Result<void> {
        TRY(
            connection.execute("INSERT INTO trust_member (id, organization, name, email, roles, "
                               "state, language, created_at)"
                               " VALUES ($1, $2, $3, $4, $5, 'invited', $6, $7)",
                               {member.id, member.organization, member.name, member.email,
                                roles_text(member.roles), member.language, member.created_at}));
        invitation = TRY(write_invitation(connection, member));
        return {};
      },
      "roles=" + roles_text(member.roles)));
  return invitation;
}

Result<Invitation> Members::reset(const Actor& actor, MemberId id) {
  const Member member = TRY(existing(id));
  TRY(permit(actor, "reset", member, {}));
  Invitation invitation;
  TRY(write(actor, "reset", member, [&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute(
        "UPDATE trust_member SET state = 'invited', password_hash = NULL, totp_secret = NULL"
        " WHERE id = $1",
        {id}));
    TRY(connection.execute("DELETE FROM trust_recovery_code WHERE member = $1", {id}));
    TRY(connection.execute("DELETE FROM trust_passkey WHERE member = $1", {id}));
    TRY(connection.execute("DELETE FROM trust_session WHERE member = $1", {id}));
    invitation = TRY(write_invitation(connection, member));
    return {};
  }));
  return invitation;
}

namespace {

Result<OpenSetUp> open_set_up(db::Connection& connection, const Keeper& keeper,
                              const Secret<std::string>& token) {
  const auto row = TRY(connection.query_one(
      fmt::format("SELECT {}, trust_set_up.totp_secret FROM trust_set_up"
                  " JOIN trust_member AS member ON member.id = trust_set_up.member"
                  " WHERE token_hash = $1 AND expires_at > $2 AND member.state = 'invited'",
                  kMemberColumns),
      {db::Blob{token_hash(token)}, keeper.clock.now()}));
  if (!row) return not_valid();
  Member member = TRY(member_of(*row));
  const auto secret =
      TRY(keeper.key.open(row->blob(kMemberColumnCount), set_up_context(member.id)));
  return OpenSetUp{std::move(member), secret.reveal()};
}

}  // namespace

Result<SetUp> Members::begin_set_up(const Secret<std::string>& token) {
  const OpenSetUp open = TRY(keeper_.database.read(
      [&](db::Connection& connection) { return open_set_up(connection, keeper_, token); }));
  return SetUp{open.member.email, Secret<std::string>(base32(open.totp_secret)),
               Secret<std::string>(totp_uri(open.totp_secret, open.member.email))};
}

Result<std::vector<Secret<std::string>>> Members::complete_set_up(
    const Secret<std::string>& token, const Secret<std::string>& password, std::string_view code) {
  const OpenSetUp open = TRY(keeper_.database.read(
      [&](db::Connection& connection) { return open_set_up(connection, keeper_, token); }));
  const Member& member = open.member;
  TRY(check_new_password(password.reveal(), member.email));
  const auto step = matching_totp_step(open.totp_secret, trim(code), keeper_.clock.now(), 0);
  if (!step)
    return fail(ErrorKind::kInvalid, "the code is not the one that the generator shows now",
                "field code",
                "Check that the telephone's clock is right, then enter the newest code");
  const std::string hash = hash_password(password);
  std::vector<Secret<std::string>> codes;
  for (int i = 0; i < kRecoveryCodes; ++i) codes.push_back(new_recovery_code(keeper_.random));

  Actor self;
  self.kind = Actor::Kind::kMember;
  self.member = member.id;
  self.organization = member.organization;
  self.source = "web";
  TRY(write(self, "complete_set_up", member, [&](db::Connection& connection) -> Result<void> {
    TRY(open_set_up(connection, keeper_, token));  // still there: a link works once
    TRY(connection.execute(
        "UPDATE trust_member SET state = 'active', password_hash = $2, totp_secret = $3, "
        "totp_last_step = $4"
        " WHERE id = $1",
        {member.id, hash,
         db::Blob{keeper_.key.seal(open.totp_secret, "trust_member totp " + member.id.to_string(),
                                   keeper_.random)},
         *step}));
    TRY(connection.execute("DELETE FROM trust_set_up WHERE member = $1", {member.id}));
    TRY(connection.execute("DELETE FROM trust_sign_in_failure WHERE member = $1", {member.id}));
    TRY(connection.execute("DELETE FROM trust_recovery_code WHERE member = $1", {member.id}));
    for (const auto& recovery : codes)
      TRY(connection.execute("INSERT INTO trust_recovery_code (member, hash) VALUES ($1, $2)",
                             {member.id, db::Blob{recovery_code_hash(recovery.reveal())}}));
    return {};
  }));
  return codes;
}

Result<Invitation> Members::initialize(std::string organization_name, OrganizationKind kind,
                                       std::string name, std::string email) {
  const Actor actor = Actor::system("cli");
  const auto counts = TRY(keeper_.database.read([](db::Connection& connection) {
    return connection.query_one(
        "SELECT count(*), coalesce(sum(CASE WHEN state = 'invited' THEN 1 ELSE 0 END), 0),"
        " min(id) FROM trust_member");
  }));
  if (counts->integer(0) == 1 && counts->integer(1) == 1)  // the link was lost before it was used
    return reset(actor, counts->id<MemberId>(2));
  if (counts->integer(0) > 0)
    return fail(ErrorKind::kConflict, "this data directory already has members", {},
                "Use `daybreak member` to invite, unlock or reset an account");
  // A vault's own node knows its organisation under the commons' id before it has a member.
  std::optional<OrganizationId> organization;
  for (const Organization& one : TRY(organizations()))
    if (one.name == organization_name) organization = one.id;
  if (!organization)
    organization =
        TRY(add_organization(actor, {.name = std::move(organization_name), .kind = kind})).id;
  return invite(actor, {.organization = *organization,
                        .name = std::move(name),
                        .email = std::move(email),
                        .roles = {Role::kAdministrator}});
}

}  // namespace daybreak::trust
