// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/referred/referred.hpp"

#include "embedded/vault_referred_migrations.hpp"

namespace daybreak::vault::referred {
namespace {

constexpr std::string_view kColumns = "token, client, receiver, service, sent_by, sent_at, state";

std::vector<Referred> all_of(const db::Rows& rows) {
  std::vector<Referred> all;
  for (const db::Row& row : rows)
    all.push_back({row.uuid(0), row.id<clients::ClientId>(1), row.id<trust::OrganizationId>(2),
                   row.text(3), row.id<trust::MemberId>(4), row.instant(5), row.text(6)});
  return all;
}

}  // namespace

db::ModuleMigrations migrations() { return {"referred", &embedded::vault_referred_migrations()}; }

Result<void> ReferredClients::add(const Referred& referred) {
  TRY(work_.vault.require(work_.actor, "client", "edit", referred.client.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(clients::client_key(connection, work_, referred.client));  // is in this vault, not shredded
    TRY(connection.execute(
        "INSERT INTO referred_client (token, client, receiver, service, sent_by, sent_at, state)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'sending')",
        {referred.token, referred.client, referred.receiver, referred.service, work_.actor.member,
         work_.now()}));
    return work_.vault.note(connection, work_.actor, "referral", "send",
                            referred.token.to_string());
  });
}

Result<void> ReferredClients::set_state(const Uuid& token, std::string_view state) {
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("UPDATE referred_client SET state = $2 WHERE token = $1",
                           {token, state}));
    return {};
  });
}

Result<std::vector<Referred>> ReferredClients::of_client(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "client", "read", client.to_string()));
  return all_of(TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query("SELECT " + std::string(kColumns) +
                                " FROM referred_client WHERE client = $1"
                                " ORDER BY sent_at DESC, token",
                            {client});
  })));
}

Result<std::vector<Referred>> ReferredClients::newest() {
  TRY(work_.vault.require(work_.actor, "client", "list"));
  return all_of(TRY(work_.vault.database().read([](db::Connection& connection) {
    return connection.query("SELECT " + std::string(kColumns) +
                            " FROM referred_client ORDER BY sent_at DESC, token LIMIT 1000");
  })));
}

bool is_open(const Referred& referred) {
  return referred.state == "sending" || referred.state == "sent" || referred.state == "accepted";
}

Result<std::vector<Referred>> open_of(const Vault& vault) {
  return all_of(TRY(vault.database().read([](db::Connection& connection) {
    return connection.query("SELECT " + std::string(kColumns) +
                            " FROM referred_client WHERE state IN ('sending', 'sent', 'accepted')"
                            " ORDER BY sent_at");
  })));
}

Result<void> set_states(const Vault& vault,
                        const std::vector<std::pair<Uuid, std::string>>& states) {
  return vault.database().write([&](db::Connection& connection) -> Result<void> {
    for (const auto& [token, state] : states)
      TRY(connection.execute("UPDATE referred_client SET state = $2 WHERE token = $1",
                             {token, state}));
    return {};
  });
}

}  // namespace daybreak::vault::referred
