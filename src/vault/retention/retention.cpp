// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/retention/retention.hpp"

#include <algorithm>
#include <set>

#include "base/local_time.hpp"
#include "base/text.hpp"
#include "vault/clients/purge.hpp"
#include "vault/releases/releases.hpp"
#include "vault/retention/rows.hpp"

namespace daybreak::vault::retention {
namespace {

constexpr int kMostDays = 3650;
constexpr std::int64_t kMostDue = 500;
constexpr std::size_t kMostWords = 4000;

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}
tl::unexpected<Error> conflict(std::string message, std::string cure) {
  return fail(ErrorKind::kConflict, std::move(message), {}, std::move(cure));
}

Date after(Date day, int days) {
  return Date(std::chrono::sys_days(day) + std::chrono::days(days));
}

Result<std::optional<trust::keys::Key>> key_unless_shredded(db::Connection& connection,
                                                            const Work& work,
                                                            clients::ClientId client) {
  auto key = clients::client_key(connection, work, client);
  if (key) return std::optional(std::move(*key));
  if (key.error().kind == ErrorKind::kConflict) return std::nullopt;
  return tl::make_unexpected(key.error());
}

Result<void> check_may_go(db::Connection& connection, const Work& work, clients::ClientId client,
                          PurgeKind kind) {
  const auto state = TRY(clients::state_of(connection, client));
  if (state.state == clients::ClientState::kOpen)
    return conflict("this file is open", "Close it first");
  if (state.state == clients::ClientState::kShredded)
    return conflict("this file was shredded", "Nothing of it is left to purge");
  if (TRY(is_held(connection, client)))
    return conflict("this file is held", "The hold has to be lifted first");
  if (kind == PurgeKind::kPartial && TRY(is_partly_purged(connection, client)))
    return conflict("this was purged already", "The rest goes with a full purge");
  if (TRY(releases::has_living(connection, client, work.now())))
    return conflict("a release of this file is in force", "Stop it, or wait until it ends");
  return {};
}

Result<Purge> required_purge(db::Connection& connection, clients::ClientId client, PurgeId id) {
  const auto row =
      TRY(connection.query_one("SELECT " + std::string(kPurgeColumns) +
                                   " FROM retention_purge WHERE id = $1 AND client = $2"
                                   " AND state <> 'dropped'",
                               {id, client}));
  if (!row) return absent();
  return purge_of(*row);
}

// How the closed files of a list stand, each in one question however many there are.
struct Standings {
  std::set<clients::ClientId> held, partly_purged, asked;
};
Result<Standings> standings_of_closed(db::Connection& connection) {
  Standings found;
  TRY(connection.query_each("SELECT DISTINCT client FROM retention_hold WHERE lifted_at IS NULL",
                            {}, [&](const db::Row& row) -> Result<void> {
                              found.held.insert(row.id<clients::ClientId>(0));
                              return {};
                            }));
  TRY(connection.query_each(
      "SELECT p.client, p.state FROM retention_purge p JOIN clients_client c ON c.id = p.client"
      " WHERE c.state = 'closed' AND p.state <> 'dropped'",
      {}, [&](const db::Row& row) -> Result<void> {
        auto& of_state = row.text(1) == "done" ? found.partly_purged : found.asked;
        of_state.insert(row.id<clients::ClientId>(0));
        return {};
      }));
  return found;
}

}  // namespace

Result<std::vector<std::pair<const Period*, int>>> Retention::days() {
  TRY(work_.vault.require(work_.actor, "retention", "list"));
  return work_.vault.database().read(
      [&](db::Connection& connection) -> Result<std::vector<std::pair<const Period*, int>>> {
        std::vector<std::pair<const Period*, int>> all;
        for (const Period& one : periods())
          all.emplace_back(&one, TRY(days_of(connection, one.id)));
        return all;
      });
}

Result<void> Retention::set_days(const std::string& period, int days) {
  TRY(work_.vault.require(work_.actor, "retention", "edit", period));
  if (find_period(period) == nullptr) return absent();
  if (days < 1 || days > kMostDays)
    return fail(ErrorKind::kInvalid, "a period has 1 to 3650 days", "field days",
                "Write a number of days");
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM retention_period WHERE id = $1", {period}));
    TRY(
        connection.execute("INSERT INTO retention_period (id, days, changed_by, changed_at)"
                           " VALUES ($1, $2, $3, $4)",
                           {period, days, work_.actor.member, work_.now()}));
    return work_.vault.note(connection, work_.actor, "retention", "edit", period,
                            "days=" + std::to_string(days));
  });
}

Result<std::vector<Due>> Retention::due(Date today) {
  TRY(work_.vault.require(work_.actor, "retention", "list"));
  return work_.vault.database().read([&](db::Connection& connection) -> Result<std::vector<Due>> {
    const int narrative = TRY(days_of(connection, "narrative"));
    const int file = TRY(days_of(connection, "file"));
    const Standings standings = TRY(standings_of_closed(connection));
    std::vector<Due> all;
    for (const auto& closed : TRY(clients::closed_until(
             connection, after(today, -std::min(narrative, file)), kMostDue))) {
      Due due{.id = closed.id,
              .number = closed.number,
              .closed_on = closed.closed_on,
              .partial_on = after(closed.closed_on, narrative),
              .full_on = after(closed.closed_on, file),
              .is_partly_purged = standings.partly_purged.contains(closed.id),
              .is_held = standings.held.contains(closed.id),
              .is_asked = standings.asked.contains(closed.id)};
      if (due.is_partly_purged && std::chrono::sys_days(due.full_on) > std::chrono::sys_days(today))
        continue;
      all.push_back(due);
    }
    return all;
  });
}

Result<FileRetention> Retention::of_client(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "retention", "list", client.to_string()));
  return work_.vault.database().read([&](db::Connection& connection) -> Result<FileRetention> {
    const auto state = TRY(clients::state_of(connection, client));
    FileRetention found{.state = state.state, .closed_on = state.closed_on};
    if (state.closed_on) {
      found.partial_on = after(*state.closed_on, TRY(days_of(connection, "narrative")));
      found.full_on = after(*state.closed_on, TRY(days_of(connection, "file")));
    }
    const auto key = TRY(key_unless_shredded(connection, work_, client));
    found.holds = TRY(holds_of(connection, work_, key ? &*key : nullptr, client));
    found.purges = TRY(purges_of(connection, client));
    return found;
  });
}

Result<HoldId> Retention::hold(clients::ClientId client, const std::string& reason,
                               const Secret<std::string>& words) {
  TRY(work_.vault.require(work_.actor, "retention", "hold", client.to_string()));
  TRY(codes::check_code_on("hold_reason", reason, "reason", local_day(work_.now())));
  if (words.reveal().size() > kMostWords || !is_valid_utf8(words.reveal()))
    return fail(ErrorKind::kInvalid, "the text is too long or no text", "field words",
                "Shorten it");
  const auto id = HoldId::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto key = TRY(clients::client_key(connection, work_, client));
    TRY(connection.execute(
        "INSERT INTO retention_hold (id, client, reason, words, placed_by, placed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        {id, client, reason,
         db::Blob{trust::keys::seal(trust::keys::record_key(key, "retention_hold", id.uuid()),
                                    trim(words.reveal()), hold_place(work_, id),
                                    work_.vault.random())},
         work_.actor.member, work_.now()}));
    // What was asked before the hold is not done after it.
    TRY(
        connection.execute("UPDATE retention_purge SET state = 'dropped', ended_by = $2,"
                           " ended_at = $3 WHERE client = $1 AND state = 'asked'",
                           {client, work_.actor.member, work_.now()}));
    return work_.vault.note(connection, work_.actor, "retention", "hold", client.to_string(),
                            "reason=" + reason);
  }));
  return id;
}

Result<void> Retention::lift(clients::ClientId client, HoldId hold) {
  TRY(work_.vault.require(work_.actor, "retention", "hold", client.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto changed = TRY(connection.execute(
        "UPDATE retention_hold SET lifted_by = $3, lifted_at = $4 WHERE id = $1 AND client = $2"
        " AND lifted_at IS NULL",
        {hold, client, work_.actor.member, work_.now()}));
    if (changed != 1) return absent();
    return work_.vault.note(connection, work_.actor, "retention", "lift", client.to_string());
  });
}

Result<PurgeId> Retention::ask(clients::ClientId client, PurgeKind kind) {
  TRY(work_.vault.require(work_.actor, "retention", "ask", client.to_string()));
  const auto id = PurgeId::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(check_may_go(connection, work_, client, kind));
    TRY(connection.execute(
        "INSERT INTO retention_purge (id, client, kind, state, asked_by, asked_role, asked_at)"
        " VALUES ($1, $2, $3, 'asked', $4, $5, $6)",
        {id, client, code_of(kind), work_.actor.member, roles_of(work_.actor), work_.now()}));
    return work_.vault.note(connection, work_.actor, "retention", "ask", client.to_string(),
                            "kind=" + std::string(code_of(kind)));
  }));
  return id;
}

Result<void> Retention::drop(clients::ClientId client, PurgeId id) {
  TRY(work_.vault.require(work_.actor, "retention", "ask", client.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto changed = TRY(connection.execute(
        "UPDATE retention_purge SET state = 'dropped', ended_by = $3, ended_at = $4"
        " WHERE id = $1 AND client = $2 AND state = 'asked'",
        {id, client, work_.actor.member, work_.now()}));
    if (changed != 1) return absent();
    return work_.vault.note(connection, work_.actor, "retention", "drop", client.to_string());
  });
}

Result<void> Retention::carry_out(clients::ClientId client, PurgeId id) {
  TRY(work_.vault.require(work_.actor, "retention", "purge", client.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const Purge purge = TRY(required_purge(connection, client, id));
    if (purge.is_done) return conflict("this purge was done", "Its certificate says when");
    if (purge.asked_by == work_.actor.member)
      return conflict("a second person has to do what one person asked for", "Ask a colleague");
    TRY(check_may_go(connection, work_, client, purge.kind));
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const Room& room : rooms())
      counts.emplace_back(room.name,
                          TRY(room.forget(connection, work_.vault, work_.actor, client)));
    if (purge.kind == PurgeKind::kFull) {
      TRY(clients::forget_key(connection, client));
      counts.emplace_back("keys", 1);
    }
    const int backups = TRY(days_of(connection, "key_backups"));
    TRY(connection.execute(
        "UPDATE retention_purge SET state = 'done', ended_by = $2, ended_role = $3, ended_at = $4,"
        " counts = $5, backups_until = $6 WHERE id = $1",
        {id, work_.actor.member, roles_of(work_.actor), work_.now(), write_counts(counts),
         work_.now() + std::chrono::days(backups)}));
    return work_.vault.note(
        connection, work_.actor, "retention", "purge", client.to_string(),
        "kind=" + std::string(code_of(purge.kind)) + "," + write_counts(counts));
  });
}

Result<Purge> Retention::certificate(clients::ClientId client, PurgeId id) {
  TRY(work_.vault.require(work_.actor, "retention", "list", client.to_string()));
  return work_.vault.database().read([&](db::Connection& connection) -> Result<Purge> {
    Purge purge = TRY(required_purge(connection, client, id));
    if (!purge.is_done) return absent();
    return purge;
  });
}

}  // namespace daybreak::vault::retention
