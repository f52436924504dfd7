// SPDX-License-Identifier: AGPL-3.0-or-later
// What decides in a vault, at its edges: refusals and looks stand in the log, another
// organisation's key is taken only as compared, a lock is of one member.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/known_keys.hpp"
#include "vault/test_vault.hpp"
#include "vault/unlocks.hpp"

namespace daybreak::vault {
namespace {

using testing::HasSubstr;
using testing::Not;
using trust::Role;

class VaultCases : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({});
  }
  Result<void> meet(const trust::keys::PublicKey& key) {
    return vault().database().write([&](db::Connection& connection) {
      return meet_key(vault(), connection, advocate_, other_, key);
    });
  }
  std::int64_t entries() {
    return (*vault().database().read([](db::Connection& connection) {
             return connection.query_one("SELECT count(*) FROM audit_entry");
           }))
        ->integer(0);
  }
  trust::OrganizationId other_ = id_number<trust::OrganizationId>(2);
};
DAYBREAK_ON_BOTH_ENGINES(VaultCases);

TEST_P(VaultCases, ARefusalStandsInTheLogUnlessNobodyAsked) {
  const trust::Actor administrator = test_member(1, 9, {Role::kAdministrator}, kTestStart);
  EXPECT_EQ(kind_of(vault().require(administrator, "client", "read", "c1")), ErrorKind::kNotFound);
  EXPECT_THAT(log_text(), HasSubstr("\"action\":\"client.read\",\"type\":\"client\",\"object\":"
                                    "\"c1\""));
  EXPECT_THAT(log_text(), HasSubstr("\"outcome\":\"denied\""));
  const auto before = entries();
  EXPECT_EQ(kind_of(vault().require(trust::Actor::anyone(), "client", "read", "c2")),
            ErrorKind::kNotFound);
  EXPECT_TRUE(vault().require(advocate_, "client", "read", "c3"));
  trust::Actor unconfirmed = advocate_;
  unconfirmed.confirmed_at.reset();
  EXPECT_EQ(place_of(vault().require(unconfirmed, "client", "shred", "c4")), "confirmation");
  EXPECT_EQ(entries(), before);
  ASSERT_TRUE(vault().note_look(advocate_, "client", "read", "c5", "notes=2"));
  EXPECT_EQ(entries(), before + 1);
  EXPECT_THAT(log_text(), HasSubstr("notes=2"));
}

TEST_P(VaultCases, AKeyIsTakenOnceAndAgainOnlyAsCompared) {
  const auto first = trust::keys::KeyPair::generate(random_).public_key(),
             second = trust::keys::KeyPair::generate(random_).public_key();
  ASSERT_TRUE(meet(first));
  EXPECT_THAT(log_text(), HasSubstr("key=" + first.fingerprint()));
  ASSERT_TRUE(meet(first));
  EXPECT_EQ(kind_of(meet(second)), ErrorKind::kConflict);

  const trust::Actor officer = test_member(1, 2, {Role::kAccountSteward}, kTestStart);
  const Work not_an_officer = work(), as_officer{vault(), officer, keyring_};
  EXPECT_FALSE(accept_key(not_an_officer, other_, second, second.fingerprint()));
  EXPECT_EQ(kind_of(accept_key(as_officer, other_, second, first.fingerprint())),
            ErrorKind::kConflict);
  EXPECT_EQ(kind_of(meet(second)), ErrorKind::kConflict);
  ASSERT_TRUE(accept_key(as_officer, other_, second, second.fingerprint()));
  EXPECT_TRUE(meet(second));
  EXPECT_EQ(kind_of(meet(first)), ErrorKind::kConflict);
  // Each organisation has a key of its own.
  const auto third = id_number<trust::OrganizationId>(3);
  ASSERT_TRUE(accept_key(as_officer, third, first, first.fingerprint()));
  EXPECT_TRUE(meet(second));
}

TEST_P(VaultCases, AnUnfoundedVaultHasNoKey) {
  const auto key = vault().public_key();
  ASSERT_TRUE(key) << key.error().describe();
  EXPECT_EQ(*key, std::nullopt);
}

TEST(UnlocksCases, ALockIsOfOneSessionOrOneMember) {
  ManualClock clock(kTestStart);
  SeededRandom random(1);
  Unlocks unlocks(clock);
  const auto open = [&](const trust::Actor& actor) {
    unlocks.put(actor, trust::keys::Keyring::found(actor.organization.uuid(), random));
  };
  const trust::Actor one = test_member(1, 1, {Role::kAdvocate}),
                     two = test_member(1, 2, {Role::kAdvocate});
  trust::Actor elsewhere = one;
  elsewhere.session = id_number<trust::SessionId>(2100);
  for (const trust::Actor& actor : {one, two, elsewhere}) open(actor);
  trust::Actor impostor = two;
  impostor.session = one.session;
  EXPECT_EQ(unlocks.find(impostor), nullptr);
  trust::Actor moved = one;
  moved.organization = id_number<trust::OrganizationId>(2);
  EXPECT_EQ(unlocks.find(moved), nullptr);
  unlocks.lock(one.session);
  EXPECT_EQ(unlocks.find(one), nullptr);
  EXPECT_NE(unlocks.find(elsewhere), nullptr);
  open(one);
  unlocks.lock_member(one.member);
  EXPECT_EQ(unlocks.find(one), nullptr);
  EXPECT_EQ(unlocks.find(elsewhere), nullptr);
  EXPECT_NE(unlocks.find(two), nullptr);
}

}  // namespace
}  // namespace daybreak::vault
