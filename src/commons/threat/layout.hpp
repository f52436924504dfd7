// SPDX-License-Identifier: AGPL-3.0-or-later
// The layouts of the official files (data/threat/layouts.json): which header belongs to which
// program, and what its columns are called in each vintage. A file is told by its header, never by
// its name. Read once, then immutable; safe from any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::threat {

// Which rows a file stands for, and so which earlier file it replaces.
enum class Scope : std::uint8_t {
  kDataset,     // the whole of the dataset: cumulative
  kFiscalYear,  // one fiscal year of it: cumulative within the year
  kSlice,       // what its name says: replaces a file of the same name
};

struct Layout {
  struct Column {
    std::string field;
    std::vector<std::string> names;  // aliases; the first that the header has is taken
  };
  std::string id, program, title, table, source;
  std::vector<std::string> kinds;
  Scope scope = Scope::kSlice;
  bool parts = false;                             // may come in several files of one vintage
  std::vector<std::vector<std::string>> require;  // one name of each group
  std::vector<std::string> absent, any, first, names, body;
  std::size_t label_rows = 0;  // rows under the header that only explain it
  std::vector<Column> columns;
};

std::span<const Layout> layouts();
const Layout* find_layout(std::string_view id);
// As of which day the list of layouts is.
std::string_view layouts_as_of();

// The most demanding layout that the header fulfils. Fails with what is missing from the nearest
// one. `kind` empty means any; a file of another kind is named in the error.
Result<const Layout*> match_layout(std::string_view kind, std::span<const std::string> header,
                                   const std::string& file);

// Where the column is in the header, ASCII case ignored; -1 when it is not there.
int find_column(std::span<const std::string> header, std::string_view name);

// A file of data/threat as text; throws std::logic_error when it is not in the program.
std::string_view reference_text(std::string_view file);

}  // namespace daybreak::threat
