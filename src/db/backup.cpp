// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/backup.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "db/backup_archive.hpp"
#include "db/store_snapshot.hpp"

namespace daybreak::db {
namespace {

namespace fs = std::filesystem;

// Removes what was begun unless it was finished.
class Unfinished {
 public:
  explicit Unfinished(fs::path path) : path_(std::move(path)) {}
  ~Unfinished() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  const fs::path& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  fs::path path_;
};

fs::path beside(const fs::path& path, const char* suffix) {
  return fs::path(path.string() + suffix + std::to_string(::getpid()));
}

void sync_folder_of(const fs::path& path) {
  const fs::path folder = fs::absolute(path).parent_path();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

bool is_left_out(const std::string& name) {
  return name.starts_with("search/") || name.starts_with("tmp/") || name == "lock" ||
         name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal");
}

Result<std::vector<std::string>> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(directory, error);
       !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (!at->is_regular_file() || at->is_symlink()) continue;
    std::string name = fs::relative(at->path(), directory).generic_string();
    if (!is_left_out(name)) names.push_back(std::move(name));
  }
  if (error)
    return fail(ErrorKind::kUnavailable, "cannot read the data directory", directory.string());
  std::sort(names.begin(), names.end());
  return names;
}

// A store goes in as a checked copy, everything else as it is.
Result<BackupFile> add(BackupWriter& writer, const fs::path& path, const std::string& name,
                       const fs::path& scratch) {
  if (!is_sqlite_file(path)) return writer.add_file(path, name);
  const Unfinished copy(scratch);
  const int created = ::open(copy.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (created < 0)
    return fail(ErrorKind::kUnavailable, "cannot write beside the backup file", scratch.string());
  ::close(created);
  TRY(copy_store(path, copy.path()));
  TRY(check_store(copy.path()));
  return writer.add_file(copy.path(), name);
}

class Restorer {
 public:
  Restorer(fs::path into, const BackupProgress& progress)
      : into_(std::move(into)), progress_(progress) {}

  Result<void> begin(const std::string& name) {
    TRY(end());
    if (progress_) progress_(name);
    path_ = into_ / name;
    std::error_code error;
    fs::create_directories(path_.parent_path(), error);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (error || descriptor_ < 0)
      return fail(ErrorKind::kUnavailable, "cannot write a file", path_.string());
    return {};
  }
  Result<void> data(std::string_view piece) {
    if (::write(descriptor_, piece.data(), piece.size()) != static_cast<ssize_t>(piece.size()))
      return fail(ErrorKind::kUnavailable, "cannot write a file", path_.string(),
                  "Is there room on the disk?");
    return {};
  }
  Result<void> end() {
    if (descriptor_ < 0) return {};
    const bool good = ::fsync(descriptor_) == 0;
    ::close(std::exchange(descriptor_, -1));
    if (!good) return fail(ErrorKind::kUnavailable, "the disk failed", path_.string());
    return {};
  }
  ~Restorer() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  fs::path into_, path_;
  const BackupProgress& progress_;
  int descriptor_ = -1;
};

}  // namespace

std::uint64_t BackupReport::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files) sum += file.size;
  return sum;
}

Result<BackupReport> back_up(const fs::path& data_directory, const fs::path& file,
                             const Clock& clock, const BackupProgress& progress) {
  if (!fs::is_directory(data_directory))
    return fail(ErrorKind::kInvalid, "there is no such data directory", data_directory.string());
  if (fs::exists(file))
    return fail(ErrorKind::kConflict, "the backup file is already there", file.string(),
                "Choose another name");
  const auto names = TRY(names_in(data_directory));
  Unfinished begun(beside(file, ".partial-"));
  BackupReport report{clock.now(), {}};
  {
    BackupWriter writer = TRY(BackupWriter::create(begun.path()));
    for (const std::string& name : names) {
      if (progress) progress(name);
      const fs::path path = data_directory / name;
      std::error_code error;
      if (fs::equivalent(path, begun.path(), error))
        continue;  // the backup is written into the directory itself
      report.files.push_back(TRY(add(writer, path, name, beside(file, ".snapshot-"))));
    }
    TRY(writer.add_text("manifest.json", manifest_text(report)));
    TRY(writer.finish());
  }
  TRY(verify_backup(begun.path()));
  // link() and not rename(): it fails when someone else made the file meanwhile.
  if (::link(begun.path().c_str(), file.c_str()) != 0)
    return fail(ErrorKind::kConflict, "the backup file cannot be given its name", file.string());
  sync_folder_of(file);
  return report;
}

Result<BackupReport> verify_backup(const fs::path& file) {
  return read_backup(file, {[](const std::string&) -> Result<void> { return {}; },
                            [](std::string_view) -> Result<void> { return {}; }});
}

Result<BackupReport> restore(const fs::path& file, const fs::path& into,
                             const BackupProgress& progress) {
  if (fs::exists(into))
    return fail(ErrorKind::kConflict, "the directory is already there; nothing was restored",
                into.string(),
                "Restore into a new directory, look at it, then point the server at it");
  Unfinished begun(beside(into, ".partial-"));
  std::error_code error;
  fs::create_directories(begun.path(), error);
  if (error)
    return fail(ErrorKind::kUnavailable, "cannot make the directory", begun.path().string());
  ::chmod(begun.path().c_str(), 0700);
  Restorer restorer(begun.path(), progress);
  const BackupReport report =
      TRY(read_backup(file, {[&](const std::string& name) { return restorer.begin(name); },
                             [&](std::string_view piece) { return restorer.data(piece); }}));
  TRY(restorer.end());
  for (const BackupFile& restored : report.files)
    if (is_sqlite_file(begun.path() / restored.name))
      TRY(check_store(begun.path() / restored.name));
  fs::rename(begun.path(), into, error);
  if (error)
    return fail(ErrorKind::kConflict, "the directory cannot be given its name", into.string());
  begun.keep();
  sync_folder_of(into);
  return report;
}

}  // namespace daybreak::db
