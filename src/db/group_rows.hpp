// SPDX-License-Identifier: AGPL-3.0-or-later
// Rows that several writes insert together: insert_rows() for all in few statements, and, inside
// db/ only, GroupRows, those that wait for it (Connection::insert_with_group).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "db/value.hpp"

namespace daybreak::db {

class Connection;

// Rows of `columns` values each, one after the other in `values`, at most 64 in a statement and
// none of them waited for (Connection::execute_later). `into` is "table (column, column)", `rest`
// what follows the rows, for example an ON CONFLICT clause.
Result<void> insert_rows(Connection& connection, std::string_view into, std::size_t columns,
                         std::span<const Value> values, std::string_view rest = {});

class GroupRows {
 public:
  bool empty() const { return tables_.empty(); }
  void add(std::string_view into, std::span<const Value> row);
  void add_all(GroupRows&& others);
  // Whether a statement cannot meet these rows: it only reads, and names none of their tables.
  bool are_apart_from(std::string_view sql) const;
  // Table by table, in the order in which they were first added to.
  Result<void> insert(Connection& connection) const;

 private:
  struct Table {
    std::string into;
    std::size_t columns;
    std::vector<Value> values;
  };
  Table& table(std::string_view into, std::size_t columns);

  std::vector<Table> tables_;
};

}  // namespace daybreak::db
