// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: a vault of its own in each test, on both engines, with invented people.
#pragma once

#include "db/test_database.hpp"
#include "vault/example_vault.hpp"
#include "vault/test_address.hpp"

namespace daybreak::vault {

class VaultStoreTest : public db::StoreTest {
 protected:
  // Organisation 1, with these rooms' tables.
  void open_vault(std::vector<db::ModuleMigrations> modules) {
    modules_ = std::move(modules);
    address_ = test_address(url());
    auto opened = Vault::open(
        {.url = address_.url, .owner_url = address_.owner, .create = true, .modules = modules_},
        id_number<trust::OrganizationId>(1), clock_, random_);
    ASSERT_TRUE(opened) << opened.error().describe();
    vault_ = std::move(*opened);
    keyring_ = test_keyring(vault_->organization(), random_);
  }
  void TearDown() override {
    vault_.reset();
    db::StoreTest::TearDown();
  }
  Vault& vault() { return *vault_; }
  Work work() { return {*vault_, advocate_, keyring_}; }
  // The leaves of this vault's log, as one text.
  std::string log_text() {
    std::string all;
    const auto entries = vault_->database().read(
        [](db::Connection& connection) { return trust::audit_entries(connection, 0, 10000); });
    EXPECT_TRUE(entries);
    for (const auto& entry : *entries) all += entry.leaf + "\n";
    return all;
  }

  ManualClock clock_{kTestStart};
  SystemRandom random_;
  StoreAddress address_;
  std::unique_ptr<Vault> vault_;
  std::shared_ptr<const trust::keys::Keyring> keyring_;
  trust::Actor advocate_ = test_member(1, 1, {trust::Role::kAdvocate}, kTestStart);

 private:
  std::vector<db::ModuleMigrations> modules_;
};

}  // namespace daybreak::vault
