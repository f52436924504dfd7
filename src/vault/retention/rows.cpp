// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/retention/rows.hpp"

#include "base/text.hpp"
#include "embedded/vault_retention_migrations.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/clients/purge.hpp"
#include "vault/notes/notes.hpp"
#include "vault/plans/plans.hpp"
#include "vault/tasks/tasks.hpp"

namespace daybreak::vault::retention {

db::ModuleMigrations migrations() { return {"retention", &embedded::vault_retention_migrations()}; }

const std::vector<Room>& rooms() {
  static const std::vector<Room> all = {
      {"answers",
       [](db::Connection& connection, const Vault&, const trust::Actor&, clients::ClientId client) {
         return clients::forget_words(connection, client);
       }},
      {"notes", [](db::Connection& connection, const Vault&, const trust::Actor&,
                   clients::ClientId client) { return notes::forget_all(connection, client); }},
      {"tasks", [](db::Connection& connection, const Vault&, const trust::Actor&,
                   clients::ClientId client) { return tasks::forget_all(connection, client); }},
      {"plans", [](db::Connection& connection, const Vault&, const trust::Actor&,
                   clients::ClientId client) { return plans::forget_all(connection, client); }},
      {"attachments", attachments::shred_all},
  };
  return all;
}

std::string_view code_of(PurgeKind kind) {
  return kind == PurgeKind::kPartial ? "partial" : "full";
}
std::optional<PurgeKind> purge_kind_from(std::string_view code) {
  if (code == "partial") return PurgeKind::kPartial;
  if (code == "full") return PurgeKind::kFull;
  return std::nullopt;
}

bool FileRetention::is_held() const {
  for (const Hold& hold : holds)
    if (!hold.lifted_at) return true;
  return false;
}
const Purge* FileRetention::waiting() const {
  for (const Purge& purge : purges)
    if (!purge.is_done) return &purge;
  return nullptr;
}

std::string write_counts(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : counts) parts.push_back(name + "=" + std::to_string(count));
  return join(parts, ",");
}

Purge purge_of(const db::Row& row) {
  Purge purge{.id = row.id<PurgeId>(0),
              .client = row.id<clients::ClientId>(1),
              .kind = purge_kind_from(row.text(2)).value_or(PurgeKind::kPartial),
              .is_done = row.text(3) == "done",
              .asked_by = row.id<trust::MemberId>(4),
              .asked_role = row.text(5),
              .ended_role = row.maybe_text(7).value_or(""),
              .asked_at = row.instant(6),
              .ended_at = row.maybe_instant(8),
              .backups_until = row.maybe_instant(10)};
  const std::string counts = row.maybe_text(9).value_or("");
  if (!counts.empty())
    for (const std::string_view part : split(counts, ',')) {
      const auto equals = part.find('=');
      if (equals == std::string_view::npos) continue;
      purge.counts.emplace_back(part.substr(0, equals),
                                to_integer(part.substr(equals + 1)).value_or(0));
    }
  return purge;
}

Result<bool> is_held(db::Connection& connection, clients::ClientId client) {
  const auto row = TRY(connection.query_one(
      "SELECT count(*) FROM retention_hold WHERE client = $1 AND lifted_at IS NULL", {client}));
  return row->integer(0) > 0;
}

Result<bool> is_partly_purged(db::Connection& connection, clients::ClientId client) {
  const auto row = TRY(connection.query_one(
      "SELECT count(*) FROM retention_purge WHERE client = $1 AND state = 'done'", {client}));
  return row->integer(0) > 0;
}

trust::keys::Place hold_place(const Work& work, HoldId id) {
  return work.vault.place("retention_hold", id.uuid(), "words", 1);
}

Result<std::vector<Hold>> holds_of(db::Connection& connection, const Work& work,
                                   const trust::keys::Key* key, clients::ClientId client) {
  std::vector<Hold> all;
  for (const db::Row& row : TRY(connection.query(
           "SELECT id, reason, words, placed_by, placed_at, lifted_at FROM retention_hold"
           " WHERE client = $1 ORDER BY placed_at DESC, id DESC",
           {client}))) {
    Hold hold{.id = row.id<HoldId>(0),
              .reason = row.text(1),
              .placed_by = row.id<trust::MemberId>(3),
              .placed_at = row.instant(4),
              .lifted_at = row.maybe_instant(5)};
    if (key != nullptr && !row.is_null(2))
      hold.words =
          TRY(trust::keys::open(trust::keys::record_key(*key, "retention_hold", hold.id.uuid()),
                                row.blob(2), hold_place(work, hold.id)));
    all.push_back(std::move(hold));
  }
  return all;
}

Result<std::vector<Purge>> purges_of(db::Connection& connection, clients::ClientId client) {
  std::vector<Purge> all;
  for (const db::Row& row :
       TRY(connection.query("SELECT " + std::string(kPurgeColumns) +
                                " FROM retention_purge WHERE client = $1 AND state <> 'dropped'"
                                " ORDER BY asked_at DESC, id DESC",
                            {client})))
    all.push_back(purge_of(row));
  return all;
}

Result<int> days_of(db::Connection& connection, std::string_view period) {
  const auto row =
      TRY(connection.query_one("SELECT days FROM retention_period WHERE id = $1", {period}));
  if (row) return static_cast<int>(row->integer(0));
  return find_period(period)->days;
}

std::string roles_of(const trust::Actor& actor) {
  std::vector<std::string> codes;
  for (const trust::Role role : actor.roles.list()) codes.emplace_back(trust::code_of(role));
  return join(codes, "+");
}

}  // namespace daybreak::vault::retention
