// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/desk/store.hpp"

#include "embedded/commons_directory_desk_migrations.hpp"

namespace daybreak::directory::desk::papers {
namespace {

Entity entity_named(const std::string& name) {
  const EntityInfo* entity = find_entity(name);
  return entity ? entity->entity : Entity::kService;
}

constexpr std::string_view kMergeColumns =
    "SELECT id, kept_id, gone_id, entity, at, who, moved, kept_revision, undone FROM "
    "directory_desk_merge ";

Result<Merge> read_merge(const db::Row& row) {
  Merge merge{.id = row.uuid(0),
              .kept = row.uuid(1),
              .gone = row.uuid(2),
              .entity = entity_named(row.text(3)),
              .at = row.instant(4),
              .who = row.text(5),
              .undone = row.boolean(8)};
  const Json moved = TRY(parse_json(row.text(6)));
  if (const JsonArray* items = moved.if_array())
    for (const Json& item : *items)
      if (const auto id = Uuid::parse(text_of(item, "id")))
        merge.moved.emplace_back(entity_named(std::string(text_of(item, "entity"))), *id);
  merge.kept_revision = row.integer(7);
  return merge;
}

constexpr std::string_view kImportColumns =
    "SELECT id, file_name, source, licence, mapping, state, who, created, report FROM "
    "directory_desk_import ";

Result<Import> read_import(const db::Row& row) {
  return Import{.id = row.uuid(0),
                .file_name = row.text(1),
                .source = row.text(2),
                .licence = row.text(3),
                .mapping = row.text(4),
                .state = row.text(5),
                .who = row.text(6),
                .created = row.instant(7),
                .report = TRY(parse_json(row.text(8)))};
}

}  // namespace

db::ModuleMigrations migrations() {
  return {"directory_desk", &embedded::commons_directory_desk_migrations()};
}

Result<std::vector<Uuid>> archived(db::Connection& c, Entity entity) {
  std::vector<Uuid> ids;
  for (const db::Row& row :
       TRY(c.query("SELECT id FROM directory_record WHERE entity = $1 AND removed = 1 ORDER BY id",
                   {info(entity).name})))
    ids.push_back(row.uuid(0));
  return ids;
}

Result<void> put_decision(db::Connection& c, const Uuid& proposal, const Decision& decision) {
  TRY(
      c.execute("INSERT INTO directory_desk_decision (proposal_id, path, taken, reason, who, at) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
                {proposal, decision.path, decision.taken ? 1 : 0, decision.reason, decision.who,
                 decision.at}));
  return {};
}

Result<std::vector<Decision>> decisions(db::Connection& c, const Uuid& proposal) {
  std::vector<Decision> out;
  for (const db::Row& row :
       TRY(c.query("SELECT path, taken, reason, who, at FROM directory_desk_decision WHERE "
                   "proposal_id = $1 ORDER BY at, path",
                   {proposal})))
    out.push_back({row.text(0), row.boolean(1), row.text(2), row.text(3), row.instant(4)});
  return out;
}

Result<void> put_merge(db::Connection& c, const Merge& merge) {
  Json moved = Json::array();
  for (const auto& [entity, id] : merge.moved)
    moved.append(Json::object({{"entity", info(entity).name}, {"id", id.to_string()}}));
  TRY(
      c.execute("INSERT INTO directory_desk_merge (id, kept_id, gone_id, entity, at, who, moved, "
                "kept_revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                {merge.id, merge.kept, merge.gone, info(merge.entity).name, merge.at, merge.who,
                 to_text(moved), merge.kept_revision}));
  return {};
}

Result<void> mark_undone(db::Connection& c, const Uuid& merge) {
  const auto done = TRY(c.execute(
      "UPDATE directory_desk_merge SET undone = 1 WHERE id = $1 AND undone = 0", {merge}));
  if (done == 1) return {};
  return fail(ErrorKind::kConflict, "was undone already, or is not there",
              "merge " + merge.to_string(), "Reload the list");
}

Result<std::vector<Merge>> merges(db::Connection& c, std::size_t limit) {
  std::vector<Merge> out;
  for (const db::Row& row : TRY(c.query(
           std::string(kMergeColumns) + "WHERE undone = 0 ORDER BY at DESC, id LIMIT $1", {limit})))
    out.push_back(TRY(read_merge(row)));
  return out;
}

Result<std::optional<Merge>> merge(db::Connection& c, const Uuid& id) {
  const auto row = TRY(c.query_one(std::string(kMergeColumns) + "WHERE id = $1", {id}));
  if (!row) return std::nullopt;
  return TRY(read_merge(*row));
}

Result<std::optional<Uuid>> kept_of(db::Connection& c, const Uuid& gone) {
  constexpr int kLongestChain = 16;
  std::optional<Uuid> kept;
  for (int step = 0; step < kLongestChain; ++step) {
    const auto row = TRY(c.query_one(
        "SELECT kept_id FROM directory_desk_merge WHERE gone_id = $1 AND undone = 0 ORDER BY at "
        "DESC, id LIMIT 1",
        {kept.value_or(gone)}));
    if (!row) break;
    kept = row->uuid(0);
  }
  return kept;
}

Result<void> decide_duplicate(db::Connection& c, const Uuid& first, const Uuid& second,
                              std::string_view state) {
  const auto [a, b] = std::minmax(first, second);
  const auto done =
      TRY(c.execute("UPDATE directory_duplicate SET state = $3 WHERE first_id = $1 "
                    "AND second_id = $2 AND state = 'open'",
                    {a, b, state}));
  if (done == 1) return {};
  return fail(ErrorKind::kConflict, "was decided already, or is not there", "pair of records",
              "Reload the list");
}

Result<void> reopen_duplicate(db::Connection& c, const Uuid& first, const Uuid& second) {
  const auto [a, b] = std::minmax(first, second);
  TRY(
      c.execute("UPDATE directory_duplicate SET state = 'open' WHERE first_id = $1 AND "
                "second_id = $2",
                {a, b}));
  return {};
}

Result<std::vector<SynonymGroup>> synonyms(db::Connection& c) {
  std::vector<SynonymGroup> groups;
  for (const db::Row& row :
       TRY(c.query("SELECT id, words, modified FROM directory_desk_synonyms ORDER BY words, id"))) {
    SynonymGroup group{.id = row.uuid(0), .modified = row.instant(2)};
    const Json words = TRY(parse_json(row.text(1)));
    if (const JsonArray* items = words.if_array())
      for (const Json& item : *items)
        if (item.if_string()) group.words.push_back(*item.if_string());
    groups.push_back(std::move(group));
  }
  return groups;
}

Result<void> put_synonyms(db::Connection& c, const SynonymGroup& group) {
  Json words = Json::array();
  for (const std::string& word : group.words) words.append(word);
  TRY(
      c.execute("INSERT INTO directory_desk_synonyms (id, words, modified) VALUES ($1, $2, $3) ON "
                "CONFLICT (id) DO UPDATE SET words = excluded.words, modified = excluded.modified",
                {group.id, to_text(words), group.modified}));
  return {};
}

Result<void> remove_synonyms(db::Connection& c, const Uuid& id) {
  TRY(c.execute("DELETE FROM directory_desk_synonyms WHERE id = $1", {id}));
  return {};
}

Result<void> put_import(db::Connection& c, const Import& import) {
  TRY(c.execute(
      "INSERT INTO directory_desk_import (id, file_name, source, licence, mapping, state, "
      "who, created, report) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT "
      "(id) DO UPDATE SET source = excluded.source, licence = excluded.licence, mapping "
      "= excluded.mapping, state = excluded.state, report = excluded.report",
      {import.id, import.file_name, import.source, import.licence, import.mapping, import.state,
       import.who, import.created, to_text(import.report)}));
  return {};
}

Result<std::optional<Import>> import(db::Connection& c, const Uuid& id) {
  const auto row = TRY(c.query_one(std::string(kImportColumns) + "WHERE id = $1", {id}));
  if (!row) return std::nullopt;
  return TRY(read_import(*row));
}

Result<std::vector<Import>> imports(db::Connection& c, std::size_t limit) {
  std::vector<Import> out;
  for (const db::Row& row :
       TRY(c.query(std::string(kImportColumns) + "ORDER BY created DESC, id LIMIT $1", {limit})))
    out.push_back(TRY(read_import(row)));
  return out;
}

}  // namespace daybreak::directory::desk::papers
