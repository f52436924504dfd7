// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/group_rows.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

#include "db/connection.hpp"

namespace daybreak::db {
namespace {

constexpr std::size_t kMostRows = 64;

std::string statement_for(std::string_view into, std::size_t columns, std::size_t rows,
                          std::string_view rest) {
  std::string sql = "INSERT INTO ";
  sql.append(into).append(" VALUES ");
  for (std::size_t i = 0; i < rows * columns; ++i) {
    sql.append(i % columns != 0 ? ",$" : i == 0 ? "($" : ",($").append(std::to_string(i + 1));
    if (i % columns == columns - 1) sql += ')';
  }
  return sql.append(rest);
}

}  // namespace

Result<void> insert_rows(Connection& connection, std::string_view into, std::size_t columns,
                         std::span<const Value> values, std::string_view rest) {
  while (!values.empty()) {
    // Powers of two: a handful of statements to prepare, whatever the number of rows.
    const std::size_t rows = std::bit_floor(std::min(kMostRows, values.size() / columns));
    TRY(connection.execute_later(statement_for(into, columns, rows, rest),
                                 Parameters(values.first(rows * columns))));
    values = values.subspan(rows * columns);
  }
  return {};
}

GroupRows::Table& GroupRows::table(std::string_view into, std::size_t columns) {
  const auto found = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const Table& table) { return table.into == into; });
  if (found != tables_.end()) return *found;
  return tables_.emplace_back(Table{std::string(into), columns, {}});
}

void GroupRows::add(std::string_view into, std::span<const Value> row) {
  auto& values = table(into, row.size()).values;
  values.insert(values.end(), row.begin(), row.end());
}

void GroupRows::add_all(GroupRows&& others) {
  for (Table& other : others.tables_) {
    auto& values = table(other.into, other.columns).values;
    values.insert(values.end(), std::make_move_iterator(other.values.begin()),
                  std::make_move_iterator(other.values.end()));
  }
  others.tables_.clear();
}

bool GroupRows::are_apart_from(std::string_view sql) const {
  return tables_.empty() ||
         (sql.starts_with("SELECT ") &&
          std::none_of(tables_.begin(), tables_.end(), [&](const Table& table) {
            const std::string_view into = table.into;
            return sql.find(into.substr(0, into.find(' '))) != std::string_view::npos;
          }));
}

Result<void> GroupRows::insert(Connection& connection) const {
  for (const Table& table : tables_)
    TRY(insert_rows(connection, table.into, table.columns, table.values));
  return {};
}

}  // namespace daybreak::db
