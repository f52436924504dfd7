// SPDX-License-Identifier: AGPL-3.0-or-later
// The release gate: the only way in which something about a survivor leaves a vault. It tells the
// listed items of a live release to the recipient on it, and nothing else; there is no override.
//
// disclose() writes, in one transaction of the releasing vault, the disclosure, the audit leaf and
// (for a copy) a projection: the items sealed to the recipient. The recipient's inbox gets a
// pointer. view() goes to the releasing vault each time, asks decide() and the release again, and
// records who looked; after a revocation has returned, no view succeeds. Safe from any thread.
#pragma once

#include <string>
#include <vector>

#include "vault/attachments/attachments.hpp"
#include "vault/inbox/inbox.hpp"
#include "vault/releases/releases.hpp"
#include "vault/vaults.hpp"

namespace daybreak::gates {

using vault::releases::DisclosureId;
using vault::releases::Item;
using vault::releases::ProjectionId;
using vault::releases::ReleaseId;

struct Seen {
  std::int64_t release_number = 0;
  trust::OrganizationId sender;
  Instant ends_at;
  struct File {
    Uuid attachment;
    doc::FileType type = doc::FileType::kOther;
    std::uint64_t size = 0;
  };
  struct Line {
    Item item;
    std::string content;       // text; services as lines "2026-11-01 housing 30"
    std::optional<File> file;  // then there is no text
  };
  std::vector<Line> lines;
};
// A released file: its clean copy, never the original.
struct SeenFile {
  std::int64_t release_number = 0;
  std::size_t position = 0;  // from 1, among the items that were told together
  doc::FileType type = doc::FileType::kOther;
  // As vault::attachments::Pieces; each piece asks the releasing vault again, so that a stream ends
  // with the release.
  vault::attachments::Pieces pieces;
};

class ReleaseGate {
 public:
  explicit ReleaseGate(vault::Vaults& vaults) : vaults_(vaults) {}

  // Tells these items, each of which must be on the release. For a copy the recipient gets a
  // pointer; what is spoken or on paper is only recorded. kConflict when the release does not live;
  // kInvalid for an item that is not on it.
  Result<DisclosureId> disclose(const vault::Work& work, ReleaseId release,
                                const std::vector<Item>& items);

  // Of the actor's own organisation; what has ended is not there any more.
  Result<std::vector<vault::inbox::Pointer>> inbox(const vault::Work& work);
  // kNotFound when there is none, it ended, was revoked, or is for another person or role.
  Result<Seen> view(const vault::Work& work, const vault::inbox::PointerId& pointer);

  // A file among what view() tells; decided, recorded and refused as view() is.
  Result<SeenFile> open_file(const vault::Work& work, const vault::inbox::PointerId& pointer,
                             const Uuid& attachment);

  // Destroys what has ended in one vault; for the night and for every use of the gate.
  Result<std::int64_t> destroy_ended(const vault::Vault& vault);

 private:
  struct Opened;
  Result<Opened> open(const vault::Work& work, const vault::inbox::PointerId& pointer,
                      std::string_view action);
  Result<void> deliver(vault::Vault& sender, trust::OrganizationId recipient);
  vault::Vaults& vaults_;
};

}  // namespace daybreak::gates
