// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: terms that can be signed.
#pragma once

#include "vault/releases/terms.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::releases {

using trust::Role;

inline constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};
inline const Signature kSigned{.name = "Ana Ejemplo_"};

inline Terms good_terms() {
  Terms terms;
  terms.recipient_organization = id_number<trust::OrganizationId>(2);
  terms.recipient_role = Role::kInvestigator;
  terms.items = {{ItemKind::kAnswer, "phone"}};
  terms.purpose = "so that they can call me about the hearing";
  terms.other_ways = "she prefers that we do it";
  terms.risks_told = terms.rights_told = true;
  return terms;
}

}  // namespace daybreak::vault::releases
