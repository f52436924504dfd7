// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/vault.hpp"

#include "embedded/vault_migrations.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/migrations.hpp"
#include "vault/second_wall.hpp"

namespace daybreak::vault {
namespace {

// Found before anything is changed: a store of another organisation stays as it is.
Result<void> check_owner(db::Database& database, trust::OrganizationId organization) {
  const auto row = TRY(database.read([](db::Connection& connection) {
    return connection.query_one("SELECT organization FROM vault_identity WHERE id = 1");
  }));
  if (row && row->id<trust::OrganizationId>(0) != organization)
    return fail(ErrorKind::kConflict, "this vault belongs to another organization",
                database.location(), "Check the folder's name and vault.url");
  return {};
}

// The worker's role never changes a table: the owner's does, on a connection of its own that ends
// with it.
Result<void> prepare_postgres(db::Database& worker, const VaultOptions& options,
                              std::span<const db::ModuleMigrations> modules,
                              trust::OrganizationId organization, const Clock& clock) {
  const Result<void> held = second_wall::check(worker, organization);
  if (!held && !(options.repair && held.error().kind == ErrorKind::kCorrupt)) return held;
  if (const auto newest = db::check_migrated(worker, modules); held && newest) return {};
  if (options.owner_url.empty())
    return fail(ErrorKind::kConflict, "the vault's tables have an older form than this program",
                worker.location(),
                "Put the owner role's address into vault.owner.url and start once more");
  const std::string role = TRY(second_wall::role_of(worker));
  const auto owner = TRY(second_wall::open(options.owner_url, organization, false));
  TRY(db::migrate(*owner, modules, clock));
  TRY(second_wall::secure(*owner, organization, role));
  return second_wall::check(worker, organization);
}

// Whose file was looked at: named as the object, or in the detail of a part of it.
std::optional<Uuid> looked_at(std::string_view type, std::string_view action,
                              std::string_view object, std::string_view detail) {
  if (!action.starts_with("read")) return std::nullopt;
  std::string_view id;
  if (type == "client" || type == "client_note" || type == "plan" || type == "safety_plan")
    id = object;
  if (type == "attachment" && detail.starts_with("client=")) id = detail.substr(7);
  const auto client = Uuid::parse(id);
  return client ? std::optional(*client) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const VaultOptions& options,
                                           trust::OrganizationId organization, const Clock& clock,
                                           Random& random) {
  auto database = TRY(second_wall::open(options.url, organization, options.create));
  std::vector<db::ModuleMigrations> modules = {trust::audit_migrations(),
                                               {"vault", &embedded::vault_migrations()}};
  modules.insert(modules.end(), options.modules.begin(), options.modules.end());
  if (database->engine() == db::Engine::kPostgres)
    TRY(prepare_postgres(*database, options, modules, organization, clock));
  else
    TRY(db::migrate(*database, modules, clock));
  TRY(check_owner(*database, organization));
  auto endings = std::make_unique<Endings>(options.endings_file, organization, options.log);
  return std::unique_ptr<Vault>(
      new Vault(std::move(database), std::move(endings), organization, clock, random));
}

Result<std::optional<trust::keys::PublicKey>> Vault::public_key() const {
  const auto row = TRY(database_->read([](db::Connection& connection) {
    return connection.query_one("SELECT public_key FROM vault_identity WHERE id = 1");
  }));
  if (!row) return std::nullopt;
  return TRY(trust::keys::PublicKey::from(row->blob(0)));
}

Result<void> Vault::require(const trust::Actor& actor, std::string_view type,
                            std::string_view action, std::string_view object) const {
  return trust::Gatekeeper(*database_, clock_)
      .require(actor, {action},
               {.type = type, .owner = organization_, .audience = trust::Audience::kConfidential},
               object);
}

Result<void> Vault::note(db::Connection& connection, const trust::Actor& actor,
                         std::string_view type, std::string_view action, std::string_view object,
                         std::string_view detail) const {
  TRY(trust::append_audit(connection, actor,
                          {.action = std::string(type) + "." + std::string(action),
                           .object_type = std::string(type),
                           .object = std::string(object),
                           .owner = organization_,
                           .detail = std::string(detail)},
                          now()));
  const auto client = looked_at(type, action, object, detail);
  return client ? remember_look(connection, *client) : Result<void>();
}

Result<void> Vault::remember_look(db::Connection& connection, const Uuid& client) const {
  const std::int64_t last = TRY(trust::audit_head(connection)).size - 1;
  return connection.insert_with_group("vault_look (client, entry)", {client, last});
}

Result<void> Vault::each_look(db::Connection& connection, const Uuid& client,
                              const std::function<Result<void>(const db::Row&)>& look) {
  TRY(
      connection.query_each("SELECT at, leaf FROM audit_entry WHERE number <"
                            " (SELECT entry FROM vault_look_start WHERE id = 1)"
                            " AND leaf LIKE $1 ORDER BY number",
                            {"%" + client.to_string() + "%"}, look));
  return connection.query_each(
      "SELECT e.at, e.leaf FROM vault_look l JOIN audit_entry e ON e.number = l.entry"
      " WHERE l.client = $1 ORDER BY l.entry",
      {client}, look);
}

Result<void> Vault::note_look(const trust::Actor& actor, std::string_view type,
                              std::string_view action, std::string_view object,
                              std::string_view detail) const {
  return database_->write([&](db::Connection& connection) {
    return note(connection, actor, type, action, object, detail);
  });
}

trust::keys::Place Vault::place(std::string_view table, const Uuid& row, std::string_view column,
                                std::int64_t version) const {
  return {organization_.uuid(), "vault", table, row, column, version};
}

}  // namespace daybreak::vault
