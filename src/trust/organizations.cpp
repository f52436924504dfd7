// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/format.h>

#include "base/text.hpp"
#include "trust/audit.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/member_rows.hpp"
#include "trust/members.hpp"

namespace daybreak::trust {
namespace {

Object object_of(const Organization& organization) {
  return {.type = "organization", .owner = organization.id, .partners = {}, .subject = {}};
}

Result<void> check_name(std::string& name) {
  name = std::string(trim(name));
  if (name.empty() || name.size() > 200)
    return fail(ErrorKind::kInvalid, "an organisation's name has 1 to 200 characters", "field name",
                "Enter its name");
  return {};
}

AuditEvent event_for(std::string_view action, const Organization& organization) {
  return {.action = "organization." + std::string(action),
          .object_type = "organization",
          .object = organization.id.to_string(),
          .owner = organization.id,
          .detail = fmt::format("kind={},standing={},active={}", code_of(organization.kind),
                                code_of(organization.standing), organization.active ? 1 : 0)};
}

}  // namespace

Result<Organization> Members::add_organization(const Actor& actor, Organization organization) {
  TRY(check_name(organization.name));
  organization.id = OrganizationId::generate(keeper_.clock, keeper_.random);
  TRY(Gatekeeper(keeper_.database, keeper_.clock)
          .require(actor, {"create"}, object_of(organization), {}));
  const Instant now = keeper_.clock.now();
  TRY(keeper_.database.write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute(
        "INSERT INTO trust_organization (id, name, kind, standing, active, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        {organization.id, organization.name, code_of(organization.kind),
         code_of(organization.standing), organization.active, now}));
    return append_audit(connection, actor, event_for("create", organization), now);
  }));
  return organization;
}

Result<void> Members::change_organization(const Actor& actor, const Organization& changed) {
  Organization organization = changed;
  TRY(check_name(organization.name));
  TRY(Gatekeeper(keeper_.database, keeper_.clock)
          .require(actor, {"edit"}, object_of(organization), organization.id.to_string()));
  const Instant now = keeper_.clock.now();
  return keeper_.database.write([&](db::Connection& connection) -> Result<void> {
    const std::int64_t rows =
        TRY(connection.execute("UPDATE trust_organization SET name = $2, kind = $3, standing = $4, "
                               "active = $5 WHERE id = $1",
                               {organization.id, organization.name, code_of(organization.kind),
                                code_of(organization.standing), organization.active}));
    if (rows == 0)
      return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
    if (!organization.active) {
      TRY(
          connection.execute("DELETE FROM trust_session WHERE member IN"
                             " (SELECT id FROM trust_member WHERE organization = $1)",
                             {organization.id}));
      const auto left =
          TRY(connection.query_one("SELECT count(*) FROM trust_member JOIN trust_organization ON "
                                   "trust_organization.id = organization"
                                   " WHERE state = 'active' AND active = 1 AND (',' || roles || "
                                   "',') LIKE '%,administrator,%'"));
      if (left->integer(0) == 0)
        return fail(ErrorKind::kConflict, "the last administrator is in this organisation", {},
                    "Make someone elsewhere administrator first");
    }
    return append_audit(connection, actor, event_for("edit", organization), now);
  });
}

Result<std::optional<Organization>> Members::find_organization(OrganizationId id) {
  return keeper_.database.read(
      [&](db::Connection& connection) -> Result<std::optional<Organization>> {
        const auto row = TRY(connection.query_one(
            fmt::format("SELECT {} FROM trust_organization AS organization WHERE id = $1",
                        kOrganizationColumns),
            {id}));
        if (!row) return std::optional<Organization>();
        return std::optional<Organization>(TRY(organization_of(*row)));
      });
}

Result<std::vector<Organization>> Members::organizations() {
  return keeper_.database.read(
      [&](db::Connection& connection) -> Result<std::vector<Organization>> {
        std::vector<Organization> found;
        TRY(connection.query_each(
            fmt::format("SELECT {} FROM trust_organization AS organization ORDER BY name",
                        kOrganizationColumns),
            {}, [&](const db::Row& row) -> Result<void> {
              found.push_back(TRY(organization_of(row)));
              return {};
            }));
        return found;
      });
}

}  // namespace daybreak::trust
