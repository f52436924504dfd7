// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/test_vault.hpp"
#include "base/test_result.hpp"
#include "vault/unlocks.hpp"
#include "vault/vaults.hpp"

namespace daybreak::vault {
namespace {

using testing::HasSubstr;
using trust::Role;

const Secret<std::string> kFirst("seven quiet herons wade"), kSecond("nine loud geese depart"),
    kThird("two old owls remain awake");

class VaultKeys : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({});
  }
  trust::Actor officer_ = test_member(1, 2, {Role::kAccountSteward, Role::kAdvocate}, kTestStart);
  trust::Actor stranger_ = test_member(2, 3, {Role::kAccountSteward, Role::kAdvocate}, kTestStart);
};
DAYBREAK_ON_BOTH_ENGINES(VaultKeys);

TEST_P(VaultKeys, OpenByPassphraseAndInNoOtherWay) {
  Officers officers(vault());
  EXPECT_EQ(kind_of(officers.found(advocate_, kFirst)), ErrorKind::kNotFound);  // no officer
  EXPECT_EQ(kind_of(officers.found(stranger_, kFirst)), ErrorKind::kNotFound);
  trust::Actor unconfirmed = officer_;
  unconfirmed.confirmed_at.reset();
  EXPECT_EQ(place_of(officers.found(unconfirmed, kFirst)), "confirmation");
  const auto shares = officers.found(officer_, kFirst);
  ASSERT_TRUE(shares) << shares.error().describe();
  EXPECT_EQ(shares->size(), 5u);
  EXPECT_EQ(kind_of(officers.found(officer_, kFirst)), ErrorKind::kConflict);

  const auto ring = officers.unlock(officer_, kFirst);
  ASSERT_TRUE(ring) << ring.error().describe();
  EXPECT_EQ(ring->names().size(), 5u);
  EXPECT_EQ(kind_of(officers.unlock(officer_, kSecond)), ErrorKind::kDenied);
  EXPECT_EQ(kind_of(officers.unlock(stranger_, kFirst)), ErrorKind::kNotFound);
  const trust::Actor administrator = test_member(1, 9, {Role::kAdministrator}, kTestStart);
  EXPECT_FALSE(officers.unlock(administrator, kFirst));
  EXPECT_FALSE(officers.recover(administrator, {}, kThird));
  EXPECT_THAT(log_text(), HasSubstr("vault.found"));
}

TEST_P(VaultKeys, LetAMemberInWithSomeClassesAndOutAgain) {
  Officers officers(vault());
  ASSERT_TRUE(officers.found(officer_, kFirst));
  const auto all = std::make_shared<const trust::keys::Keyring>(*officers.unlock(officer_, kFirst));
  const Work officer{vault(), officer_, all};
  ASSERT_TRUE(officers.join(advocate_, kSecond));
  EXPECT_EQ(kind_of(officers.unlock(advocate_, kSecond)), ErrorKind::kConflict);

  const auto members = officers.members(officer_);
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 2u);
  const auto joined = std::find_if(members->begin(), members->end(), [&](const VaultMember& one) {
    return one.member == advocate_.member;
  });
  ASSERT_NE(joined, members->end());
  EXPECT_FALSE(joined->let_in);
  EXPECT_EQ(kind_of(officers.let_in(officer, advocate_.member, "0000-0000-0000-0000-0000", {})),
            ErrorKind::kConflict);
  ASSERT_TRUE(officers.let_in(officer, advocate_.member, joined->fingerprint, {"note.factual"}));
  const auto ring = officers.unlock(advocate_, kSecond);
  ASSERT_TRUE(ring) << ring.error().describe();
  EXPECT_THAT(ring->names(), testing::ElementsAre("note.factual"));
  EXPECT_EQ(ring->pair().public_key(), all->pair().public_key());

  // With less, nobody gives more; and no advocate is an officer.
  const Work advocate{vault(), advocate_,
                      std::make_shared<const trust::keys::Keyring>(ring->copy())};
  EXPECT_FALSE(officers.let_in(advocate, advocate_.member, joined->fingerprint, {"note.factual"}));
  const Work poor{vault(), officer_, advocate.keyring};
  EXPECT_EQ(kind_of(officers.let_in(poor, advocate_.member, joined->fingerprint, {"note.attorney"})),
      ErrorKind::kDenied);

  ASSERT_TRUE(officers.put_out(officer, advocate_.member));
  EXPECT_EQ(kind_of(officers.unlock(advocate_, kSecond)), ErrorKind::kConflict);
}

TEST_P(VaultKeys, ALetterFromAnEarlierGenerationOpensNothing) {
  Officers officers(vault());
  ASSERT_TRUE(officers.found(officer_, kFirst));
  const Work officer{
      vault(), officer_,
      std::make_shared<const trust::keys::Keyring>(*officers.unlock(officer_, kFirst))};
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(officers.join(advocate_, kSecond));
  const auto fingerprint = officers.members(officer_)->back().fingerprint;
  ASSERT_TRUE(officers.let_in(officer, advocate_.member, fingerprint, {"note.attorney"}));
  const auto letter = *vault().database().read([&](db::Connection& connection) {
    return connection.query_one("SELECT letter FROM vault_member WHERE member = $1",
                                {advocate_.member});
  });
  ASSERT_TRUE(officers.let_in(officer, advocate_.member, fingerprint, {}));
  ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
    return connection.execute("UPDATE vault_member SET letter = $2 WHERE member = $1",
                              {advocate_.member, db::Blob{letter->blob(0)}});
  }));
  EXPECT_EQ(kind_of(officers.unlock(advocate_, kSecond)), ErrorKind::kCorrupt);
}

TEST_P(VaultKeys, AKeyThatWasExchangedInTheStoreIsFound) {
  Officers officers(vault());
  ASSERT_TRUE(officers.found(officer_, kFirst));
  ASSERT_TRUE(officers.unlock(officer_, kFirst));
  const auto other = trust::keys::KeyPair::generate(random_);
  ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
    return connection.execute("UPDATE vault_identity SET public_key = $1",
                              {db::Blob{std::string(other.public_key().view())}});
  }));
  EXPECT_EQ(kind_of(officers.unlock(officer_, kFirst)), ErrorKind::kCorrupt);
}

TEST_P(VaultKeys, ComeBackFromThreeOfFiveOfficers) {
  Officers officers(vault());
  const auto shares = officers.found(officer_, kFirst);
  ASSERT_TRUE(shares);
  const auto before = officers.unlock(officer_, kFirst)->pair().public_key();
  const auto line = [&](std::size_t i) { return (*shares)[i].reveal(); };
  EXPECT_EQ(kind_of(officers.recover(officer_, {line(0), line(1)}, kThird)),
            ErrorKind::kInvalid);
  EXPECT_FALSE(officers.recover(advocate_, {line(0), line(1), line(2)}, kThird));  // no officer
  ASSERT_TRUE(officers.recover(officer_, {line(4), line(1), line(2)}, kThird));
  EXPECT_FALSE(officers.unlock(officer_, kFirst));
  const auto ring = officers.unlock(officer_, kThird);
  ASSERT_TRUE(ring) << ring.error().describe();
  EXPECT_EQ(ring->pair().public_key(), before);
  EXPECT_EQ(ring->names().size(), 5u);
  EXPECT_THAT(log_text(), HasSubstr("vault.recover"));
}

TEST_P(VaultKeys, WrongPassphrasesLockForAWhile) {
  Officers officers(vault());
  ASSERT_TRUE(officers.found(officer_, kFirst));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(officers.unlock(officer_, kSecond));
  EXPECT_EQ(kind_of(officers.unlock(officer_, kFirst)), ErrorKind::kDenied);
  clock_.advance(std::chrono::minutes(16));
  EXPECT_TRUE(officers.unlock(officer_, kFirst));
}

TEST_P(VaultKeys, APassphraseIsChangedByWhoKnowsIt) {
  Officers officers(vault());
  ASSERT_TRUE(officers.found(officer_, kFirst));
  EXPECT_FALSE(officers.change_passphrase(officer_, kSecond, kThird));
  ASSERT_TRUE(officers.change_passphrase(officer_, kFirst, kThird));
  EXPECT_FALSE(officers.unlock(officer_, kFirst));
  EXPECT_TRUE(officers.unlock(officer_, kThird));
}

TEST_P(VaultKeys, AStoreOfAnotherOrganizationDoesNotOpen) {
  ASSERT_TRUE(Officers(vault()).found(officer_, kFirst));
  vault_.reset();
  const auto other = Vault::open({.url = address_.url, .owner_url = address_.owner},
                                 id_number<trust::OrganizationId>(2), clock_, random_);
  ASSERT_FALSE(other);
  EXPECT_EQ(kind_of(other), ErrorKind::kConflict);
}

TEST(UnlocksTest, LockAfterFiveMinutesAndForAnyoneElse) {
  ManualClock clock(kTestStart);
  SeededRandom random(1);
  Unlocks unlocks(clock);
  const trust::Actor advocate = test_member(1, 1, {Role::kAdvocate});
  EXPECT_EQ(unlocks.find(advocate), nullptr);
  unlocks.put(advocate, trust::keys::Keyring::found(advocate.organization.uuid(), random));
  clock.advance(std::chrono::minutes(4));
  EXPECT_NE(unlocks.find(advocate), nullptr);  // and this was use
  clock.advance(std::chrono::minutes(4));
  trust::Actor moved = advocate;
  moved.organization = id_number<trust::OrganizationId>(2);
  EXPECT_EQ(unlocks.find(moved), nullptr);
  trust::Actor other = advocate;
  other.member = id_number<trust::MemberId>(77);
  EXPECT_EQ(unlocks.find(other), nullptr);
  EXPECT_NE(unlocks.find(advocate), nullptr);
  clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(unlocks.find(advocate), nullptr);

  unlocks.put(advocate, trust::keys::Keyring::found(advocate.organization.uuid(), random));
  clock.set(kTestStart);  // set back
  EXPECT_EQ(unlocks.find(advocate), nullptr);
  unlocks.put(advocate, trust::keys::Keyring::found(advocate.organization.uuid(), random));
  unlocks.lock_member(advocate.member);
  EXPECT_EQ(unlocks.find(advocate), nullptr);
}

TEST(VaultsTest, OneFolderForEachOrganization) {
  const db::TestFolder folder;
  ManualClock clock(kTestStart);
  SeededRandom random(2);
  const auto one = id_number<trust::OrganizationId>(1), two = id_number<trust::OrganizationId>(2);
  Vaults vaults(folder.path(), {}, clock, random);
  EXPECT_EQ(kind_of(vaults.find(one)), ErrorKind::kNotFound);
  ASSERT_TRUE(vaults.create(one, {}));
  ASSERT_TRUE(vaults.create(two, {}));
  EXPECT_EQ(kind_of(vaults.create(one, {})), ErrorKind::kConflict);
  EXPECT_THAT(vaults.list(), testing::ElementsAre(one, two));
  EXPECT_NE((*vaults.find(one))->database().location(), (*vaults.find(two))->database().location());
  ASSERT_TRUE(vaults.destroy(one));
  EXPECT_THAT(vaults.list(), testing::ElementsAre(two));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "vaults" / one.to_string()));
}

}  // namespace
}  // namespace daybreak::vault
