// SPDX-License-Identifier: AGPL-3.0-or-later
// Takes official files into the store: told by content, streamed, in batches that survive a kill.
// A file becomes visible when its last row is stored, and then replaces what it is cumulative over;
// a file that fails leaves nothing. The same file again changes nothing; a file whose import was
// broken off goes on where it stopped. Blocking; one import at a time per store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "commons/threat/store.hpp"
#include "db/database.hpp"

namespace daybreak::threat {

struct ImportProgress {
  std::uint64_t rows = 0;  // of all files so far
  double share = 0;        // of the bytes of all files
  std::string_view file;
};

struct ImportOptions {
  std::string kind;                     // whd, osha, oflc, qcew, geography; empty: any
  std::optional<int> fiscal_year = {};  // where neither the rows nor the name of the file tell it
  std::size_t batch_rows = 16'384;
  // Called after every batch; returning false stops the import as a kill would.
  std::function<bool(const ImportProgress&)> progress = {};
};

struct ImportReport {
  store::Load load;
  std::string outcome;  // imported, unchanged, resumed, or superseded by a newer one that is there
  std::vector<store::RefusedRow> first_refused;  // up to twenty
  std::vector<std::string> ignored;              // members of archives that are no tables
};

struct FailedFile {
  std::string file;
  Error error;
};

struct ImportResult {
  std::vector<ImportReport> loads;
  std::vector<FailedFile> failed;
};

// Files of one dataset that comes in parts (WHD, OSHA, QCEW) form one load. Fails only when the
// store does; what is wrong with a file is in `failed`, and the others are taken.
Result<ImportResult> import_files(db::Database& database, const Clock& clock,
                                  std::span<const std::filesystem::path> files,
                                  const ImportOptions& options);

// What a file is, told by its content, as an import would tell it.
Result<const Layout*> layout_of(const std::filesystem::path& file);

// Reads files without storing anything, for checks and measurements: rows kept and refused.
Result<store::Load> read_only(const std::filesystem::path& file, Date today);

}  // namespace daybreak::threat
