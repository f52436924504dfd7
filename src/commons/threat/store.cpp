// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/store.hpp"

#include <array>
#include <fmt/format.h>
#include <map>

#include "base/text.hpp"
#include "embedded/commons_threat_migrations.hpp"

namespace daybreak::threat::store {
namespace {

constexpr std::string_view kLoad =
    "SELECT id, dataset, program, slice, name, digest, state, notes, fiscal_year, as_of, files, "
    "rows_in, rows_kept, rows_rejected, values_set_aside FROM threat_load ";

constexpr std::array<std::string_view, 8> kRowTables = {
    "threat_case",       "threat_certification", "threat_inspection", "threat_violation",
    "threat_employment", "threat_population",    "threat_reference",  "threat_rejected"};

Load read_load(const db::Row& row) {
  Load load;
  load.id = row.integer(0);
  load.dataset = row.text(1);
  load.program = row.text(2);
  load.slice = row.text(3);
  load.name = row.text(4);
  load.digest = row.text(5);
  load.state = row.text(6);
  load.notes = row.text(7);
  if (const auto year = row.maybe_integer(8)) load.fiscal_year = static_cast<int>(*year);
  load.as_of = row.maybe_text(9);
  load.files = row.integer(10);
  load.rows_in = row.integer(11);
  load.rows_kept = row.integer(12);
  load.rows_rejected = row.integer(13);
  load.values_set_aside = row.integer(14);
  return load;
}

// INSERT of so many rows; the text of a table and number is always the same, so it is prepared
// once.
std::string insert_text(const TableShape& table, std::size_t rows) {
  std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ", table.name, table.columns);
  std::size_t number = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ", (";
    for (std::size_t i = 0; i < table.width; ++i) {
      if (i > 0) sql += ", ";
      sql += '$';
      sql += std::to_string(++number);
    }
    sql += ')';
  }
  return sql;
}

}  // namespace

db::ModuleMigrations migrations() { return {"threat", &embedded::commons_threat_migrations()}; }

Result<std::optional<Load>> find_load(db::Connection& c, std::string_view dataset,
                                      std::string_view digest) {
  const db::Rows rows =
      TRY(c.query(std::string(kLoad) + "WHERE dataset = $1 AND digest = $2 ORDER BY id DESC",
                  {dataset, digest}));
  if (rows.empty()) return std::nullopt;
  return read_load(rows.front());
}

Result<std::int64_t> begin_load(db::Connection& c, const Load& load, Instant now) {
  TRY(c.execute(
      "INSERT INTO threat_load (dataset, program, slice, name, digest, state, files, rows_in, "
      "rows_kept, rows_rejected, values_set_aside, notes, imported) "
      "VALUES ($1, $2, $3, $4, $5, 'loading', $6, 0, 0, 0, 0, '', $7)",
      {load.dataset, load.program, load.slice, load.name, load.digest, load.files, now}));
  const auto row =
      TRY(c.query_one("SELECT max(id) FROM threat_load WHERE dataset = $1 AND digest = $2",
                      {load.dataset, load.digest}));
  return row->integer(0);
}

Result<void> insert_rows(db::Connection& c, const Batch::Piece& piece) {
  const TableShape& table = *piece.table;
  const std::size_t rows = piece.values.size() / table.width;
  if (rows == Batch::kRowsPerInsert) {
    static thread_local std::map<const TableShape*, std::string> texts;
    std::string& sql = texts[&table];
    if (sql.empty()) sql = insert_text(table, rows);
    TRY(c.execute(sql, piece.values));
    return {};
  }
  const std::string sql = insert_text(table, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto first = piece.values.begin() + static_cast<std::ptrdiff_t>(row * table.width);
    const std::vector<db::Value> values(first, first + static_cast<std::ptrdiff_t>(table.width));
    TRY(c.execute(sql, values));
  }
  return {};
}

Result<void> add_rows(db::Connection& c, const Load& load, const Batch& batch,
                      const std::vector<RefusedRow>& refused) {
  for (const Batch::Piece& piece : batch.pieces()) TRY(insert_rows(c, piece));
  for (const RefusedRow& row : refused)
    TRY(c.execute(
        "INSERT INTO threat_rejected (load_id, file, line, field, reason, whole_row) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {load.id, row.file, row.line, row.refusal.field, row.refusal.reason, row.whole_row}));
  TRY(c.execute(
      "UPDATE threat_load SET rows_in = $2, rows_kept = $3, rows_rejected = $4, "
      "values_set_aside = $5 WHERE id = $1",
      {load.id, load.rows_in, load.rows_kept, load.rows_rejected, load.values_set_aside}));
  return {};
}

Result<std::string> finish_load(db::Connection& c, const Load& load) {
  // The newest of a slice is the one that knows the latest day, then the one with most rows.
  const db::Rows rows =
      TRY(c.query(std::string(kLoad) + "WHERE dataset = $1 AND slice = $2 AND state = 'current'",
                  {load.dataset, load.slice}));
  bool older = false;
  const Layout* layout = find_layout(load.dataset);
  for (const db::Row& row : rows) {
    const Load other = read_load(row);
    if (layout && layout->scope == Scope::kSlice) continue;
    const std::string mine = load.as_of.value_or(""), theirs = other.as_of.value_or("");
    older = older || mine < theirs || (mine == theirs && load.rows_kept < other.rows_kept);
  }
  const std::string state = older ? "superseded" : "current";
  if (!older)
    TRY(
        c.execute("UPDATE threat_load SET state = 'superseded' "
                  "WHERE dataset = $1 AND slice = $2 AND state = 'current'",
                  {load.dataset, load.slice}));
  TRY(c.execute(
      "UPDATE threat_load SET state = $2, slice = $3, fiscal_year = $4, as_of = $5, notes = $6 "
      "WHERE id = $1",
      {load.id, state, load.slice, load.fiscal_year, load.as_of, load.notes}));
  return state;
}

Result<void> drop_rows(db::Connection& c, std::int64_t load) {
  for (const std::string_view table : kRowTables)
    TRY(c.execute(fmt::format("DELETE FROM {} WHERE load_id = $1", table), {load}));
  return {};
}

Result<void> forget_load(db::Connection& c, std::int64_t load) {
  TRY(drop_rows(c, load));
  TRY(c.execute("DELETE FROM threat_load WHERE id = $1", {load}));
  return {};
}

Result<std::vector<std::int64_t>> superseded_with_rows(db::Connection& c) {
  std::vector<std::int64_t> ids;
  for (const db::Row& row : TRY(c.query("SELECT id FROM threat_load WHERE state = 'superseded'"))) {
    for (const std::string_view table : kRowTables) {
      const auto found =
          TRY(c.query(fmt::format("SELECT load_id FROM {} WHERE load_id = $1 LIMIT 1", table),
                      {row.integer(0)}));
      if (found.empty()) continue;
      ids.push_back(row.integer(0));
      break;
    }
  }
  return ids;
}

Result<std::vector<Total>> totals(db::Connection& c) {
  std::vector<Total> all;
  const db::Rows rows = TRY(c.query(
      std::string(kLoad) + "WHERE state = 'current' ORDER BY program, dataset, fiscal_year, id"));
  for (const db::Row& row : rows) {
    Load load = read_load(row);
    const db::Rows counts =
        TRY(c.query(load.program == "WHD" ? "SELECT count(*), 0 FROM threat_case WHERE load_id = $1"
                                          : "SELECT count(*), CAST(coalesce(sum(certified), 0) AS "
                                            "BIGINT) FROM threat_certification "
                                            "WHERE load_id = $1 AND sub_row = 0",
                    {load.id}));
    const std::int64_t cases = counts.front().integer(0);
    const std::int64_t workers = counts.front().integer(1);
    if (!all.empty() && all.back().load.dataset == load.dataset &&
        all.back().load.fiscal_year == load.fiscal_year) {
      Total& sum = all.back();
      sum.load.files += load.files;
      sum.load.rows_in += load.rows_in;
      sum.load.rows_kept += load.rows_kept;
      sum.load.rows_rejected += load.rows_rejected;
      sum.load.values_set_aside += load.values_set_aside;
      if (load.as_of > sum.load.as_of) sum.load.as_of = load.as_of;
      sum.primary_cases += cases;
      sum.certified_workers += workers;
    } else {
      all.push_back({std::move(load), cases, workers});
    }
  }
  return all;
}

Result<std::vector<Load>> superseded(db::Connection& c) {
  std::vector<Load> all;
  for (const db::Row& row :
       TRY(c.query(std::string(kLoad) + "WHERE state = 'superseded' ORDER BY id")))
    all.push_back(read_load(row));
  return all;
}

Result<std::vector<RefusedRow>> refused_rows(db::Connection& c, std::int64_t load,
                                             std::int64_t most) {
  std::vector<RefusedRow> all;
  for (const db::Row& row :
       TRY(c.query("SELECT file, line, field, reason, whole_row FROM threat_rejected "
                   "WHERE load_id = $1 ORDER BY file, line, field LIMIT $2",
                   {load, most})))
    all.push_back({row.text(0),
                   static_cast<std::uint64_t>(row.integer(1)),
                   {row.text(2), row.text(3)},
                   row.boolean(4)});
  return all;
}

}  // namespace daybreak::threat::store
