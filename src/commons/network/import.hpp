// SPDX-License-Identifier: AGPL-3.0-or-later
// Task forces from a table: a spreadsheet of them, or an extract of USAspending awards. Every row
// of the file is told what became of it. Runs in the caller's thread; one write for each task
// force.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <span>

#include "base/csv.hpp"
#include "commons/network/network.hpp"

namespace daybreak::network {

enum class Outcome : std::uint8_t {
  kAdded,
  kChanged,
  kUnchanged,
  kJoined,    // a further award of a task force that an earlier row named
  kOther,     // an award, but not of a task force
  kRejected,  // could not be read; says why
};
inline constexpr std::size_t kOutcomes = 6;
std::string_view code_of(Outcome outcome);

struct RowOutcome {
  std::string place;  // "file.csv:17"
  Outcome outcome = Outcome::kRejected;
  std::string words;  // a task force's name, or what is wrong
};
struct ImportReport {
  std::vector<RowOutcome> rows;
  std::array<std::int64_t, kOutcomes> counts{};
  std::int64_t count(Outcome outcome) const { return counts[static_cast<std::size_t>(outcome)]; }
};

enum class ImportKind : std::uint8_t {
  // Columns: name, state, model, area, disciplines, languages, line, website, about, ends,
  // contact_role, contact_phone, contact_email; name and state are needed.
  kSpreadsheet,
  // Columns as USAspending writes them. A task force is an award whose description speaks of one;
  // its
  // area is the county that the description or recipient names, else empty until a person says.
  kUsaSpending,
};

// The fields of a task force that a spreadsheet can fill; the first two are needed.
std::span<const std::string_view> import_fields();

// A table of any kind that base/table.hpp reads (CSV, Excel workbook), as CSV of one form: the
// first column says where each row stood, the second what was wrong with it.
Result<std::string> to_plain_table(const std::filesystem::path& path);
struct PlainTable {
  std::vector<std::string> columns;  // the file's own
  bool is_usaspending = false;
  std::map<std::string, std::string> mapping;  // field to column, as far as the names tell
};
Result<PlainTable> look_at(const std::string& plain_table);

struct ImportOptions {
  ImportKind kind = ImportKind::kSpreadsheet;
  std::map<std::string, std::string> mapping = {};  // field to column; a field itself when absent
  bool only_look = false;                           // tells what would become of each row
};
Result<ImportReport> import_table(Network& network, const trust::Actor& actor,
                                  std::unique_ptr<ByteSource> source,
                                  const ImportOptions& options);

// The register as such a spreadsheet.
std::string export_csv(const std::vector<TaskForce>& all);

}  // namespace daybreak::network
