// SPDX-License-Identifier: AGPL-3.0-or-later
// The vaults of a data directory: one folder for each organisation that has one,
//     DIR/vaults/<organisation's id>/vault.db    on SQLite, or
//     DIR/vaults/<organisation's id>/vault.url   the address of its own PostgreSQL database.
// Opened when first asked for. Safe to use from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "vault/vault.hpp"

namespace daybreak::vault {

class Vaults {
 public:
  // `modules` are the tables of the vault's rooms.
  Vaults(std::filesystem::path data, std::vector<db::ModuleMigrations> modules, const Clock& clock,
         Random& random)
      : folder_(std::move(data) / "vaults"),
        modules_(std::move(modules)),
        clock_(clock),
        random_(random) {}

  // Makes the store, on SQLite unless `url` names a PostgreSQL database. kConflict when there is
  // one.
  Result<void> create(trust::OrganizationId organization, const std::string& url);
  std::vector<trust::OrganizationId> list() const;
  // kNotFound when the organisation has no vault here. The vault lives as long as this object.
  Result<Vault*> find(trust::OrganizationId organization);
  // Where the store is, without a password.
  Result<std::string> location(trust::OrganizationId organization) const;
  // Removes the SQLite files after overwriting them; a PostgreSQL database is only forgotten, since
  // it is for its own administrator to drop. Not while a server has it open.
  Result<void> destroy(trust::OrganizationId organization);

 private:
  std::filesystem::path folder_of(trust::OrganizationId organization) const {
    return folder_ / organization.to_string();
  }
  Result<std::string> url_of(trust::OrganizationId organization) const;

  std::filesystem::path folder_;
  std::vector<db::ModuleMigrations> modules_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<trust::OrganizationId, std::unique_ptr<Vault>> open_;
};

}  // namespace daybreak::vault
