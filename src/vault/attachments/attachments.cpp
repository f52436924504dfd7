// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/attachments/attachments.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "embedded/vault_attachments_migrations.hpp"
#include "vault/attachments/pieces.hpp"

namespace daybreak::vault::attachments {
namespace {

namespace keys = trust::keys;

constexpr std::string_view kColumns =
    "id, client, number, class, type, state, wrapped_key, about, added_by, added_at";
constexpr std::size_t kMostName = 200;
constexpr std::chrono::hours kMostUpload{1};  // what came in longer ago will not be finished

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

const keys::Key* class_key(const Work& work, notes::NoteClass note_class) {
  return work.keyring->find("note." + std::string(notes::code_of(note_class)));
}

keys::Place file_place(const Work& work, AttachmentId id, std::string_view column) {
  return work.vault.place("attachments_file", id.uuid(), column, 1);
}

Json write_copy(const Written& copy) {
  return Json::object({{"pieces", copy.pieces},
                       {"size", static_cast<std::int64_t>(copy.size)},
                       {"sha256", copy.sha256}});
}

std::optional<Written> read_copy(const Json& about, std::string_view name) {
  const Json* copy = about.find(name);
  if (copy == nullptr) return std::nullopt;
  const Json *pieces = copy->find("pieces"), *size = copy->find("size"),
             *hash = copy->find("sha256");
  if (pieces == nullptr || size == nullptr || hash == nullptr || !pieces->is_integer() ||
      !size->is_integer() || !hash->is_string())
    return std::nullopt;
  return Written{*pieces->if_integer(), static_cast<std::uint64_t>(*size->if_integer()),
                 *hash->if_string()};
}

// A row with its key and what is sealed about it.
struct Known {
  Attachment about;
  std::shared_ptr<const keys::Key> key;
  std::optional<Written> original, clean;
};

Result<Known> known_of(const Work& work, const keys::Key* client, const db::Row& row) {
  Known known{
      .about = {
          .id = row.id<AttachmentId>(0),
          .client = row.id<clients::ClientId>(1),
          .number = row.integer(2),
          .note_class = notes::note_class_from(row.text(3)).value_or(notes::NoteClass::kAttorney),
          .type = doc::type_from(row.text(4)),
          .is_shredded = row.text(5) != "kept",
          .added_by = row.id<trust::MemberId>(8),
          .added_at = row.instant(9)}};
  const keys::Key* note_key = class_key(work, known.about.note_class);
  if (note_key == nullptr) return absent();
  if (known.about.is_shredded || client == nullptr) return known;
  const AttachmentId id = known.about.id;
  known.key = std::make_shared<const keys::Key>(
      TRY(keys::unwrap(keys::record_key(*client, *note_key, "attachments_file", id.uuid()),
                       row.blob(6), file_place(work, id, "wrapped_key"))));
  const auto text = TRY(keys::open(*known.key, row.blob(7), file_place(work, id, "about")));
  const Json about = TRY(parse_json(text.reveal()));
  if (const Json* name = about.find("name"); name != nullptr && name->is_string())
    known.about.name = Secret<std::string>(*name->if_string());
  known.original = read_copy(about, "original");
  known.clean = read_copy(about, "clean");
  if (!known.original) return fail(ErrorKind::kCorrupt, "an attachment is not whole");
  known.about.size = known.original->size;
  known.about.sha256 = known.original->sha256;
  known.about.has_clean_copy = known.clean.has_value();
  return known;
}

Result<Known> find_known(db::Connection& connection, const Work& work, clients::ClientId client,
                         AttachmentId id) {
  const auto row = TRY(connection.query_one(
      "SELECT " + std::string(kColumns) + " FROM attachments_file WHERE id = $1 AND client = $2",
      {id, client}));
  if (!row || row->text(5) != "kept") return absent();
  const keys::Key key = TRY(clients::client_key(connection, work, client));
  return known_of(work, &key, *row);
}

Result<void> drop(db::Connection& connection, AttachmentId id) {
  TRY(connection.execute("DELETE FROM attachments_piece WHERE attachment = $1", {id}));
  TRY(connection.execute("DELETE FROM attachments_file WHERE id = $1 AND state = 'incoming'",
                         {id}));
  return {};
}

// Uploads that were never finished; nobody has a key to them.
Result<void> drop_abandoned(db::Connection& connection, Instant now) {
  for (const db::Row& row : TRY(connection.query(
           "SELECT id FROM attachments_file WHERE state = 'incoming' AND added_at < $1",
           {now - kMostUpload})))
    TRY(drop(connection, row.id<AttachmentId>(0)));
  return {};
}

Result<void> check_content(const Secret<std::string>& name, std::string_view content) {
  if (content.empty() || content.size() > kMostBytes)
    return fail(ErrorKind::kInvalid, "a file has 1 byte to 20 megabytes", "field file",
                "Choose a smaller one, or divide it");
  if (name.reveal().size() > kMostName || !is_valid_utf8(name.reveal()))
    return fail(ErrorKind::kInvalid, "the file's name is too long or no text", "field file",
                "Give it a shorter name");
  return {};
}

Result<void> begin(const Work& work, AttachmentId id, clients::ClientId client,
                   notes::NoteClass note_class, doc::FileType type) {
  return work.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(clients::client_key(connection, work, client));
    TRY(drop_abandoned(connection, work.now()));
    const auto last = TRY(connection.query_one(
        "SELECT coalesce(max(number), 0) FROM attachments_file WHERE client = $1", {client}));
    TRY(connection.execute(
        "INSERT INTO attachments_file (id, client, number, class, type, state, added_by, added_at)"
        " VALUES ($1, $2, $3, $4, $5, 'incoming', $6, $7)",
        {id, client, last->integer(0) + 1, notes::code_of(note_class), doc::code_of(type),
         work.actor.member, work.now()}));
    return {};
  });
}

// The copy without what the file says of itself; nothing when it has none.
Result<std::optional<Written>> write_clean(const Work& work, const keys::Key& key, AttachmentId id,
                                           doc::FileType type, std::string_view content) {
  if (!doc::has_clean_copy(type)) return std::nullopt;
  PieceWriter writer(work.vault, key, id, Copy::kClean);
  const auto cleaned = doc::write_clean_copy(
      type, content, [&](std::string_view piece) { return writer.append(piece); });
  if (cleaned) return TRY(writer.finish());
  if (cleaned.error().kind != ErrorKind::kInvalid) return tl::make_unexpected(cleaned.error());
  TRY(work.vault.database().write([&](db::Connection& connection) {
    return connection.execute(
        "DELETE FROM attachments_piece WHERE attachment = $1 AND copy = 'clean'", {id});
  }));
  return std::nullopt;
}

Result<void> end(const Work& work, AttachmentId id, clients::ClientId client,
                 notes::NoteClass note_class, const keys::Key& key, const Json& about) {
  return work.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key client_key = TRY(clients::client_key(connection, work, client));
    const keys::Key outer =
        keys::record_key(client_key, *class_key(work, note_class), "attachments_file", id.uuid());
    const auto changed = TRY(connection.execute(
        "UPDATE attachments_file SET state = 'kept', wrapped_key = $2, about = $3"
        " WHERE id = $1 AND state = 'incoming'",
        {id,
         db::Blob{keys::wrap(outer, key, file_place(work, id, "wrapped_key"), work.vault.random())},
         db::Blob{keys::seal(key, to_text(about), file_place(work, id, "about"),
                             work.vault.random())}}));
    if (changed != 1) return fail(ErrorKind::kConflict, "the upload was given up", {}, "Try again");
    return work.vault.note(
        connection, work.actor, "attachment", "create", id.to_string(),
        "client=" + client.to_string() + ",class=" + std::string(notes::code_of(note_class)));
  });
}

Result<void> write_all(const Work& work, AttachmentId id, clients::ClientId client,
                       notes::NoteClass note_class, const Secret<std::string>& name,
                       std::string_view content, doc::FileType type) {
  const keys::Key key = keys::Key::generate(work.vault.random());
  PieceWriter original(work.vault, key, id, Copy::kOriginal);
  TRY(original.append(content));
  Json about = Json::object({{"name", name.reveal()}});
  about.set("original", write_copy(TRY(original.finish())));
  if (const auto clean = TRY(write_clean(work, key, id, type, content)))
    about.set("clean", write_copy(*clean));
  return end(work, id, client, note_class, key, about);
}

}  // namespace

std::string file_name_of(std::int64_t number, doc::FileType type) {
  return "attachment-" + std::to_string(number) + std::string(doc::extension_of(type));
}

db::ModuleMigrations migrations() {
  return {"attachments", &embedded::vault_attachments_migrations()};
}

Result<AttachmentId> Attachments::add(clients::ClientId client, notes::NoteClass note_class,
                                      const Secret<std::string>& name, std::string_view content) {
  TRY(work_.vault.require(work_.actor, "attachment", "create", client.to_string()));
  TRY(check_content(name, content));
  if (class_key(work_, note_class) == nullptr)
    return fail(ErrorKind::kDenied, "you do not hold the key of this class", "field class",
                "Ask an officer of the vault for it");
  const auto id = AttachmentId::generate(work_.vault.clock(), work_.vault.random());
  const doc::FileType type = doc::file_type(content);
  TRY(begin(work_, id, client, note_class, type));
  if (auto done = write_all(work_, id, client, note_class, name, content, type); !done) {
    (void)work_.vault.database().write(
        [&](db::Connection& connection) { return drop(connection, id); });
    return tl::make_unexpected(done.error());
  }
  return id;
}

Result<std::vector<Attachment>> Attachments::of_client(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "attachment", "list", client.to_string()));
  return work_.vault.database().read(
      [&](db::Connection& connection) -> Result<std::vector<Attachment>> {
        const auto key = clients::client_key(connection, work_, client);
        if (!key && key.error().kind != ErrorKind::kConflict)
          return tl::make_unexpected(key.error());
        std::vector<Attachment> all;
        for (const db::Row& row :
             TRY(connection.query("SELECT " + std::string(kColumns) +
                                      " FROM attachments_file WHERE client = $1"
                                      " AND state <> 'incoming' ORDER BY number DESC",
                                  {client}))) {
          auto known = known_of(work_, key ? &*key : nullptr, row);
          if (known)
            all.push_back(std::move(known->about));
          else if (known.error().kind != ErrorKind::kNotFound)
            return tl::make_unexpected(known.error());
        }
        return all;
      });
}

Result<Opened> Attachments::open(clients::ClientId client, AttachmentId id, Copy copy) {
  const std::string_view action = copy == Copy::kClean ? "read" : "read_original";
  TRY(work_.vault.require(work_.actor, "attachment", action, id.to_string()));
  Known known = TRY(work_.vault.database().read(
      [&](db::Connection& connection) { return find_known(connection, work_, client, id); }));
  const auto& written = copy == Copy::kClean ? known.clean : known.original;
  if (!written) return absent();
  TRY(work_.vault.note_look(work_.actor, "attachment", action, id.to_string(),
                            "client=" + client.to_string()));
  Pieces pieces = read_pieces(work_.vault, known.key, id, copy, *written);
  return Opened{std::move(known.about), std::move(pieces)};
}

namespace {

Result<std::int64_t> forget(db::Connection& connection, const Vault& vault,
                            const trust::Actor& actor, AttachmentId id) {
  connection.leave_no_trace();
  TRY(connection.execute("DELETE FROM attachments_piece WHERE attachment = $1", {id}));
  return connection.execute(
      "UPDATE attachments_file SET state = 'shredded', wrapped_key = NULL, about = NULL,"
      " shredded_by = $2, shredded_at = $3 WHERE id = $1 AND state <> 'shredded'",
      {id, actor.member, vault.now()});
}

}  // namespace

Result<void> Attachments::shred(clients::ClientId client, AttachmentId id) {
  TRY(work_.vault.require(work_.actor, "attachment", "shred", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(find_known(connection, work_, client, id));
    TRY(forget(connection, work_.vault, work_.actor, id));
    return work_.vault.note(connection, work_.actor, "attachment", "shred", id.to_string(),
                            "client=" + client.to_string());
  });
}

Result<keys::Key> file_key(db::Connection& connection, const Work& work, clients::ClientId client,
                           AttachmentId id) {
  const Known known = TRY(find_known(connection, work, client, id));
  return known.key->copy();
}

Result<CleanCopy> read_clean(db::Connection& connection, const Work& work, clients::ClientId client,
                             AttachmentId id, const CleanSink& sink) {
  const Known known = TRY(find_known(connection, work, client, id));
  if (!known.clean) return absent();
  if (sink) {
    PieceReader reader(work.vault, *known.key, id, Copy::kClean, *known.clean);
    while (const auto piece = TRY(reader.next(connection))) TRY(sink(*piece));
  }
  return CleanCopy{known.about.type, known.clean->size, known.clean->sha256};
}

Result<bool> is_kept(db::Connection& connection, AttachmentId id) {
  const auto row = TRY(connection.query_one(
      "SELECT count(*) FROM attachments_file WHERE id = $1 AND state = 'kept'", {id}));
  return row->integer(0) == 1;
}

Result<std::int64_t> shred_all(db::Connection& connection, const Vault& vault,
                               const trust::Actor& actor, clients::ClientId client) {
  std::int64_t count = 0;
  for (const db::Row& row : TRY(connection.query(
           "SELECT id FROM attachments_file WHERE client = $1 AND state <> 'shredded'", {client})))
    count += TRY(forget(connection, vault, actor, row.id<AttachmentId>(0)));
  return count;
}

Result<std::vector<AttachmentId>> shredded(db::Connection& connection) {
  std::vector<AttachmentId> all;
  for (const db::Row& row : TRY(connection.query(
           "SELECT id FROM attachments_file WHERE state = 'shredded' ORDER BY id")))
    all.push_back(row.id<AttachmentId>(0));
  return all;
}

Result<std::int64_t> shred_again(db::Connection& connection, const Vault& vault,
                                 const trust::Actor& actor, AttachmentId id) {
  return forget(connection, vault, actor, id);
}

}  // namespace daybreak::vault::attachments
