// SPDX-License-Identifier: AGPL-3.0-or-later
// The body of a request: in memory while small, else in a file without a name that is gone when the
// last owner lets go, or when the process dies. A BodyWriter belongs to one thread; a finished Body
// is immutable and may be read from any.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace daybreak::http {

class Body {
 public:
  explicit Body(std::string text) : text_(std::move(text)), view_(text_) {}
  // Takes over an open file of `size` bytes by mapping it.
  static Result<std::shared_ptr<const Body>> map(int file, std::size_t size);
  ~Body();
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  std::string_view view() const { return view_; }

 private:
  Body() = default;
  std::string text_;
  std::string_view view_;
  void* mapping_ = nullptr;
};

struct BodyStorage {
  std::size_t memory_limit = 256 * 1024;
  std::string folder = "/tmp";  // for what is larger: unnamed files, readable by nobody else
};

class BodyWriter {
 public:
  explicit BodyWriter(BodyStorage storage) : storage_(std::move(storage)) {}
  ~BodyWriter();
  BodyWriter(const BodyWriter&) = delete;
  BodyWriter& operator=(const BodyWriter&) = delete;

  // Fails with kUnavailable when the disk is full.
  Result<void> append(std::string_view bytes);
  std::size_t size() const { return size_; }
  // Ends writing; call once.
  Result<std::shared_ptr<const Body>> finish();

 private:
  BodyStorage storage_;
  std::string memory_;
  int file_ = -1;
  std::size_t size_ = 0;
};

}  // namespace daybreak::http
