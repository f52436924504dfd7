// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: a vault of its own in each test, on both engines, with invented people.
#pragma once

#include "db/test_database.hpp"
#include "vault/officers.hpp"
#include "vault/vault.hpp"

namespace daybreak::vault {

inline const Instant kTestStart{std::chrono::milliseconds(1'795'000'000'000)};

template <typename T>
T id_number(int number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = 7;
  bytes[14] = static_cast<std::uint8_t>(number >> 8);
  bytes[15] = static_cast<std::uint8_t>(number);
  return T(Uuid(bytes));
}

inline trust::Actor test_member(int organization, int member, trust::Roles roles,
                                std::optional<Instant> confirmed_at = {}) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = id_number<trust::MemberId>(1000 + member);
  actor.organization = id_number<trust::OrganizationId>(organization);
  actor.organization_kind = trust::OrganizationKind::kVictimServiceProvider;
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = roles;
  actor.session = id_number<trust::SessionId>(2000 + member);
  actor.confirmed_at = confirmed_at;
  actor.source = "test";
  return actor;
}

// A keyring with every key, without a passphrase: for tests of what is above the officers.
inline std::shared_ptr<const trust::keys::Keyring> test_keyring(trust::OrganizationId organization,
                                                                Random& random) {
  auto ring = trust::keys::Keyring::found(organization.uuid(), random);
  for (const std::string_view name : kNoteKeys) ring.add(name, trust::keys::Key::generate(random));
  return std::make_shared<const trust::keys::Keyring>(std::move(ring));
}

class VaultStoreTest : public db::StoreTest {
 protected:
  // Organisation 1, with these rooms' tables.
  void open_vault(std::vector<db::ModuleMigrations> modules) {
    modules_ = std::move(modules);
    auto opened = Vault::open({.url = url(), .create = true, .modules = modules_},
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
  std::unique_ptr<Vault> vault_;
  std::shared_ptr<const trust::keys::Keyring> keyring_;
  trust::Actor advocate_ = test_member(1, 1, {trust::Role::kAdvocate}, kTestStart);

 private:
  std::vector<db::ModuleMigrations> modules_;
};

}  // namespace daybreak::vault
