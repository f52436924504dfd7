// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/backup_archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace daybreak::db {
namespace {

constexpr std::size_t kPiece = 1 << 16;
constexpr std::string_view kManifest = "manifest.json";
constexpr std::size_t kLongestManifest = 64 << 20;

tl::unexpected<Error> damaged(std::string what, std::string_view name) {
  return fail(ErrorKind::kCorrupt, std::move(what), std::string(name), "Use another backup");
}

// Nothing that could leave the directory it is restored into.
bool is_safe_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\0') != std::string_view::npos)
    return false;
  for (const std::string_view part : split(name, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

}  // namespace

std::string manifest_text(const BackupReport& report) {
  boost::json::array files;
  for (const BackupFile& file : report.files)
    files.push_back({{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
  return boost::json::serialize(boost::json::object{{"format", "daybreak-backup-1"},
                                                    {"taken_at", format_instant(report.taken_at)},
                                                    {"files", files}});
}

Result<BackupReport> parse_manifest(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  const auto bad = damaged("the manifest cannot be read", kManifest);
  try {
    if (error || value.at("format").as_string() != "daybreak-backup-1") return bad;
    BackupReport report;
    report.taken_at = TRY(parse_instant(std::string_view(value.at("taken_at").as_string())));
    for (const auto& file : value.at("files").as_array())
      report.files.push_back({std::string(file.at("name").as_string()),
                              file.at("size").to_number<std::uint64_t>(),
                              std::string(file.at("sha256").as_string())});
    return report;
  } catch (const std::exception&) {
    return bad;
  }
}

BackupWriter::BackupWriter(BackupWriter&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

BackupWriter::~BackupWriter() {
  if (handle_) archive_write_free(handle_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<BackupWriter> BackupWriter::create(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(ErrorKind::kUnavailable,
                fmt::format("cannot write the backup: {}", std::strerror(errno)), file.string(),
                "Choose a folder that exists and has room");
  BackupWriter writer(archive_write_new(), descriptor);
  archive_write_set_format_pax_restricted(writer.handle_);
  archive_write_add_filter_zstd(writer.handle_);
  if (archive_write_open_fd(writer.handle_, descriptor) != ARCHIVE_OK) return writer.failure();
  return writer;
}

tl::unexpected<Error> BackupWriter::failure() const {
  const char* words = archive_error_string(handle_);
  return fail(ErrorKind::kUnavailable,
              fmt::format("cannot write the backup: {}", words ? words : "unknown reason"), {},
              "Is there room on the disk?");
}

Result<void> BackupWriter::begin_entry(const std::string& name, std::uint64_t size) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  if (archive_write_header(handle_, entry.get()) != ARCHIVE_OK) return failure();
  return {};
}

Result<void> BackupWriter::write(const char* data, std::size_t size) {
  if (archive_write_data(handle_, data, size) != static_cast<la_ssize_t>(size)) return failure();
  return {};
}

Result<BackupFile> BackupWriter::add_file(const std::filesystem::path& path,
                                          const std::string& name) {
  std::ifstream source(path, std::ios::binary);
  std::error_code error;
  BackupFile file{name, std::filesystem::file_size(path, error), {}};
  if (!source || error)
    return fail(ErrorKind::kUnavailable, "cannot read a file of the data directory", name);
  TRY(begin_entry(name, file.size));
  Sha256 hash;
  std::array<char, kPiece> piece{};
  for (std::uint64_t left = file.size; left > 0;) {
    source.read(piece.data(),
                static_cast<std::streamsize>(std::min<std::uint64_t>(piece.size(), left)));
    const auto count = static_cast<std::size_t>(source.gcount());
    if (count == 0)
      return fail(ErrorKind::kUnavailable, "a file became shorter while it was read", name,
                  "Try again");
    hash.update({piece.data(), count});
    TRY(write(piece.data(), count));
    left -= count;
  }
  file.sha256 = to_hex(hash.finish());
  return file;
}

Result<void> BackupWriter::add_text(const std::string& name, const std::string& text) {
  TRY(begin_entry(name, text.size()));
  return write(text.data(), text.size());
}

Result<void> BackupWriter::finish() {
  if (archive_write_close(handle_) != ARCHIVE_OK) return failure();
  if (::fsync(descriptor_) != 0)
    return fail(ErrorKind::kUnavailable, "the disk failed while the backup was written", {},
                "Use another disk");
  return {};
}

namespace {

class BackupReader {
 public:
  explicit BackupReader(const BackupVisitor& visitor)
      : visitor_(visitor), handle_(archive_read_new(), archive_read_free) {
    archive_read_support_format_tar(handle_.get());
    archive_read_support_filter_zstd(handle_.get());
  }

  Result<BackupReport> read(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file))
      return fail(ErrorKind::kInvalid, "there is no such backup file", file.string());
    if (archive_read_open_filename(handle_.get(), file.c_str(), kPiece) != ARCHIVE_OK)
      return damaged("this is not a backup of Daybreak", file.string());
    archive_entry* entry = nullptr;
    for (;;) {
      const int code = archive_read_next_header(handle_.get(), &entry);
      if (code == ARCHIVE_EOF) break;
      if (code != ARCHIVE_OK)
        return damaged("the backup file is damaged or cut short", file.string());
      const char* name = archive_entry_pathname(entry);
      if (!name || archive_entry_filetype(entry) != AE_IFREG || !is_safe_name(name) ||
          !manifest_.empty())
        return damaged("the backup file holds something that does not belong there", file.string());
      TRY(read_entry(name));
    }
    return compare();
  }

 private:
  Result<void> read_entry(const std::string& name) {
    const bool is_manifest = name == kManifest;
    if (!is_manifest) TRY(visitor_.begin(name));
    BackupFile found{name, 0, {}};
    Sha256 hash;
    std::array<char, kPiece> piece{};
    for (;;) {
      const la_ssize_t count = archive_read_data(handle_.get(), piece.data(), piece.size());
      if (count < 0) return damaged("the backup file is damaged or cut short", name);
      if (count == 0) break;
      const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
      found.size += bytes.size();
      if (is_manifest) {
        manifest_ += bytes;
        if (manifest_.size() > kLongestManifest) return damaged("the manifest is too long", name);
      } else {
        hash.update(bytes);
        TRY(visitor_.data(bytes));
      }
    }
    found.sha256 = to_hex(hash.finish());
    if (!is_manifest && !found_.emplace(name, found).second)
      return damaged("a file is there twice", name);
    return {};
  }

  Result<BackupReport> compare() {
    if (manifest_.empty())
      return damaged("the backup file has no manifest: it was cut short", kManifest);
    BackupReport report = TRY(parse_manifest(manifest_));
    if (report.files.size() != found_.size())
      return damaged("files are missing or were added", kManifest);
    for (const BackupFile& file : report.files) {
      const auto found = found_.find(file.name);
      if (found == found_.end()) return damaged("a file is missing", file.name);
      if (found->second.size != file.size || found->second.sha256 != file.sha256)
        return damaged("a file differs from what was saved", file.name);
    }
    return report;
  }

  const BackupVisitor& visitor_;
  std::unique_ptr<archive, decltype(&archive_read_free)> handle_;
  std::map<std::string, BackupFile> found_;
  std::string manifest_;
};

}  // namespace

Result<BackupReport> read_backup(const std::filesystem::path& file, const BackupVisitor& visitor) {
  return BackupReader(visitor).read(file);
}

}  // namespace daybreak::db
