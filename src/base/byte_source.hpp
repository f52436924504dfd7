// SPDX-License-Identifier: AGPL-3.0-or-later
// Where readers get their bytes from: a file, memory, a member of an archive, a compressed stream.
// What a file is, is told by its content, never by its name. Memory use is bounded whatever the
// input; an unpacked size limit stops decompression bombs. One source belongs to one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `buffer` and returns how much; 0 means the end. May return less than asked.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
  // For progress: how much of the stored (perhaps compressed) input was taken, and how much there
  // is.
  virtual std::uint64_t taken() const = 0;
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
  // How messages call it: "whd.zip/cases.csv".
  virtual const std::string& name() const = 0;
};

struct UnpackLimits {
  std::uint64_t max_bytes = std::uint64_t{64} << 30;  // in all
  // Refused when more than 16 MiB came out and it is this many times what went in.
  std::uint64_t max_ratio = 2000;
};

// The bytes of a file as they are.
Result<std::unique_ptr<ByteSource>> open_plain_file(const std::filesystem::path& path);
std::unique_ptr<ByteSource> open_memory(std::string bytes, std::string name = "memory");

// The content of a file: gzip, zstd, xz, bzip2 and UTF-16 text are unpacked on the way; a zip or
// tar that holds exactly one file gives that file. An archive of several is refused (see Archive).
Result<std::unique_ptr<ByteSource>> open_file(const std::filesystem::path& path,
                                              UnpackLimits limits = {});
// The same from any source, without zip (which needs to seek).
Result<std::unique_ptr<ByteSource>> unpacked(std::unique_ptr<ByteSource> packed,
                                             UnpackLimits limits = {});

// True when the file starts as a zip does (also XLSX, DOCX).
bool looks_like_zip(std::string_view first_bytes);

// The members of a zip or tar file.
class Archive {
 public:
  struct Member {
    std::string name;
    std::uint64_t bytes = 0;  // as declared: a hint, never trusted
  };
  // Lists the members. Refuses more than 10,000 members and encrypted ones.
  static Result<Archive> open(const std::filesystem::path& path);
  static Result<Archive> from_memory(std::string bytes, std::string name = "memory");

  const std::vector<Member>& members() const { return members_; }
  bool has(std::string_view member) const;
  // A source over one member; several may be open at a time.
  Result<std::unique_ptr<ByteSource>> member(std::string_view name, UnpackLimits limits = {}) const;

 private:
  std::shared_ptr<const std::string> memory_;  // nothing: the file at path_
  std::filesystem::path path_;
  std::string name_;
  std::vector<Member> members_;
};

// Everything a source holds; fails when that is more than `max_bytes`.
Result<std::string> read_all(ByteSource& source, std::size_t max_bytes);
Result<std::string> read_text_file(const std::filesystem::path& path,
                                   std::size_t max_bytes = 64 << 20);
// Writes beside the target, syncs and renames, so that a reader sees the old or the new file whole.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace daybreak
