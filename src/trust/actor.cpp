// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/actor.hpp"

#include <algorithm>
#include <array>

namespace daybreak::trust {
namespace {

constexpr std::array<std::string_view, kOrganizationKinds> kKindCodes = {"victim_service_provider",
                                                                         "law_enforcement",
                                                                         "prosecution",
                                                                         "court",
                                                                         "labor_inspection",
                                                                         "health",
                                                                         "housing",
                                                                         "legal",
                                                                         "employment",
                                                                         "school",
                                                                         "tribal",
                                                                         "funder",
                                                                         "technical_assistance",
                                                                         "business",
                                                                         "other"};
constexpr std::array<std::string_view, kRoles> kRoleCodes = {
    "administrator", "coordinator", "directory_editor", "confidential_reader", "advocate",
    "investigator",  "prosecutor",  "court_staff",      "labor_inspector",     "trainer",
    "grant_manager", "analyst",     "auditor",          "account_steward"};
constexpr std::array<std::string_view, 2> kStandingCodes = {"task_force", "partner"};

template <typename Enum, std::size_t count>
std::optional<Enum> from_code(const std::array<std::string_view, count>& codes,
                              std::string_view code) {
  for (std::size_t i = 0; i < count; ++i)
    if (codes[i] == code) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view code_of(OrganizationKind kind) {
  return kKindCodes.at(static_cast<std::size_t>(kind));
}
std::optional<OrganizationKind> organization_kind_from(std::string_view code) {
  return from_code<OrganizationKind>(kKindCodes, code);
}
std::string_view code_of(Role role) { return kRoleCodes.at(static_cast<std::size_t>(role)); }
std::optional<Role> role_from(std::string_view code) { return from_code<Role>(kRoleCodes, code); }
std::string_view code_of(Standing standing) {
  return kStandingCodes.at(static_cast<std::size_t>(standing));
}
std::optional<Standing> standing_from(std::string_view code) {
  return from_code<Standing>(kStandingCodes, code);
}

bool is_shared(Role role) {
  switch (role) {
    case Role::kAdvocate:
    case Role::kInvestigator:
    case Role::kProsecutor:
    case Role::kCourtStaff:
    case Role::kLaborInspector:
    case Role::kTrainer:
    case Role::kAccountSteward:
      return false;
    default:
      return true;
  }
}

bool Roles::any_shared() const {
  const auto roles = list();
  return std::any_of(roles.begin(), roles.end(), is_shared);
}

std::vector<Role> Roles::list() const {
  std::vector<Role> roles;
  for (std::size_t i = 0; i < kRoles; ++i)
    if (bits_.test(i)) roles.push_back(static_cast<Role>(i));
  return roles;
}

Actor Actor::system(std::string source) {
  Actor actor;
  actor.kind = Kind::kSystem;
  actor.source = std::move(source);
  return actor;
}

}  // namespace daybreak::trust
