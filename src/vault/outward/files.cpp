// SPDX-License-Identifier: AGPL-3.0-or-later
// Files on their way out: the clean copy of an attachment, sealed anew in pieces for one
// projection.
#include "base/text.hpp"
#include "vault/outward/outward.hpp"

namespace daybreak::vault::outward {
namespace {

namespace keys = trust::keys;
using attachments::AttachmentId;

// Each file has a key of its own, so that the place need not name it. Known on both sides.
keys::Place piece_place(trust::OrganizationId sender, releases::ProjectionId projection,
                        std::int64_t number) {
  return {sender.uuid(), "vault", "releases_piece", projection.uuid(), "sealed", number};
}

tl::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "what was released is damaged");
}
tl::unexpected<Error> ended() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

Result<void> insert_file(db::Connection& connection, const Work& work, clients::ClientId client,
                         releases::ProjectionId projection, const File& file) {
  std::int64_t number = 0;
  TRY(attachments::read_clean(
      connection, work, client, AttachmentId(file.attachment),
      [&](std::string_view bytes) -> Result<void> {
        ++number;
        TRY(connection.execute(
            "INSERT INTO releases_piece (projection, attachment, number, sealed)"
            " VALUES ($1, $2, $3, $4)",
            {projection, file.attachment, number,
             db::Blob{keys::seal(file.key, bytes,
                                 piece_place(work.vault.organization(), projection, number),
                                 work.vault.random())}}));
        return {};
      }));
  return {};
}

}  // namespace

Result<std::optional<File>> file_of(const Json& item) {
  const auto name = releases::item_from(item.text_of("item"));
  if (!name || name->kind != releases::ItemKind::kAttachment) return std::nullopt;
  const Json* content = item.find("content");
  if (content == nullptr) return damaged();
  const auto id = Uuid::parse(name->subject);
  const auto key = from_hex(content->text_of("key"));
  const Json* size = content->find("size");
  if (!id || !key || key->size() != keys::Key::kBytes || size == nullptr || !size->is_integer())
    return damaged();
  return File{*id, doc::type_from(content->text_of("type")),
              static_cast<std::uint64_t>(*size->if_integer()), content->text_of("sha256"),
              keys::Key::copy_of(*key)};
}

Result<void> insert_files(db::Connection& connection, const Work& work,
                          const releases::ReleaseRow& release, releases::ProjectionId projection,
                          const Json& content) {
  const JsonArray* all = content.if_array();
  if (all == nullptr) return damaged();
  for (const Json& one : *all)
    if (const auto file = TRY(file_of(one)))
      TRY(insert_file(connection, work, release.client, projection, *file));
  return {};
}

Result<std::vector<std::string>> sealed_pieces(db::Connection& connection, const Vault& vault,
                                               releases::ProjectionId projection,
                                               const Uuid& attachment, std::int64_t number,
                                               std::int64_t most) {
  const auto living = TRY(find_projection(connection, projection));
  if (!living || living->letter.empty() || !living->release.may_view(vault.now()) ||
      !TRY(attachments::is_kept(connection, AttachmentId(attachment))))
    return ended();
  std::vector<std::string> pieces;
  TRY(connection.query_each(
      "SELECT sealed FROM releases_piece WHERE projection = $1 AND attachment = $2"
      " AND number >= $3 AND number < $4 ORDER BY number",
      {projection, attachment, number, number + most}, [&](const db::Row& row) -> Result<void> {
        pieces.emplace_back(row.blob(0));
        return {};
      }));
  return pieces;
}

Result<std::string> open_piece(trust::OrganizationId sender, releases::ProjectionId projection,
                               const File& file, std::int64_t number, std::string_view sealed) {
  return TRY(keys::open(file.key, sealed, piece_place(sender, projection, number))).reveal();
}

Result<std::optional<std::string>> read_file_piece(db::Connection& connection, const Vault& vault,
                                                   releases::ProjectionId projection,
                                                   const File& file, std::int64_t number) {
  const auto found = TRY(sealed_pieces(connection, vault, projection, file.attachment, number, 1));
  if (found.empty()) return std::nullopt;
  return TRY(open_piece(vault.organization(), projection, file, number, found.front()));
}

Result<std::int64_t> destroy_shredded(db::Connection& connection) {
  return connection.execute(
      "DELETE FROM releases_piece WHERE NOT EXISTS (SELECT 1 FROM attachments_file AS file"
      " WHERE file.id = releases_piece.attachment AND file.state = 'kept')");
}

}  // namespace daybreak::vault::outward
