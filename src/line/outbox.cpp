// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/outbox.hpp"

#include <algorithm>

#include "embedded/line_migrations.hpp"

namespace daybreak::line {

using std::chrono::milliseconds;

db::ModuleMigrations migrations() { return {"line", &embedded::line_migrations()}; }

Result<void> enqueue(db::Connection& connection, const Message& message, Instant now, NodeId node) {
  if (TRY(connection.query_one("SELECT 1 FROM line_outbox WHERE id = $1", {message.id}))) return {};
  TRY(connection.execute(
      "INSERT INTO line_outbox (id, node, kind, sender, receiver, answers, body, made_at, attempts,"
      " next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $8)",
      {message.id, node, message.kind, message.from, message.to, message.answers,
       db::Blob{message.body}, now}));
  return {};
}

Result<std::vector<Message>> due(db::Connection& connection, Instant now, std::size_t most,
                                 NodeId node, const std::vector<trust::OrganizationId>* receivers) {
  std::string sql =
      "SELECT id, kind, sender, receiver, body, answers, next_at FROM line_outbox WHERE node = $1";
  std::vector<db::Value> values = {node, static_cast<std::int64_t>(most)};
  if (receivers != nullptr) {
    std::string places;
    for (const trust::OrganizationId one : *receivers) {
      values.emplace_back(one);
      places += (places.empty() ? "$" : ", $") + std::to_string(values.size());
    }
    sql += places.empty() ? " AND 1 = 0" : " AND receiver IN (" + places + ")";
  }
  std::vector<Message> all;
  for (const db::Row& row : TRY(connection.query(sql + " ORDER BY made_at, id LIMIT $2", values))) {
    if (row.instant(6) > now) break;
    all.push_back({row.uuid(0), row.text(1), row.id<trust::OrganizationId>(2),
                   row.id<trust::OrganizationId>(3), row.blob(4), row.uuid(5)});
  }
  return all;
}

Result<void> remove(db::Connection& connection, const Uuid& id) {
  TRY(connection.execute("DELETE FROM line_outbox WHERE id = $1", {id}));
  return {};
}

Result<void> put_off(db::Connection& connection, const Uuid& id, Instant now, Random& random) {
  const auto row =
      TRY(connection.query_one("SELECT attempts FROM line_outbox WHERE id = $1", {id}));
  if (!row) return {};
  const auto doublings = std::min<std::int64_t>(row->integer(0), 10);
  const milliseconds longest =
      std::min<milliseconds>(std::chrono::seconds(1) * (1 << doublings), std::chrono::minutes(10));
  const milliseconds wait =
      longest / 2 + milliseconds(random.below(static_cast<std::uint64_t>(longest.count() / 2)));
  TRY(connection.execute(
      "UPDATE line_outbox SET attempts = attempts + 1, next_at = $2 WHERE id = $1",
      {id, now + wait}));
  return {};
}

Result<std::int64_t> waiting(db::Connection& connection, NodeId node) {
  const auto row =
      TRY(connection.query_one("SELECT count(*) FROM line_outbox WHERE node = $1", {node}));
  return row->integer(0);
}

Result<bool> was_taken(db::Connection& connection, const Uuid& id) {
  return TRY(connection.query_one("SELECT 1 FROM line_seen WHERE id = $1", {id})).has_value();
}

Result<bool> is_new(db::Connection& connection, const Uuid& id, Instant now) {
  if (TRY(was_taken(connection, id))) return false;
  TRY(connection.execute("INSERT INTO line_seen (id, at) VALUES ($1, $2)", {id, now}));
  return true;
}

Result<void> forget_taken(db::Connection& connection, Instant before) {
  TRY(connection.execute("DELETE FROM line_seen WHERE at < $1", {before}));
  return {};
}

}  // namespace daybreak::line
