// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside db/ only: what Database needs of an engine's connection beyond Connection. Each connection
// is used by one thread at a time.
#pragma once

#include <memory>

#include "db/connection.hpp"
#include "db/database.hpp"

namespace daybreak::db {

enum class Access : std::uint8_t { kRead, kWrite };

class EngineConnection : public Connection {
 public:
  virtual Result<void> begin() = 0;
  // Success only when the transaction is durable.
  virtual Result<void> commit() = 0;
  // Leaves no transaction open; never fails (a connection that cannot is no longer usable).
  virtual void rollback() = 0;
  // False when the transaction was ended by the engine itself (disk full, connection lost).
  virtual bool in_transaction() const = 0;
  // False when the connection must be thrown away.
  virtual bool is_usable() const = 0;
  // The I/O error or damage after which nothing more may be written, if there was one.
  virtual std::optional<Error> fatal() const = 0;
  // What a store does of itself between writes, when nobody waits for it.
  virtual void tidy() {}
  // Overwrites what the log holds of deleted rows. False when a reader still needs the log.
  virtual bool empty_log() { return true; }
};

Result<std::unique_ptr<EngineConnection>> connect_sqlite(const OpenOptions& options, Access access);
Result<std::unique_ptr<EngineConnection>> connect_postgres(const OpenOptions& options,
                                                           Access access);

}  // namespace daybreak::db
