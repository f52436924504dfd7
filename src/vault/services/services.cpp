// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/services/services.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "embedded/vault_services_migrations.hpp"

namespace daybreak::vault::services {
namespace {

constexpr std::string_view kColumns =
    "id, client, day, category, minutes, mode, funder, language, for_family, worker, together";

ServiceEvent event_of(const db::Row& row) {
  ServiceEvent event{.id = row.id<EventId>(0),
                     .client = row.id<clients::ClientId>(1),
                     .day = row.date(2),
                     .category = row.text(3),
                     .minutes = row.integer(4),
                     .mode = row.text(5),
                     .funder = row.text(6),
                     .language = row.text(7),
                     .for_family = row.boolean(8),
                     .worker = row.id<trust::MemberId>(9)};
  if (!row.is_null(10)) event.together = row.uuid(10);
  return event;
}

std::vector<ServiceEvent> events_of(const db::Rows& rows) {
  std::vector<ServiceEvent> events;
  for (const db::Row& row : rows) events.push_back(event_of(row));
  return events;
}

bool is_plain_code(std::string_view code) {
  return !code.empty() && code.size() <= 40 && std::all_of(code.begin(), code.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  });
}

Result<void> check(const ServiceEvent& event, Instant now) {
  TRY(codes::check_code("service_category", event.category, "category"));
  TRY(codes::check_code("mode", event.mode, "mode"));
  TRY(codes::check_code("language", event.language, "language"));
  if (event.minutes < 0 || event.minutes > 1440)
    return fail(ErrorKind::kInvalid, "a service has 0 to 1440 minutes", "field minutes",
                "Write how long it took");
  if (!is_plain_code(event.funder))
    return fail(ErrorKind::kInvalid, "a funder is a code of letters and digits", "field funder",
                "Take one of the organization's codes");
  if (!event.day.ok() || std::chrono::sys_days(event.day) > now + std::chrono::hours(24))
    return fail(ErrorKind::kInvalid, "this day does not exist or has not come yet", "field day",
                "Choose today or an earlier day");
  return {};
}

Result<void> insert(db::Connection& connection, const Work& work, const ServiceEvent& event) {
  const auto client = TRY(connection.query_one(
      "SELECT 1 FROM clients_client WHERE id = $1 AND state <> 'shredded'", {event.client}));
  if (!client) return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
  db::Value together;
  if (event.together) together = *event.together;
  TRY(connection.execute(
      "INSERT INTO services_event (id, client, day, category, minutes, mode, funder, language,"
      " for_family, together, worker, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {event.id, event.client, event.day, event.category, event.minutes, event.mode, event.funder,
       event.language, event.for_family ? 1 : 0, together, work.actor.member, work.now()}));
  return work.vault.note(connection, work.actor, "service_event", "create", event.id.to_string());
}

}  // namespace

db::ModuleMigrations migrations() { return {"services", &embedded::vault_services_migrations()}; }

Result<EventId> Services::add(const ServiceEvent& event) {
  const clients::ClientId one[] = {event.client};
  return TRY(add_group(event, one)).front();
}

Result<std::vector<EventId>> Services::add_group(const ServiceEvent& event,
                                                 std::span<const clients::ClientId> all) {
  TRY(work_.vault.require(work_.actor, "service_event", "create"));
  TRY(check(event, work_.now()));
  if (all.empty())
    return fail(ErrorKind::kInvalid, "nobody was chosen", "field client", "Choose who was there");
  std::vector<EventId> made;
  const Uuid together = Uuid::generate(work_.vault.clock(), work_.vault.random());
  for (std::size_t i = 0; i < all.size(); ++i)
    made.push_back(EventId::generate(work_.vault.clock(), work_.vault.random()));
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    for (std::size_t i = 0; i < all.size(); ++i) {
      ServiceEvent one = event;
      one.id = made[i];
      one.client = all[i];
      one.together = all.size() > 1 ? std::optional(together) : std::nullopt;
      TRY(insert(connection, work_, one));
    }
    return {};
  }));
  return made;
}

Result<EventId> Services::correct(EventId wrong, const ServiceEvent& right) {
  TRY(work_.vault.require(work_.actor, "service_event", "edit", wrong.to_string()));
  TRY(check(right, work_.now()));
  ServiceEvent made = right;
  made.id = EventId::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    TRY(insert(connection, work_, made));
    const auto changed = TRY(connection.execute(
        "UPDATE services_event SET replaced_by = $2 WHERE id = $1 AND replaced_by IS NULL",
        {wrong, made.id}));
    if (changed != 1)
      return fail(ErrorKind::kConflict, "this event was corrected already", {}, "Open it again");
    return work_.vault.note(connection, work_.actor, "service_event", "edit", wrong.to_string());
  }));
  return made.id;
}

Result<std::optional<ServiceEvent>> Services::last(const std::optional<clients::ClientId>& client) {
  TRY(work_.vault.require(work_.actor, "service_event", "list"));
  const auto row = TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query_one(
        std::string("SELECT ") + std::string(kColumns) +
            " FROM services_event WHERE worker = $1 AND ($2 = '' OR client = $2)"
            " AND replaced_by IS NULL ORDER BY created_at DESC, id DESC LIMIT 1",
        {work_.actor.member, client ? client->to_string() : std::string()});
  }));
  if (!row) return std::nullopt;
  return event_of(*row);
}

Result<std::vector<ServiceEvent>> Services::of_client(clients::ClientId client) {
  TRY(work_.vault.require(work_.actor, "service_event", "list", client.to_string()));
  return events_of(TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query(std::string("SELECT ") + std::string(kColumns) +
                                " FROM services_event WHERE client = $1 AND replaced_by IS NULL"
                                " ORDER BY day DESC, created_at DESC, id DESC",
                            {client});
  })));
}

Result<std::vector<ServiceEvent>> Services::day_sheet(Date day) {
  TRY(work_.vault.require(work_.actor, "service_event", "list"));
  return events_of(TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query(std::string("SELECT ") + std::string(kColumns) +
                                " FROM services_event WHERE worker = $1 AND day = $2"
                                " AND replaced_by IS NULL ORDER BY created_at DESC, id DESC",
                            {work_.actor.member, day});
  })));
}

}  // namespace daybreak::vault::services
