// SPDX-License-Identifier: AGPL-3.0-or-later
// Organisations, members and their roles; how an account comes to be (invitation, password, code
// generator, recovery codes) and ends. Each act asks decide() and is recorded in the same
// transaction. Safe to use from any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/database.hpp"
#include "trust/actor.hpp"
#include "trust/sealing.hpp"

namespace daybreak::trust {

// An organisation's name is not secret, but never a survivor's: it is for agencies and firms.
struct Organization {
  OrganizationId id;
  std::string name;
  OrganizationKind kind = OrganizationKind::kOther;
  Standing standing = Standing::kTaskForce;
  bool active = true;
};

enum class MemberState : std::uint8_t { kInvited, kActive, kLocked, kDisabled };
std::string_view code_of(MemberState state);  // "invited", "active", "locked", "disabled"

struct Member {
  MemberId id;
  OrganizationId organization;
  std::string name;   // as colleagues see it
  std::string email;  // to sign in with; lower case
  Roles roles;
  MemberState state = MemberState::kInvited;
  std::string language = "en";
  Instant created_at;
  std::optional<Instant> last_seen_at;
};

struct Invitation {
  MemberId member;
  Secret<std::string> token;  // goes into the set-up link, once; the store keeps its hash
  Instant expires_at;
};

// What the set-up page shows: the secret of the code generator, as text and as otpauth:// for a QR
// code.
struct SetUp {
  std::string email;
  Secret<std::string> totp_secret;  // base32
  Secret<std::string> totp_uri;
};

// What every service of trust/ works with.
struct Keeper {
  db::Database& database;
  const NodeKey& key;
  const Clock& clock;
  Random& random;
};

class Members {
 public:
  explicit Members(Keeper keeper) : keeper_(keeper) {}

  Result<Organization> add_organization(const Actor& actor,
                                        Organization organization);  // its id is chosen here
  Result<void> change_organization(const Actor& actor, const Organization& organization);
  Result<std::optional<Organization>> find_organization(OrganizationId id);
  Result<std::vector<Organization>> organizations();

  // The new member chooses a password and enrols a code generator through the link; 72 hours.
  Result<Invitation> invite(const Actor& actor, Member member);
  // A new link for someone who lost both: password, code generator, passkeys and sessions end at once.
  Result<Invitation> reset(const Actor& actor, MemberId member);
  // kNotFound when the token is unknown, used or expired.
  Result<SetUp> begin_set_up(const Secret<std::string>& token);
  // Returns the recovery codes, to be shown once.
  Result<std::vector<Secret<std::string>>> complete_set_up(const Secret<std::string>& token,
                                                           const Secret<std::string>& password,
                                                           std::string_view code);

  Result<std::optional<Member>> find(MemberId id);
  Result<std::optional<Member>> find_by_email(std::string_view email);
  Result<std::vector<Member>> list(const Actor& actor);  // those whom the actor may see
  Result<void> set_roles(const Actor& actor, MemberId member, Roles roles);  // ends the sessions
  Result<void> set_language(const Actor& actor, std::string_view language);
  Result<void> unlock(const Actor& actor, MemberId member);
  Result<void> disable(const Actor& actor, MemberId member);  // ends the sessions

  // Disables accounts that nobody used for this long (CJIS: 90 days); for a nightly job. How many.
  Result<int> disable_unused(const Actor& actor, std::chrono::days unused = std::chrono::days(90));

  // `daybreak init`: the first organisation and its administrator; kConflict when there is one
  // already.
  Result<Invitation> initialize(std::string organization_name, OrganizationKind kind,
                                std::string name, std::string email);

 private:
  Result<Member> existing(MemberId id);
  Result<void> permit(const Actor& actor, std::string_view action, const Member& member,
                      Roles roles);
  Result<void> write(const Actor& actor, std::string_view action, const Member& member,
                     const std::function<Result<void>(db::Connection&)>& change,
                     std::string detail = {});
  Result<Invitation> write_invitation(db::Connection& connection, const Member& member);

  Keeper keeper_;
};

// What a store says of itself: mark "demonstration" is there only in a demonstration data
// directory.
Result<void> mark_store(db::Connection& connection, std::string_view name, std::string_view value);
Result<std::optional<std::string>> store_mark(db::Database& database, std::string_view name);

// Checks a new password: at least 15 characters, not one of the most common, not the e-mail
// address.
Result<void> check_new_password(std::string_view password, std::string_view email);

}  // namespace daybreak::trust
