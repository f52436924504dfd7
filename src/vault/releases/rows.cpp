// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases as rows: their state at a moment, their items, and the end of what was sealed under
// them.
#include "vault/releases/rows.hpp"

#include <array>
#include <stdexcept>

#include "base/text.hpp"
#include "embedded/vault_release_forms.hpp"
#include "embedded/vault_releases_migrations.hpp"
#include "vault/releases/releases.hpp"

namespace daybreak::vault::releases {

std::string_view code_of(ReleaseState state) {
  constexpr std::array<std::string_view, 7> kStates = {
      "draft", "waiting", "active", "expired", "exhausted", "revoked", "superseded"};
  return kStates.at(static_cast<std::size_t>(state));
}

db::ModuleMigrations migrations() { return {"releases", &embedded::vault_releases_migrations()}; }

std::string_view form_text(std::string_view language) {
  const auto text = embedded::vault_release_forms().find(language == "es" ? "release_form_es.md"
                                                                          : "release_form_en.md");
  if (!text) throw std::logic_error("the release form is missing");
  return *text;
}

ReleaseState ReleaseRow::state_at(Instant now) const {
  if (stored_state == "draft" || !signed_at || !starts_at || !expires_at)
    return ReleaseState::kDraft;
  if (stored_state == "revoked") return ReleaseState::kRevoked;
  if (stored_state == "superseded") return ReleaseState::kSuperseded;
  if (ended_at || now >= *expires_at) return ReleaseState::kExpired;
  if (now < *starts_at) return ReleaseState::kWaiting;
  return stored_state == "exhausted" ? ReleaseState::kExhausted : ReleaseState::kActive;
}

bool ReleaseRow::is_for(const trust::Actor& actor) const {
  return actor.is_member() && recipient_organization &&
         *recipient_organization == actor.organization && (recipient_member || recipient_role) &&
         (!recipient_member || *recipient_member == actor.member) &&
         (!recipient_role || actor.roles.has(*recipient_role));
}

ReleaseRow release_of(const db::Row& row) {
  ReleaseRow release{.id = row.id<ReleaseId>(0),
                     .number = row.integer(1),
                     .client = row.id<clients::ClientId>(2),
                     .stored_state = row.text(3),
                     .version = row.integer(4),
                     .recipient_organization = row.maybe_id<trust::OrganizationId>(5),
                     .recipient_member = row.maybe_id<trust::MemberId>(6),
                     .method = row.maybe_text(8).value_or(""),
                     .single_use = row.maybe_integer(9).value_or(0) != 0,
                     .starts_at = row.maybe_instant(10),
                     .expires_at = row.maybe_instant(11),
                     .signed_at = row.maybe_instant(12),
                     .ended_at = row.maybe_instant(13),
                     .form_version = row.maybe_text(14).value_or(""),
                     .form_hash = row.maybe_text(15).value_or(""),
                     .signed_by = row.maybe_id<trust::MemberId>(16),
                     .ended_how = row.maybe_text(17).value_or("")};
  if (const auto role = row.maybe_text(7)) release.recipient_role = trust::role_from(*role);
  return release;
}

Result<std::optional<ReleaseRow>> find_release(db::Connection& connection, ReleaseId id) {
  const auto row = TRY(connection.query_one(
      "SELECT " + std::string(kReleaseColumns) + " FROM releases_release WHERE id = $1", {id}));
  if (!row) return std::nullopt;
  return release_of(*row);
}

Result<std::vector<Item>> items_of(db::Connection& connection, ReleaseId id) {
  std::vector<Item> items;
  for (const db::Row& row : TRY(connection.query(
           "SELECT kind, subject FROM releases_item WHERE release = $1 ORDER BY position", {id}))) {
    auto item = item_from(row.text(0) + ":" + row.text(1));
    if (!item) return fail(ErrorKind::kCorrupt, "an item of a release is damaged");
    items.push_back(std::move(*item));
  }
  return items;
}

Result<bool> has_living(db::Connection& connection, clients::ClientId client, Instant now) {
  const auto row = TRY(connection.query_one(
      "SELECT count(*) FROM releases_release WHERE client = $1 AND ended_at IS NULL"
      " AND state IN ('signed', 'exhausted') AND expires_at > $2",
      {client, now}));
  return row->integer(0) > 0;
}

Result<std::int64_t> destroy_ended(const Vault& vault, db::Connection& connection) {
  TRY(end_if_restored(vault, connection));
  return destroy_late(vault, connection);
}

Result<std::int64_t> destroy_late(const Vault& vault, db::Connection& connection) {
  const Instant now = vault.now();
  // Written down as ended, so that a clock that is set back revives nothing.
  const auto expired = TRY(connection.execute(
      "UPDATE releases_release SET ended_at = $1, ended_how = 'expired'"
      " WHERE ended_at IS NULL AND state IN ('signed', 'exhausted') AND expires_at <= $1",
      {now}));
  TRY(count_endings(vault, connection, expired));
  const auto destroyed = TRY(connection.execute(
      "UPDATE releases_projection SET letter = NULL, destroyed_at = $1 WHERE destroyed_at IS NULL"
      " AND EXISTS (SELECT 1 FROM releases_release AS ended"
      " WHERE ended.id = releases_projection.release AND ended.ended_at IS NOT NULL)",
      {now}));
  if (destroyed > 0) {
    connection.leave_no_trace();
    TRY(
        connection.execute("DELETE FROM releases_piece WHERE EXISTS (SELECT 1 FROM"
                           " releases_projection AS gone WHERE gone.id = releases_piece.projection"
                           " AND gone.destroyed_at IS NOT NULL)"));
    TRY(vault.note(connection, trust::Actor::system("gate"), "released_item", "destroy", "",
                   "projections=" + std::to_string(destroyed)));
  }
  return destroyed;
}

}  // namespace daybreak::vault::releases
