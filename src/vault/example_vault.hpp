// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests and proofs only: invented members and keyrings, without passphrases.
#pragma once

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

}  // namespace daybreak::vault
