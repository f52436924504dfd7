// SPDX-License-Identifier: AGPL-3.0-or-later
// A node: a data directory with its key and its commons store, opened and brought to the newest
// form. What `serve` and every command that works on a data directory begin with. Made by one
// thread; then its parts are safe to use from any thread.
//
//   DIR/node.key        seals small secrets; readable by its owner alone
//   DIR/commons.db      the commons on SQLite, or
//   DIR/database.url    the address of a PostgreSQL database instead
//   DIR/search/, tmp/   made again when missing; not in backups
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "db/migration.hpp"
#include "trust/members.hpp"

namespace daybreak::trust {

struct NodeOptions {
  std::filesystem::path data;
  std::string database_url;  // empty: what database.url says, else SQLite in the directory
};

class Node {
 public:
  // Makes the directory, key and store; kConflict when there is a node already.
  static Result<std::unique_ptr<Node>> create(const NodeOptions& options,
                                              std::span<const db::ModuleMigrations> modules,
                                              const Clock& clock, Random& random);
  // kNotFound when the directory has no node in it.
  static Result<std::unique_ptr<Node>> open(const NodeOptions& options,
                                            std::span<const db::ModuleMigrations> modules,
                                            const Clock& clock, Random& random);

  const std::filesystem::path& data() const { return data_; }
  db::Database& commons() { return *commons_; }
  const NodeKey& key() const { return key_; }
  Keeper keeper() { return {*commons_, key_, clock_, random_}; }

 private:
  Node(std::filesystem::path data, NodeKey key, std::unique_ptr<db::Database> commons,
       const Clock& clock, Random& random)
      : data_(std::move(data)),
        key_(std::move(key)),
        commons_(std::move(commons)),
        clock_(clock),
        random_(random) {}

  std::filesystem::path data_;
  NodeKey key_;
  std::unique_ptr<db::Database> commons_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace daybreak::trust
