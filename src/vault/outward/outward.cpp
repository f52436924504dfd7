// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/outward/outward.hpp"

#include "base/text.hpp"
#include "vault/plans/plans.hpp"
#include "vault/services/services.hpp"

namespace daybreak::vault::outward {
namespace {

using releases::Item;
using releases::ItemKind;

tl::unexpected<Error> gone(const Item& item) {
  return fail(ErrorKind::kInvalid, "an item has no content that could be told",
              "item " + releases::write_item(item), "Leave it out");
}

// Counts and codes of a span of days; no word of a person.
Result<Json> open_services(db::Connection& connection, clients::ClientId client, const Item& item) {
  const auto dots = item.subject.find("..");
  Json list = Json::array();
  for (const db::Row& row : TRY(connection.query(
           "SELECT day, category, minutes FROM services_event WHERE client = $1 AND day >= $2"
           " AND day <= $3 AND replaced_by IS NULL ORDER BY day, created_at",
           {client, item.subject.substr(0, dots), item.subject.substr(dots + 2)})))
    list.append(Json::object(
        {{"day", row.text(0)}, {"category", row.text(1)}, {"minutes", row.integer(2)}}));
  return list;
}

// What a file is, and the key under which its bytes go to the recipient.
Result<Json> open_file(db::Connection& connection, const Work& work, clients::ClientId client,
                       const Item& item) {
  const auto id = TRY(attachments::AttachmentId::parse(item.subject));
  const auto copy = attachments::read_clean(connection, work, client, id, {});
  if (!copy)
    return copy.error().kind == ErrorKind::kNotFound ? gone(item)
                                                     : tl::make_unexpected(copy.error());
  const trust::keys::Key key = trust::keys::Key::generate(work.vault.random());
  return Json::object({{"type", doc::code_of(copy->type)},
                       {"size", static_cast<std::int64_t>(copy->size)},
                       {"sha256", copy->sha256},
                       {"key", to_hex(key.view())}});
}

Result<Json> open_item(db::Connection& connection, const Work& work, const trust::keys::Key& key,
                       clients::ClientId client, const Item& item) {
  switch (item.kind) {
    case ItemKind::kAnswer: {
      auto text = TRY(clients::open_answer(connection, work, key, client, item.subject));
      if (!text) return gone(item);
      return Json(std::move(*text));
    }
    case ItemKind::kNote: {
      const auto id = TRY(notes::NoteId::parse(item.subject));
      auto text = notes::open_note(connection, work, key, client, id);
      if (!text) return gone(item);
      return Json(std::move(*text));
    }
    case ItemKind::kServices:
      return open_services(connection, client, item);
    case ItemKind::kTopic:
      return Json(item.subject);
    case ItemKind::kAttachment:
      return open_file(connection, work, client, item);
    case ItemKind::kGoal: {
      const auto id = TRY(plans::GoalId::parse(item.subject));
      auto text = plans::open_goal(connection, work, key, client, id);
      if (!text) return gone(item);
      return Json(std::move(*text));
    }
  }
  return gone(item);
}

constexpr std::string_view kSelect = "SELECT id, release, letter FROM releases_projection WHERE ";

Result<Projection> projection_of(db::Connection& connection, const db::Row& row) {
  auto release = TRY(releases::find_release(connection, row.id<releases::ReleaseId>(1)));
  if (!release) return fail(ErrorKind::kCorrupt, "a projection has no release");
  return Projection{row.id<releases::ProjectionId>(0), std::move(*release),
                    row.is_null(2) ? std::string() : row.blob(2)};
}

}  // namespace

Result<Json> open_items(db::Connection& connection, const Work& work,
                        const releases::ReleaseRow& release, const std::vector<Item>& items) {
  const trust::keys::Key key = TRY(clients::client_key(connection, work, release.client));
  Json all = Json::array();
  for (const Item& item : items)
    all.append(
        Json::object({{"item", releases::write_item(item)},
                      {"content", TRY(open_item(connection, work, key, release.client, item))}}));
  return all;
}

Result<void> insert_disclosure(db::Connection& connection, const Work& work,
                               const releases::ReleaseRow& release, releases::DisclosureId id,
                               const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(releases::write_item(item));
  TRY(connection.execute(
      "INSERT INTO releases_disclosure (id, release, client, made_at, made_by, method,"
      " recipient_organization, items) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {id, release.id, release.client, work.now(), work.actor.member, release.method,
       release.recipient_organization, join(names, ",")}));
  return work.vault.note(connection, work.actor, "release", "disclose", release.id.to_string(),
                         "disclosure=" + id.to_string() + ",items=" + std::to_string(items.size()) +
                             ",method=" + release.method);
}

Result<void> insert_projection(db::Connection& connection, releases::ProjectionId id,
                               releases::DisclosureId disclosure,
                               const releases::ReleaseRow& release, std::string_view letter) {
  TRY(connection.execute(
      "INSERT INTO releases_projection (id, disclosure, release, recipient_organization, letter)"
      " VALUES ($1, $2, $3, $4, $5)",
      {id, disclosure, release.id, release.recipient_organization, db::Blob{std::string(letter)}}));
  return {};
}

Result<std::optional<Projection>> find_projection(db::Connection& connection,
                                                  releases::ProjectionId id) {
  const auto row = TRY(connection.query_one(std::string(kSelect) + "id = $1", {id}));
  if (!row) return std::nullopt;
  return TRY(projection_of(connection, *row));
}

Result<std::vector<Projection>> undelivered(db::Connection& connection,
                                            trust::OrganizationId recipient) {
  std::vector<Projection> all;
  for (const db::Row& row : TRY(connection.query(
           std::string(kSelect) + "recipient_organization = $1 AND delivered_at IS NULL"
                                  " AND destroyed_at IS NULL ORDER BY id",
           {recipient})))
    all.push_back(TRY(projection_of(connection, row)));
  return all;
}

Result<std::vector<Projection>> living(db::Connection& connection, trust::OrganizationId recipient,
                                       Instant now) {
  std::vector<Projection> all;
  for (const db::Row& row : TRY(connection.query(
           "SELECT p.id, r.state, r.starts_at, r.expires_at, r.signed_at, r.ended_at,"
           " r.recipient_organization, r.recipient_member, r.recipient_role"
           " FROM releases_projection p JOIN releases_release r ON r.id = p.release"
           " WHERE p.recipient_organization = $1 AND p.destroyed_at IS NULL"
           " AND p.letter IS NOT NULL",
           {recipient}))) {
    Projection one{.id = row.id<releases::ProjectionId>(0)};
    one.release.stored_state = row.text(1);
    one.release.starts_at = row.maybe_instant(2);
    one.release.expires_at = row.maybe_instant(3);
    one.release.signed_at = row.maybe_instant(4);
    one.release.ended_at = row.maybe_instant(5);
    one.release.recipient_organization = row.maybe_id<trust::OrganizationId>(6);
    one.release.recipient_member = row.maybe_id<trust::MemberId>(7);
    if (const auto role = row.maybe_text(8)) one.release.recipient_role = trust::role_from(*role);
    if (one.release.may_view(now)) all.push_back(std::move(one));
  }
  return all;
}

Result<void> mark_delivered(db::Connection& connection, releases::ProjectionId id, Instant now) {
  TRY(connection.execute(
      "UPDATE releases_projection SET delivered_at = $2 WHERE id = $1 AND destroyed_at IS NULL",
      {id, now}));
  return {};
}

Result<void> mark_exhausted(db::Connection& connection, const Vault& vault,
                            releases::ReleaseId id) {
  const auto used_up = TRY(connection.execute(
      "UPDATE releases_release SET state = 'exhausted' WHERE id = $1 AND state = 'signed'", {id}));
  return releases::count_endings(vault, connection, used_up);
}

}  // namespace daybreak::vault::outward
