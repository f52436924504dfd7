// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/member_rows.hpp"

#include <array>

#include "base/text.hpp"

namespace daybreak::trust {
namespace {

constexpr std::array<std::string_view, 4> kStateCodes = {"invited", "active", "locked", "disabled"};

tl::unexpected<Error> unknown_code(std::string_view what) {
  return fail(ErrorKind::kCorrupt, "an account holds a code that this program does not know",
              std::string(what), "Was the store made by a newer Daybreak?");
}

}  // namespace

std::string_view code_of(MemberState state) {
  return kStateCodes.at(static_cast<std::size_t>(state));
}

std::string roles_text(const Roles& roles) {
  std::vector<std::string> codes;
  for (const Role role : roles.list()) codes.emplace_back(code_of(role));
  return join(codes, ",");
}

Result<Member> member_of(const db::Row& row, std::size_t first) {
  Member member;
  member.id = row.id<MemberId>(first);
  member.organization = row.id<OrganizationId>(first + 1);
  member.name = row.text(first + 2);
  member.email = row.text(first + 3);
  for (const std::string_view code : split(row.text(first + 4), ',')) {
    if (code.empty()) continue;
    const auto role = role_from(code);
    if (!role) return unknown_code(code);
    member.roles.add(*role);
  }
  const auto state = std::find(kStateCodes.begin(), kStateCodes.end(), row.text(first + 5));
  if (state == kStateCodes.end()) return unknown_code("member state");
  member.state = static_cast<MemberState>(state - kStateCodes.begin());
  member.language = row.text(first + 6);
  member.created_at = row.instant(first + 7);
  member.last_seen_at = row.maybe_instant(first + 8);
  return member;
}

Result<Organization> organization_of(const db::Row& row, std::size_t first) {
  const auto kind = organization_kind_from(row.text(first + 2));
  const auto standing = standing_from(row.text(first + 3));
  if (!kind || !standing) return unknown_code("organisation");
  return Organization{row.id<OrganizationId>(first), row.text(first + 1), *kind, *standing,
                      row.boolean(first + 4)};
}

Object object_of(const Member& member) {
  return {.type = "member", .owner = member.organization, .partners = {}, .subject = member.id};
}

}  // namespace daybreak::trust
