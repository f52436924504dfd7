// SPDX-License-Identifier: AGPL-3.0-or-later
// Notes in classes that are kept apart: each class has a key of its own, which only its members
// hold. A draft is its author's; a signed note is never changed, only amended by another. Made for
// one request; used by its thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vault/clients/clients.hpp"

namespace daybreak::vault::notes {

using NoteId = Id<struct NoteTag>;

enum class NoteClass : std::uint8_t { kFactual, kPrivileged, kAttorney, kClinical, kChild };
inline constexpr NoteClass kNoteClasses[] = {NoteClass::kFactual, NoteClass::kPrivileged,
                                             NoteClass::kAttorney, NoteClass::kClinical,
                                             NoteClass::kChild};
std::string_view code_of(NoteClass note_class);  // "factual", …
std::optional<NoteClass> note_class_from(std::string_view code);

struct Note {
  NoteId id;
  clients::ClientId client;
  NoteClass note_class = NoteClass::kFactual;
  bool is_signed = false;
  std::int64_t version = 1;
  trust::MemberId author;
  Instant written_at;
  std::optional<NoteId> amends;
  Secret<std::string> body;
};

class Notes {
 public:
  explicit Notes(const Work& work) : work_(work) {}

  // Whether the actor holds the key of a class.
  bool holds(NoteClass note_class) const;
  // kDenied without the key of the class.
  Result<NoteId> write(clients::ClientId client, NoteClass note_class,
                       const Secret<std::string>& body, const std::optional<NoteId>& amends = {});
  // A draft of the actor's own; kConflict when it was signed or changed meanwhile.
  Result<void> rewrite(NoteId id, std::int64_t version, const Secret<std::string>& body);
  Result<void> sign(NoteId id);
  // One note of this client; kNotFound when the actor may not read it.
  Result<Note> read(clients::ClientId client, NoteId id);
  // Those of the classes that the actor holds, and of drafts only the own ones; newest first. That
  // there are others is not told.
  Result<std::vector<Note>> of_client(clients::ClientId client);

 private:
  const Work& work_;
};

// A signed note's text, for a release; kNotFound when the actor may not read it.
Result<std::string> open_note(db::Connection& connection, const Work& work,
                              const trust::keys::Key& client_key, clients::ClientId client,
                              NoteId id);

// For the end of retention, inside its write: every note of a client; returns how many there were.
Result<std::int64_t> forget_all(db::Connection& connection, clients::ClientId client);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::notes
