// SPDX-License-Identifier: AGPL-3.0-or-later
// How the columns of a spreadsheet become fields of the directory: a mapping that a person saves
// once and uses again. Written as JSON:
//
//   {"name": "our guide", "licence": "…",
//    "tables": [{"file": "guide.csv", "entity": "service", "key": ["Agency", "Program"],
//                "columns": {"Agency": "organization.name", "Program": "name",
//                            "Hotline": "phones[hotline].number", "Counties":
//                            "service_areas[].name|split:;", "Address":
//                            "service_at_locations[].location.addresses[]|us_address"},
//                "constants": {"phones[hotline].type": "hotline"}}]}
//
// Transforms after '|': split:X (a list entry for each part), lines (for each line), us_address,
// phones ("main: (305) 555-0110; …"), hours ("Monday: 9:00-17:00 …"), point ("Geolocation is 42.1,
// -87.9"), private (yes makes the record confidential), lower, replace:a=b;c=d. A column without a
// target is kept in "source_fields". Pure functions, any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "commons/directory/record.hpp"

namespace daybreak::directory {

struct ColumnTarget {
  struct Segment {
    std::string name;
    bool is_list = false;
    std::string tag;  // entries with one tag are one entry
  };
  std::vector<Segment> path;
  std::string transform, argument;
};

enum class Spaces : std::uint8_t { kTrim, kKeep };

struct TableMapping {
  std::string file;  // the end of the file's name; empty: any
  Entity entity = Entity::kService;
  std::vector<std::string> key;  // columns that together name the record, when it has no id
  std::multimap<std::string, ColumnTarget, std::less<>> columns;
  std::vector<std::pair<ColumnTarget, Json>> constants;
  Spaces spaces = Spaces::kTrim;  // around the texts of cells
};

struct Mapping {
  std::string name, licence, url;
  std::vector<TableMapping> tables;

  static Result<Mapping> parse(const Json& json);
  // The table for a file, or nullptr.
  const TableMapping* table_for(std::string_view file_name) const;
};

// One row of a table as a nested value of the mapping's entity, not yet normalised.
Json map_row(const TableMapping& mapping, std::span<const std::string> header,
             std::span<const std::string_view> fields);

// A mapping guessed from the names of the columns, for a person to look at and save.
Json suggest_mapping(std::span<const std::string> header, std::string_view file_name);

// The mappings that come with the program, and the one whose columns these are.
std::vector<Mapping> built_in_mappings();

}  // namespace daybreak::directory
