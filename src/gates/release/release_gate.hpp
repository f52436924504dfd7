// SPDX-License-Identifier: AGPL-3.0-or-later
// The release gate: the only way in which something about a survivor leaves a vault. It tells the
// listed items of a live release to the recipient on it, and nothing else; there is no override.
//
// disclose() writes, in one transaction of the releasing vault, the disclosure, the audit leaf and
// (for a copy) a projection: the items sealed to the recipient. The recipient's inbox gets a
// pointer. view() goes to the releasing vault each time, asks decide() and the release again, and
// records who looked; after a revocation has returned, no view succeeds. A vault on another node is
// asked over the line in the same way (Beyond): the letters there and back are sealed from one
// organisation, or its node, to the other. Safe from any thread.
#pragma once

#include <string>
#include <vector>

#include "gates/release/beyond.hpp"
#include "trust/members.hpp"
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
  // As vault::attachments::Pieces; each piece (from another node, each four) asks the releasing
  // vault again, so that a stream ends with the release.
  vault::attachments::Pieces pieces;
};

// Whether a pointer from another node is for this member.
bool is_for(const vault::inbox::Far& far, const trust::Actor& actor);

class ReleaseGate {
 public:
  explicit ReleaseGate(vault::Vaults& vaults) : vaults_(vaults) {}
  // Before the first request; `beyond` must outlive the last.
  void reach(Beyond& beyond) { beyond_ = &beyond; }
  // Nothing when this node has no line.
  Beyond* beyond() const { return beyond_; }

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

  // For the line: a pointer from another node arrived at a vault of this one, at most once by its
  // message's id; it is opened when a member opens the inbox.
  Result<void> receive(vault::Vault& vault, const Uuid& message, trust::OrganizationId from,
                       std::string_view letter);
  // For the line: a member of `asker` on another node wants to see something of this vault, or the
  // next pieces of a file that was opened. Decided and recorded now, once by the question's id; the
  // answer is sealed to who asked. Fails for what that organisation's key did not write.
  Result<std::string> answer(vault::Vault& vault, const Uuid& question,
                             const trust::Organization& asker, std::string_view letter);

  // Destroys what has ended in one vault; for the night and for every use of the gate.
  Result<std::int64_t> destroy_ended(const vault::Vault& vault);

 private:
  struct Opened;
  // `file`: the attachment to open, or nil for a look at all of it.
  Result<Opened> open(const vault::Work& work, const vault::inbox::PointerId& pointer,
                      const Uuid& file);
  Result<void> deliver(vault::Vault& sender, trust::OrganizationId recipient);
  Result<void> send_pointer(db::Connection& connection, const vault::Work& work,
                            ProjectionId projection, const vault::releases::ReleaseRow& release,
                            const trust::keys::PublicKey& recipient);
  Result<void> open_arrivals(const vault::Work& work);
  Result<Opened> open_far(const vault::Work& work, const vault::inbox::Pointer& pointer,
                          const Uuid& file);
  vault::Vaults& vaults_;
  Beyond* beyond_ = nullptr;
};

}  // namespace daybreak::gates
