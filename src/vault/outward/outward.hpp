// SPDX-License-Identifier: AGPL-3.0-or-later
// The way out of a vault: opening the items of a release and writing disclosures and projections.
// Only targets of gates/ link this (cmake/wall.cmake fails the build otherwise). Every function
// runs inside the gate's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/releases/releases.hpp"

namespace daybreak::vault::outward {

// The items as what the recipient will read; kInvalid when one cannot be told any more (skipped,
// not signed, gone).
Result<Json> open_items(db::Connection& connection, const Work& work,
                        const releases::ReleaseRow& release,
                        const std::vector<releases::Item>& items);

Result<void> insert_disclosure(db::Connection& connection, const Work& work,
                               const releases::ReleaseRow& release, releases::DisclosureId id,
                               const std::vector<releases::Item>& items);

// A released file as the recipient's letter tells it. Its key is in that letter alone.
struct File {
  Uuid attachment;
  doc::FileType type = doc::FileType::kOther;
  std::uint64_t size = 0;
  std::string sha256;
  trust::keys::Key key;
};
// One item of open_items(); nothing when it is no file, kCorrupt when it is not whole.
Result<std::optional<File>> file_of(const Json& item);
// The clean copies of the files among `content`, sealed anew for a projection that is inserted.
Result<void> insert_files(db::Connection& connection, const Work& work,
                          const releases::ReleaseRow& release, releases::ProjectionId projection,
                          const Json& content);
// The bytes of a released file from its first piece on (number 1); nothing after the last.
// kNotFound when the release ended or the file was shredded meanwhile.
Result<std::optional<std::string>> read_file_piece(db::Connection& connection, const Vault& vault,
                                                   releases::ProjectionId projection,
                                                   const File& file, std::int64_t number);
// The same pieces as they are stored, for a recipient on another node: at most `most` of them from
// `number` on, none after the last; kNotFound as above. Only who has the letter opens them.
Result<std::vector<std::string>> sealed_pieces(db::Connection& connection, const Vault& vault,
                                               releases::ProjectionId projection,
                                               const Uuid& attachment, std::int64_t number,
                                               std::int64_t most);
// What one of them says; kCorrupt for another piece, file, projection or sender than these.
Result<std::string> open_piece(trust::OrganizationId sender, releases::ProjectionId projection,
                               const File& file, std::int64_t number, std::string_view sealed);
// Released copies of files that were shredded since; returns how many pieces went.
Result<std::int64_t> destroy_shredded(db::Connection& connection);

struct Projection {
  releases::ProjectionId id;
  releases::ReleaseRow release;
  std::string letter;  // empty when destroyed
};
Result<void> insert_projection(db::Connection& connection, releases::ProjectionId id,
                               releases::DisclosureId disclosure,
                               const releases::ReleaseRow& release, std::string_view letter);
Result<std::optional<Projection>> find_projection(db::Connection& connection,
                                                  releases::ProjectionId id);
// Those that the recipient's inbox has not been told of.
Result<std::vector<Projection>> undelivered(db::Connection& connection,
                                            trust::OrganizationId recipient);
// Those that live for an organisation, whoever there may open them; without their letters.
Result<std::vector<Projection>> living(db::Connection& connection, trust::OrganizationId recipient,
                                       Instant now);
Result<void> mark_delivered(db::Connection& connection, releases::ProjectionId id, Instant now);
// After releases::end_if_restored() in the same write.
Result<void> mark_exhausted(db::Connection& connection, const Vault& vault, releases::ReleaseId id);

}  // namespace daybreak::vault::outward
