// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/attachments/pieces.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::vault::attachments {
namespace {

namespace keys = trust::keys;

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::size_t kWaiting = 16;  // pieces in one write

std::string_view code_of(Copy copy) { return copy == Copy::kClean ? "clean" : "original"; }

keys::Place piece_place(const Vault& vault, AttachmentId id, Copy copy, std::int64_t number) {
  return vault.place("attachments_piece", id.uuid(), code_of(copy), number);
}

tl::unexpected<Error> not_whole() {
  return fail(ErrorKind::kCorrupt, "an attachment is not whole", {},
              "It was changed: compare with the audit log and the last backup");
}

}  // namespace

Result<void> PieceWriter::append(std::string_view bytes) {
  digest_.update(bytes);
  written_.size += bytes.size();
  while (!bytes.empty()) {
    if (rest_.empty() && bytes.size() >= kPiece) {
      TRY(seal_one(bytes.substr(0, kPiece)));
      bytes.remove_prefix(kPiece);
      continue;
    }
    const std::size_t taken = std::min(bytes.size(), kPiece - rest_.size());
    rest_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (rest_.size() < kPiece) continue;
    TRY(seal_one(rest_));
    rest_.clear();
  }
  return {};
}

Result<void> PieceWriter::seal_one(std::string_view bytes) {
  const std::int64_t number = ++written_.pieces;
  waiting_.emplace_back(
      number, keys::seal(key_, bytes, piece_place(vault_, id_, copy_, number), vault_.random()));
  return waiting_.size() < kWaiting ? Result<void>() : flush();
}

Result<void> PieceWriter::flush() {
  if (waiting_.empty()) return {};
  TRY(vault_.database().write([&](db::Connection& connection) -> Result<void> {
    for (const auto& [number, sealed] : waiting_)
      TRY(
          connection.execute("INSERT INTO attachments_piece (attachment, copy, number, sealed)"
                             " VALUES ($1, $2, $3, $4)",
                             {id_, code_of(copy_), number, db::Blob{sealed}}));
    return {};
  }));
  waiting_.clear();
  return {};
}

Result<Written> PieceWriter::finish() {
  if (!rest_.empty()) TRY(seal_one(rest_));
  rest_.clear();
  TRY(flush());
  written_.sha256 = to_hex(digest_.finish());
  return written_;
}

Result<std::optional<std::string>> PieceReader::next(db::Connection& connection) {
  if (number_ == written_.pieces) return std::nullopt;
  ++number_;
  const auto row = TRY(connection.query_one(
      "SELECT sealed FROM attachments_piece WHERE attachment = $1 AND copy = $2 AND number = $3",
      {id_, code_of(copy_), number_}));
  if (!row) return not_whole();
  const auto plain = TRY(keys::open(key_, row->blob(0), piece_place(vault_, id_, copy_, number_)));
  digest_.update(plain.reveal());
  if (number_ == written_.pieces && to_hex(digest_.finish()) != written_.sha256) return not_whole();
  return plain.reveal();
}

Pieces read_pieces(const Vault& vault, std::shared_ptr<const keys::Key> key, AttachmentId id,
                   Copy copy, const Written& written) {
  auto reader = std::make_shared<PieceReader>(vault, *key, id, copy, written);
  return [&vault, key = std::move(key), reader = std::move(reader)] {
    return vault.database().read(
        [&](db::Connection& connection) { return reader->next(connection); });
  };
}

}  // namespace daybreak::vault::attachments
