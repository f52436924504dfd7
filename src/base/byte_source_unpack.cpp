// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/byte_source_unpack.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cstring>

namespace daybreak {
namespace {

constexpr std::size_t kBlock = 256 << 10;

class StartSource final : public ByteSource {
 public:
  StartSource(std::string start, std::unique_ptr<ByteSource> rest)
      : start_(std::move(start)), rest_(std::move(rest)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    if (at_ == start_.size()) return rest_->read(buffer);
    const std::size_t count = std::min(buffer.size(), start_.size() - at_);
    std::memcpy(buffer.data(), start_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::uint64_t taken() const override { return rest_->taken(); }
  std::optional<std::uint64_t> size() const override { return rest_->size(); }
  const std::string& name() const override { return rest_->name(); }

 private:
  std::string start_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

class Utf16Source final : public ByteSource {
 public:
  Utf16Source(std::unique_ptr<ByteSource> source, ByteOrder order)
      : source_(std::move(source)), order_(order) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    while (at_ == ready_.size()) {
      if (ended_) return std::size_t{0};
      ready_.clear();
      at_ = 0;
      if (!TRY(fill())) finish();
    }
    const std::size_t count = std::min(buffer.size(), ready_.size() - at_);
    std::memcpy(buffer.data(), ready_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::uint64_t taken() const override { return source_->taken(); }
  std::optional<std::uint64_t> size() const override { return source_->size(); }
  const std::string& name() const override { return source_->name(); }

 private:
  Result<bool> fill() {
    std::array<char, 16384> block;
    const std::size_t got = TRY(source_->read(block));
    for (std::size_t i = 0; i < got; ++i) {
      const auto byte = static_cast<unsigned char>(block[i]);
      if (!half_) {
        half_ = byte;
        continue;
      }
      const unsigned unit = order_ == ByteOrder::kLittle ? *half_ | byte << 8 : *half_ << 8 | byte;
      half_.reset();
      take(static_cast<char16_t>(unit));
    }
    return got != 0;
  }
  void take(char16_t unit) {
    if (high_ != 0 && unit >= 0xDC00 && unit < 0xE000) {
      append(0x10000 + ((static_cast<char32_t>(high_) - 0xD800) << 10) + (unit - 0xDC00u));
      high_ = 0;
      return;
    }
    if (high_ != 0) append(0xFFFD);
    high_ = 0;
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_ = unit;
    } else {
      append(unit >= 0xDC00 && unit < 0xE000 ? 0xFFFD : unit);
    }
  }
  void finish() {
    if (high_ != 0 || half_) append(0xFFFD);
    ended_ = true;
  }
  void append(char32_t point) {
    if (point < 0x80) {
      ready_ += static_cast<char>(point);
    } else if (point < 0x800) {
      ready_ += {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 63))};
    } else if (point < 0x10000) {
      ready_ += {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 63)),
                 static_cast<char>(0x80 | (point & 63))};
    } else {
      ready_ +=
          {static_cast<char>(0xF0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 63)),
           static_cast<char>(0x80 | (point >> 6 & 63)), static_cast<char>(0x80 | (point & 63))};
    }
  }

  std::unique_ptr<ByteSource> source_;
  ByteOrder order_;
  std::optional<unsigned> half_;
  char16_t high_ = 0;
  std::string ready_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

struct FreeArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using ArchiveHandle = std::unique_ptr<archive, FreeArchive>;

Error archive_error(archive* handle, const std::string& name) {
  const char* text = archive_error_string(handle);
  return {ErrorKind::kCorrupt,
          std::string("cannot be unpacked: ") + (text ? text : "unknown format"), name,
          "Fetch or save the file again"};
}

// Reads the data of the current entry of an open archive, within limits.
class UnpackedSource final : public ByteSource {
 public:
  UnpackedSource(std::unique_ptr<ByteSource> packed, std::shared_ptr<const std::string> memory,
                 std::string name, UnpackLimits limits)
      : packed_(std::move(packed)),
        memory_(std::move(memory)),
        name_(std::move(name)),
        limits_(limits),
        handle_(archive_read_new()) {}

  Result<std::size_t> read(std::span<char> buffer) override {
    const la_ssize_t got = archive_read_data(handle_.get(), buffer.data(), buffer.size());
    if (failure_) return tl::make_unexpected(*failure_);
    if (got < 0) return tl::make_unexpected(archive_error(handle_.get(), name_));
    unpacked_ += static_cast<std::uint64_t>(got);
    const std::uint64_t in = std::max<std::uint64_t>(taken(), 1);
    if (unpacked_ > limits_.max_bytes ||
        (unpacked_ > (16 << 20) && unpacked_ / in > limits_.max_ratio)) {
      return fail(ErrorKind::kInvalid, "unpacks to more than is allowed", name_,
                  "It may be made to exhaust the machine; do not use it");
    }
    return static_cast<std::size_t>(got);
  }
  std::uint64_t taken() const override {
    return static_cast<std::uint64_t>(
        std::max<la_int64_t>(archive_filter_bytes(handle_.get(), -1), 0));
  }
  std::optional<std::uint64_t> size() const override {
    return packed_ ? packed_->size() : std::nullopt;
  }
  const std::string& name() const override { return name_; }

  archive* handle() { return handle_.get(); }
  static la_ssize_t feed(archive*, void* self, const void** block) {
    auto& source = *static_cast<UnpackedSource*>(self);
    source.block_.resize(kBlock);
    Result<std::size_t> got = source.packed_->read(source.block_);
    if (!got) {
      source.failure_ = got.error();
      return -1;
    }
    *block = source.block_.data();
    return static_cast<la_ssize_t>(*got);
  }

 private:
  std::unique_ptr<ByteSource> packed_;
  std::shared_ptr<const std::string> memory_;
  std::string name_;
  UnpackLimits limits_;
  ArchiveHandle handle_;
  std::string block_;
  std::optional<Error> failure_;
  std::uint64_t unpacked_ = 0;
};

bool is_compressed(std::string_view start) {
  return start.starts_with("\x1f\x8b") || start.starts_with("\x28\xb5\x2f\xfd") ||
         start.starts_with(std::string_view("\xfd"
                                            "7zXZ\0",
                                            6)) ||
         (start.starts_with("BZh") && start.size() > 3 && start[3] >= '1' && start[3] <= '9');
}

// Only filters that are built in: libarchive would run other programs for the rare ones.
void support_filters(archive* handle) {
  archive_read_support_filter_gzip(handle);
  archive_read_support_filter_zstd(handle);
  archive_read_support_filter_xz(handle);
  archive_read_support_filter_bzip2(handle);
}

std::string path_of(archive_entry* entry) {
  const char* path = archive_entry_pathname_utf8(entry);
  if (!path) path = archive_entry_pathname(entry);
  return path ? path : "";
}

Result<void> open_archive(archive* handle, const std::filesystem::path& path,
                          const std::string* memory, const std::string& name) {
  archive_read_support_format_zip_seekable(handle);
  archive_read_support_format_tar(handle);
  support_filters(handle);
  const int status = memory ? archive_read_open_memory(handle, memory->data(), memory->size())
                            : archive_read_open_filename(handle, path.c_str(), kBlock);
  if (status != ARCHIVE_OK) return tl::make_unexpected(archive_error(handle, name));
  return {};
}

Result<std::vector<Archive::Member>> list_members(archive* handle, const std::string& name) {
  constexpr std::size_t kMaxMembers = 10'000;
  std::vector<Archive::Member> members;
  archive_entry* entry = nullptr;
  for (;;) {
    const int status = archive_read_next_header(handle, &entry);
    if (status == ARCHIVE_EOF) return members;
    if (status < ARCHIVE_WARN) return tl::make_unexpected(archive_error(handle, name));
    if (archive_entry_is_encrypted(entry)) {
      return fail(ErrorKind::kUnsupported, "is locked with a password", name,
                  "Save it without a password");
    }
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    if (members.size() == kMaxMembers)
      return fail(ErrorKind::kInvalid, "holds more than 10,000 files", name);
    members.push_back({path_of(entry), static_cast<std::uint64_t>(
                                           std::max<la_int64_t>(archive_entry_size(entry), 0))});
  }
}

}  // namespace

std::unique_ptr<ByteSource> with_start(std::string start, std::unique_ptr<ByteSource> source) {
  return std::make_unique<StartSource>(std::move(start), std::move(source));
}

std::unique_ptr<ByteSource> from_utf16(std::unique_ptr<ByteSource> source, ByteOrder order) {
  return std::make_unique<Utf16Source>(std::move(source), order);
}

Result<std::unique_ptr<ByteSource>> unpacked(std::unique_ptr<ByteSource> packed,
                                             UnpackLimits limits) {
  std::string start(8, '\0');
  std::size_t have = 0;
  while (have < start.size()) {
    const std::size_t got = TRY(packed->read(std::span(start).subspan(have)));
    if (got == 0) break;
    have += got;
  }
  start.resize(have);
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff")) {
    const ByteOrder order = start[0] == '\xff' ? ByteOrder::kLittle : ByteOrder::kBig;
    return from_utf16(with_start(start.substr(2), std::move(packed)), order);
  }
  const bool compressed = is_compressed(start);
  packed = with_start(std::move(start), std::move(packed));
  if (!compressed) return packed;

  std::string name = packed->name();
  auto source = std::make_unique<UnpackedSource>(std::move(packed), nullptr, name, limits);
  archive* handle = source->handle();
  support_filters(handle);
  archive_read_support_format_raw(handle);
  archive_entry* entry = nullptr;
  if (archive_read_open(handle, source.get(), nullptr, &UnpackedSource::feed, nullptr) !=
          ARCHIVE_OK ||
      archive_read_next_header(handle, &entry) != ARCHIVE_OK) {
    return tl::make_unexpected(archive_error(handle, name));
  }
  return source;
}

Result<Archive> Archive::open(const std::filesystem::path& path) {
  TRY(open_plain_file(path));  // the system's own message when it is not there
  Archive result;
  result.path_ = path;
  result.name_ = path.string();
  const ArchiveHandle handle(archive_read_new());
  TRY(open_archive(handle.get(), path, nullptr, result.name_));
  result.members_ = TRY(list_members(handle.get(), result.name_));
  return result;
}

Result<Archive> Archive::from_memory(std::string bytes, std::string name) {
  Archive result;
  result.memory_ = std::make_shared<const std::string>(std::move(bytes));
  result.name_ = std::move(name);
  const ArchiveHandle handle(archive_read_new());
  TRY(open_archive(handle.get(), {}, result.memory_.get(), result.name_));
  result.members_ = TRY(list_members(handle.get(), result.name_));
  return result;
}

bool Archive::has(std::string_view member) const {
  return std::ranges::any_of(members_, [&](const Member& m) { return m.name == member; });
}

Result<std::unique_ptr<ByteSource>> Archive::member(std::string_view name,
                                                    UnpackLimits limits) const {
  const std::string full = name_ + "/" + std::string(name);
  auto source = std::make_unique<UnpackedSource>(nullptr, memory_, full, limits);
  TRY(open_archive(source->handle(), path_, memory_.get(), full));
  archive_entry* entry = nullptr;
  for (int status = ARCHIVE_OK; status == ARCHIVE_OK || status == ARCHIVE_WARN;) {
    status = archive_read_next_header(source->handle(), &entry);
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) break;
    if (archive_entry_filetype(entry) == AE_IFREG && path_of(entry) == name) return source;
  }
  return fail(ErrorKind::kNotFound, "is not in the archive", full);
}

}  // namespace daybreak
