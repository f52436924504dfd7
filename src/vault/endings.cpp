// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/endings.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/byte_source.hpp"
#include "base/digest.hpp"

namespace daybreak::vault {
namespace {

// A descriptor that is closed, and its lock given up, at the end.
class Opened {
 public:
  Opened(const std::filesystem::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  ~Opened() {
    if (number_ >= 0) ::close(number_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

tl::unexpected<Error> unreadable(const std::filesystem::path& file) {
  return fail(ErrorKind::kUnavailable, "cannot read how many releases of this vault have ended",
              file.string(), "Let the server's user read and write this file and its folder");
}
tl::unexpected<Error> unwritable(const std::filesystem::path& file) {
  return fail(ErrorKind::kUnavailable, "cannot write how many releases of this vault have ended",
              file.string(), "Is there room on the disk, and may the server's user write there?");
}

}  // namespace

std::string Endings::line_for(std::int64_t count) const {
  const std::string number = std::to_string(count);
  return number + " " + sha256_hex("endings " + organization_.to_string() + " " + number) + "\n";
}

Result<Endings::Stored> Endings::read_file() const {
  if (file_.empty()) return Stored{};
  const Opened opened(file_, O_RDONLY);
  if (opened.number() < 0 && errno == ENOENT) return Stored{};
  std::array<char, 128> bytes{};  // longer than any such line
  const ssize_t size =
      opened.number() < 0 ? -1 : ::read(opened.number(), bytes.data(), bytes.size());
  if (size < 0) return unreadable(file_);
  const std::string_view line(bytes.data(), static_cast<std::size_t>(size));
  Stored stored{.is_there = true};
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), stored.count);
  stored.is_damaged = error != std::errc() || stored.count < 0 || line != line_for(stored.count);
  return stored;
}

// The folder is locked, so that of two processes, or threads, the lower number is never written
// last.
Result<void> Endings::write_file(std::int64_t count) const {
  const Opened folder(file_.parent_path(), O_RDONLY | O_DIRECTORY);
  if (folder.number() < 0 || ::flock(folder.number(), LOCK_EX) != 0) return unwritable(file_);
  if (const auto stored = read_file();
      stored && stored->is_there && !stored->is_damaged && stored->count >= count)
    return {};
  TRY(daybreak::write_file(file_, line_for(count)));
  if (::fsync(folder.number()) != 0) return unwritable(file_);
  return {};
}

Result<Endings::Mark> Endings::read() {
  const auto stored = read_file();
  const std::scoped_lock guard(mutex_);
  if (!known_ && !stored) return tl::make_unexpected(stored.error());
  if (!known_ && stored->is_damaged) return Mark{.is_damaged = true};
  if (stored && stored->is_there && !stored->is_damaged)
    known_ = std::max(known_.value_or(0), stored->count);
  return Mark{.count = known_.value_or(0)};
}

void Endings::raise(std::int64_t count) {
  {
    const std::scoped_lock guard(mutex_);
    known_ = count = std::max(known_.value_or(0), count);
  }
  // Without the mutex, which the store's writer takes too: nobody waits for this disk.
  if (file_.empty()) return;
  if (const auto written = write_file(count); !written && log_ != nullptr)
    log_->error("endings_not_written",
                {{"organization", organization_}, {"error", written.error()}});
}

void Endings::tell_put_back() const {
  if (log_ != nullptr) log_->warning("store_put_back", {{"organization", organization_}});
}

}  // namespace daybreak::vault
