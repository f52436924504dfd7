// SPDX-License-Identifier: AGPL-3.0-or-later
// A vault: the store of exactly one organisation, with an audit log of its own. What identifies a
// survivor is sealed in it under keys that the machine does not have (trust/keys); ids, codes,
// dates of work and minutes are not. Vault opens the store, knows whose it is, and asks decide()
// for each act in it. Safe to use from any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "trust/audit.hpp"
#include "trust/keys/keyring.hpp"
#include "trust/keys/seal.hpp"
#include "trust/policy.hpp"
#include "vault/endings.hpp"
#include "vault/watched_store.hpp"

namespace daybreak::vault {

struct VaultOptions {
  std::string url;
  std::string owner_url = {};  // PostgreSQL: the role that makes the tables (vault/second_wall.hpp)
  bool create = false;
  bool repair = false;  // PostgreSQL: put the policies back that someone took away
  std::span<const db::ModuleMigrations> modules;  // of the rooms; the vault's own come first
  std::filesystem::path endings_file = {};        // vault/endings.hpp; empty: in memory alone
  Log* log = nullptr;
};

class Vault {
 public:
  // Opens the store and brings it to the newest form. kConflict when it belongs to another
  // organisation. On PostgreSQL kDenied for a role that could pass the second wall, kCorrupt when a
  // table is without it.
  static Result<std::unique_ptr<Vault>> open(const VaultOptions& options,
                                             trust::OrganizationId organization, const Clock& clock,
                                             Random& random);

  trust::OrganizationId organization() const { return organization_; }
  db::Database& database() const { return *database_; }
  const Clock& clock() const { return clock_; }
  Random& random() const { return random_; }
  Instant now() const { return clock_.now(); }
  Endings& endings() const { return *endings_; }
  // Inside a write: done once it is on disk and before its caller is answered.
  void after_commit(WatchedStore::Act act) const { database_->after_commit(std::move(act)); }

  // The organisation's public key; nothing before the vault was founded.
  Result<std::optional<trust::keys::PublicKey>> public_key() const;

  // Succeeds when the policy permits this actor to act on a record of this vault; else records the
  // denial here and fails as trust::Gatekeeper does. `owner` is another organisation for what this
  // vault only received.
  Result<void> require(const trust::Actor& actor, std::string_view type, std::string_view action,
                       std::string_view object = {}) const;
  // An audit leaf of this vault, inside the write that it records. The detail holds codes only.
  Result<void> note(db::Connection& connection, const trust::Actor& actor, std::string_view type,
                    std::string_view action, std::string_view object,
                    std::string_view detail = {}) const;
  // For a look that changes nothing else.
  Result<void> note_look(const trust::Actor& actor, std::string_view type, std::string_view action,
                         std::string_view object, std::string_view detail = {}) const;

  // The last entry of the log was a look at this file; inside the same write. note() does it for
  // the acts of this vault's rooms, a gate for what another organisation sees.
  Result<void> remember_look(db::Connection& connection, const Uuid& client) const;
  // Every look at a file, oldest first: when, and the leaf.
  static Result<void> each_look(db::Connection& connection, const Uuid& client,
                                const std::function<Result<void>(const db::Row&)>& look);

  trust::keys::Place place(std::string_view table, const Uuid& row, std::string_view column,
                           std::int64_t version) const;

 private:
  Vault(std::unique_ptr<db::Database> database, std::unique_ptr<Endings> endings,
        trust::OrganizationId organization, const Clock& clock, Random& random)
      : endings_(std::move(endings)),
        database_(std::make_unique<WatchedStore>(std::move(database))),
        organization_(organization),
        clock_(clock),
        random_(random) {}

  std::unique_ptr<Endings> endings_;
  std::unique_ptr<WatchedStore> database_;
  trust::OrganizationId organization_;
  const Clock& clock_;
  Random& random_;
};

// One member at work in an unlocked vault: what every room's service is made with, for one request.
struct Work {
  Vault& vault;
  const trust::Actor& actor;
  std::shared_ptr<const trust::keys::Keyring> keyring;

  Instant now() const { return vault.now(); }
};

}  // namespace daybreak::vault
