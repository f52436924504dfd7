// SPDX-License-Identifier: AGPL-3.0-or-later
// Any table a person sends, read the same way: CSV (base/csv.hpp) or an Excel workbook
// (base/xlsx.hpp), told by content. Streams; one thread per reader.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak {

// Valid until the next call of TableReader::next().
struct TableRow {
  std::span<const std::string_view> fields;
  std::string problem;       // empty when the row is fine; may name a cell
  std::uint64_t number = 0;  // the line of a CSV file, the row of a sheet
  std::string_view operator[](std::size_t column) const {
    return column < fields.size() ? fields[column] : std::string_view();
  }
};

struct TableOptions {
  std::string sheet = {};              // of a workbook; the first that is not hidden when empty
  std::optional<char> delimiter = {};  // of a CSV file
};

class TableReader {
 public:
  static Result<std::unique_ptr<TableReader>> open(const std::filesystem::path& path,
                                                   TableOptions options = {});
  virtual ~TableReader() = default;

  const std::vector<std::string>& header() const { return header_; }
  std::optional<std::size_t> column(std::string_view name) const;
  Result<std::size_t> require_column(std::string_view name) const;

  virtual Result<const TableRow*> next() = 0;
  // "guide.csv:17:phone" or "guide.xlsx:Sheet1!C17".
  virtual std::string place(const TableRow& row, std::optional<std::size_t> column = {}) const = 0;
  // What the operator should know about the file as a whole, in sentences: encoding, formulas.
  virtual std::vector<std::string> notes() const = 0;
  const std::string& name() const { return name_; }

 protected:
  std::string name_;
  std::vector<std::string> header_;
};

}  // namespace daybreak
