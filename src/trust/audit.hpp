// SPDX-License-Identifier: AGPL-3.0-or-later
// The audit log: append-only, one per store, written in the transaction of what it records. A
// Merkle tree (RFC 6962 hashing) over the entries: any changed, removed, added or moved entry is
// found by verify(), and a tree head kept elsewhere shows that the log was only ever continued.
// Entries hold ids and codes, never a name, an address or a word that a person typed. Fields as
// CJIS AU-3: what, when (UTC, ms), where, source, outcome, who, on what. The functions may be
// called from any thread; a Connection as db/ says.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "db/connection.hpp"
#include "db/database.hpp"
#include "trust/actor.hpp"

namespace daybreak::trust {

enum class Outcome : std::uint8_t { kDone, kDenied, kFailed };
std::string_view code_of(Outcome outcome);  // "done", "denied", "failed"

struct AuditEvent {
  std::string action;       // "service.edit", "session.sign_in"
  std::string object_type;  // "service"
  std::string object;       // its id, or empty
  OrganizationId owner;     // the organisation whose record it is, or nil
  Outcome outcome = Outcome::kDone;
  std::string rule;     // the policy rule that decided
  std::string purpose;  // code, or empty
  std::string detail;   // codes only: "fields=phone,hours", "reason=code_used_twice"
};

struct AuditEntry {
  std::int64_t index = 0;
  Instant at;
  std::string leaf;  // the text that is hashed: one JSON object
};

struct TreeHead {
  std::int64_t size = 0;
  std::string root;  // 32 bytes
  bool operator==(const TreeHead&) const = default;
};

// Appends inside the caller's write, so that neither exists without the other. The rows are written
// once for all writes that are committed together, just before that commit: a write sees its own
// entries in audit_head() only. Fails (and so fails the write) when the clock is more than a minute
// behind the last entry.
Result<void> append_audit(db::Connection& connection, const Actor& actor, const AuditEvent& event,
                          Instant now);
Result<void> append_audit(db::Connection& connection, const Actor& actor,
                          std::span<const AuditEvent> events, Instant now);
// Whether an entry could be written now: it is, and is taken back at once.
Result<void> try_audit(db::Connection& connection, const Actor& actor, const AuditEvent& event,
                       Instant now);
// For what changes nothing else: a denial, a look at a record.
Result<void> record_audit(db::Database& database, const Actor& actor, const AuditEvent& event,
                          Instant now);

Result<TreeHead> audit_head(db::Connection& connection);
// Entries from `first` on, at most `most`.
Result<std::vector<AuditEntry>> audit_entries(db::Connection& connection, std::int64_t first,
                                              std::int64_t most);

struct AuditReport {
  std::int64_t entries = 0;
  TreeHead head;
  std::vector<std::string> faults;  // "entry 17: …"; empty when the log is whole
};
// Reads everything again: entries, hashes, tree, head, order of time. `earlier` are heads that were
// noted before (printed, witnessed): the log must contain each as it was.
Result<AuditReport> verify_audit(
    db::Database& database, std::span<const TreeHead> earlier = {},
    const std::function<void(std::int64_t done, std::int64_t all)>& progress = {});

// The same on a connection that the caller has.
Result<AuditReport> verify_audit(
    db::Connection& connection, std::span<const TreeHead> earlier = {},
    const std::function<void(std::int64_t done, std::int64_t all)>& progress = {});

// Proofs as in RFC 6962: that entry `index` is in the tree of `size`; that the tree of `size`
// continues that of `earlier`.
Result<std::vector<std::string>> inclusion_proof(db::Connection& connection, std::int64_t index,
                                                 std::int64_t size);
Result<std::vector<std::string>> consistency_proof(db::Connection& connection, std::int64_t earlier,
                                                   std::int64_t size);

}  // namespace daybreak::trust
