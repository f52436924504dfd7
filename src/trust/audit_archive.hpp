// SPDX-License-Identifier: AGPL-3.0-or-later
// The audit log as a folder of files that anyone can keep, mirror and check without Daybreak: tiles
// of 256 hashes and bundles of entries (C2SP tlog-tiles) under a checkpoint that the node signs
// (C2SP tlog-checkpoint, Ed25519). Entries hold ids and codes, so such a folder may be given to an
// auditor. `daybreak-audit-verify` (audit_verifier/) checks it and shares no code with this.
//
//   DIR/checkpoint          origin, size, root, signature
//   DIR/tile/L/N[.p/W]      hashes of level L; the rightmost tile has W of its 256
//   DIR/tile/entries/N[.p/W]
//
// Blocking; may be called from any thread, one writer to a folder.
#pragma once

#include <filesystem>
#include <functional>

#include "trust/audit.hpp"
#include "trust/sealing.hpp"

namespace daybreak::trust {

// Signs checkpoints with a key that comes from the node's key.
class AuditSigner {
 public:
  explicit AuditSigner(const NodeKey& key);
  // "daybreak-node/0f3a…": names the log and the key.
  const std::string& origin() const { return origin_; }
  // What a verifier is given, once and by another way: "origin+0f3a2b1c+AQ…" (C2SP signed-note).
  std::string verifier_key() const;
  std::string checkpoint(const TreeHead& head) const;

 private:
  std::string origin_, public_key_;
  Secret<std::string> secret_key_;
};

struct AuditArchive {
  TreeHead head;
  std::int64_t files_written = 0;  // those that were there already are left as they are
};

// Brings the folder up to the log as it stands at one moment; makes it when it is not there.
// kConflict when the folder holds the checkpoint of another log.
Result<AuditArchive> write_audit_archive(
    db::Database& database, const AuditSigner& signer, const std::filesystem::path& folder,
    const std::function<void(std::int64_t done, std::int64_t all)>& progress = {});

// That one entry is in the log, as text for `daybreak-audit-verify --proof` (C2SP tlog-proof): the
// entry's hash path and a checkpoint. kNotFound when the log has no such entry.
Result<std::string> audit_entry_proof(db::Database& database, const AuditSigner& signer,
                                      std::int64_t number);

}  // namespace daybreak::trust
