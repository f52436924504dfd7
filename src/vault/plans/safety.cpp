// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/plans/safety.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "vault/plans/rows.hpp"

namespace daybreak::vault::plans {
namespace {

namespace keys = trust::keys;
using clients::ClientId;

constexpr std::string_view kTable = "plans_safety_part";

Result<void> check_parts(std::span<const SafetyPart> parts) {
  const auto& sections = codes::Codes::built_in().safety_plan();
  std::set<std::string> seen;
  for (const SafetyPart& part : parts) {
    const bool known = std::any_of(sections.begin(), sections.end(),
                                   [&](const auto& one) { return one.id == part.section; });
    if (!known || !seen.insert(part.section).second)
      return fail(ErrorKind::kInvalid, "there is no such part, or it is there twice",
                  "field " + part.section, "Reload the page");
    if (!part.skip) TRY(check_words(part.words, part.section));
  }
  if (seen.empty())
    return fail(ErrorKind::kInvalid, "nothing is written", "field " + sections.front().id,
                "Write at least one part, or say why it is skipped");
  return {};
}

Result<std::int64_t> newest(db::Connection& connection, ClientId client) {
  const auto row = TRY(connection.query_one(
      "SELECT coalesce(max(version), 0) FROM plans_safety WHERE client = $1", {client}));
  return row->integer(0);
}

Result<void> put_part(db::Connection& connection, const Work& work, const keys::Key& key,
                      ClientId client, std::int64_t version, const SafetyPart& part) {
  db::Value skip, words;
  if (part.skip)
    skip = codes::code_of(*part.skip);
  else
    words = db::Blob{keys::seal(
        keys::record_key(key, kTable, client.uuid()), trim(part.words.reveal()),
        work.vault.place(kTable, client.uuid(), part.section, version), work.vault.random())};
  TRY(
      connection.execute("INSERT INTO plans_safety_part (client, version, section, skip, words)"
                         " VALUES ($1, $2, $3, $4, $5)",
                         {client, version, part.section, skip, words}));
  return {};
}

Result<SafetyPart> part_of(const Work& work, const keys::Key& key, ClientId client,
                           std::int64_t version, const db::Row& row) {
  SafetyPart part{.section = row.text(0)};
  if (const auto skip = row.maybe_text(1)) part.skip = codes::skip_from(*skip);
  if (!row.is_null(2))
    part.words = TRY(keys::open(keys::record_key(key, kTable, client.uuid()), row.blob(2),
                                work.vault.place(kTable, client.uuid(), part.section, version)));
  return part;
}

SafetyVersion version_of(const db::Row& row) {
  return {row.integer(0), row.instant(1), row.id<trust::MemberId>(2)};
}

}  // namespace

const SafetyPart* SafetyPlan::find(std::string_view section) const {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const SafetyPart& part) { return part.section == section; });
  return found == parts.end() ? nullptr : &*found;
}

Result<std::int64_t> SafetyPlans::save(ClientId client, std::int64_t version,
                                       std::span<const SafetyPart> parts) {
  TRY(work_.vault.require(work_.actor, "safety_plan", "edit", client.to_string()));
  TRY(check_parts(parts));
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    if (TRY(newest(connection, client)) != version) return changed_meanwhile();
    TRY(
        connection.execute("INSERT INTO plans_safety (client, version, written_at, written_by)"
                           " VALUES ($1, $2, $3, $4)",
                           {client, version + 1, work_.now(), work_.actor.member}));
    for (const SafetyPart& part : parts)
      TRY(put_part(connection, work_, key, client, version + 1, part));
    return work_.vault.note(connection, work_.actor, "safety_plan", "edit", client.to_string(),
                            "parts=" + std::to_string(parts.size()));
  }));
  return version + 1;
}

Result<std::optional<SafetyPlan>> SafetyPlans::read(ClientId client, Looking looking,
                                                    std::optional<std::int64_t> version) {
  TRY(work_.vault.require(work_.actor, "safety_plan", "read", client.to_string()));
  auto plan = TRY(work_.vault.database().read(
      [&](db::Connection& connection) -> Result<std::optional<SafetyPlan>> {
        const keys::Key key = TRY(clients::client_key(connection, work_, client));
        const std::int64_t wanted = version ? *version : TRY(newest(connection, client));
        const auto row = TRY(connection.query_one(
            "SELECT version, written_at, written_by FROM plans_safety WHERE client = $1"
            " AND version = $2",
            {client, wanted}));
        if (!row && version) return absent();
        if (!row) return std::nullopt;
        SafetyPlan found{.written = version_of(*row)};
        for (const db::Row& part : TRY(connection.query(
                 "SELECT section, skip, words FROM plans_safety_part WHERE client = $1"
                 " AND version = $2 ORDER BY section",
                 {client, wanted})))
          found.parts.push_back(TRY(part_of(work_, key, client, wanted, part)));
        return found;
      }));
  if (plan)
    TRY(work_.vault.note_look(work_.actor, "safety_plan", "read", client.to_string(),
                              looking == Looking::kToPrint ? "to_print" : "on_screen"));
  return plan;
}

Result<std::vector<SafetyVersion>> SafetyPlans::versions(ClientId client) {
  TRY(work_.vault.require(work_.actor, "safety_plan", "read", client.to_string()));
  return work_.vault.database().read(
      [&](db::Connection& connection) -> Result<std::vector<SafetyVersion>> {
        std::vector<SafetyVersion> versions;
        for (const db::Row& row : TRY(connection.query(
                 "SELECT version, written_at, written_by FROM plans_safety WHERE client = $1"
                 " ORDER BY version DESC",
                 {client})))
          versions.push_back(version_of(row));
        return versions;
      });
}

}  // namespace daybreak::vault::plans
