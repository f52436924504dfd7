// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/outlet.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace daybreak::updates {
namespace {

bool write_all(int file, const std::string& content) {
  std::size_t written = 0;
  while (written < content.size()) {
    const ssize_t now = ::write(file, content.data() + written, content.size() - written);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return false;
    written += static_cast<std::size_t>(now);
  }
  return true;
}

}  // namespace

Result<void> SenderOutlet::hand_over(const std::string&, const mail::Envelope& envelope,
                                     const std::string& message) {
  return sender_.send(envelope, message);
}

Result<FolderOutlet> FolderOutlet::open(std::filesystem::path folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return fail(ErrorKind::kUnavailable, "the folder for outgoing mail cannot be made",
                folder.string());
  return FolderOutlet(std::move(folder), directory);
}

FolderOutlet::FolderOutlet(FolderOutlet&& other) noexcept
    : folder_(std::move(other.folder_)), directory_(std::exchange(other.directory_, -1)) {}

FolderOutlet::~FolderOutlet() {
  if (directory_ >= 0) ::close(directory_);
}

Result<void> FolderOutlet::hand_over(const std::string& id, const mail::Envelope& envelope,
                                     const std::string& message) {
  const std::string final = id + ".eml", hidden = fmt::format(".{}.{}", id, getpid());
  if (::faccessat(directory_, final.c_str(), F_OK, 0) == 0) return {};
  std::string content = "X-Envelope-From: " + envelope.from + "\r\n";
  for (const std::string& address : envelope.to) content += "X-Envelope-To: " + address + "\r\n";
  content += message;
  const int file =
      ::openat(directory_, hidden.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 && write_all(file, content);
  if (file >= 0) ::close(file);
  // A hard link never replaces: of two that come together, one makes the file.
  const bool there =
      written &&
      (::linkat(directory_, hidden.c_str(), directory_, final.c_str(), 0) == 0 || errno == EEXIST);
  const std::string why = std::strerror(errno);
  ::unlinkat(directory_, hidden.c_str(), 0);
  if (!there)
    return fail(ErrorKind::kUnavailable, "the mail cannot be kept: " + why, folder_.string());
  return {};
}

Result<void> FolderOutlet::settle() {
  // One flush for a batch of files instead of one for each.
  if (::syncfs(directory_) != 0)
    return fail(ErrorKind::kUnavailable, "the mail cannot be kept", folder_.string());
  return {};
}

}  // namespace daybreak::updates
