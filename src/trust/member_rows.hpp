// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside trust/ only: members and organisations as rows of the store.
#pragma once

#include "trust/members.hpp"
#include "trust/policy.hpp"

namespace daybreak::trust {

// Columns for member_of(); name the tables `member` and `organization` in the query.
inline constexpr std::string_view kMemberColumns =
    "member.id, member.organization, member.name, member.email, member.roles, member.state, "
    "member.language,"
    " member.created_at, member.last_seen_at";
inline constexpr std::size_t kMemberColumnCount = 9;
inline constexpr std::string_view kOrganizationColumns =
    "organization.id, organization.name, organization.kind, organization.standing, "
    "organization.active";

Result<Member> member_of(const db::Row& row, std::size_t first = 0);
Result<Organization> organization_of(const db::Row& row, std::size_t first = 0);
std::string roles_text(const Roles& roles);  // "administrator,auditor"

// The member's row object for decide().
Object object_of(const Member& member);

}  // namespace daybreak::trust
