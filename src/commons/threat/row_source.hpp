// SPDX-License-Identifier: AGPL-3.0-or-later
// The rows of an official file, whatever it comes as: CSV in any encoding and packing, a workbook,
// a zip of one or several tables, a TopoJSON map, a list of table definitions. Told by content. One
// row in memory; stray error cells at the far end of a sheet are no rows. One thread per source.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::threat {

// Valid until the next call of RowSource::next().
struct SourceRow {
  std::span<const std::string_view> fields;
  std::string_view problem;  // empty when the row can be read
  std::uint64_t line = 0;    // of the file, or the row of the sheet
  std::string_view operator[](int column) const {
    return column >= 0 && static_cast<std::size_t>(column) < fields.size()
               ? fields[static_cast<std::size_t>(column)]
               : std::string_view();
  }
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  const std::string& name() const { return name_; }
  const std::vector<std::string>& header() const { return header_; }
  // For a file without a header line: its first row counts as a row, and these are its columns.
  virtual Result<void> set_header(std::vector<std::string> names) = 0;
  virtual Result<const SourceRow*> next() = 0;
  // Packed bytes taken so far.
  virtual std::uint64_t taken() const { return 0; }

 protected:
  std::string name_;
  std::vector<std::string> header_;
};

// One table of a file; `open` may be called again to read it from the start.
struct Part {
  std::string name;
  std::function<Result<std::unique_ptr<RowSource>>()> open;
};

struct SourceFile {
  std::vector<Part> parts;
  std::uint64_t bytes = 0;
  std::string digest;                // SHA-256 of the file as it is, in hexadecimal
  std::vector<std::string> ignored;  // members of an archive that are no tables
};

// Fails for a directory, an absent, empty, locked or broken file, and for an archive without
// tables.
Result<SourceFile> open_source(const std::filesystem::path& path);

}  // namespace daybreak::threat
