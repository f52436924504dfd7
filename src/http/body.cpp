// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/body.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace daybreak::http {
namespace {

// Without a folder it is memory that looks like a file.
Result<int> open_unnamed_file(const std::string& folder) {
  if (folder.empty()) {
    const int memory = ::memfd_create("body", MFD_CLOEXEC);
    if (memory >= 0) return memory;
    return fail(ErrorKind::kUnavailable, "there is no memory for the upload");
  }
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {  // a file system without O_TMPFILE: make it and take its name away at once
    std::string name = folder + "/daybreak-body-XXXXXX";
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(name.c_str());
  }
  if (file < 0)
    return fail(ErrorKind::kUnavailable,
                std::string("cannot open a temporary file: ") + std::strerror(errno), folder,
                "Check that the folder exists, is writable and has room");
  return file;
}

}  // namespace

Result<std::shared_ptr<const Body>> Body::map(int file, std::size_t size) {
  std::shared_ptr<Body> body(new Body());
  if (size == 0) return body;
  void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapping == MAP_FAILED)
    return fail(ErrorKind::kUnavailable, "cannot map a request body into memory");
  body->mapping_ = mapping;
  body->view_ = {static_cast<const char*>(mapping), size};
  return body;
}

Body::~Body() {
  if (mapping_) ::munmap(mapping_, view_.size());
}

BodyWriter::~BodyWriter() {
  if (file_ >= 0) ::close(file_);
}

Result<void> BodyWriter::append(std::string_view bytes) {
  size_ += bytes.size();
  if (file_ < 0 && size_ <= storage_.memory_limit) {
    memory_ += bytes;
    return {};
  }
  std::string first;
  if (file_ < 0) {
    file_ = TRY(open_unnamed_file(storage_.folder));
    first = std::exchange(memory_, {});
    first += bytes;
    bytes = first;
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return fail(ErrorKind::kUnavailable,
                  std::string("cannot keep the upload: ") + std::strerror(errno), storage_.folder);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::shared_ptr<const Body>> BodyWriter::finish() {
  if (file_ >= 0) return Body::map(file_, size_);
  return std::make_shared<const Body>(std::move(memory_));
}

}  // namespace daybreak::http
