// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/notes/notes.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "embedded/vault_notes_migrations.hpp"

namespace daybreak::vault::notes {
namespace {

namespace keys = trust::keys;

constexpr std::array<std::string_view, 5> kClasses = {"factual", "privileged", "attorney",
                                                      "clinical", "child"};
constexpr std::size_t kMostText = 100'000;
constexpr std::string_view kColumns =
    "id, client, class, state, version, author, written_at, amends, body";

const keys::Key* class_key(const Work& work, NoteClass note_class) {
  return work.keyring->find("note." + std::string(code_of(note_class)));
}

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

Result<void> check_body(const Secret<std::string>& body) {
  const std::string& text = body.reveal();
  if (!trim(text).empty() && text.size() <= kMostText && is_valid_utf8(text) &&
      text.find('\0') == std::string::npos)
    return {};
  return fail(ErrorKind::kInvalid, "a note has 1 to 100000 bytes of text", "field body",
              "Write it, or divide it");
}

std::string seal_body(const Work& work, const keys::Key& client, const keys::Key& note_key,
                      NoteId id, std::int64_t version, const Secret<std::string>& body) {
  return keys::seal(keys::record_key(client, note_key, "notes_note", id.uuid()), body.reveal(),
                    work.vault.place("notes_note", id.uuid(), "body", version),
                    work.vault.random());
}

Result<Note> note_of(const Work& work, const keys::Key& client, const db::Row& row) {
  Note note{.id = row.id<NoteId>(0),
            .client = row.id<clients::ClientId>(1),
            .note_class = note_class_from(row.text(2)).value_or(NoteClass::kAttorney),
            .is_signed = row.text(3) == "signed",
            .version = row.integer(4),
            .author = row.id<trust::MemberId>(5),
            .written_at = row.instant(6),
            .amends = row.maybe_id<NoteId>(7)};
  const keys::Key* note_key = class_key(work, note.note_class);
  if (note_key == nullptr || (!note.is_signed && note.author != work.actor.member)) return absent();
  note.body =
      TRY(keys::open(keys::record_key(client, *note_key, "notes_note", note.id.uuid()), row.blob(8),
                     work.vault.place("notes_note", note.id.uuid(), "body", note.version)));
  return note;
}

Result<std::optional<db::Row>> find_row(db::Connection& connection, NoteId id) {
  return connection.query_one("SELECT " + std::string(kColumns) + " FROM notes_note WHERE id = $1",
                              {id});
}

}  // namespace

std::string_view code_of(NoteClass note_class) {
  return kClasses.at(static_cast<std::size_t>(note_class));
}
std::optional<NoteClass> note_class_from(std::string_view code) {
  for (std::size_t i = 0; i < kClasses.size(); ++i)
    if (kClasses[i] == code) return static_cast<NoteClass>(i);
  return std::nullopt;
}

db::ModuleMigrations migrations() { return {"notes", &embedded::vault_notes_migrations()}; }

bool Notes::holds(NoteClass note_class) const { return class_key(work_, note_class) != nullptr; }

Result<NoteId> Notes::write(clients::ClientId client, NoteClass note_class,
                            const Secret<std::string>& body, const std::optional<NoteId>& amends) {
  TRY(work_.vault.require(work_.actor, "client_note", "create", client.to_string()));
  TRY(check_body(body));
  const keys::Key* note_key = class_key(work_, note_class);
  if (note_key == nullptr)
    return fail(ErrorKind::kDenied, "you do not hold the key of this class of notes", "field class",
                "Ask an officer of the vault for it");
  const auto id = NoteId::generate(work_.vault.clock(), work_.vault.random());
  const db::Question question = clients::key_question(client);
  TRY(work_.vault.database().write(
      question, [&](db::Connection& connection, const db::Rows& answer) -> Result<void> {
        const keys::Key key = TRY(clients::key_from(work_, client, answer));
        TRY(connection.insert_with_group(
            "notes_note (id, client, class, state, version, body, amends, author, written_at)",
            {id, client, code_of(note_class), "draft", 1,
             db::Blob{seal_body(work_, key, *note_key, id, 1, body)}, amends, work_.actor.member,
             work_.now()}));
        return work_.vault.note(connection, work_.actor, "client_note", "create", id.to_string(),
                                "class=" + std::string(code_of(note_class)));
      }));
  return id;
}

Result<void> Notes::rewrite(NoteId id, std::int64_t version, const Secret<std::string>& body) {
  TRY(work_.vault.require(work_.actor, "client_note", "create", id.to_string()));
  TRY(check_body(body));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto row = TRY(find_row(connection, id));
    if (!row) return absent();
    const auto client = row->id<clients::ClientId>(1);
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    const Note note = TRY(note_of(work_, key, *row));
    if (note.is_signed || note.version != version)
      return fail(ErrorKind::kConflict, "this note was signed or changed meanwhile", {},
                  "Open it again; a signed note is amended by another");
    const keys::Key& note_key = *class_key(work_, note.note_class);
    TRY(connection.execute(
        "UPDATE notes_note SET body = $2, version = $3, written_at = $4 WHERE id = $1",
        {id, db::Blob{seal_body(work_, key, note_key, id, version + 1, body)}, version + 1,
         work_.now()}));
    return work_.vault.note(connection, work_.actor, "client_note", "edit", id.to_string());
  });
}

Result<void> Notes::sign(NoteId id) {
  TRY(work_.vault.require(work_.actor, "client_note", "sign", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto changed =
        TRY(connection.execute("UPDATE notes_note SET state = 'signed', signed_at = $3"
                               " WHERE id = $1 AND author = $2 AND state = 'draft'",
                               {id, work_.actor.member, work_.now()}));
    if (changed != 1) return absent();
    return work_.vault.note(connection, work_.actor, "client_note", "sign", id.to_string());
  });
}

Result<Note> Notes::read(clients::ClientId client, NoteId id) {
  TRY(work_.vault.require(work_.actor, "client_note", "read", client.to_string()));
  auto found = TRY(work_.vault.database().read([&](db::Connection& connection) -> Result<Note> {
    const auto row = TRY(find_row(connection, id));
    if (!row || row->id<clients::ClientId>(1) != client) return absent();
    return note_of(work_, TRY(clients::client_key(connection, work_, client)), *row);
  }));
  TRY(work_.vault.note_look(work_.actor, "client_note", "read", client.to_string(), "notes=1"));
  return found;
}

Result<std::vector<Note>> Notes::of_client(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "client_note", "read", client.to_string()));
  auto found =
      TRY(work_.vault.database().read([&](db::Connection& connection) -> Result<std::vector<Note>> {
        const keys::Key key = TRY(clients::client_key(connection, work_, client));
        std::vector<Note> notes;
        for (const db::Row& row : TRY(connection.query(
                 "SELECT " + std::string(kColumns) +
                     " FROM notes_note WHERE client = $1 ORDER BY written_at DESC, id DESC",
                 {client}))) {
          auto note = note_of(work_, key, row);
          if (note)
            notes.push_back(std::move(*note));
          else if (note.error().kind != ErrorKind::kNotFound)
            return tl::make_unexpected(note.error());
        }
        return notes;
      }));
  if (!found.empty())
    TRY(work_.vault.note_look(work_.actor, "client_note", "read", client.to_string(),
                              "notes=" + std::to_string(found.size())));
  return found;
}

Result<std::string> open_note(db::Connection& connection, const Work& work,
                              const keys::Key& client_key, clients::ClientId client, NoteId id) {
  const auto row = TRY(find_row(connection, id));
  if (!row || row->id<clients::ClientId>(1) != client) return absent();
  const Note note = TRY(note_of(work, client_key, *row));
  if (!note.is_signed) return absent();
  return note.body.reveal();
}

Result<std::int64_t> forget_all(db::Connection& connection, clients::ClientId client) {
  connection.leave_no_trace();
  return connection.execute("DELETE FROM notes_note WHERE client = $1", {client});
}

}  // namespace daybreak::vault::notes
