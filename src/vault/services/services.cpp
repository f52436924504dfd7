// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/services/services.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "embedded/vault_services_migrations.hpp"

namespace daybreak::vault::services {
namespace {

constexpr std::string_view kColumns =
    "id, client, day, category, minutes, mode, funder, language, for_family, worker, together,"
    " relative, goal";

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
  event.relative = row.maybe_id<clients::RelativeId>(11);
  event.goal = row.maybe_id<plans::GoalId>(12);
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
  TRY(codes::check_code_on("service_category", event.category, "category", event.day));
  TRY(codes::check_code_on("mode", event.mode, "mode", event.day));
  TRY(codes::check_code_on("language", event.language, "language", event.day));
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

tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}

Result<void> check_relative(db::Connection& connection, const ServiceEvent& event) {
  if (!event.relative) return {};
  const auto found =
      TRY(connection.query_one("SELECT 1 FROM clients_relative WHERE id = $1 AND client = $2",
                               {*event.relative, event.client}));
  if (!found) return absent();
  return {};
}

Result<void> insert(db::Connection& connection, const Work& work, const ServiceEvent& event) {
  const auto client = TRY(connection.query_one(
      "SELECT 1 FROM clients_client WHERE id = $1 AND state <> 'shredded'", {event.client}));
  if (!client) return absent();
  TRY(check_relative(connection, event));
  if (event.goal) TRY(plans::check_goal(connection, event.client, *event.goal));
  TRY(connection.insert_with_group(
      "services_event (id, client, day, category, minutes, mode, funder, language, for_family,"
      " together, worker, created_at, relative, goal)",
      {event.id, event.client, event.day, event.category, event.minutes, event.mode, event.funder,
       event.language, event.for_family || event.relative ? 1 : 0, event.together,
       work.actor.member, work.now(), event.relative, event.goal}));
  return work.vault.note(connection, work.actor, "service_event", "create", event.id.to_string());
}

}  // namespace

db::ModuleMigrations migrations() { return {"services", &embedded::vault_services_migrations()}; }

Result<EventId> Services::add(const ServiceEvent& event) {
  const clients::ClientId one[] = {event.client};
  return TRY(add_group(event, one)).front();
}

std::size_t people_in(std::span<const ServiceEvent> events) {
  std::set<Attendee> people;
  for (const ServiceEvent& event : events) people.insert({event.client, event.relative});
  return people.size();
}

Result<std::vector<EventId>> Services::add_group(const ServiceEvent& event,
                                                 std::span<const clients::ClientId> all) {
  std::vector<Attendee> attendees;
  for (const clients::ClientId client : all) attendees.push_back({client, event.relative});
  return add_group(event, attendees);
}

Result<std::vector<EventId>> Services::add_group(const ServiceEvent& event,
                                                 std::span<const Attendee> all) {
  TRY(work_.vault.require(work_.actor, "service_event", "create"));
  TRY(check(event, work_.now()));
  const std::set<Attendee> people(all.begin(), all.end());
  if (people.empty())
    return fail(ErrorKind::kInvalid, "nobody was chosen", "field client", "Choose who was there");
  std::vector<EventId> made;
  const Uuid together = Uuid::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    made.clear();
    for (const Attendee& person : people) {
      ServiceEvent one = event;
      one.id = EventId::generate(work_.vault.clock(), work_.vault.random());
      one.client = person.client;
      one.relative = person.relative;
      if (person.client != event.client) one.goal = std::nullopt;
      if (people.size() > 1) one.together = together;
      TRY(insert(connection, work_, one));
      made.push_back(one.id);
    }
    return {};
  }));
  return made;
}

Result<void> Services::add_many(std::span<const ServiceEvent> events) {
  TRY(work_.vault.require(work_.actor, "service_event", "create"));
  if (events.empty())
    return fail(ErrorKind::kInvalid, "no line has minutes", "field line",
                "Write the minutes of at least one line");
  for (std::size_t i = 0; i < events.size(); ++i)
    if (auto checked = check(events[i], work_.now()); !checked) {
      checked.error().place += "_" + std::to_string(i + 1);
      return checked;
    }
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    for (ServiceEvent one : events) {
      one.id = EventId::generate(work_.vault.clock(), work_.vault.random());
      TRY(insert(connection, work_, one));
    }
    return {};
  });
}

Result<ServiceEvent> Services::read(EventId id) {
  TRY(work_.vault.require(work_.actor, "service_event", "list", id.to_string()));
  const auto row = TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query_one(
        std::string("SELECT ") + std::string(kColumns) + " FROM services_event WHERE id = $1",
        {id});
  }));
  if (!row) return absent();
  return event_of(*row);
}

Result<EventId> Services::correct(EventId wrong, const ServiceEvent& right) {
  TRY(work_.vault.require(work_.actor, "service_event", "edit", wrong.to_string()));
  TRY(check(right, work_.now()));
  ServiceEvent made = right;
  made.id = EventId::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const auto row = TRY(connection.query_one(
        "SELECT worker, replaced_by FROM services_event WHERE id = $1", {wrong}));
    if (!row || row->id<trust::MemberId>(0) != work_.actor.member) return absent();
    if (!row->is_null(1))
      return fail(ErrorKind::kConflict, "this event was corrected already", {}, "Open it again");
    TRY(insert(connection, work_, made));
    TRY(connection.execute("UPDATE services_event SET replaced_by = $2 WHERE id = $1",
                           {wrong, made.id}));
    return work_.vault.note(connection, work_.actor, "service_event", "edit", wrong.to_string(),
                            "replaced_by=" + made.id.to_string());
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

Result<std::vector<clients::ClientId>> Services::my_people(std::int64_t most) {
  TRY(work_.vault.require(work_.actor, "service_event", "list"));
  const auto rows = TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query(
        "SELECT client FROM services_event WHERE worker = $1 AND day >= $2"
        " GROUP BY client ORDER BY max(created_at) DESC, client LIMIT $3",
        {work_.actor.member,
         Date(std::chrono::floor<std::chrono::days>(work_.now()) - std::chrono::days(90)), most});
  }));
  std::vector<clients::ClientId> people;
  for (const db::Row& row : rows) people.push_back(row.id<clients::ClientId>(0));
  return people;
}

Result<std::vector<std::string>> Services::funders() {
  TRY(work_.vault.require(work_.actor, "service_event", "list"));
  const auto rows = TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query("SELECT DISTINCT funder FROM services_event ORDER BY funder LIMIT 50");
  }));
  std::vector<std::string> codes;
  for (const db::Row& row : rows) codes.push_back(row.text(0));
  return codes;
}

}  // namespace daybreak::vault::services
