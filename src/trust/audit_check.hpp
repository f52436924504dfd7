// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether the audit log of a store can be written now. When it cannot, nothing can be saved there:
// whoever looks after the machine has to know before a worker at night does. Any thread.
#pragma once

#include "trust/audit.hpp"

namespace daybreak::trust {

// The place of the errors of the log itself; kUnavailable there: the clock is behind it.
inline constexpr std::string_view kAuditLogPlace = "audit log";

// Writes an entry and takes it back. Fails as append_audit() and the store's writes do: the store
// has stopped after an I/O error, the clock is behind the log, its tables are gone.
Result<void> check_audit(db::Database& database, Instant now);

}  // namespace daybreak::trust
