// SPDX-License-Identifier: AGPL-3.0-or-later
// Files in a client's file: letters, photographs, signed papers. The original is sealed byte for
// byte, with its hash; beside it, where the type allows, stands a clean copy without what the file
// says of places, devices and authors (doc/clean_copy.hpp), and that is what is opened. Both are
// sealed in pieces under a key of the file's own, below the client's key and a class of notes; to
// shred is to forget that key. Made for one request; used by its thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doc/clean_copy.hpp"
#include "vault/notes/notes.hpp"

namespace daybreak::vault::attachments {

using AttachmentId = Id<struct AttachmentTag>;

inline constexpr std::size_t kMostBytes = std::size_t{20} << 20;

// A neutral name for every place outside of the vault: "attachment-3.pdf".
std::string file_name_of(std::int64_t number, doc::FileType type);

struct Attachment {
  AttachmentId id;
  clients::ClientId client;
  std::int64_t number = 0;  // this client's own count
  notes::NoteClass note_class = notes::NoteClass::kFactual;
  doc::FileType type = doc::FileType::kOther;
  bool is_shredded = false;  // then nothing below but who and when is known
  Secret<std::string> name;  // as it came
  std::uint64_t size = 0;    // of the original
  std::string sha256;        // of the original
  bool has_clean_copy = false;
  trust::MemberId added_by;
  Instant added_at;
};

enum class Copy : std::uint8_t { kClean, kOriginal };
// The next piece; nothing at the end; kCorrupt when a piece is missing or was changed. Outlives the
// request, not the vault.
using Pieces = std::function<Result<std::optional<std::string>>()>;
struct Opened {
  Attachment about;
  Pieces pieces;
};

class Attachments {
 public:
  explicit Attachments(const Work& work) : work_(work) {}

  // kInvalid (field "file") when it is empty or larger than kMostBytes; kDenied without the key of
  // the class. Nothing stays when this fails.
  Result<AttachmentId> add(clients::ClientId client, notes::NoteClass note_class,
                           const Secret<std::string>& name, std::string_view content);
  // Of the classes that the actor holds, newest first; shredded ones as a line without a name.
  Result<std::vector<Attachment>> of_client(clients::ClientId client);
  // Recorded before the first byte goes out. kNotFound when it is not this client's or not for the
  // actor, was shredded, or has no clean copy and that was asked for.
  Result<Opened> open(clients::ClientId client, AttachmentId id, Copy copy);
  // Its key, name, hash and bytes are gone; that there was a file of this type and class, stays.
  Result<void> shred(clients::ClientId client, AttachmentId id);

 private:
  const Work& work_;
};

// A file's own key, inside the caller's read; kNotFound as open().
Result<trust::keys::Key> file_key(db::Connection& connection, const Work& work,
                                  clients::ClientId client, AttachmentId id);
// For the way out of this vault, inside the gate's transaction: what the clean copy is, and its
// bytes to `sink` where there is one. kNotFound as open().
struct CleanCopy {
  doc::FileType type = doc::FileType::kOther;
  std::uint64_t size = 0;
  std::string sha256;
};
using CleanSink = std::function<Result<void>(std::string_view bytes)>;
Result<CleanCopy> read_clean(db::Connection& connection, const Work& work, clients::ClientId client,
                             AttachmentId id, const CleanSink& sink);
// Whether it was neither shredded nor given up.
Result<bool> is_kept(db::Connection& connection, AttachmentId id);
// For the other rooms of the same vault, inside their own writes: everything of a client as
// shredded; returns how many were not before.
Result<std::int64_t> shred_all(db::Connection& connection, const Vault& vault,
                               const trust::Actor& actor, clients::ClientId client);
// For a store that was restored: which were shredded, and shredding one again.
Result<std::vector<AttachmentId>> shredded(db::Connection& connection);
Result<std::int64_t> shred_again(db::Connection& connection, const Vault& vault,
                                 const trust::Actor& actor, AttachmentId id);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::attachments
