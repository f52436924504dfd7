// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/measures/measures.hpp"

#include <algorithm>

#include "embedded/commons_measures_migrations.hpp"
#include "trust/document_signer.hpp"

namespace daybreak::measures {
namespace {

constexpr std::string_view kSelect = "SELECT id, text, sent_by, sent_at FROM measures_table";

Result<StoredTable> stored_of(const db::Row& row) {
  return StoredTable{.id = row.id<TableId>(0),
                     .table = TRY(CountTable::read(row.text(1))),
                     .sent_by = row.id<trust::MemberId>(2),
                     .sent_at = row.instant(3)};
}

Result<std::vector<StoredTable>> stored_in(const db::Rows& rows) {
  std::vector<StoredTable> all;
  for (const db::Row& row : rows) all.push_back(TRY(stored_of(row)));
  return all;
}

bool is_of_family(const CountTable& table, std::string_view family) {
  const Measure* measure = MeasureList::built_in().find(table.measure);
  return measure != nullptr && measure->family == family;
}

Result<std::vector<CountTable>> sent_for(db::Connection& connection,
                                         trust::OrganizationId organization,
                                         std::string_view family, std::string_view period) {
  const auto rows = TRY(connection.query(
      std::string(kSelect) + " WHERE organization = $1 AND period = $2 ORDER BY sent_at, version",
      {organization, period}));
  std::vector<CountTable> all;
  for (auto& stored : TRY(stored_in(rows)))
    if (is_of_family(stored.table, family)) all.push_back(std::move(stored.table));
  return all;
}

// The first table of an organisation makes its key known; another key is refused from then on.
Result<void> meet_key(db::Connection& connection, trust::OrganizationId organization,
                      const std::string& key, Instant now) {
  const auto row = TRY(connection.query_one(
      "SELECT public_key FROM measures_key WHERE organization = $1", {organization}));
  if (row && row->text(0) == key) return {};
  if (row)
    return fail(ErrorKind::kConflict, "the table is signed with another key than the first one",
                "signature", "Call the coordinator, who compares keys and forgets the old one");
  TRY(connection.execute(
      "INSERT INTO measures_key (organization, public_key, met_at) VALUES ($1, $2, $3)",
      {organization, key, now}));
  return {};
}

std::string detail_of(const CountTable& table) {
  return "measure=" + table.measure + ",period=" + table.period +
         ",version=" + std::to_string(table.version) + (table.withdrawn ? ",withdrawn" : "");
}

trust::Object own_table(const trust::Actor& actor) {
  return {.type = "measure_table", .owner = actor.organization};
}

trust::Object everyones_table() {
  return {.type = "measure_table", .audience = trust::Audience::kTaskForce};
}

}  // namespace

db::ModuleMigrations migrations() { return {"measures", &embedded::commons_measures_migrations()}; }

Result<void> Measures::refuse(const trust::Actor& actor, Error error) {
  TRY(trust::record_audit(commons_, actor,
                          {.action = "measure_table.send",
                           .object_type = "measure_table",
                           .owner = actor.organization,
                           .outcome = trust::Outcome::kDenied,
                           .detail = "reason=" + std::string(name_of(error.kind))},
                          clock_.now()));
  return tl::make_unexpected(std::move(error));
}

Result<void> Measures::look_through(db::Connection& connection, const CountTable& table,
                                    const SignedTable& sent) const {
  TRY(meet_key(connection, table.organization, sent.public_key, clock_.now()));
  const Measure* measure = MeasureList::built_in().find(table.measure);
  const auto earlier = TRY(sent_for(connection, table.organization, measure->family, table.period));
  std::int64_t newest = 0;
  for (const CountTable& before : earlier)
    if (before.measure == table.measure) newest = std::max(newest, before.version);
  if (table.version != newest + 1)
    return fail(ErrorKind::kConflict, "this is not the next version of the table", "version",
                "Look at the table again, then send it");
  return check_together(table, earlier);
}

Result<void> Measures::accept(const trust::Actor& actor, const SignedTable& sent) {
  TRY(trust::Gatekeeper(commons_, clock_).require(actor, {"send"}, own_table(actor), {}));
  const auto table = CountTable::read(sent.text);
  if (!table) return refuse(actor, table.error());
  if (table->organization != actor.organization ||
      !trust::DocumentSigner::is_signed(sent.text, sent.public_key, sent.signature))
    return refuse(actor, {ErrorKind::kInvalid, "the table is not signed by your organization",
                          "signature", "Send it from your own vault"});
  if (auto good = check(*table, MeasureList::built_in()); !good) return refuse(actor, good.error());
  if (std::chrono::sys_days(TRY(quarter_of(table->period)).last) + std::chrono::days(1) >
      clock_.now())
    return refuse(actor, {ErrorKind::kInvalid, "this quarter has not ended", "period", {}});
  const Instant now = clock_.now();
  const auto done = commons_.write([&](db::Connection& connection) -> Result<void> {
    const auto same = TRY(connection.query_one(
        "SELECT 1 FROM measures_table WHERE organization = $1 AND text = $2 AND signature = $3",
        {table->organization, sent.text, sent.signature}));
    if (same) return {};
    TRY(look_through(connection, *table, sent));
    const TableId id = TableId::generate(clock_, random_);
    TRY(connection.execute(
        "INSERT INTO measures_table (id, organization, measure, period, version, text, signature,"
        " sent_by, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        {id, table->organization, table->measure, table->period, table->version, sent.text,
         sent.signature, actor.member, now}));
    if (told_) TRY(told_(connection, actor, sent));
    return trust::append_audit(connection, actor,
                               {.action = "measure_table.send",
                                .object_type = "measure_table",
                                .object = id.to_string(),
                                .owner = actor.organization,
                                .detail = detail_of(*table)},
                               now);
  });
  if (!done && done.error().kind == ErrorKind::kConflict) return refuse(actor, done.error());
  return done;
}

Result<void> take_back(db::Connection& connection, const SignedTable& table) {
  TRY(connection.execute("DELETE FROM measures_table WHERE text = $1 AND signature = $2",
                         {table.text, table.signature}));
  return {};
}

Result<std::vector<CountTable>> Measures::history(const trust::Actor& actor,
                                                  std::string_view family,
                                                  std::string_view period) {
  TRY(trust::Gatekeeper(commons_, clock_).require(actor, {"preview"}, own_table(actor), {}));
  return commons_.read([&](db::Connection& connection) {
    return sent_for(connection, actor.organization, family, period);
  });
}

Result<std::vector<StoredTable>> Measures::own(const trust::Actor& actor) {
  TRY(trust::Gatekeeper(commons_, clock_).require(actor, {"preview"}, own_table(actor), {}));
  return stored_in(TRY(commons_.read([&](db::Connection& connection) {
    return connection.query(
        std::string(kSelect) + " WHERE organization = $1 ORDER BY period DESC, measure, version",
        {actor.organization});
  })));
}

Result<std::vector<StoredTable>> Measures::newest(const trust::Actor& actor, const Wanted& wanted,
                                                  std::string_view action) {
  TRY(trust::Gatekeeper(commons_, clock_).require(actor, {action}, everyones_table(), {}));
  const auto rows = TRY(commons_.read([&](db::Connection& connection) {
    return connection.query(
        std::string(kSelect) +
            " AS one WHERE ($1 = '' OR measure = $1) AND ($2 = '' OR period = $2)"
            " AND ($3 = '' OR organization = $3) AND version = (SELECT max(version) FROM"
            " measures_table AS other WHERE other.organization = one.organization AND"
            " other.measure = one.measure AND other.period = one.period)"
            " ORDER BY period DESC, measure, organization",
        {wanted.measure, wanted.period,
         wanted.organization ? wanted.organization->to_string() : std::string()});
  }));
  auto all = TRY(stored_in(rows));
  std::erase_if(all, [](const StoredTable& one) { return one.table.withdrawn; });
  return all;
}

Result<std::string> Measures::key_of(const trust::Actor& actor,
                                     trust::OrganizationId organization) {
  TRY(trust::Gatekeeper(commons_, clock_).require(actor, {"list"}, everyones_table(), {}));
  const auto row = TRY(commons_.read([&](db::Connection& connection) {
    return connection.query_one("SELECT public_key FROM measures_key WHERE organization = $1",
                                {organization});
  }));
  return row ? row->text(0) : std::string();
}

Result<void> Measures::forget_key(const trust::Actor& actor, trust::OrganizationId organization) {
  TRY(trust::Gatekeeper(commons_, clock_)
          .require(actor, {"forget_key"}, everyones_table(), organization.to_string()));
  return commons_.write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM measures_key WHERE organization = $1", {organization}));
    return trust::append_audit(connection, actor,
                               {.action = "measure_table.forget_key",
                                .object_type = "measure_table",
                                .object = organization.to_string()},
                               clock_.now());
  });
}

}  // namespace daybreak::measures
