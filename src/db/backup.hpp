// SPDX-License-Identifier: AGPL-3.0-or-later
// Backup of a data directory into one file, and restore of that file into a new directory. Works
// while the server runs: each SQLite store is copied as it stood at one moment, without stopping
// its writers.
//
// The file is a tar archive (zstd): every file of the directory, then manifest.json with the size
// and SHA-256 of each. A store inside is checked (integrity, foreign keys) before it goes in and
// after it came out. Left out: SQLite's own side files, and what is made again from the stores
// (search/, tmp/). A PostgreSQL store is not in it: use pg_dump (docs/operations.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace daybreak::db {

struct BackupFile {
  std::string name;  // relative to the data directory, with '/'
  std::uint64_t size = 0;
  std::string sha256;  // hexadecimal
};

struct BackupReport {
  Instant taken_at;
  std::vector<BackupFile> files;
  std::uint64_t bytes() const;
};

using BackupProgress = std::function<void(const std::string& name)>;

// Writes `file` (readable by its owner alone), or leaves nothing. kConflict when it is already
// there. The finished file is read again and compared before this succeeds.
Result<BackupReport> back_up(const std::filesystem::path& data_directory,
                             const std::filesystem::path& file, const Clock& clock,
                             const BackupProgress& progress = {});

// Reads the whole file and compares it with its manifest; writes nothing.
Result<BackupReport> verify_backup(const std::filesystem::path& file);

// Makes `into`, which must not be there yet; a restore that fails leaves nothing.
Result<BackupReport> restore(const std::filesystem::path& file, const std::filesystem::path& into,
                             const BackupProgress& progress = {});

}  // namespace daybreak::db
