// SPDX-License-Identifier: AGPL-3.0-or-later
// The vaults of a data directory: one folder for each organisation that has one,
//     DIR/vaults/<organisation's id>/vault.db    on SQLite, or
//     DIR/vaults/<organisation's id>/vault.url   the address of its own PostgreSQL database, and
//     DIR/vaults/<organisation's id>/vault.owner.url   that of the role which makes its tables,
// and beside either, once something ended in it, vault.endings (vault/endings.hpp). Opened when
// first asked for. Safe to use from any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "vault/second_wall.hpp"
#include "vault/vault.hpp"

namespace daybreak::vault {

class Vaults {
 public:
  // `modules` are the tables of the vault's rooms.
  Vaults(std::filesystem::path data, std::vector<db::ModuleMigrations> modules, const Clock& clock,
         Random& random, Log* log = nullptr)
      : folder_(std::move(data) / "vaults"),
        modules_(std::move(modules)),
        clock_(clock),
        random_(random),
        log_(log) {}

  // From now on what is opened is looked at first; it is not open when `look` fails. Before the
  // first find().
  void when_opened(std::function<Result<void>(const Vault&)> look) { look_ = std::move(look); }

  // Makes the store, on SQLite unless the address names a PostgreSQL database with its roles.
  // kConflict when there is one.
  Result<void> create(trust::OrganizationId organization, const StoreAddress& address);
  // The same in a new PostgreSQL database with new roles; `administrator` is not kept.
  Result<void> create_on_server(trust::OrganizationId organization,
                                const std::string& administrator);
  // Puts the row-level security of a PostgreSQL vault back where someone took it away.
  Result<void> secure(trust::OrganizationId organization);
  std::vector<trust::OrganizationId> list() const;
  // kNotFound when the organisation has no vault here. The vault lives as long as this object.
  Result<Vault*> find(trust::OrganizationId organization);
  // For the start of a server: opens every vault. Fails for one that another could look into
  // (kDenied, kCorrupt, kConflict); one whose database is only not there now is opened later.
  Result<void> check_walls();
  // Where the store is, without a password.
  Result<std::string> location(trust::OrganizationId organization) const;
  // Removes the SQLite files after overwriting them, or drops the tables on PostgreSQL where the
  // owner's address is known; the empty database is for the server's administrator to drop. Not
  // while a server has it open.
  Result<void> destroy(trust::OrganizationId organization);

 private:
  std::filesystem::path folder_of(trust::OrganizationId organization) const {
    return folder_ / organization.to_string();
  }
  Result<std::string> url_of(trust::OrganizationId organization) const;
  std::string owner_url_of(trust::OrganizationId organization) const;

  std::filesystem::path folder_;
  std::vector<db::ModuleMigrations> modules_;
  const Clock& clock_;
  Random& random_;
  Log* log_;
  std::function<Result<void>(const Vault&)> look_;
  std::mutex mutex_;
  std::map<trust::OrganizationId, std::unique_ptr<Vault>> open_;
};

}  // namespace daybreak::vault
