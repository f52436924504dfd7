// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests and proofs only: a PostgreSQL schema of a test as the store of a vault, with an owner
// and a worker role as `daybreak vault create --server` makes them.
#pragma once

#include <stdexcept>
#include <unistd.h>

#include "db/postgres_server.hpp"
#include "vault/second_wall.hpp"

namespace daybreak::vault {

// What is on SQLite stays as it is. The schema is the search_path of the address.
inline StoreAddress test_address(const std::string& url) {
  if (!url.starts_with("postgres")) return {.url = url};
  const auto good = [](auto&& result) {
    if (!result) throw std::runtime_error(result.error().describe());
    return std::move(*result);
  };
  const std::string number = std::to_string(::getpid());
  const std::string owner = "test_owner_" + number, worker = "test_worker_" + number;
  const std::string mark = "search_path%3D";
  const std::string schema = url.substr(url.rfind(mark) + mark.size());
  auto server = good(db::PostgresServer::connect(url));
  for (const std::string& role : {owner, worker}) (void)server.create_role(role, "of-a-test");
  for (const std::string& statement : {"ALTER SCHEMA " + schema + " OWNER TO " + owner,
                                       "GRANT USAGE ON SCHEMA " + schema + " TO " + worker})
    if (const auto done = server.run(statement); !done)
      throw std::runtime_error(done.error().describe());
  return {.url = good(db::postgres_address(url, {.role = worker, .password = "of-a-test"})),
          .owner = good(db::postgres_address(url, {.role = owner, .password = "of-a-test"}))};
}

}  // namespace daybreak::vault
