// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside db/ only: the tar file of a backup, written and read as a stream. One thread at a time.
#pragma once

#include <functional>

#include "db/backup.hpp"

struct archive;

namespace daybreak::db {

class BackupWriter {
 public:
  static Result<BackupWriter> create(const std::filesystem::path& file);
  BackupWriter(BackupWriter&&) noexcept;
  ~BackupWriter();
  // Adds a file's bytes under a name; returns its size and hash.
  Result<BackupFile> add_file(const std::filesystem::path& path, const std::string& name);
  Result<void> add_text(const std::string& name, const std::string& text);
  // Success when everything is on disk.
  Result<void> finish();

 private:
  BackupWriter(archive* handle, int descriptor) : handle_(handle), descriptor_(descriptor) {}
  Result<void> begin_entry(const std::string& name, std::uint64_t size);
  Result<void> write(const char* data, std::size_t size);
  tl::unexpected<Error> failure() const;

  archive* handle_;
  int descriptor_;
};

// Calls `begin` for each file (false: skip its bytes) and `data` for its pieces; returns the
// manifest that the file ends with, after comparing names, sizes and hashes with what was read.
// kCorrupt otherwise.
struct BackupVisitor {
  std::function<Result<void>(const std::string& name)> begin;
  std::function<Result<void>(std::string_view piece)> data;
};
Result<BackupReport> read_backup(const std::filesystem::path& file, const BackupVisitor& visitor);

std::string manifest_text(const BackupReport& report);
Result<BackupReport> parse_manifest(std::string_view text);

}  // namespace daybreak::db
