// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads directories that others keep: HSDS 3.x JSON in any form, HSDS data packages (folder or
// zip), older packages and any spreadsheet through a mapping. Tells the form by content. A bad row
// is named with file, row, field and reason, goes to the rejects file, and costs no other row. One
// thread.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "commons/directory/mapping.hpp"
#include "commons/directory/service.hpp"

namespace daybreak::directory {

struct ImportOptions {
  std::string source;   // what the source is called; the same name again updates its records
  std::string licence;  // under which the source gives its data
  std::string url;
  std::optional<Mapping> mapping;  // for spreadsheets; found among the built-in ones when not given
  std::optional<Entity> entity;    // of JSON objects that do not show it
  ImportMode mode = ImportMode::kApply;
  std::filesystem::path rejects;  // a CSV file for what was not taken; none when empty
  std::function<void(std::uint64_t records)> progress;
};

struct ImportReport {
  ImportCounts counts;
  std::uint64_t rows = 0;      // rows or values read
  std::uint64_t rejected = 0;  // rows or parts not taken
  std::uint64_t repaired = 0, set_aside = 0;
  std::vector<Notice> notices;     // the first 10,000
  std::vector<std::string> notes;  // about files as a whole
};

// The message of the error when a table needs a mapping.
inline constexpr std::string_view kUnknownTable =
    "is no table of HSDS, and no mapping says what its columns mean";

// Fails when a file cannot be read at all, or a spreadsheet needs a mapping and none fits; what was
// read before stays imported, and the same call again goes on without duplicating.
Result<ImportReport> import_path(Directory& directory, const std::filesystem::path& path,
                                 const ImportOptions& options);

// The entity an HSDS object is of, by its members; the file's name decides where they do not.
std::optional<Entity> entity_of(const Json& value, std::string_view file_name);

}  // namespace daybreak::directory
