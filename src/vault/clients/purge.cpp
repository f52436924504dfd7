// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/clients/purge.hpp"

namespace daybreak::vault::clients {

Result<std::vector<ClosedFile>> closed_until(db::Connection& connection, Date last,
                                             std::int64_t most) {
  std::vector<ClosedFile> all;
  for (const db::Row& row : TRY(connection.query(
           "SELECT id, number, closed_on FROM clients_client WHERE state = 'closed'"
           " AND closed_on <= $1 ORDER BY closed_on, number LIMIT $2",
           {last, most})))
    all.push_back({row.id<ClientId>(0), row.integer(1), row.date(2)});
  return all;
}

Result<FileState> state_of(db::Connection& connection, ClientId id) {
  const auto row = TRY(connection.query_one(
      "SELECT state, number, closed_on FROM clients_client WHERE id = $1", {id}));
  if (!row) return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
  return FileState{row->text(0) == "open"     ? ClientState::kOpen
                   : row->text(0) == "closed" ? ClientState::kClosed
                                              : ClientState::kShredded,
                   row->integer(1), row->maybe_date(2)};
}

Result<std::int64_t> forget_words(db::Connection& connection, ClientId id) {
  connection.leave_no_trace();
  TRY(
      connection.execute("DELETE FROM clients_word WHERE number ="
                         " (SELECT number FROM clients_client WHERE id = $1)",
                         {id}));
  TRY(connection.execute("DELETE FROM clients_relative WHERE client = $1", {id}));
  return connection.execute(
      "UPDATE clients_answer SET sealed = NULL WHERE client = $1 AND sealed IS NOT NULL", {id});
}

Result<void> forget_key(db::Connection& connection, ClientId id) {
  TRY(forget_words(connection, id));
  TRY(connection.execute(
      "UPDATE clients_client SET state = 'shredded', wrapped_key = NULL WHERE id = $1", {id}));
  return {};
}

Result<std::vector<ClientId>> shredded(db::Connection& connection) {
  std::vector<ClientId> all;
  for (const db::Row& row :
       TRY(connection.query("SELECT id FROM clients_client WHERE state = 'shredded' ORDER BY id")))
    all.push_back(row.id<ClientId>(0));
  return all;
}

}  // namespace daybreak::vault::clients
