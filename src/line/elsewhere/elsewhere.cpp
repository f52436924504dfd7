// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/elsewhere/elsewhere.hpp"

#include <algorithm>

#include "embedded/line_elsewhere_migrations.hpp"

namespace daybreak::line::elsewhere {
namespace {

// Names are unique: while they change places, each has one that nobody else has.
Result<void> free_names(db::Connection& connection) {
  TRY(connection.execute("UPDATE trust_organization SET name = id"));
  return {};
}

Result<void> put_organization(db::Connection& connection, const trust::Organization& one,
                              Instant now) {
  const auto row =
      TRY(connection.query_one("SELECT (SELECT count(*) FROM trust_organization WHERE id = $1),"
                               " (SELECT count(*) FROM trust_member WHERE organization = $1)",
                               {one.id}));
  if (row->integer(1) > 0) {
    TRY(connection.execute("UPDATE trust_organization SET name = $2 WHERE id = $1",
                           {one.id, one.name}));
  } else if (row->integer(0) > 0) {
    TRY(connection.execute(
        "UPDATE trust_organization SET name = $2, kind = $3, standing = $4, active = $5"
        " WHERE id = $1",
        {one.id, one.name, trust::code_of(one.kind), trust::code_of(one.standing), one.active}));
  } else {
    TRY(connection.execute(
        "INSERT INTO trust_organization (id, name, kind, standing, active, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        {one.id, one.name, trust::code_of(one.kind), trust::code_of(one.standing), one.active,
         now}));
  }
  return {};
}

}  // namespace

db::ModuleMigrations migrations() { return {"elsewhere", &embedded::line_elsewhere_migrations()}; }

Result<void> put_key(db::Connection& connection, const Key& key, Instant now) {
  TRY(forget_key(connection, key.organization));
  TRY(connection.execute(
      "INSERT INTO elsewhere_key (organization, public_key, known_at) VALUES ($1, $2, $3)",
      {key.organization, db::Blob{key.public_key}, now}));
  return {};
}

Result<void> forget_key(db::Connection& connection, trust::OrganizationId organization) {
  TRY(connection.execute("DELETE FROM elsewhere_key WHERE organization = $1", {organization}));
  return {};
}

Result<std::vector<Key>> keys(db::Connection& connection) {
  std::vector<Key> all;
  for (const db::Row& row : TRY(connection.query(
           "SELECT organization, public_key FROM elsewhere_key ORDER BY organization")))
    all.push_back({row.id<trust::OrganizationId>(0), row.blob(1)});
  return all;
}

Result<void> put_person(db::Connection& connection, trust::MemberId member,
                        trust::OrganizationId organization, std::string_view name, Instant now) {
  TRY(connection.execute("DELETE FROM elsewhere_person WHERE member = $1 AND organization = $2",
                         {member, organization}));
  TRY(
      connection.execute("INSERT INTO elsewhere_person (member, organization, name, known_at)"
                         " VALUES ($1, $2, $3, $4)",
                         {member, organization, name, now}));
  return {};
}

Result<std::optional<std::string>> name_of(db::Connection& connection, trust::MemberId member) {
  const auto row =
      TRY(connection.query_one("SELECT name FROM elsewhere_person WHERE member = $1", {member}));
  return row ? std::optional(row->text(0)) : std::nullopt;
}

Result<std::string> shown_name(db::Connection& connection, trust::MemberId member) {
  const auto row =
      TRY(connection.query_one("SELECT name FROM trust_member WHERE id = $1", {member}));
  if (row) return row->text(0);
  return TRY(name_of(connection, member)).value_or(std::string());
}

Result<std::map<trust::MemberId, std::string>> shown_names(db::Connection& connection) {
  std::map<trust::MemberId, std::string> names;
  TRY(
      connection.query_each("SELECT 0, id, name FROM trust_member UNION ALL "
                            "SELECT 1, member, name FROM elsewhere_person ORDER BY 1",
                            {}, [&](const db::Row& row) -> Result<void> {
                              names.try_emplace(row.id<trust::MemberId>(1), row.text(2));
                              return {};
                            }));
  return names;
}

Result<void> take_organizations(db::Connection& connection,
                                const std::vector<trust::Organization>& all, Instant now) {
  const auto before = TRY(connection.query("SELECT id, name FROM trust_organization"));
  TRY(free_names(connection));
  for (const trust::Organization& one : all) TRY(put_organization(connection, one, now));
  for (const db::Row& row : before) {
    const auto id = row.id<trust::OrganizationId>(0);
    if (std::ranges::any_of(all, [&](const auto& one) { return one.id == id; })) continue;
    const bool taken =
        std::ranges::any_of(all, [&](const auto& one) { return one.name == row.text(1); });
    if (!taken)
      TRY(connection.execute("UPDATE trust_organization SET name = $2 WHERE id = $1",
                             {id, row.text(1)}));
    TRY(
        connection.execute("UPDATE trust_organization SET active = 0 WHERE id = $1 AND NOT EXISTS"
                           " (SELECT 1 FROM trust_member WHERE organization = $1)",
                           {id}));
  }
  return {};
}

}  // namespace daybreak::line::elsewhere
