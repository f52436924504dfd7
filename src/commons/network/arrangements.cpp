// SPDX-License-Identifier: AGPL-3.0-or-later
// Committees, protocols in force and peer liaisons of a task force.
#include <algorithm>
#include <map>

#include "commons/network/network.hpp"

namespace daybreak::network {

Result<std::vector<Arrangement>> Network::load_arrangements(const Uuid& task_force) {
  std::vector<Arrangement> all;
  std::map<Uuid, std::vector<Uuid>> members;
  TRY(database_.read([&](db::Connection& c) -> Result<void> {
    TRY(
        c.query_each("SELECT r.arrangement, r.organization FROM network_arrangement_member r JOIN "
                     "network_arrangement a ON a.id = r.arrangement WHERE a.task_force = $1",
                     {task_force}, [&](const db::Row& row) -> Result<void> {
                       members[row.uuid(0)].push_back(row.uuid(1));
                       return {};
                     }));
    return c.query_each(
        "SELECT id, kind, title, purpose, keeper, rhythm, address, peer, since, until, review FROM "
        "network_arrangement WHERE task_force = $1 ORDER BY kind, title, id",
        {task_force}, [&](const db::Row& row) -> Result<void> {
          Arrangement one{
              .id = row.uuid(0),
              .kind = arrangement_kind_from(row.text(1)).value_or(ArrangementKind::kCommittee),
              .title = row.text(2),
              .purpose = row.text(3),
              .keeper = row.text(4),
              .rhythm = row.text(5),
              .address = row.text(6),
              .since = row.maybe_date(8),
              .until = row.maybe_date(9),
              .review = row.maybe_date(10),
              .members = std::move(members[row.uuid(0)])};
          if (!row.is_null(7)) one.peer = row.uuid(7);
          all.push_back(std::move(one));
          return {};
        });
  }));
  return all;
}

Result<std::vector<Arrangement>> Network::arrangements(const trust::Actor& actor,
                                                       const Uuid& task_force) {
  TRY(permit(actor, "meet", task_force));
  return load_arrangements(task_force);
}

Result<std::vector<Arrangement>> Network::protocols(const Uuid& task_force) {
  auto all = TRY(load_arrangements(task_force));
  std::erase_if(all, [&](const Arrangement& one) {
    return one.kind != ArrangementKind::kProtocol || !one.in_force(today());
  });
  return all;
}

Result<Arrangement> Network::save_arrangement(const trust::Actor& actor, const Uuid& task_force,
                                              Arrangement one) {
  TRY(permit(actor, "edit", task_force));
  TRY(check(one));
  const bool is_new = one.id.is_nil();
  if (is_new) one.id = Uuid::generate(clock_, random_);
  return database_.write([&](db::Connection& c) -> Result<Arrangement> {
    const std::int64_t done = TRY(c.execute(
        is_new ? "INSERT INTO network_arrangement (id, task_force, kind, title, purpose, keeper, "
                 "rhythm, address, peer, since, until, review) VALUES ($1, $2, $3, $4, $5, $6, $7, "
                 "$8, $9, $10, $11, $12)"
               : "UPDATE network_arrangement SET title = $4, purpose = $5, keeper = $6, rhythm = "
                 "$7, address = $8, peer = $9, since = $10, until = $11, review = $12 WHERE id = "
                 "$1 AND task_force = $2 AND kind = $3",
        {one.id, task_force, code_of(one.kind), one.title, one.purpose, one.keeper, one.rhythm,
         one.address, one.peer, one.since, one.until, one.review}));
    if (done != 1) return fail(ErrorKind::kNotFound, "there is no such record");
    TRY(c.execute("DELETE FROM network_arrangement_member WHERE arrangement = $1", {one.id}));
    for (const Uuid& member : one.members)
      TRY(c.execute(
          "INSERT INTO network_arrangement_member (arrangement, organization) SELECT $1, id FROM "
          "network_organization WHERE id = $2 AND task_force = $3",
          {one.id, member, task_force}));
    TRY(record(c, actor, "edit", task_force));
    return one;
  });
}

Result<void> Network::remove_arrangement(const trust::Actor& actor, const Uuid& task_force,
                                         const Uuid& arrangement) {
  TRY(permit(actor, "edit", task_force));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("DELETE FROM network_arrangement WHERE id = $1 AND task_force = $2",
                      {arrangement, task_force})) != 1)
      return fail(ErrorKind::kNotFound, "there is no such record");
    return record(c, actor, "edit", task_force);
  });
}

}  // namespace daybreak::network
