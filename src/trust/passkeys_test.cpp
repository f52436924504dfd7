// SPDX-License-Identifier: AGPL-3.0-or-later
// Members' passkeys: adding, signing in, confirming, removing, and all that must be refused.
#include "trust/passkeys.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "db/test_database.hpp"
#include "trust/audit.hpp"
#include "trust/credentials.hpp"
#include "trust/demonstration.hpp"
#include "trust/migrations.hpp"
#include "trust/test_passkey.hpp"

namespace daybreak::trust {
namespace {

using Text = Secret<std::string>;
const RelyingParty kParty{"https://resources.example.org", "resources.example.org"};

class PasskeysTest : public db::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with(commons_migrations());
    keeper_.emplace(Keeper{database(), key_, clock_, random_});
    members_.emplace(*keeper_);
    sessions_.emplace(*keeper_);
    passkeys_.emplace(*keeper_);
    const auto made = members_->initialize("Example House_", OrganizationKind::kLegal,
                                           "Ada Example_", "ada@example.org");
    ASSERT_TRUE(made);
    const auto other = members_->invite(
        Actor::system("cli"), {.organization = (*members_->find(made->member))->organization,
                               .name = "Bo Example_",
                               .email = "bo@example.org"});
    ASSERT_TRUE(other) << other.error().describe();
    ada_ = signed_in(made->member);
    bo_ = signed_in(other->member);
  }
  // As right after signing in, without the work of a password.
  Actor signed_in(MemberId member) {
    const Text token = new_token(random_);
    const auto done = database().write([&](db::Connection& c) -> Result<void> {
      TRY(c.execute("UPDATE trust_member SET state = 'active' WHERE id = $1", {member}));
      TRY(
          c.execute("INSERT INTO trust_session (id, token_hash, member, started_at, last_used_at, "
                    "ends_at, confirmed_at) VALUES ($1, $2, $3, $4, $4, $5, $4)",
                    {SessionId::generate(clock_, random_), db::Blob{token_hash(token)}, member,
                     clock_.now(), clock_.now() + std::chrono::hours(12)}));
      return {};
    });
    EXPECT_TRUE(done);
    return actor(token);
  }
  Actor actor(const Text& token) {
    const auto session = sessions_->find(token);
    EXPECT_TRUE(session && *session);
    return session && *session ? (*session)->actor("web", "") : Actor();
  }
  TestPasskey added(const Actor& actor, char mark = 'a') {
    TestPasskey passkey(PasskeyAlgorithm::kEdDsa, std::string(20, mark));
    passkey.handle = actor.member.to_string();
    const auto done = passkeys_->add(
        actor, kParty,
        {.name = "Office computer",
         .given = passkey.create(passkeys_->begin(PasskeyUse::kAdd, actor.session))});
    EXPECT_TRUE(done) << done.error().describe();
    return passkey;
  }
  Result<Text> sign_in(TestPasskey& passkey) {
    return passkeys_->sign_in(kParty, passkey.get(passkeys_->begin(PasskeyUse::kSignIn, {})), {});
  }
  Result<void> confirm(const Actor& actor, TestPasskey& passkey) {
    return passkeys_->confirm(
        actor, kParty, passkey.get(passkeys_->begin(PasskeyUse::kConfirm, actor.session)), {});
  }
  std::string log() {
    std::string all;
    const auto entries =
        database().read([](db::Connection& c) { return audit_entries(c, 0, 10'000); });
    for (const auto& entry : *entries) all += entry.leaf + "\n";
    return all;
  }

  ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
  SeededRandom random_{1};
  NodeKey key_ = NodeKey::for_tests();
  std::optional<Keeper> keeper_;
  std::optional<Members> members_;
  std::optional<Sessions> sessions_;
  std::optional<Passkeys> passkeys_;
  Actor ada_, bo_;
};
DAYBREAK_ON_BOTH_ENGINES(PasskeysTest);

TEST_P(PasskeysTest, IsAddedAndSignsIn) {
  EXPECT_TRUE(passkeys_->list(ada_)->empty());
  added(ada_, 'a');
  clock_.advance(std::chrono::seconds(1));
  TestPasskey second = added(ada_, 'b');
  clock_.advance(std::chrono::minutes(10));
  const auto token = sign_in(second);
  ASSERT_TRUE(token) << token.error().describe();
  const Actor again = actor(*token);
  EXPECT_EQ(again.member, ada_.member);
  EXPECT_EQ(again.confirmed_at, clock_.now());  // a passkey was a fresh confirmation
  const auto all = passkeys_->list(again);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->at(0).name, "Office computer");
  EXPECT_EQ(all->at(0).used_at, std::nullopt);
  EXPECT_EQ(all->at(1).used_at, clock_.now());
  EXPECT_TRUE(passkeys_->list(bo_)->empty());
  EXPECT_NE(log().find("passkey.add"), std::string::npos);
  EXPECT_EQ(log().find("Office"), std::string::npos);
}

TEST_P(PasskeysTest, AChallengeIsGoodOnceSoonAndForItsUse) {
  TestPasskey passkey = added(ada_);
  const std::string once = passkeys_->begin(PasskeyUse::kSignIn, {});
  EXPECT_EQ(once.size(), 32u);
  EXPECT_TRUE(passkeys_->sign_in(kParty, passkey.get(once), {}));
  EXPECT_FALSE(passkeys_->sign_in(kParty, passkey.get(once), {})) << "again";
  const std::string late = passkeys_->begin(PasskeyUse::kSignIn, {});
  clock_.advance(std::chrono::minutes(5));
  EXPECT_FALSE(passkeys_->sign_in(kParty, passkey.get(late), {})) << "late";
  clock_.advance(std::chrono::minutes(16));  // so that the failures do not lock
  const std::string early = passkeys_->begin(PasskeyUse::kSignIn, {});
  clock_.advance(-std::chrono::seconds(30));
  EXPECT_FALSE(passkeys_->sign_in(kParty, passkey.get(early), {})) << "from the future";
  clock_.advance(std::chrono::seconds(30));
  EXPECT_FALSE(passkeys_->sign_in(kParty, passkey.get(std::string(32, 'x')), {})) << "made up";
  const Actor now = ada_;
  const std::string others = passkeys_->begin(PasskeyUse::kConfirm, bo_.session);
  EXPECT_FALSE(passkeys_->confirm(now, kParty, passkey.get(others), {})) << "of another session";
  EXPECT_TRUE(sign_in(passkey));
}

TEST_P(PasskeysTest, ACounterThatGoesBackIsRefusedAndRecorded) {
  TestPasskey passkey = added(ada_);
  passkey.counter = 5;
  EXPECT_TRUE(sign_in(passkey));
  EXPECT_FALSE(sign_in(passkey)) << "the same number";
  passkey.counter = 4;
  EXPECT_FALSE(sign_in(passkey));
  EXPECT_NE(log().find("reason=counter"), std::string::npos);
  passkey.counter = 6;
  EXPECT_TRUE(sign_in(passkey));
}

TEST_P(PasskeysTest, FiveWrongAnswersLockTheAccount) {
  TestPasskey passkey = added(ada_);
  for (int i = 0; i < 5; ++i) {
    passkey.origin = "https://evil.example.org";
    EXPECT_FALSE(sign_in(passkey));
  }
  passkey.origin = kParty.origin;
  EXPECT_FALSE(sign_in(passkey)) << "the right one too";
  EXPECT_EQ((*members_->find(ada_.member))->state, MemberState::kLocked);
  EXPECT_NE(log().find("locked=1"), std::string::npos);
  EXPECT_NE(log().find("reason=not_active"), std::string::npos);
}

TEST_P(PasskeysTest, OneMembersPasskeyIsNotAnothers) {
  TestPasskey adas = added(ada_);
  EXPECT_FALSE(confirm(bo_, adas));
  adas.handle = bo_.member.to_string();
  EXPECT_FALSE(sign_in(adas)) << "another's name with it";
  adas.handle.clear();
  EXPECT_FALSE(sign_in(adas)) << "nobody's name with it";
  TestPasskey stranger(PasskeyAlgorithm::kEs256, "unknown");
  EXPECT_FALSE(sign_in(stranger));
  TestPasskey same(PasskeyAlgorithm::kEdDsa, std::string(20, 'a'));
  EXPECT_EQ(passkeys_
                ->add(bo_, kParty,
                      {.name = "Copy",
                       .given = same.create(passkeys_->begin(PasskeyUse::kAdd, bo_.session))})
                .error()
                .kind,
            ErrorKind::kConflict);
  const auto id = passkeys_->list(ada_)->front().id;
  EXPECT_EQ(kind_of(passkeys_->remove(bo_, id)), ErrorKind::kNotFound);
  EXPECT_EQ(passkeys_->list(ada_)->size(), 1u);
}

TEST_P(PasskeysTest, AddingAndRemovingTakeAFreshConfirmation) {
  TestPasskey passkey = added(ada_);
  const auto id = passkeys_->list(ada_)->front().id;
  clock_.advance(std::chrono::minutes(6));
  EXPECT_EQ(place_of(passkeys_->remove(ada_, id)), "confirmation");
  EXPECT_EQ(place_of(passkeys_->add(ada_, kParty, {.name = "Other", .given = {}})), "confirmation");
  EXPECT_TRUE(confirm(ada_, passkey));
  Actor now = ada_;
  now.confirmed_at = clock_.now();
  EXPECT_TRUE(passkeys_->remove(now, id));
  EXPECT_FALSE(sign_in(passkey)) << "removed";
  EXPECT_NE(log().find("passkey.remove"), std::string::npos);
}

TEST_P(PasskeysTest, ConfirmingMarksTheSession) {
  TestPasskey passkey = added(ada_);
  const Text token = *sign_in(passkey);
  clock_.advance(std::chrono::minutes(10));
  const Actor before = actor(token);
  ASSERT_TRUE(confirm(before, passkey));
  EXPECT_EQ(actor(token).confirmed_at, clock_.now());
  EXPECT_TRUE(passkeys_->recognize(
      before, kParty, passkey.get(passkeys_->begin(PasskeyUse::kVault, before.session)), {}));
  EXPECT_FALSE(passkeys_->recognize(
      before, kParty, passkey.get(passkeys_->begin(PasskeyUse::kConfirm, before.session)), {}))
      << "a challenge for another use";
}

TEST_P(PasskeysTest, EndsWithTheAccount) {
  TestPasskey passkey = added(bo_);
  ASSERT_TRUE(members_->disable(Actor::system("cli"), bo_.member));
  EXPECT_FALSE(sign_in(passkey));
  ASSERT_TRUE(members_->reset(Actor::system("cli"), bo_.member));
  const auto left = database().read(
      [](db::Connection& c) { return c.query_one("SELECT count(*) FROM trust_passkey"); });
  EXPECT_EQ((*left)->integer(0), 0);
}

TEST_P(PasskeysTest, DemonstrationAccountsSignInFromThisMachineAlone) {
  TestPasskey passkey = added(ada_);
  ASSERT_TRUE(database().write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("UPDATE trust_member SET email = $2 WHERE id = $1",
                  {ada_.member, demonstration_accounts().front().email}));
    return mark_store(c, "demonstration", "1");
  }));
  EXPECT_FALSE(sign_in(passkey));
  EXPECT_TRUE(passkeys_->sign_in(kParty, passkey.get(passkeys_->begin(PasskeyUse::kSignIn, {})),
                                 {.origin = {}, .from_this_machine = true}));
}

TEST(PasskeyChallengesTest, StrangersCannotPushOutThoseOfMembers) {
  ManualClock clock{Instant(std::chrono::milliseconds(1'800'000'000'000))};
  SeededRandom random{1};
  PasskeyChallenges challenges(clock, random);
  const SessionId session = SessionId::generate(clock, random);
  const std::string mine = challenges.begin(PasskeyUse::kConfirm, session);
  for (int i = 0; i < 10'000; ++i) challenges.begin(PasskeyUse::kSignIn, {});
  EXPECT_TRUE(challenges.take(PasskeyUse::kConfirm, session, mine));
  EXPECT_FALSE(challenges.take(PasskeyUse::kConfirm, session, mine));
}

}  // namespace
}  // namespace daybreak::trust
