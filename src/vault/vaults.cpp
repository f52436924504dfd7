// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/vaults.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "db/postgres_server.hpp"

namespace daybreak::vault {
namespace {

namespace fs = std::filesystem;

Result<void> write_url(const fs::path& path, const std::string& url) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const std::string line = url + "\n";
  const bool good = file >= 0 &&
                    ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                    ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!good)
    return fail(ErrorKind::kUnavailable, "cannot write the vault's address", path.string());
  return {};
}

// A journalling disk may keep old blocks: what is destroyed for sure are the keys (docs).
void overwrite(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return;
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  const std::string zeros(1 << 16, '\0');
  for (std::uintmax_t done = 0; done < size;) {
    const auto wrote =
        ::write(file, zeros.data(), std::min<std::uintmax_t>(zeros.size(), size - done));
    if (wrote <= 0) break;
    done += static_cast<std::uintmax_t>(wrote);
  }
  ::fsync(file);
  ::close(file);
}

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line));
}

// What the owner made; the database itself and its roles are not the owner's to drop.
Result<void> drop_tables(const std::string& owner_url) {
  auto owner = TRY(db::PostgresServer::connect(owner_url));
  return owner.run(
      "DO $$ BEGIN EXECUTE format('DROP SCHEMA %I CASCADE', current_schema()); END $$");
}

tl::unexpected<Error> no_vault() {
  return fail(ErrorKind::kNotFound, "this organization has no vault here", {},
              "`daybreak vault create` makes one");
}

}  // namespace

Result<std::string> Vaults::url_of(trust::OrganizationId organization) const {
  const fs::path folder = folder_of(organization);
  if (std::string url = first_line(folder / "vault.url"); !url.empty()) return url;
  if (fs::exists(folder / "vault.db")) return "sqlite:" + (folder / "vault.db").string();
  return no_vault();
}

std::string Vaults::owner_url_of(trust::OrganizationId organization) const {
  return first_line(folder_of(organization) / "vault.owner.url");
}

Result<void> Vaults::create(trust::OrganizationId organization, const StoreAddress& given) {
  if (url_of(organization))
    return fail(ErrorKind::kConflict, "this organization has a vault already");
  const fs::path folder = folder_of(organization);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || ::chmod(folder_.c_str(), 0700) != 0 || ::chmod(folder.c_str(), 0700) != 0)
    return fail(ErrorKind::kUnavailable, "cannot make the vault's folder", folder.string());
  StoreAddress address = given;
  if (address.url.empty()) address.url = "sqlite:" + (folder / "vault.db").string();
  TRY(Vault::open(
      {.url = address.url, .owner_url = address.owner, .create = true, .modules = modules_},
      organization, clock_, random_));
  if (!address.is_postgres()) return {};
  if (!address.owner.empty()) TRY(write_url(folder / "vault.owner.url", address.owner));
  return write_url(folder / "vault.url", address.url);
}

Result<void> Vaults::create_on_server(trust::OrganizationId organization,
                                      const std::string& administrator) {
  if (url_of(organization))
    return fail(ErrorKind::kConflict, "this organization has a vault already");
  return create(organization, TRY(second_wall::make_store(administrator, organization, random_)));
}

Result<void> Vaults::secure(trust::OrganizationId organization) {
  const std::string url = TRY(url_of(organization));
  TRY(Vault::open(
      {.url = url, .owner_url = owner_url_of(organization), .repair = true, .modules = modules_},
      organization, clock_, random_));
  return {};
}

std::vector<trust::OrganizationId> Vaults::list() const {
  std::vector<trust::OrganizationId> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const auto id = trust::OrganizationId::parse(entry.path().filename().string());
    if (id && url_of(*id)) all.push_back(*id);
  }
  std::sort(all.begin(), all.end());
  return all;
}

Result<Vault*> Vaults::find(trust::OrganizationId organization) {
  const std::scoped_lock guard(mutex_);
  const auto known = open_.find(organization);
  if (known != open_.end()) return known->second.get();
  const std::string url = TRY(url_of(organization));
  auto vault = TRY(Vault::open({.url = url,
                                .owner_url = owner_url_of(organization),
                                .modules = modules_,
                                .endings_file = folder_of(organization) / "vault.endings",
                                .log = log_},
                               organization, clock_, random_));
  if (look_) TRY(look_(*vault));
  return (open_[organization] = std::move(vault)).get();
}

Result<void> Vaults::check_walls() {
  for (const auto organization : list())
    if (const auto found = find(organization);
        !found && found.error().kind != ErrorKind::kUnavailable)
      return fail(found.error().kind, found.error().message,
                  "vault " + organization.to_string() + ", " + found.error().place,
                  found.error().cure);
  return {};
}

Result<std::string> Vaults::location(trust::OrganizationId organization) const {
  const std::string url = TRY(url_of(organization));
  const auto at = url.rfind('@');
  const auto colon = url.find(':', url.find("://") == std::string::npos ? 0 : url.find("://") + 3);
  if (!url.starts_with("postgres") || at == std::string::npos || colon >= at) return url;
  return url.substr(0, colon) + url.substr(at);
}

Result<void> Vaults::destroy(trust::OrganizationId organization) {
  TRY(url_of(organization));
  const std::scoped_lock guard(mutex_);
  open_.erase(organization);
  if (const std::string owner = owner_url_of(organization); !owner.empty()) TRY(drop_tables(owner));
  const fs::path folder = folder_of(organization);
  std::error_code error;
  for (const char* name : {"vault.db", "vault.db-wal", "vault.db-shm"}) overwrite(folder / name);
  fs::remove_all(folder, error);
  if (error) return fail(ErrorKind::kUnavailable, "cannot remove the vault", folder.string());
  return {};
}

}  // namespace daybreak::vault
