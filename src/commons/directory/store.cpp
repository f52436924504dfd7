// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/store.hpp"

#include <algorithm>

#include "embedded/commons_directory_migrations.hpp"

namespace daybreak::directory::store {
namespace {

constexpr std::size_t kIdsPerQuery = 100;

constexpr std::string_view kColumns =
    "SELECT id, entity, body, base, source_id, revision, modified, removed FROM directory_record ";

// "$1, $2, …, $100": lists are filled up with their last id, so that one prepared text serves all.
std::string placeholders() {
  std::string text;
  for (std::size_t i = 1; i <= kIdsPerQuery; ++i) text += (i > 1 ? ", $" : "$") + std::to_string(i);
  return text;
}

Result<Stored> read_row(const db::Row& row) {
  Stored stored;
  const EntityInfo* entity = find_entity(row.text(1));
  auto body = parse_json(row.text(2));
  if (!entity || !body)
    return fail(ErrorKind::kCorrupt, "cannot be read", "directory record " + row.text(0));
  stored.record = {entity->entity, row.uuid(0), std::move(*body), Completeness::kWhole, {}};
  if (const auto base = row.maybe_text(3)) stored.base = TRY(parse_json(*base));
  if (const auto source = row.maybe_text(4)) stored.source = TRY(Uuid::parse(*source));
  stored.revision = row.integer(5);
  stored.modified = row.instant(6);
  stored.removed = row.boolean(7);
  return stored;
}

// Runs `sql` (which ends in a list of 100 placeholders) over all ids.
Result<std::vector<Stored>> load_lists(db::Connection& c, const std::string& sql,
                                       std::span<const Uuid> ids) {
  std::vector<Stored> found;
  for (std::size_t at = 0; at < ids.size(); at += kIdsPerQuery) {
    const auto part = ids.subspan(at, std::min(kIdsPerQuery, ids.size() - at));
    std::vector<db::Value> values(part.begin(), part.end());
    values.resize(kIdsPerQuery, db::Value(part.back()));
    TRY(c.query_each(sql, values, [&](const db::Row& row) -> Result<void> {
      found.push_back(TRY(read_row(row)));
      return {};
    }));
  }
  return found;
}

db::Value link(const Json& body, std::string_view field) {
  const std::string_view text = text_of(body, field);
  return text.empty() ? db::Value() : db::Value(text);
}

Proposal read_proposal(const db::Row& row) {
  Proposal proposal;
  proposal.id = row.uuid(0);
  if (const EntityInfo* entity = find_entity(row.text(1))) proposal.entity = entity->entity;
  proposal.record = row.uuid(2);
  proposal.created = row.instant(3);
  proposal.origin = row.text(4);
  proposal.note = row.text(5);
  proposal.changes = changes_from_json(parse_json(row.text(6)).value_or(Json()));
  proposal.state = row.text(7);
  return proposal;
}

constexpr std::string_view kProposalColumns =
    "SELECT id, entity, record_id, created, origin, note, changes, state FROM directory_proposal ";

Result<std::vector<Proposal>> read_proposals(db::Connection& c, std::string_view rest,
                                             db::Parameters parameters) {
  std::vector<Proposal> out;
  for (const db::Row& row :
       TRY(c.query(std::string(kProposalColumns) + std::string(rest), parameters)))
    out.push_back(read_proposal(row));
  return out;
}

}  // namespace

db::ModuleMigrations migrations() {
  return {"directory", &embedded::commons_directory_migrations()};
}

Result<Uuid> put_source(db::Connection& c, const Source& source, Instant now) {
  TRY(
      c.execute("INSERT INTO directory_source (id, name, url, licence, first_import, last_import) "
                "VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (name) DO UPDATE SET "
                "url = COALESCE(excluded.url, directory_source.url), "
                "licence = COALESCE(excluded.licence, directory_source.licence), last_import = "
                "excluded.last_import",
                {source.id, source.name, source.url.empty() ? db::Value() : db::Value(source.url),
                 source.licence.empty() ? db::Value() : db::Value(source.licence), now}));
  const auto row =
      TRY(c.query_one("SELECT id FROM directory_source WHERE name = $1", {source.name}));
  return row->uuid(0);
}

Result<std::vector<Source>> sources(db::Connection& c) {
  std::vector<Source> out;
  for (const db::Row& row :
       TRY(c.query("SELECT id, name, url, licence FROM directory_source ORDER BY name")))
    out.push_back(
        {row.uuid(0), row.text(1), row.maybe_text(2).value_or(""), row.maybe_text(3).value_or("")});
  return out;
}

Result<std::vector<Stored>> load(db::Connection& c, std::span<const Uuid> ids, Removed removed) {
  static const std::string sql = std::string(kColumns) + "WHERE id IN (" + placeholders() + ")";
  std::vector<Stored> found = TRY(load_lists(c, sql, ids));
  if (removed == Removed::kLeaveOut) std::erase_if(found, &Stored::removed);
  std::unordered_map<Uuid, std::size_t> order;
  for (std::size_t i = 0; i < ids.size(); ++i) order.emplace(ids[i], i);
  std::ranges::stable_sort(found, {}, [&](const Stored& s) { return order[s.record.id]; });
  return found;
}

Result<std::vector<Stored>> load_by_organization(db::Connection& c,
                                                 std::span<const Uuid> organizations) {
  static const std::string sql = std::string(kColumns) +
                                 "WHERE removed = 0 AND organization_id IN (" + placeholders() +
                                 ") ORDER BY entity, id";
  return load_lists(c, sql, organizations);
}

Result<std::vector<Stored>> load_by_service(db::Connection& c, std::span<const Uuid> services) {
  static const std::string sql = std::string(kColumns) + "WHERE removed = 0 AND service_id IN (" +
                                 placeholders() + ") ORDER BY entity, id";
  return load_lists(c, sql, services);
}

Result<void> each(db::Connection& c, Entity entity, std::size_t batch,
                  const std::function<Result<void>(std::vector<Stored>)>& take) {
  static const std::string sql =
      std::string(kColumns) + "WHERE entity = $1 AND removed = 0 AND id > $2 ORDER BY id LIMIT $3";
  std::string after;
  for (;;) {
    std::vector<Stored> part;
    TRY(c.query_each(sql, {info(entity).name, after, batch},
                     [&](const db::Row& row) -> Result<void> {
                       part.push_back(TRY(read_row(row)));
                       return {};
                     }));
    if (part.empty()) return {};
    after = part.back().record.id.to_string();
    const bool last = part.size() < batch;
    TRY(take(std::move(part)));
    if (last) return {};
  }
}

Result<std::vector<Uuid>> ids_of(db::Connection& c, Entity entity) {
  std::vector<Uuid> ids;
  TRY(c.query_each("SELECT id FROM directory_record WHERE entity = $1 AND removed = 0 ORDER BY id",
                   {info(entity).name}, [&](const db::Row& row) -> Result<void> {
                     ids.push_back(row.uuid(0));
                     return {};
                   }));
  return ids;
}

Result<std::int64_t> count(db::Connection& c, Entity entity) {
  return TRY(c.query_one("SELECT COUNT(*) FROM directory_record WHERE entity = $1 AND removed = 0",
                         {info(entity).name}))
      ->integer(0);
}

Result<std::int64_t> change_mark(db::Connection& c) {
  return TRY(c.query_one("SELECT COALESCE(MAX(seq), 0) FROM directory_change"))->integer(0);
}

Result<std::vector<Uuid>> services_changed_since(db::Connection& c, std::int64_t mark,
                                                 std::size_t limit) {
  std::vector<Uuid> ids;
  TRY(c.query_each(
      "WITH changed AS (SELECT DISTINCT record_id, entity FROM directory_change WHERE seq > $1) "
      "SELECT record_id FROM changed WHERE entity = 'service' "
      "UNION SELECT r.service_id FROM changed h JOIN directory_record r ON r.id = h.record_id "
      "AND r.entity = 'service_at_location' WHERE h.entity = 'service_at_location' "
      "AND r.service_id IS NOT NULL "
      "UNION SELECT r.service_id FROM changed h JOIN directory_record r ON r.location_id = "
      "h.record_id "
      "WHERE h.entity = 'location' AND r.service_id IS NOT NULL "
      "UNION SELECT r.id FROM changed h JOIN directory_record r ON r.organization_id = h.record_id "
      "AND r.entity = 'service' WHERE h.entity = 'organization' LIMIT $2",
      {mark, static_cast<std::int64_t>(limit)}, [&](const db::Row& row) -> Result<void> {
        ids.push_back(TRY(Uuid::parse(row.text(0))));
        return {};
      }));
  return ids;
}

Result<void> put(db::Connection& c, const Stored& stored, std::string_view who,
                 std::string_view action, const std::vector<FieldChange>& changes) {
  const Record& record = stored.record;
  const std::string_view entity = info(record.entity).name;
  const std::string_view visibility = text_of(record.body, "visibility");
  const bool is_organization = record.entity == Entity::kOrganization;
  TRY(
      c.execute("INSERT INTO directory_record (id, entity, name, visibility, organization_id, "
                "service_id, location_id, source_id, "
                "body, base, revision, modified, removed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                "$9, $10, $11, $12, $13) "
                "ON CONFLICT (id, entity) DO UPDATE SET name = excluded.name, visibility = "
                "excluded.visibility, "
                "organization_id = excluded.organization_id, service_id = excluded.service_id, "
                "location_id = excluded.location_id, "
                "source_id = excluded.source_id, body = excluded.body, base = excluded.base, "
                "revision = excluded.revision, "
                "modified = excluded.modified, removed = excluded.removed",
                {record.id, entity, text_of(record.body, "name"),
                 visibility.empty() ? std::string_view("public") : visibility,
                 is_organization ? db::Value() : link(record.body, "organization_id"),
                 link(record.body, "service_id"), link(record.body, "location_id"), stored.source,
                 to_text(record.body), stored.base ? db::Value(to_text(*stored.base)) : db::Value(),
                 stored.revision, stored.modified, stored.removed ? 1 : 0}));
  TRY(c.execute(
      "INSERT INTO directory_change (at, entity, record_id, revision, who, action, changes) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {stored.modified, entity, record.id, stored.revision, who, action,
       to_text(to_json(changes))}));
  return {};
}

Result<std::vector<Change>> history(db::Connection& c, const Uuid& record) {
  std::vector<Change> out;
  for (const db::Row& row :
       TRY(c.query("SELECT seq, at, revision, who, action, changes FROM directory_change "
                   "WHERE record_id = $1 ORDER BY seq",
                   {record}))) {
    out.push_back({row.integer(0), row.instant(1), row.integer(2), row.text(3), row.text(4),
                   changes_from_json(TRY(parse_json(row.text(5))))});
  }
  return out;
}

Result<void> put_proposal(db::Connection& c, const Proposal& p) {
  TRY(
      c.execute("INSERT INTO directory_proposal (id, entity, record_id, created, origin, note, "
                "changes, state) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')",
                {p.id, info(p.entity).name, p.record, p.created, p.origin, p.note,
                 to_text(to_json(p.changes))}));
  return {};
}

Result<std::vector<Proposal>> proposals(db::Connection& c, std::string_view state,
                                        std::size_t limit) {
  return read_proposals(c, "WHERE state = $1 ORDER BY created, id LIMIT $2", {state, limit});
}

Result<std::optional<Proposal>> proposal(db::Connection& c, const Uuid& id) {
  std::vector<Proposal> found = TRY(read_proposals(c, "WHERE id = $1", {id}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<std::vector<Proposal>> open_proposals_for(db::Connection& c, const Uuid& record) {
  return read_proposals(c, "WHERE record_id = $1 AND state = 'open' ORDER BY created, id",
                        {record});
}

Result<void> decide_proposal(db::Connection& c, const Uuid& id, std::string_view state,
                             std::string_view who, Instant now) {
  const auto done =
      TRY(c.execute("UPDATE directory_proposal SET state = $2, decided = $3, decided_by = $4 "
                    "WHERE id = $1 AND state = 'open'",
                    {id, state, now, who}));
  if (done == 1) return {};
  return fail(ErrorKind::kConflict, "was decided already, or is not there",
              "proposal " + id.to_string(), "Reload the list");
}

Result<void> put_mapping(db::Connection& c, std::string_view name, const Json& body, Instant now) {
  TRY(c.execute(
      "INSERT INTO directory_mapping (name, body, modified) VALUES ($1, $2, $3) "
      "ON CONFLICT (name) DO UPDATE SET body = excluded.body, modified = excluded.modified",
      {name, to_text(body), now}));
  return {};
}

Result<std::optional<Json>> mapping(db::Connection& c, std::string_view name) {
  const auto row = TRY(c.query_one("SELECT body FROM directory_mapping WHERE name = $1", {name}));
  if (!row) return std::nullopt;
  return TRY(parse_json(row->text(0)));
}

Result<void> put_duplicates(db::Connection& c, std::span<const DuplicateCandidate> candidates) {
  for (const DuplicateCandidate& one : candidates) {
    const auto [first, second] = std::minmax(one.first, one.second);
    TRY(c.execute(
        "INSERT INTO directory_duplicate (first_id, second_id, entity, score, reason, state) "
        "VALUES ($1, $2, $3, $4, $5, 'open') ON CONFLICT (first_id, second_id) DO NOTHING",
        {first, second, info(one.entity).name, one.score, one.reason}));
  }
  return {};
}

Result<std::vector<DuplicateCandidate>> open_duplicates(db::Connection& c, std::size_t limit) {
  std::vector<DuplicateCandidate> out;
  for (const db::Row& row :
       TRY(c.query("SELECT first_id, second_id, entity, score, reason FROM directory_duplicate "
                   "WHERE state = 'open' ORDER BY score DESC, first_id, second_id LIMIT $1",
                   {limit}))) {
    const EntityInfo* entity = find_entity(row.text(2));
    out.push_back({row.uuid(0), row.uuid(1), entity ? entity->entity : Entity::kService,
                   row.number(3), row.text(4)});
  }
  return out;
}

}  // namespace daybreak::directory::store
