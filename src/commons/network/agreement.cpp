// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/network/agreement.hpp"

#include "base/text.hpp"

namespace daybreak::network {
namespace {

Result<std::optional<Uuid>> find_member(db::Connection& c, const Uuid& task_force,
                                        std::string_view name) {
  std::optional<Uuid> found;
  TRY(c.query_each("SELECT id, name FROM network_organization WHERE task_force = $1 ORDER BY id",
                   {task_force}, [&](const db::Row& row) -> Result<void> {
                     if (!found && equals_ignoring_case_ascii(row.text(1), name))
                       found = row.uuid(0);
                     return {};
                   }));
  return found;
}

}  // namespace

Result<void> apply_agreement(db::Connection& c, const Uuid& task_force, const Agreement& agreement,
                             const Clock& clock, Random& random) {
  for (const Agreement::Party& party : agreement.parties) {
    const auto member = TRY(find_member(c, task_force, party.name));
    if (member) {
      TRY(
          c.execute("UPDATE network_organization SET purpose = $2, until = $3, going = CASE going "
                    "WHEN 'ended' "
                    "THEN 'new' ELSE going END, "
                    "since = COALESCE(since, $4), agreement = $5, contact = $6, account = "
                    "COALESCE(account, $7) WHERE id = $1",
                    {*member, agreement.purposes, agreement.until, agreement.from,
                     agreement.document, party.contact, party.account}));
      continue;
    }
    TRY(c.execute(
        "INSERT INTO network_organization (id, task_force, name, kind, purpose, since, "
        "until, going, agreement, contact, account) VALUES ($1, $2, $3, $4, $5, $6, $7, "
        "'new', $8, $9, $10)",
        {Uuid::generate(clock, random), task_force, party.name, party.kind, agreement.purposes,
         agreement.from, agreement.until, agreement.document, party.contact, party.account}));
  }
  return {};
}

Result<void> end_agreement(db::Connection& c, const Uuid& document, Date last_day) {
  TRY(c.execute("UPDATE network_organization SET until = $2, going = 'ended' WHERE agreement = $1",
                {document, last_day}));
  return {};
}

Result<std::vector<AgreedMember>> agreed_members(db::Connection& c, const Uuid& document) {
  std::vector<AgreedMember> members;
  TRY(
      c.query_each("SELECT task_force, name, contact, since, until FROM network_organization WHERE "
                   "agreement = $1 ORDER BY name, id",
                   {document}, [&](const db::Row& row) -> Result<void> {
                     members.push_back({row.uuid(0), row.text(1), row.text(2), row.maybe_date(3),
                                        row.maybe_date(4)});
                     return {};
                   }));
  return members;
}

}  // namespace daybreak::network
