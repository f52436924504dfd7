// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/attachments/ only: a stream of bytes as sealed pieces of 64 KiB, each bound to its
// file, copy and number, and back. At most one megabyte waits to be written.
#pragma once

#include <memory>

#include "base/digest.hpp"
#include "vault/attachments/attachments.hpp"

namespace daybreak::vault::attachments {

// What was written: enough to know that what is read is whole.
struct Written {
  std::int64_t pieces = 0;
  std::uint64_t size = 0;
  std::string sha256;
};

class PieceWriter {
 public:
  PieceWriter(const Vault& vault, const trust::keys::Key& key, AttachmentId id, Copy copy)
      : vault_(vault), key_(key), id_(id), copy_(copy) {}
  Result<void> append(std::string_view bytes);
  Result<Written> finish();

 private:
  Result<void> seal_one(std::string_view bytes);
  Result<void> flush();

  const Vault& vault_;
  const trust::keys::Key& key_;
  AttachmentId id_;
  Copy copy_;
  std::string rest_;
  std::vector<std::pair<std::int64_t, std::string>> waiting_;
  Written written_;
  Sha256 digest_;
};

// Piece by piece, each inside the caller's transaction; nothing after the last, kCorrupt when one
// is missing or the whole is not what was written. The key must outlive it.
class PieceReader {
 public:
  PieceReader(const Vault& vault, const trust::keys::Key& key, AttachmentId id, Copy copy,
              Written written)
      : vault_(vault), key_(key), id_(id), copy_(copy), written_(std::move(written)) {}
  Result<std::optional<std::string>> next(db::Connection& connection);

 private:
  const Vault& vault_;
  const trust::keys::Key& key_;
  AttachmentId id_;
  Copy copy_;
  Written written_;
  std::int64_t number_ = 0;
  Sha256 digest_;
};

Pieces read_pieces(const Vault& vault, std::shared_ptr<const trust::keys::Key> key, AttachmentId id,
                   Copy copy, const Written& written);

}  // namespace daybreak::vault::attachments
