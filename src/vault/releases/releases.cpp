// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/releases/releases.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/local_time.hpp"
#include "base/text.hpp"
#include "vault/releases/rows.hpp"
#include "vault/releases/signing.hpp"
#include "vault/releases/terms.hpp"

namespace daybreak::vault::releases {
namespace {

namespace keys = trust::keys;

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}
tl::unexpected<Error> signed_already() {
  return fail(ErrorKind::kConflict, "this release was signed: it is never changed", {},
              "Stop it and make another");
}

keys::Place document_place(const Work& work, ReleaseId id, std::int64_t version) {
  return work.vault.place("releases_release", id.uuid(), "document", version);
}

std::string seal_document(const Work& work, const keys::Key& client, ReleaseId id,
                          std::int64_t version, const Json& document) {
  return keys::seal(keys::record_key(client, "releases_release", id.uuid()), to_text(document),
                    document_place(work, id, version), work.vault.random());
}

Result<Json> open_document(const Work& work, const keys::Key& client, const ReleaseRow& row,
                           std::string_view sealed) {
  const auto text = TRY(keys::open(keys::record_key(client, "releases_release", row.id.uuid()),
                                   sealed, document_place(work, row.id, row.version)));
  return parse_json(text.reveal());
}

Result<Release> open_release(db::Connection& connection, const Work& work, const db::Row& row) {
  Release release{.row = release_of(row)};
  const keys::Key key = TRY(clients::client_key(connection, work, release.row.client));
  const Json document = TRY(open_document(work, key, release.row, row.blob(kDocumentColumn)));
  if (const Json* terms = document.find("terms")) release.terms = read_terms(*terms);
  if (const Json* signature = document.find("signature"))
    release.signature = read_signature(*signature);
  return release;
}

Result<db::Row> required_row(db::Connection& connection, ReleaseId id) {
  auto row = TRY(connection.query_one(
      "SELECT " + std::string(kReleaseColumns) + " FROM releases_release WHERE id = $1", {id}));
  if (!row) return absent();
  return std::move(*row);
}

template <typename T>
db::Value maybe_id(const std::optional<T>& id) {
  return id ? db::Value(id->to_string()) : db::Value();
}

Result<void> insert_items(db::Connection& connection, ReleaseId id,
                          const std::vector<Item>& items) {
  std::int64_t position = 0;
  for (const Item& item : items) {
    const std::string whole = write_item(item);
    TRY(connection.execute(
        "INSERT INTO releases_item (release, position, kind, subject) VALUES ($1, $2, $3, $4)",
        {id, ++position, whole.substr(0, whole.find(':')), item.subject}));
  }
  return {};
}

}  // namespace

namespace {

Result<ReleaseId> insert_draft(db::Connection& connection, const Work& work,
                               clients::ClientId client, const Terms& terms) {
  const auto id = ReleaseId::generate(work.vault.clock(), work.vault.random());
  const keys::Key key = TRY(clients::client_key(connection, work, client));
  // Not max(): under row-level security PostgreSQL would read the whole table for it.
  const auto last =
      TRY(connection.query_one("SELECT number FROM releases_release ORDER BY number DESC LIMIT 1"));
  const Json document = Json::object({{"terms", write_terms(terms)}});
  TRY(connection.execute(
      "INSERT INTO releases_release (id, number, client, state, version, document, drafted_by,"
      " drafted_at) VALUES ($1, $2, $3, 'draft', 1, $4, $5, $6)",
      {id, last ? last->integer(0) + 1 : 1, client,
       db::Blob{seal_document(work, key, id, 1, document)}, work.actor.member, work.now()}));
  TRY(work.vault.note(connection, work.actor, "release", "draft", id.to_string()));
  return id;
}

}  // namespace

Result<ReleaseId> Releases::draft(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "release", "draft", client.to_string()));
  return work_.vault.database().write(
      [&](db::Connection& connection) { return insert_draft(connection, work_, client, {}); });
}

Result<ReleaseId> Releases::draft_again(ReleaseId of) {
  TRY(work_.vault.require(work_.actor, "release", "draft", of.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<ReleaseId> {
    const db::Row stored = TRY(required_row(connection, of));
    const Release earlier = TRY(open_release(connection, work_, stored));
    if (!earlier.row.signed_at)
      return fail(ErrorKind::kConflict, "this release was never signed", {},
                  "Go on with its draft");
    return insert_draft(connection, work_, earlier.row.client, terms_again(earlier));
  });
}

Result<void> Releases::save(ReleaseId id, const Terms& terms) {
  TRY(work_.vault.require(work_.actor, "release", "draft", id.to_string()));
  TRY(check_shape(terms));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const ReleaseRow row = release_of(TRY(required_row(connection, id)));
    if (row.signed_at) return signed_already();
    TRY(check_again(connection, terms));
    const keys::Key key = TRY(clients::client_key(connection, work_, row.client));
    TRY(connection.execute("UPDATE releases_release SET document = $2, version = $3 WHERE id = $1",
                           {id,
                            db::Blob{seal_document(work_, key, id, row.version + 1,
                                                   Json::object({{"terms", write_terms(terms)}}))},
                            row.version + 1}));
    return work_.vault.note(connection, work_.actor, "release", "draft", id.to_string());
  });
}

Result<void> Releases::sign(ReleaseId id, const Signature& signature) {
  TRY(work_.vault.require(work_.actor, "release", "sign", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const db::Row stored = TRY(required_row(connection, id));
    const Release draft = TRY(open_release(connection, work_, stored));
    if (draft.row.signed_at) return signed_already();
    const Terms& terms = draft.terms;
    TRY(check_complete(terms, signature));
    TRY(check_codes_on(terms, local_day(work_.now())));
    TRY(check_again(connection, terms));
    const keys::Key key = TRY(clients::client_key(connection, work_, draft.row.client));
    const Span span = TRY(span_of(connection, work_, key, draft.row.client, terms));
    if (terms.again_of) TRY(replace(connection, work_, *terms.again_of));
    const std::string_view form = form_text(terms.language);
    const std::int64_t version = draft.row.version + 1;
    const Json document =
        Json::object({{"terms", write_terms(terms)}, {"signature", write_signature(signature)}});
    TRY(insert_items(connection, id, terms.items));
    db::Value role;
    if (terms.recipient_role) role = trust::code_of(*terms.recipient_role);
    TRY(connection.execute(
        "UPDATE releases_release SET state = 'signed', version = $2, document = $3,"
        " form_version = $4, form_hash = $5, recipient_organization = $6, recipient_member = $7,"
        " recipient_role = $8, method = $9, single_use = $10, starts_at = $11, expires_at = $12,"
        " signed_by = $13, signed_at = $14 WHERE id = $1",
        {id, version, db::Blob{seal_document(work_, key, id, version, document)},
         form.substr(0, form.find('\n')), sha256_hex(form), maybe_id(terms.recipient_organization),
         maybe_id(terms.recipient_member), role, terms.method, terms.single_use ? 1 : 0, span.from,
         span.until, work_.actor.member, work_.now()}));
    return work_.vault.note(
        connection, work_.actor, "release", "sign", id.to_string(),
        "items=" + std::to_string(terms.items.size()) + ",days=" + std::to_string(terms.days));
  });
}

Result<void> Releases::revoke(ReleaseId id, const std::string& how) {
  TRY(work_.vault.require(work_.actor, "release", "revoke", id.to_string()));
  if (how != "spoken" && how != "written" && how != "replaced" && how != "event")
    return fail(ErrorKind::kInvalid, "how the survivor said stop is missing", "field how",
                "Choose spoken, written or replaced");
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const ReleaseRow row = release_of(TRY(required_row(connection, id)));
    if (!row.signed_at || row.stored_state == "revoked" || row.stored_state == "superseded" ||
        (how == "event" && row.ended_at))
      return fail(ErrorKind::kConflict, "this release is not in force", {}, "Open it again");
    TRY(end_if_restored(work_.vault, connection));
    const std::string state = how == "event"      ? row.stored_state
                              : how == "replaced" ? "superseded"
                                                  : "revoked";
    TRY(connection.execute(
        "UPDATE releases_release SET state = $2, ended_at = coalesce(ended_at, $3),"
        " ended_by = $4, ended_how = $5 WHERE id = $1",
        {id, state, work_.now(), work_.actor.member, how}));
    TRY(count_endings(work_.vault, connection, 1));
    TRY(destroy_ended(work_.vault, connection));
    return work_.vault.note(connection, work_.actor, "release", "revoke", id.to_string(),
                            "how=" + how);
  });
}

Result<Release> Releases::read(ReleaseId id) {
  TRY(work_.vault.require(work_.actor, "release", "read", id.to_string()));
  return work_.vault.database().read([&](db::Connection& connection) -> Result<Release> {
    const db::Row row = TRY(required_row(connection, id));
    return open_release(connection, work_, row);
  });
}

Result<std::vector<ReleaseRow>> Releases::of_client(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "release", "list", client.to_string()));
  std::vector<ReleaseRow> all;
  const auto rows = TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query("SELECT " + std::string(kReleaseColumns) +
                                " FROM releases_release WHERE client = $1 ORDER BY number DESC",
                            {client});
  }));
  for (const db::Row& row : rows) all.push_back(release_of(row));
  return all;
}

namespace {

Result<std::vector<Disclosure>> disclosures_of(db::Connection& connection,
                                               clients::ClientId client) {
  std::vector<Disclosure> all;
  for (const db::Row& row :
       TRY(connection.query("SELECT d.id, d.release, r.number, d.made_at, d.made_by, d.method,"
                            " d.recipient_organization, d.items FROM releases_disclosure d"
                            " JOIN releases_release r ON r.id = d.release WHERE d.client = $1"
                            " ORDER BY d.made_at DESC, d.id DESC",
                            {client}))) {
    Disclosure one{.id = row.id<DisclosureId>(0),
                   .release = row.id<ReleaseId>(1),
                   .release_number = row.integer(2),
                   .made_at = row.instant(3),
                   .made_by = row.id<trust::MemberId>(4),
                   .method = row.text(5),
                   .recipient_organization = row.maybe_id<trust::OrganizationId>(6)};
    for (const std::string_view item : split(row.text(7), ','))
      if (auto read = item_from(item)) one.items.push_back(std::move(*read));
    all.push_back(std::move(one));
  }
  return all;
}

// Leaves about the client, its releases and its disclosures in which someone saw something.
Result<std::vector<Look>> looks_at(db::Connection& connection, clients::ClientId client) {
  std::vector<Look> looks;
  const std::string id = client.to_string();
  const std::function<Result<void>(const db::Row&)> add = [&](const db::Row& row) -> Result<void> {
    const Json leaf = TRY(parse_json(row.text(1)));
    const std::string action = leaf.text_of("action"), object = leaf.text_of("object");
    if (leaf.text_of("outcome") != "done") return {};
    const bool own = object == id && (action == "client.read" || action == "client_note.read" ||
                                      action == "plan.read" || action == "safety_plan.read");
    const bool of_a_part = leaf.text_of("detail") == "client=" + id &&
                           (action == "released_item.view" || action == "released_item.open_file" ||
                            action == "attachment.read" || action == "attachment.read_original");
    if (!own && !of_a_part) return {};
    Look look{row.instant(0), {}, {}, action};
    if (const std::string actor = leaf.text_of("actor"); actor.starts_with("member:"))
      if (const auto member = trust::MemberId::parse(actor.substr(7))) look.member = *member;
    if (const auto home = trust::OrganizationId::parse(leaf.text_of("organization")))
      look.organization = *home;
    looks.push_back(look);
    return {};
  };
  TRY(Vault::each_look(connection, client.uuid(), add));
  std::reverse(looks.begin(), looks.end());
  return looks;
}

}  // namespace

Result<RecordOfDisclosures> Releases::record_of(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "disclosure", "list", client.to_string()));
  return work_.vault.database().read(
      [&](db::Connection& connection) -> Result<RecordOfDisclosures> {
        return RecordOfDisclosures{TRY(disclosures_of(connection, client)),
                                   TRY(looks_at(connection, client))};
      });
}

}  // namespace daybreak::vault::releases
