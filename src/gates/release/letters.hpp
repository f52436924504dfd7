// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside gates/release/ only: what the letters between nodes say, questions to the node of a
// releasing vault, and the files that it sends in its answers.
#pragma once

#include "gates/release/opening.hpp"

namespace daybreak::gates::letters {

inline constexpr std::size_t kSmallStep = 512, kAnswerStep = 4096;
// Pieces of a file in one answer: a quarter of a megabyte, so that a poor line brings it in time.
inline constexpr std::int64_t kPiecesAtOnce = 4;
// For how long after a file was opened the rest of it may be asked for.
inline constexpr std::chrono::hours kFileTime{1};

tl::unexpected<Error> damaged();
std::int64_t number_in(const Json& json, std::string_view key);  // else 0
Result<trust::keys::PublicKey> key_in(const Json& json, std::string_view key);

// JSON and the bytes after it, filled up so that the length tells little.
struct Said {
  Json json;
  std::string bytes;  // and what fills them up
};
std::string padded(const Json& json, std::size_t step, std::string_view bytes = {});
Result<Said> read_padded(std::string_view text);

std::string pointer_context(trust::OrganizationId from, trust::OrganizationId to);
std::string question_context(const Uuid& id, trust::OrganizationId from, trust::OrganizationId to);
std::string answer_context(const Uuid& id);

// Who asks the node of a releasing vault. Outlives the request, not the vault.
struct Asking {
  Beyond& beyond;
  vault::Vault& vault;
  std::shared_ptr<const trust::keys::Keyring> keyring;
  trust::Actor actor;
  vault::inbox::Pointer pointer;
};
// `more`: further members of the question. kNotFound when it is refused; the pointer is forgotten
// when the release has ended.
Result<Said> ask(const Asking& asking, const JsonObject& more = {});

// A file that was opened: by whom, and which.
struct OpenedFile {
  ProjectionId projection;
  Uuid attachment;
  trust::OrganizationId organization;
  trust::MemberId member;
};
// Lets them ask for its pieces; given with the answer to a look that was decided and recorded.
std::string write_ticket(const trust::keys::KeyPair& box, const OpenedFile& file, Instant now,
                         Random& random);
// kDenied for another's, another file's, or after kFileTime.
Result<void> check_ticket(const trust::keys::KeyPair& box, const OpenedFile& file,
                          std::string_view ticket, Instant now);
std::string pieces_answer(const std::vector<std::string>& pieces);

// At the recipient: the pieces of a file on another node from the first on, opened.
PieceSource far_pieces(Asking asking, std::shared_ptr<const vault::outward::File> file,
                       std::string ticket);

}  // namespace daybreak::gates::letters
