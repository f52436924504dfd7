// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/network/network.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "embedded/commons_network_migrations.hpp"

namespace daybreak::network {
namespace {

constexpr trust::Object kRegister{.type = "network_record",
                                  .owner = {},
                                  .audience = trust::Audience::kTaskForce,
                                  .partners = {},
                                  .subject = {}};

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  for (std::string_view word : split(text, ','))
    if (!trim(word).empty()) words.emplace_back(trim(word));
  return words;
}

TaskForce task_force_of(const db::Row& row) {
  return {.id = row.uuid(0),
          .name = row.text(1),
          .home = row.text(2),
          .model = row.text(3),
          .disciplines = words_in(row.text(4)),
          .languages = words_in(row.text(5)),
          .line = row.text(6),
          .website = row.text(7),
          .about = row.text(8),
          .source = row.text(9),
          .ends = row.maybe_date(10),
          .version = row.integer(11),
          .area = {},
          .contacts = {}};
}

}  // namespace

db::ModuleMigrations migrations() { return {"network", &embedded::commons_network_migrations()}; }

std::vector<StateCoverage> by_state(const Coverage& coverage) {
  std::map<std::string_view, StateCoverage> counts;
  std::map<std::string_view, std::set<const TaskForce*>> there;
  for (const Place& place : places()) {
    ++counts[place.state].counties;
    const auto found = coverage.by_county.find(place.fips);
    if (found == coverage.by_county.end()) continue;
    ++counts[place.state].covered;
    there[place.state].insert(found->second.begin(), found->second.end());
  }
  std::vector<StateCoverage> all;
  for (const Region& region : regions()) {
    StateCoverage one = counts[region.code];
    one.region = &region;
    one.task_forces = static_cast<std::int64_t>(there[region.code].size());
    all.push_back(one);
  }
  return all;
}

bool Network::may(const trust::Actor& actor, std::string_view action) const {
  return trust::decide(actor, {action}, kRegister, {}, clock_.now()).allowed;
}

Result<void> Network::permit(const trust::Actor& actor, std::string_view action, const Uuid& id) {
  return gatekeeper_.require(actor, {action}, kRegister, id.to_string());
}

Result<void> Network::record(db::Connection& c, const trust::Actor& actor, std::string_view action,
                             const Uuid& id) {
  return trust::append_audit(c, actor,
                             {.action = "network_record." + std::string(action),
                              .object_type = "network_record",
                              .object = id.to_string()},
                             clock_.now());
}

Result<std::vector<TaskForce>> Network::load(db::Connection& c, const std::optional<Uuid>& id) {
  std::vector<TaskForce> all;
  std::map<Uuid, std::size_t> places;
  const std::string one = id ? id->to_string() : std::string();
  TRY(c.query_each(
      "SELECT id, name, home, model, disciplines, languages, line, website, about, source, ends, "
      "version FROM network_task_force WHERE $1 = '' OR id = $1 ORDER BY name, id",
      {one}, [&](const db::Row& row) -> Result<void> {
        places[row.uuid(0)] = all.size();
        all.push_back(task_force_of(row));
        return {};
      }));
  TRY(c.query_each(
      "SELECT task_force, county FROM network_area WHERE $1 = '' OR task_force = $1 "
      "ORDER BY county",
      {one}, [&](const db::Row& row) -> Result<void> {
        all[places.at(row.uuid(0))].area.emplace_back(static_cast<std::uint32_t>(row.integer(1)));
        return {};
      }));
  TRY(c.query_each(
      "SELECT task_force, role, phone, email FROM network_contact WHERE $1 = '' OR "
      "task_force = $1 ORDER BY task_force, number",
      {one}, [&](const db::Row& row) -> Result<void> {
        all[places.at(row.uuid(0))].contacts.push_back({row.text(1), row.text(2), row.text(3)});
        return {};
      }));
  return all;
}

Result<TaskForce> Network::find(const Uuid& id) {
  auto found = TRY(database_.read([&](db::Connection& c) { return load(c, id); }));
  if (found.empty()) return fail(ErrorKind::kNotFound, "there is no such task force");
  return std::move(found.front());
}

Result<std::vector<TaskForce>> Network::all() {
  return database_.read([&](db::Connection& c) { return load(c, std::nullopt); });
}

Result<Coverage> Network::coverage() {
  Coverage coverage;
  coverage.task_forces = TRY(all());
  std::erase_if(coverage.task_forces,
                [&](const TaskForce& one) { return !one.is_active(today()); });
  for (const TaskForce& one : coverage.task_forces)
    for (const CountyFips county : one.area) coverage.by_county[county].push_back(&one);
  return coverage;
}

Result<std::vector<Organization>> Network::organizations(const Uuid& task_force) {
  std::vector<Organization> all;
  TRY(database_.read([&](db::Connection& c) {
    return c.query_each(
        "SELECT id, name, kind, purpose, going, since, until, account FROM network_organization "
        "WHERE "
        "task_force = $1 ORDER BY name, id",
        {task_force}, [&](const db::Row& row) -> Result<void> {
          all.push_back({.id = row.uuid(0),
                         .name = row.text(1),
                         .kind = row.text(2),
                         .purpose = row.text(3),
                         .going = row.text(4),
                         .since = row.maybe_date(5),
                         .until = row.maybe_date(6),
                         .account = {}});
          if (!row.is_null(7)) all.back().account = row.uuid(7);
          return {};
        });
  }));
  return all;
}

Result<void> Network::write_parts(db::Connection& c, const TaskForce& one) {
  TRY(c.execute("DELETE FROM network_area WHERE task_force = $1", {one.id}));
  TRY(c.execute("DELETE FROM network_contact WHERE task_force = $1", {one.id}));
  for (const CountyFips county : one.area)
    TRY(c.execute("INSERT INTO network_area (task_force, county) VALUES ($1, $2)",
                  {one.id, county.number()}));
  std::int64_t number = 0;
  for (const Contact& contact : one.contacts)
    TRY(c.execute(
        "INSERT INTO network_contact (task_force, number, role, phone, email) VALUES ($1, "
        "$2, $3, $4, $5)",
        {one.id, ++number, contact.role, contact.phone, contact.email}));
  return {};
}

Result<TaskForce> Network::save(const trust::Actor& actor, TaskForce one) {
  const bool is_new = one.id.is_nil();
  TRY(permit(actor, is_new ? "create" : "edit", one.id));
  TRY(check(one));
  one.home = find_region(one.home)->code;
  if (is_new) one.id = Uuid::generate(clock_, random_);
  return database_.write([&](db::Connection& c) -> Result<TaskForce> {
    const auto taken = TRY(
        c.query_one("SELECT id FROM network_task_force WHERE name = $1 AND home = $2 AND id <> $3",
                    {one.name, one.home, one.id}));
    if (taken)
      return fail(ErrorKind::kConflict, "another task force of this state has this name", "name",
                  "Change that one, or choose another name");
    TaskForce saved = one;
    saved.version = one.version + 1;
    const std::vector<db::Value> values{one.id,
                                        one.name,
                                        one.home,
                                        one.model,
                                        join(one.disciplines, ","),
                                        join(one.languages, ","),
                                        one.line,
                                        one.website,
                                        one.about,
                                        one.source,
                                        one.ends,
                                        saved.version,
                                        clock_.now(),
                                        one.version};
    const std::int64_t done = TRY(c.execute(
        is_new
            ? "INSERT INTO network_task_force (id, name, home, model, disciplines, languages, "
              "line, website, about, source, ends, version, changed_at) SELECT $1, $2, $3, $4, "
              "$5, $6, $7, $8, $9, $10, $11, $12, $13 WHERE $14 = 0"
            : "UPDATE network_task_force SET name = $2, home = $3, model = $4, disciplines = $5, "
              "languages = $6, line = $7, website = $8, about = $9, source = $10, ends = $11, "
              "version = $12, changed_at = $13 WHERE id = $1 AND version = $14",
        values));
    if (done != 1)
      return fail(ErrorKind::kConflict, "somebody else changed it meanwhile", "name",
                  "Open it again and make your change there");
    TRY(write_parts(c, one));
    TRY(record(c, actor, is_new ? "create" : "edit", one.id));
    return saved;
  });
}

Result<void> Network::remove(const trust::Actor& actor, const Uuid& id) {
  TRY(permit(actor, "delete", id));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("DELETE FROM network_task_force WHERE id = $1", {id})) != 1)
      return fail(ErrorKind::kNotFound, "there is no such task force");
    return record(c, actor, "delete", id);
  });
}

Result<Organization> Network::save_organization(const trust::Actor& actor, const Uuid& task_force,
                                                Organization one) {
  TRY(permit(actor, "edit", task_force));
  TRY(check(one));
  const bool is_new = one.id.is_nil();
  if (is_new) one.id = Uuid::generate(clock_, random_);
  return database_.write([&](db::Connection& c) -> Result<Organization> {
    // A change keeps the row: meetings and actions hang on it.
    const std::int64_t done = TRY(c.execute(
        is_new ? "INSERT INTO network_organization (id, task_force, name, kind, purpose, since, "
                 "until, going, account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
               : "UPDATE network_organization SET name = $3, kind = $4, purpose = $5, since = $6, "
                 "until = $7, going = $8, account = $9 WHERE id = $1 AND task_force = $2",
        {one.id, task_force, one.name, one.kind, one.purpose, one.since, one.until, one.going,
         one.account}));
    if (done != 1) return fail(ErrorKind::kNotFound, "there is no such organization");
    TRY(record(c, actor, "edit", task_force));
    return one;
  });
}

Result<void> Network::remove_organization(const trust::Actor& actor, const Uuid& task_force,
                                          const Uuid& organization) {
  TRY(permit(actor, "edit", task_force));
  return database_.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("DELETE FROM network_organization WHERE id = $1 AND task_force = $2",
                  {organization, task_force}));
    return record(c, actor, "edit", task_force);
  });
}

}  // namespace daybreak::network
