// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside web/ only: whether every store of this node can still write its audit log, for the monitor
// ("/health") and for administrators. Asked of the stores at most every ten seconds. Any thread.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "vault/vaults.hpp"

namespace daybreak::web {

// Why a log cannot be written, as far as whoever looks after the machine can act on it.
enum class Cause : std::uint8_t {
  kStopped,     // a disk failed; nothing is written until the next start
  kClock,       // the clock is behind the log
  kOutOfReach,  // the database does not answer, or is full
  kChanged,     // it is not as it was written, or its tables are not as they should be
};
// `stopped`: the store writes no more.
Cause cause_of(const Error& error, bool stopped);

class AuditWatch {
 public:
  AuditWatch(db::Database& commons, vault::Vaults& vaults, const Clock& clock)
      : commons_(commons), vaults_(vaults), clock_(clock) {}

  struct Fault {
    std::optional<trust::OrganizationId> vault;  // nothing: the commons
    Cause cause;
    Error error;
  };
  // Empty when all is well.
  std::vector<Fault> faults();

 private:
  std::vector<Fault> look(Instant now) const;

  db::Database& commons_;
  vault::Vaults& vaults_;
  const Clock& clock_;
  std::mutex mutex_;
  bool looking_ = false;
  std::optional<Instant> looked_at_;
  std::optional<std::vector<Fault>> known_;  // nothing before the first look
};

}  // namespace daybreak::web
