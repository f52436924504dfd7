// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside db/ only: SQLite stores as files. Safe to use from any thread.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace daybreak::db {

// Whether the file begins as SQLite's files do.
bool is_sqlite_file(const std::filesystem::path& path);
// Copies a store as it stands at one moment into a new file, while others read and write it.
Result<void> copy_store(const std::filesystem::path& from, const std::filesystem::path& to);
// SQLite's integrity_check and foreign_key_check over the whole file. kCorrupt with what was found.
Result<void> check_store(const std::filesystem::path& path);

}  // namespace daybreak::db
