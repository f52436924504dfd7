// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/access_log.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace daybreak::http {

std::string format_access(const AccessRecord& record) {
  // No value can hold a quote: ids, methods and reasons are ours, patterns are checked at start.
  std::string line = fmt::format(
      R"({{"at":"{}","id":"{}","method":"{}","route":"{}","status":{},"bytes":{},"us":{})",
      format_instant(record.at), record.id, record.method, record.pattern, record.status,
      record.bytes, record.took.count());
  if (record.tls) line += R"(,"tls":true)";
  if (!record.reason.empty()) (line += R"(,"refused":")").append(record.reason) += '"';
  return line += "}\n";
}

Result<std::unique_ptr<FileAccessLog>> FileAccessLog::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0)
    return fail(ErrorKind::kUnavailable,
                std::string("cannot open the access log: ") + std::strerror(errno), path);
  return std::unique_ptr<FileAccessLog>(new FileAccessLog(file));
}

FileAccessLog::~FileAccessLog() {
  flush();
  ::close(file_);
}

void FileAccessLog::write(const AccessRecord& record) {
  std::string line = format_access(record);
  std::string full;
  {
    const std::lock_guard lock(mutex_);
    pending_ += line;
    if (pending_.size() > 64 * 1024) full.swap(pending_);
  }
  if (!full.empty()) write_out(std::move(full));
}

void FileAccessLog::flush() {
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    text.swap(pending_);
  }
  if (!text.empty()) write_out(std::move(text));
}

// A log that cannot be written must not stop the service: what fails is dropped.
void FileAccessLog::write_out(std::string text) {
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace daybreak::http
