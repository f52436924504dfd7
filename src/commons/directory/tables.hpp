// SPDX-License-Identifier: AGPL-3.0-or-later
// Records as the tables of a data package, and back: a phone that stands inside a service and a
// location becomes one row with two links. Nothing is lost on the way: rows that point nowhere stay
// as records of their own. Pure functions, any thread; all rows are in memory.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "commons/directory/record.hpp"

namespace daybreak::directory {

struct TableRowValue {
  Json value;  // an object of fields, links included
  std::string place;
};

struct Tables {
  std::array<std::vector<TableRowValue>, kEntityCount> rows;
  std::vector<TableRowValue>& of(Entity entity) { return rows[static_cast<std::size_t>(entity)]; }
  const std::vector<TableRowValue>& of(Entity entity) const {
    return rows[static_cast<std::size_t>(entity)];
  }
};

// Puts rows inside the rows they belong to and gives the records that result. Rows are normalised
// already (Normalizer). A notice tells of each row that points to nothing in these tables.
std::vector<Record> records_from(Tables tables, std::vector<Notice>& notices);

// Takes records apart into rows. Feed it all, then read the tables.
class Flattener {
 public:
  void add(Entity entity, const Json& body);
  const Tables& tables() const { return tables_; }

 private:
  void add_row(const EntityInfo& entity, Json row, std::string_view parent);
  void flatten(const EntityInfo& entity, const Json& value, std::string_view link,
               std::string_view parent_id, std::string_view parent_entity);
  Tables tables_;
  std::array<std::unordered_map<std::string, std::size_t>, kEntityCount> seen_;
};

}  // namespace daybreak::directory
