// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/pins/pins.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/known_keys.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::pins {
namespace {

using trust::Role;

class Pins : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (!IsSkipped()) open_vault({migrations()});
  }
  Work officer() { return {*vault_, officer_, keyring_}; }
  Result<void> meet(const trust::keys::PublicKey& key) {
    return vault().database().write([&](db::Connection& connection) {
      return meet_key(vault(), connection, advocate_, other_, key);
    });
  }
  trust::OrganizationId other_ = id_number<trust::OrganizationId>(2);
  trust::Actor officer_ = test_member(1, 2, {Role::kAccountSteward}, kTestStart);
};
DAYBREAK_ON_BOTH_ENGINES(Pins);

TEST_P(Pins, AKeyThatChangesIsRefusedUntilAnOfficerComparedIt) {
  const auto first = trust::keys::KeyPair::generate(random_).public_key();
  const auto second = trust::keys::KeyPair::generate(random_).public_key();
  ASSERT_TRUE(meet(first));
  ASSERT_TRUE(meet(first));
  ASSERT_EQ(pins(officer())->size(), 1u);
  EXPECT_FALSE(pins(officer())->front().compared_at);
  const auto changed = meet(second);
  ASSERT_FALSE(changed);
  EXPECT_EQ(kind_of(changed), ErrorKind::kConflict);
  EXPECT_EQ(place_of(changed), kKeyChanged);
  EXPECT_EQ(pins(officer())->front().key, first);

  EXPECT_EQ(kind_of(pin(work(), other_, second, second.fingerprint())), ErrorKind::kNotFound);
  trust::Actor tired = officer_;
  tired.confirmed_at.reset();
  EXPECT_EQ(place_of(pin({*vault_, tired, keyring_}, other_, second, second.fingerprint())),
            "confirmation");
  EXPECT_EQ(kind_of(pin(officer(), other_, second, first.fingerprint())), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(pin(officer(), other_, second, "")), ErrorKind::kConflict);
  EXPECT_FALSE(meet(second));

  std::string heard = second.fingerprint();
  std::replace(heard.begin(), heard.end(), '-', ' ');
  ASSERT_TRUE(pin(officer(), other_, second, heard));
  EXPECT_TRUE(meet(second));
  EXPECT_FALSE(meet(first));
  ASSERT_EQ(pins(officer())->size(), 1u);
  EXPECT_TRUE(pins(officer())->front().compared_at);
  EXPECT_EQ(pins(officer())->front().key, second);
  EXPECT_THAT(log_text(), testing::HasSubstr("vault.compare_key"));
}

TEST_P(Pins, AKeyCountsUntilAnOfficerComparedThisVeryKey) {
  const auto first = trust::keys::KeyPair::generate(random_).public_key();
  const auto second = trust::keys::KeyPair::generate(random_).public_key();
  const auto compared = [&](const trust::keys::PublicKey& key) {
    return is_compared(work(), other_, key).value();
  };
  EXPECT_EQ(never_compared(vault()).value(), 0);  // not used yet
  EXPECT_FALSE(compared(first));
  ASSERT_TRUE(meet(first));
  EXPECT_EQ(never_compared(vault()).value(), 1);
  EXPECT_FALSE(compared(first));
  ASSERT_TRUE(pin(officer(), other_, first, first.fingerprint()));
  EXPECT_EQ(never_compared(vault()).value(), 0);
  EXPECT_TRUE(compared(first));
  EXPECT_FALSE(compared(second));
}

}  // namespace
}  // namespace daybreak::vault::pins
