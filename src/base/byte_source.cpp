// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/byte_source.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/byte_source_unpack.hpp"

namespace daybreak {
namespace {

Error file_error(const std::filesystem::path& path, std::string_view what) {
  const int code = errno;
  const auto kind = code == ENOENT   ? ErrorKind::kNotFound
                    : code == EACCES ? ErrorKind::kDenied
                                     : ErrorKind::kUnavailable;
  return {kind, std::string(what) + ": " + std::strerror(code), path.string(),
          code == ENOENT   ? "Check the path"
          : code == EACCES ? "Check who may read and write it"
                           : ""};
}

class FileSource final : public ByteSource {
 public:
  FileSource(int descriptor, std::optional<std::uint64_t> size, std::string name)
      : descriptor_(descriptor), size_(size), name_(std::move(name)) {}
  ~FileSource() override { ::close(descriptor_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<std::size_t> read(std::span<char> buffer) override {
    for (;;) {
      const ssize_t got = ::read(descriptor_, buffer.data(), buffer.size());
      if (got >= 0) {
        taken_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) return tl::make_unexpected(file_error(name_, "cannot be read"));
    }
  }
  std::uint64_t taken() const override { return taken_; }
  std::optional<std::uint64_t> size() const override { return size_; }
  const std::string& name() const override { return name_; }

 private:
  int descriptor_;
  std::uint64_t taken_ = 0;
  std::optional<std::uint64_t> size_;
  std::string name_;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string bytes, std::string name)
      : bytes_(std::move(bytes)), name_(std::move(name)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = std::min(buffer.size(), bytes_.size() - at_);
    std::memcpy(buffer.data(), bytes_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::uint64_t taken() const override { return at_; }
  std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  const std::string& name() const override { return name_; }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
  std::string name_;
};

Result<void> write_and_sync(int descriptor, const std::filesystem::path& path,
                            std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return tl::make_unexpected(file_error(path, "cannot be written"));
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(descriptor) != 0) return tl::make_unexpected(file_error(path, "cannot be synced"));
  return {};
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_plain_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return tl::make_unexpected(file_error(path, "cannot be opened"));
  struct stat status{};
  ::fstat(descriptor, &status);
  if (S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    return fail(ErrorKind::kInvalid, "is a folder, not a file", path.string());
  }
  std::optional<std::uint64_t> size;
  if (S_ISREG(status.st_mode)) size = static_cast<std::uint64_t>(status.st_size);
  return std::make_unique<FileSource>(descriptor, size, path.string());
}

std::unique_ptr<ByteSource> open_memory(std::string bytes, std::string name) {
  return std::make_unique<MemorySource>(std::move(bytes), std::move(name));
}

Result<std::unique_ptr<ByteSource>> open_file(const std::filesystem::path& path,
                                              UnpackLimits limits) {
  auto plain = TRY(open_plain_file(path));
  std::string start(8, '\0');
  start.resize(TRY(plain->read(start)));
  if (!looks_like_zip(start))
    return unpacked(with_start(std::move(start), std::move(plain)), limits);
  const Archive archive = TRY(Archive::open(path));
  if (archive.members().size() != 1) {
    return fail(
        ErrorKind::kInvalid,
        "holds " + std::to_string(archive.members().size()) + " files where one was expected",
        path.string(), "Unpack it and name the file you mean");
  }
  return unpacked(TRY(archive.member(archive.members().front().name, limits)), limits);
}

bool looks_like_zip(std::string_view first_bytes) {
  return first_bytes.starts_with("PK\x03\x04") || first_bytes.starts_with("PK\x05\x06");
}

Result<std::string> read_all(ByteSource& source, std::size_t max_bytes) {
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    const std::size_t room =
        std::min<std::size_t>(std::max<std::size_t>(before, 64 << 10), max_bytes - before + 1);
    text.resize(before + room);
    const std::size_t got = TRY(source.read(std::span(text).subspan(before)));
    text.resize(before + got);
    if (got == 0) return text;
    if (text.size() > max_bytes) {
      return fail(ErrorKind::kInvalid, "is larger than " + std::to_string(max_bytes) + " bytes",
                  source.name());
    }
  }
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const auto source = TRY(open_file(path, {.max_bytes = max_bytes}));
  return read_all(*source, max_bytes);
}

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::string beside = path.string() + ".XXXXXX";
  const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) return tl::make_unexpected(file_error(path, "cannot be created"));
  ::fchmod(descriptor, 0640);
  Result<void> written = write_and_sync(descriptor, path, bytes);
  ::close(descriptor);
  if (written && ::rename(beside.c_str(), path.c_str()) != 0) {
    written = tl::make_unexpected(file_error(path, "cannot be put in place"));
  }
  if (!written) ::unlink(beside.c_str());
  return written;
}

}  // namespace daybreak
