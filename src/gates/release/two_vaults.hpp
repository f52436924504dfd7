// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests and proofs only: a provider's vault (1), a sheriff's (2) and a prosecutor's (3), with
// keys, and the people in them. The provider's is on the engine of the test.
#pragma once

#include "gates/release/release_gate.hpp"
#include "vault/example_vault.hpp"
#include "vault/plans/plans.hpp"
#include "vault/services/services.hpp"
#include "vault/test_address.hpp"

namespace daybreak::gates {

inline std::vector<db::ModuleMigrations> rooms_for_tests() {
  return {vault::clients::migrations(),     vault::plans::migrations(),
          vault::services::migrations(),    vault::notes::migrations(),
          vault::attachments::migrations(), vault::releases::migrations(),
          vault::inbox::migrations()};
}

struct TestHouse {
  explicit TestHouse(const std::filesystem::path& folder, Clock& clock, Random& random,
                     const std::string& provider_url = {})
      : vaults(folder, rooms_for_tests(), clock, random), clock(clock), random(random) {
    for (int number = 1; number <= 3; ++number) {
      const auto organization = vault::id_number<trust::OrganizationId>(number);
      const auto made = vaults.create(
          organization, number == 1 ? vault::test_address(provider_url) : vault::StoreAddress{});
      if (!made) throw std::runtime_error(made.error().describe());
      rings.push_back(vault::test_keyring(organization, random));
      const auto founded = vault(number).database().write([&](db::Connection& connection) {
        return connection.execute(
            "INSERT INTO vault_identity (id, organization, public_key, founded_at, founded_by)"
            " VALUES (1, $1, $2, 0, '')",
            {organization, db::Blob{std::string(rings.back()->pair().public_key().view())}});
      });
      if (!founded) throw std::runtime_error(founded.error().describe());
    }
  }
  vault::Vault& vault(int number) {
    return **vaults.find(vault::id_number<trust::OrganizationId>(number));
  }
  // A member's work in the own organisation's vault; the actor must outlive it.
  vault::Work work(int number, const trust::Actor& actor) {
    return {vault(number), actor, rings[static_cast<std::size_t>(number - 1)]};
  }

  vault::Vaults vaults;
  Clock& clock;
  Random& random;
  std::vector<std::shared_ptr<const trust::keys::Keyring>> rings;
};

inline vault::releases::Terms terms_for(int organization, std::optional<trust::Role> role,
                                        std::vector<Item> items) {
  vault::releases::Terms terms;
  terms.recipient_organization = vault::id_number<trust::OrganizationId>(organization);
  terms.recipient_role = role;
  terms.items = std::move(items);
  terms.purpose = "to be called about the hearing";
  terms.risks_told = terms.rights_told = true;
  terms.other_ways = "she prefers that we do it";
  return terms;
}

inline Result<ReleaseId> sign_release(const vault::Work& work, vault::clients::ClientId client,
                                      const vault::releases::Terms& terms) {
  vault::releases::Releases releases(work);
  const ReleaseId id = TRY(releases.draft(client));
  TRY(releases.save(id, terms));
  TRY(releases.sign(id, {.name = "Ana Ejemplo_"}));
  return id;
}

}  // namespace daybreak::gates
