// SPDX-License-Identifier: AGPL-3.0-or-later
// Opening a vault by passkey, and how long it stays open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/officers.hpp"
#include "base/test_result.hpp"
#include "vault/test_vault.hpp"
#include "vault/unlocks.hpp"

namespace daybreak::vault {
namespace {

using std::chrono::hours, std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using trust::Role;

const Secret<std::string> kPassphrase("seven quiet herons wade"), kOther("nine loud geese depart");
const Secret<std::string> kGiven(std::string(32, '\x51')), kWrong(std::string(32, '\x52'));

class VaultUnlocking : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({});
    shares_ = *Officers(vault()).found(officer_, kPassphrase);
  }
  ErrorKind refused(const std::string& credential, const Secret<std::string>& secret) {
    const auto ring = Officers(vault()).unlock_with_passkey(officer_, credential, secret);
    EXPECT_FALSE(ring);
    return ring ? ErrorKind::kInternal : ring.error().kind;
  }
  trust::Actor officer_ = test_member(1, 2, {Role::kAccountSteward, Role::kAdvocate}, kTestStart);
  std::vector<Secret<std::string>> shares_;
};
DAYBREAK_ON_BOTH_ENGINES(VaultUnlocking);

TEST_P(VaultUnlocking, APasskeyOpensBesideThePassphrase) {
  Officers officers(vault());
  EXPECT_EQ(refused("key-1", kGiven), ErrorKind::kDenied) << "not added yet";
  EXPECT_FALSE(officers.add_passkey(officer_, kOther, "key-1", kGiven)) << "a wrong passphrase";
  EXPECT_EQ(kind_of(officers.add_passkey(officer_, kPassphrase, "key-1", Secret<std::string>())),
      ErrorKind::kInvalid)
      << "an authenticator without secrets";
  ASSERT_TRUE(officers.add_passkey(officer_, kPassphrase, "key-1", kGiven));
  EXPECT_THAT(*officers.passkeys(officer_), ElementsAre("key-1"));
  const auto by_passkey = officers.unlock_with_passkey(officer_, "key-1", kGiven);
  ASSERT_TRUE(by_passkey) << by_passkey.error().describe();
  const auto by_passphrase = officers.unlock(officer_, kPassphrase);
  ASSERT_TRUE(by_passphrase);
  EXPECT_EQ(by_passkey->pair().public_key(), by_passphrase->pair().public_key());
  EXPECT_EQ(by_passkey->names(), by_passphrase->names());
  EXPECT_THAT(log_text(), HasSubstr("passkey=1"));

  EXPECT_EQ(refused("key-1", kWrong), ErrorKind::kDenied);
  EXPECT_EQ(refused("key-2", kGiven), ErrorKind::kDenied);
  ASSERT_TRUE(officers.change_passphrase(officer_, kPassphrase, kOther));
  EXPECT_TRUE(officers.unlock_with_passkey(officer_, "key-1", kGiven)) << "still the same key";
  ASSERT_TRUE(officers.remove_passkey(officer_, "key-1"));
  EXPECT_EQ(refused("key-1", kGiven), ErrorKind::kDenied);
  EXPECT_TRUE(officers.unlock(officer_, kOther));
}

TEST_P(VaultUnlocking, APasskeyIsNotTakenToAnotherMemberOrVault) {
  Officers officers(vault());
  ASSERT_TRUE(officers.add_passkey(officer_, kPassphrase, "key-1", kGiven));
  ASSERT_TRUE(officers.join(advocate_, kOther));
  ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
    return connection.execute("UPDATE vault_passkey SET member = $1", {advocate_.member});
  }));
  EXPECT_EQ(kind_of(officers.unlock_with_passkey(advocate_, "key-1", kGiven)),
            ErrorKind::kDenied);
}

TEST_P(VaultUnlocking, ANewKeyPairLeavesNoPasskeyBehind) {
  Officers officers(vault());
  ASSERT_TRUE(officers.add_passkey(officer_, kPassphrase, "key-1", kGiven));
  ASSERT_TRUE(officers.recover(
      officer_, {shares_[0].reveal(), shares_[2].reveal(), shares_[4].reveal()}, kOther));
  EXPECT_TRUE(officers.passkeys(officer_)->empty());
  EXPECT_EQ(refused("key-1", kGiven), ErrorKind::kDenied);
}

TEST_P(VaultUnlocking, WrongPasskeysLockForAWhile) {
  Officers officers(vault());
  ASSERT_TRUE(officers.add_passkey(officer_, kPassphrase, "key-1", kGiven));
  for (int i = 0; i < 5; ++i) refused("key-1", kWrong);
  EXPECT_EQ(refused("key-1", kGiven), ErrorKind::kDenied);
  EXPECT_FALSE(officers.unlock(officer_, kPassphrase));
  clock_.advance(minutes(16));
  EXPECT_TRUE(officers.unlock_with_passkey(officer_, "key-1", kGiven));
}

TEST_P(VaultUnlocking, NobodyTakesTheOwnKeysAway) {
  Officers officers(vault());
  const Work officer{
      vault(), officer_,
      std::make_shared<const trust::keys::Keyring>(*officers.unlock(officer_, kPassphrase))};
  EXPECT_EQ(kind_of(officers.put_out(officer, officer_.member)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(officers.put_out(officer, id_number<trust::MemberId>(99))),
            ErrorKind::kNotFound);
  EXPECT_TRUE(officers.unlock(officer_, kPassphrase));
}

TEST_P(VaultUnlocking, OfficersSayHowSoonItLocks) {
  EXPECT_EQ(*unlock_policy(vault()), (UnlockPolicy{minutes(5), hours(12)}));
  const UnlockPolicy strict{minutes(2), hours(8)};
  EXPECT_EQ(kind_of(set_unlock_policy(vault(), advocate_, strict)), ErrorKind::kNotFound);
  trust::Actor unconfirmed = officer_;
  unconfirmed.confirmed_at.reset();
  EXPECT_EQ(place_of(set_unlock_policy(vault(), unconfirmed, strict)), "confirmation");
  for (const UnlockPolicy& wrong :
       {UnlockPolicy{minutes(0), hours(8)}, UnlockPolicy{minutes(31), hours(8)},
        UnlockPolicy{minutes(5), hours(0)}, UnlockPolicy{minutes(5), hours(13)}})
    EXPECT_EQ(kind_of(set_unlock_policy(vault(), officer_, wrong)), ErrorKind::kInvalid);
  ASSERT_TRUE(set_unlock_policy(vault(), officer_, strict));
  EXPECT_EQ(*unlock_policy(vault()), strict);
  ASSERT_TRUE(set_unlock_policy(vault(), trust::Actor::system("cli"), {minutes(30), hours(1)}));
  EXPECT_EQ(*unlock_policy(vault()), (UnlockPolicy{minutes(30), hours(1)}));
  EXPECT_THAT(log_text(), HasSubstr("idle_minutes=2,most_hours=8"));
}

TEST(UnlockPolicyTest, ActsOnTheNextRequest) {
  ManualClock clock(kTestStart);
  SeededRandom random(1);
  Unlocks unlocks(clock);
  const trust::Actor advocate = test_member(1, 1, {Role::kAdvocate});
  const auto open = [&](const UnlockPolicy& policy) {
    unlocks.put(advocate, trust::keys::Keyring::found(advocate.organization.uuid(), random),
                policy);
  };
  open({minutes(30), hours(12)});
  clock.advance(minutes(29));
  EXPECT_NE(unlocks.find(advocate, {minutes(30), hours(12)}), nullptr);
  clock.advance(minutes(3));
  EXPECT_EQ(unlocks.find(advocate, {minutes(2), hours(12)}), nullptr) << "made shorter meanwhile";
  EXPECT_EQ(unlocks.find(advocate, {minutes(30), hours(12)}), nullptr) << "and it is gone";

  open({minutes(5), hours(1)});
  for (int i = 0; i < 14; ++i) {
    clock.advance(minutes(4));
    EXPECT_NE(unlocks.find(advocate, {minutes(5), hours(1)}), nullptr) << i;
  }
  clock.advance(minutes(4));
  EXPECT_EQ(unlocks.find(advocate, {minutes(5), hours(1)}), nullptr)
      << "after the hour, used or not";

  // What another session left open goes when anybody asks.
  trust::Actor other = advocate;
  other.session = trust::SessionId::generate(clock, random);
  open({minutes(5), hours(12)});
  const std::weak_ptr<const trust::keys::Keyring> watched = unlocks.find(advocate);
  ASSERT_FALSE(watched.expired());
  clock.advance(minutes(6));
  EXPECT_EQ(unlocks.find(other), nullptr);
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace daybreak::vault
