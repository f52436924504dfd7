// SPDX-License-Identifier: AGPL-3.0-or-later
// Task forces from a table: a spreadsheet of them, or an extract of USAspending awards. Every row
// of the file is told what became of it. Runs in the caller's thread; one write for each task
// force.
#pragma once

#include <array>
#include <memory>
#include <set>

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

Result<ImportReport> import_table(Network& network, const trust::Actor& actor,
                                  std::unique_ptr<ByteSource> source, ImportKind kind);

// The register as such a spreadsheet.
std::string export_csv(const std::vector<TaskForce>& all);

}  // namespace daybreak::network
