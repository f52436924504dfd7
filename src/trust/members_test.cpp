// SPDX-License-Identifier: AGPL-3.0-or-later
// Accounts from invitation to end, and signing in.
#include "trust/members.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "base/text.hpp"
#include "db/test_database.hpp"
#include "trust/audit.hpp"
#include "trust/credentials.hpp"
#include "trust/migrations.hpp"
#include "trust/session.hpp"

namespace daybreak::trust {
namespace {

using Text = Secret<std::string>;
const Text kPassword{"lantern river eleven quilt"};

std::string from_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t buffer = 0;
  int held = 0;
  for (const char c : text) {
    buffer = buffer << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    if ((held += 5) >= 8) bytes += static_cast<char>(buffer >> (held -= 8) & 0xff);
  }
  return bytes;
}

class MembersTest : public db::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with(commons_migrations());
    keeper_.emplace(Keeper{database(), key_, clock_, random_});
    members_.emplace(*keeper_);
    sessions_.emplace(*keeper_);
    const auto invitation =
        members_->initialize("Demonstration Task Force_", OrganizationKind::kVictimServiceProvider,
                             "Ada Example_", "Ada@Example.org");
    ASSERT_TRUE(invitation) << invitation.error().describe();
    admin_ = finish(*invitation);
  }
  // Sets the account up and remembers its code generator.
  MemberId finish(const Invitation& invitation) {
    const auto set_up = members_->begin_set_up(invitation.token);
    EXPECT_TRUE(set_up) << set_up.error().describe();
    secrets_[set_up->email] = from_base32(set_up->totp_secret.reveal());
    const auto codes = members_->complete_set_up(invitation.token, kPassword, code(set_up->email));
    EXPECT_TRUE(codes) << codes.error().describe();
    recovery_[set_up->email] = *codes;
    clock_.advance(std::chrono::seconds(31));
    return invitation.member;
  }
  std::string code(const std::string& email) {
    return totp_code(secrets_[email], clock_.now().time_since_epoch().count() / 30'000);
  }
  Result<Text> sign_in(const std::string& email, const Text& password, const std::string& given) {
    return sessions_->sign_in({.email = email,
                               .password = password,
                               .code = given,
                               .origin = key_.pseudonym("192.0.2.7")});
  }
  Text signed_in(const std::string& email) {
    auto token = sign_in(email, kPassword, code(email));
    EXPECT_TRUE(token) << token.error().describe();
    clock_.advance(std::chrono::seconds(31));
    return token ? *token : Text();
  }
  Actor actor(const Text& token) {
    const auto session = sessions_->find(token);
    EXPECT_TRUE(session && *session);
    return session && *session ? (*session)->actor("web", "") : Actor();
  }
  std::string log() {
    std::string all;
    const auto entries =
        database().read([](db::Connection& c) { return audit_entries(c, 0, 10'000); });
    for (const auto& entry : *entries) all += entry.leaf + "\n";
    return all;
  }
  MemberId invite(const Actor& by, const std::string& email, Roles roles,
                  OrganizationId organization) {
    const auto invitation = members_->invite(
        by, {.organization = organization, .name = "Bo Example_", .email = email, .roles = roles});
    EXPECT_TRUE(invitation) << invitation.error().describe();
    return invitation ? finish(*invitation) : MemberId();
  }
  OrganizationId home() { return (*members_->find(admin_))->organization; }

  ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
  SeededRandom random_{1};
  NodeKey key_ = NodeKey::for_tests();
  std::optional<Keeper> keeper_;
  std::optional<Members> members_;
  std::optional<Sessions> sessions_;
  std::map<std::string, std::string> secrets_;
  std::map<std::string, std::vector<Text>> recovery_;
  MemberId admin_;
};
DAYBREAK_ON_BOTH_ENGINES(MembersTest);

TEST_P(MembersTest, TheFirstAdministratorSignsInAndOut) {
  EXPECT_TRUE(sign_in(" ADA@example.org ", kPassword, code("ada@example.org")));
  clock_.advance(std::chrono::seconds(31));
  const Text second = signed_in("ada@example.org");
  const auto session = sessions_->find(second);
  ASSERT_TRUE(session && *session);
  EXPECT_EQ((*session)->member.id, admin_);
  EXPECT_TRUE((*session)->member.roles.has(Role::kAdministrator));
  EXPECT_TRUE(sessions_->sign_out(second));
  EXPECT_FALSE(*sessions_->find(second));
  EXPECT_FALSE(*sessions_->find(Text("")));
  EXPECT_FALSE(*sessions_->find(Text("guess")));
}

TEST_P(MembersTest, AStartIsOnlyOnce) {
  EXPECT_EQ(members_->initialize("Other_", OrganizationKind::kOther, "Eve_", "eve@example.org")
                .error()
                .kind,
            ErrorKind::kConflict);
}

TEST_P(MembersTest, NothingPersonalIsInTheLogAndNoSecretInTheStore) {
  const Text token = signed_in("ada@example.org");
  const std::string all = log();
  for (const char* word : {"Ada", "example.org", "Demonstration", "192.0.2.7"})
    EXPECT_EQ(all.find(word), std::string::npos) << word;
  EXPECT_NE(all.find("session.sign_in"), std::string::npos);
  EXPECT_NE(all.find("\"origin\":\"" + key_.pseudonym("192.0.2.7")), std::string::npos);
  const auto rows = database().read([](db::Connection& c) {
    return c.query(
        "SELECT password_hash, totp_secret, token_hash FROM trust_member, trust_session");
  });
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_TRUE(rows->at(0).text(0).starts_with("$argon2id$"));
  EXPECT_EQ(rows->at(0).blob(1).find(secrets_["ada@example.org"]), std::string::npos);
  EXPECT_EQ(rows->at(0).blob(2).find(token.reveal()), std::string::npos);
  EXPECT_TRUE(verify_audit(database())->faults.empty());
}

TEST_P(MembersTest, WrongIsWrongInTheSameWords) {
  const auto wrong_password =
      sign_in("ada@example.org", Text("something else entirely"), code("ada@example.org"));
  const auto wrong_code = sign_in("ada@example.org", kPassword, "000000");
  const auto unknown = sign_in("nobody@example.org", kPassword, "123456");
  EXPECT_EQ(kind_of(wrong_password), ErrorKind::kDenied);
  EXPECT_EQ(wrong_password.error().describe(), wrong_code.error().describe());
  EXPECT_EQ(wrong_password.error().describe(), unknown.error().describe());
}

TEST_P(MembersTest, ACodeWorksOnce) {
  const std::string now = code("ada@example.org");
  EXPECT_TRUE(sign_in("ada@example.org", kPassword, now));
  EXPECT_FALSE(sign_in("ada@example.org", kPassword, now));
  const std::string recovery = to_lower_ascii(recovery_["ada@example.org"][3].reveal());
  EXPECT_TRUE(sign_in("ada@example.org", kPassword, recovery));
  EXPECT_FALSE(sign_in("ada@example.org", kPassword, recovery));
}

TEST_P(MembersTest, FiveFailuresInAQuarterOfAnHourLockTheAccount) {
  const MemberId bo =
      invite(actor(signed_in("ada@example.org")), "bo@example.org", {Role::kAdvocate}, home());
  const Text open = signed_in("bo@example.org");
  for (int i = 0; i < 4; ++i)
    EXPECT_FALSE(sign_in("bo@example.org", Text("wrong wrong wrong"), "1"));
  clock_.advance(std::chrono::minutes(16));  // long enough ago no longer counts
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(sign_in("bo@example.org", kPassword, "000000"));
  EXPECT_EQ((*members_->find(bo))->state, MemberState::kActive);
  EXPECT_FALSE(sign_in("bo@example.org", kPassword, "000000"));
  EXPECT_EQ((*members_->find(bo))->state, MemberState::kLocked);
  EXPECT_FALSE(*sessions_->find(open));
  EXPECT_FALSE(sign_in("bo@example.org", kPassword, code("bo@example.org")));
  EXPECT_TRUE(members_->unlock(Actor::system("cli"), bo));
  EXPECT_TRUE(sign_in("bo@example.org", kPassword, code("bo@example.org")));
}

TEST_P(MembersTest, ASessionEndsWhenIdleAndAfterTwelveHours) {
  const Text idle = signed_in("ada@example.org");
  clock_.advance(std::chrono::minutes(29));
  EXPECT_TRUE(*sessions_->find(idle));
  clock_.advance(std::chrono::minutes(29));
  EXPECT_TRUE(*sessions_->find(idle));
  clock_.advance(std::chrono::minutes(31));
  EXPECT_FALSE(*sessions_->find(idle));
  const Text busy = signed_in("ada@example.org");
  for (int i = 0; i < 36; ++i) {
    clock_.advance(std::chrono::minutes(19));
    EXPECT_TRUE(*sessions_->find(busy)) << i;
  }
  clock_.advance(std::chrono::minutes(37));
  EXPECT_FALSE(*sessions_->find(busy));
  EXPECT_GE(*sessions_->remove_ended(), 2);
}

TEST_P(MembersTest, ASensitiveActAsksForAFreshConfirmation) {
  const Text token = signed_in("ada@example.org");
  clock_.advance(std::chrono::minutes(10));
  const Member somebody{.organization = home(), .name = "Bo Example_", .email = "bo@example.org"};
  const auto refused = members_->invite(actor(token), somebody);
  EXPECT_EQ(kind_of(refused), ErrorKind::kDenied);
  EXPECT_EQ(place_of(refused), "confirmation");
  EXPECT_FALSE(sessions_->confirm(token, {kPassword, "000000"}));
  EXPECT_FALSE(members_->invite(actor(token), somebody));
  EXPECT_TRUE(sessions_->confirm(token, {kPassword, code("ada@example.org")}));
  EXPECT_TRUE(members_->invite(actor(token), somebody));
}

TEST_P(MembersTest, AStewardCannotMakeOrTakeOverAnAdministrator) {
  invite(actor(signed_in("ada@example.org")), "stew@example.org", {Role::kAccountSteward}, home());
  const Actor steward = actor(signed_in("stew@example.org"));
  const Member wish{.organization = home(),
                    .name = "Eve Example_",
                    .email = "eve@example.org",
                    .roles = {Role::kAdministrator}};
  EXPECT_EQ(kind_of(members_->invite(steward, wish)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(members_->reset(steward, admin_)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(members_->disable(steward, admin_)), ErrorKind::kNotFound);
  Member plain = wish;
  plain.roles = {Role::kAdvocate};
  const auto invited = members_->invite(steward, plain);
  EXPECT_TRUE(invited) << invited.error().describe();
  EXPECT_EQ(kind_of(members_->set_roles(steward, invited->member, {Role::kCoordinator})),
            ErrorKind::kNotFound);
  EXPECT_NE(log().find("\"outcome\":\"denied\""), std::string::npos);
}

TEST_P(MembersTest, ARoleThatIsTakenIsGoneAtTheNextRequest) {
  const Actor admin = actor(signed_in("ada@example.org"));
  const MemberId bo = invite(admin, "bo@example.org", {Role::kCoordinator}, home());
  const Text token = signed_in("bo@example.org");
  Actor again = actor(signed_in("ada@example.org"));
  EXPECT_TRUE(members_->set_roles(again, bo, {Role::kAdvocate}));
  EXPECT_FALSE(*sessions_->find(token));
  EXPECT_TRUE(members_->disable(again, bo));
  EXPECT_FALSE(sign_in("bo@example.org", kPassword, code("bo@example.org")));
}

TEST_P(MembersTest, TheLastAdministratorStays) {
  const Actor system = Actor::system("cli");
  EXPECT_EQ(kind_of(members_->disable(system, admin_)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(members_->set_roles(system, admin_, {})), ErrorKind::kConflict);
  auto organization = **members_->find_organization(home());
  organization.active = false;
  EXPECT_EQ(kind_of(members_->change_organization(system, organization)), ErrorKind::kConflict);
}

TEST_P(MembersTest, AnAccountThatNobodyUsesForNinetyDaysIsDisabled) {
  const MemberId bo = invite(actor(signed_in("ada@example.org")), "bo@example.org", {}, home());
  clock_.advance(std::chrono::hours(24 * 89));
  EXPECT_EQ(*members_->disable_unused(Actor::system("job")), 0);
  clock_.advance(std::chrono::hours(24 * 2));
  EXPECT_EQ(*members_->disable_unused(Actor::system("job")), 1);
  EXPECT_EQ((*members_->find(bo))->state, MemberState::kDisabled);
  EXPECT_EQ((*members_->find(admin_))->state, MemberState::kActive)
      << "the last administrator stays";
}

TEST_P(MembersTest, ASetUpLinkWorksOnceAndForThreeDays) {
  const auto first = members_->invite(
      Actor::system("cli"), {.organization = home(), .name = "Bo_", .email = "bo@example.org"});
  ASSERT_TRUE(first);
  EXPECT_EQ(place_of(members_->complete_set_up(first->token, Text("short"), "1")),
            "field password");
  EXPECT_EQ(place_of(members_->complete_set_up(first->token, kPassword, "000000")), "field code");
  finish(*first);
  EXPECT_EQ(kind_of(members_->begin_set_up(first->token)), ErrorKind::kNotFound);
  const auto second = members_->reset(Actor::system("cli"), first->member);
  EXPECT_FALSE(sign_in("bo@example.org", kPassword, code("bo@example.org")));
  clock_.advance(std::chrono::hours(73));
  EXPECT_EQ(kind_of(members_->begin_set_up(second->token)), ErrorKind::kNotFound);
}

TEST_P(MembersTest, TwoAccountsCannotShareAnAddressAndBadOnesAreNamed) {
  const Actor system = Actor::system("cli");
  EXPECT_EQ(
      members_->invite(system, {.organization = home(), .name = "X_", .email = "ADA@example.org"})
          .error()
          .kind,
      ErrorKind::kConflict);
  EXPECT_EQ(members_->invite(system, {.organization = home(), .name = "X_", .email = "no address"})
                .error()
                .place,
            "field email");
  EXPECT_EQ(
      members_->invite(system, {.organization = home(), .name = " ", .email = "x@example.org"})
          .error()
          .place,
      "field name");
}

}  // namespace
}  // namespace daybreak::trust
