// SPDX-License-Identifier: AGPL-3.0-or-later
// What a PostgreSQL server's administrator does for a store: roles, databases, schemas. Not for the
// store's own rows (Database). One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace daybreak::db {

// Where a role works: what an address has beside host, port and TLS.
struct PostgresPlace {
  std::string role, password, database, schema;
  std::string setting = {};  // "daybreak.organization=…": said by every connection when it begins
};
// The address of the same server for another role, database and schema (its search_path). Parts of
// the place that are empty stay as `address` has them.
Result<std::string> postgres_address(std::string_view address, const PostgresPlace& place);

class PostgresServer {
 public:
  static Result<PostgresServer> connect(const std::string& address);

  // Runs one statement for itself, outside of any transaction, as CREATE DATABASE needs it.
  Result<void> run(const std::string& statement);
  // CREATE ROLE with every right turned off but signing in. The password leaves this process only
  // as its SCRAM verifier, so no log of the server has it.
  Result<void> create_role(const std::string& name, const std::string& password);

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  explicit PostgresServer(void* handle) : handle_(handle) {}
  std::unique_ptr<void, Close> handle_;
};

// "name" in double quotes.
std::string quoted_identifier(std::string_view name);

}  // namespace daybreak::db
