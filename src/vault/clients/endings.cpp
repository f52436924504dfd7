// SPDX-License-Identifier: AGPL-3.0-or-later
// Closing a file, opening it again, and shredding it by two persons.
#include "vault/clients/purge.hpp"
#include "vault/clients/rows.hpp"

namespace daybreak::vault::clients {
namespace {

tl::unexpected<Error> other_state() {
  return fail(ErrorKind::kConflict, "this file is in another state", {}, "Open it again");
}

Result<void> write_turn(db::Connection& connection, const Work& work, ClientId id,
                        std::string_view turn, const std::string& reason, Date today) {
  TRY(connection.execute(
      "INSERT INTO clients_turn (id, client, turn, day, reason, made_at, made_by)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {Uuid::generate(work.vault.clock(), work.vault.random()), id, turn, today, reason, work.now(),
       work.actor.member}));
  return work.vault.note(connection, work.actor, "client", turn, id.to_string(),
                         "reason=" + reason);
}

}  // namespace

Result<void> Clients::close(ClientId id, const std::string& reason, Date today) {
  TRY(work_.vault.require(work_.actor, "client", "close", id.to_string()));
  TRY(codes::check_code_on("closure_reason", reason, "reason", today));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto changed =
        TRY(connection.execute("UPDATE clients_client SET state = 'closed', closed_on = $2,"
                               " closure_reason = $3 WHERE id = $1 AND state = 'open'",
                               {id, today, reason}));
    if (changed != 1) return other_state();
    return write_turn(connection, work_, id, "close", reason, today);
  });
}

Result<void> Clients::reopen(ClientId id, const std::string& reason, Date today) {
  TRY(work_.vault.require(work_.actor, "client", "close", id.to_string()));
  TRY(codes::check_code_on("reopening_reason", reason, "reason", today));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto changed =
        TRY(connection.execute("UPDATE clients_client SET state = 'open', closed_on = NULL,"
                               " closure_reason = NULL WHERE id = $1 AND state = 'closed'",
                               {id}));
    if (changed != 1) return other_state();
    return write_turn(connection, work_, id, "reopen", reason, today);
  });
}

Result<void> Clients::ask_to_shred(ClientId id) {
  TRY(work_.vault.require(work_.actor, "client", "shred", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto changed =
        TRY(connection.execute("UPDATE clients_client SET shred_asked_by = $2, shred_asked_at = $3"
                               " WHERE id = $1 AND state <> 'shredded'",
                               {id, work_.actor.member, work_.now()}));
    if (changed != 1) return absent();
    return work_.vault.note(connection, work_.actor, "client", "ask_to_shred", id.to_string());
  });
}

Result<void> Clients::keep(ClientId id) {
  TRY(work_.vault.require(work_.actor, "client", "shred", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto changed =
        TRY(connection.execute("UPDATE clients_client SET shred_asked_by = NULL, shred_asked_at ="
                               " NULL WHERE id = $1 AND state <> 'shredded'"
                               " AND shred_asked_by IS NOT NULL",
                               {id}));
    if (changed != 1) return other_state();
    return work_.vault.note(connection, work_.actor, "client", "keep", id.to_string());
  });
}

Result<void> Clients::shred(ClientId id) {
  TRY(work_.vault.require(work_.actor, "client", "shred", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto row = TRY(connection.query_one(
        "SELECT shred_asked_by FROM clients_client WHERE id = $1 AND state <> 'shredded'", {id}));
    if (!row) return absent();
    const auto first = row->maybe_id<trust::MemberId>(0);
    if (!first || *first == work_.actor.member)
      return fail(ErrorKind::kConflict, "a second person has to shred what one person asked for",
                  {}, "Ask a colleague");
    TRY(forget_key(connection, id));
    return work_.vault.note(connection, work_.actor, "client", "shred", id.to_string());
  });
}

}  // namespace daybreak::vault::clients
