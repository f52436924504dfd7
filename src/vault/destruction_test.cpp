// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/destruction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault {
namespace {

using trust::Role;

class VaultDestruction : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({});
  }
  trust::Actor officer_ = test_member(1, 2, {Role::kAccountSteward}, kTestStart);
  trust::Actor other_ = test_member(1, 3, {Role::kAccountSteward}, kTestStart);
};
DAYBREAK_ON_BOTH_ENGINES(VaultDestruction);

TEST_P(VaultDestruction, TakesTwoOfficers) {
  EXPECT_FALSE(*destruction(vault()));
  EXPECT_EQ(kind_of(agree_to_destruction(vault(), other_)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(ask_for_destruction(vault(), advocate_)), ErrorKind::kNotFound);
  trust::Actor unconfirmed = officer_;
  unconfirmed.confirmed_at.reset();
  EXPECT_EQ(place_of(ask_for_destruction(vault(), unconfirmed)), "confirmation");
  ASSERT_TRUE(ask_for_destruction(vault(), officer_));
  EXPECT_EQ(kind_of(ask_for_destruction(vault(), other_)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(agree_to_destruction(vault(), officer_)), ErrorKind::kConflict)
      << "the same officer";
  EXPECT_FALSE((*destruction(vault()))->agreed_by);
  unconfirmed.member = other_.member;
  EXPECT_EQ(place_of(agree_to_destruction(vault(), unconfirmed)), "confirmation");
  ASSERT_TRUE(agree_to_destruction(vault(), other_));
  EXPECT_EQ((*destruction(vault()))->agreed_by, other_.member);
  EXPECT_THAT(log_text(), testing::HasSubstr("vault.destroy_agree"));
}

TEST_P(VaultDestruction, IsCalledOffByEitherAndEndsAfterAMonth) {
  ASSERT_TRUE(ask_for_destruction(vault(), officer_));
  ASSERT_TRUE(call_off_destruction(vault(), other_));
  EXPECT_FALSE(*destruction(vault()));
  ASSERT_TRUE(ask_for_destruction(vault(), officer_));
  ASSERT_TRUE(agree_to_destruction(vault(), other_));
  clock_.advance(kAgreementLasts);
  EXPECT_FALSE(*destruction(vault()));
}

}  // namespace
}  // namespace daybreak::vault
