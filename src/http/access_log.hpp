// SPDX-License-Identifier: AGPL-3.0-or-later
// One line for each answered request, as JSON. It holds the route's pattern, never the path, the
// query, a body, a cookie or an address: a log must not tell who looked for what. Safe to use from
// any thread.
#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/head.hpp"

namespace daybreak::http {

struct AccessRecord {
  Instant at;
  std::string_view id;       // as shown on an error page
  std::string_view method;   // empty when the head was refused
  std::string_view pattern;  // of the route; empty when none matched
  int status = 0;
  std::uint64_t bytes = 0;  // of the body as sent
  std::chrono::microseconds took{0};
  bool tls = false;
  std::string_view reason;  // why it was refused
};

// {"at":"2026-…Z","id":"…","method":"GET","route":"/a/{id:uuid}","status":200,"bytes":12,"us":345}
std::string format_access(const AccessRecord& record);

class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void write(const AccessRecord& record) = 0;
  // Called about ten times a second from a network thread.
  virtual void flush() {}
};

// Appends to a file (mode 0600); lines are written together, at the latest a second after.
class FileAccessLog final : public AccessLog {
 public:
  static Result<std::unique_ptr<FileAccessLog>> open(const std::string& path);
  ~FileAccessLog() override;
  void write(const AccessRecord& record) override;
  void flush() override;

 private:
  explicit FileAccessLog(int file) : file_(file) {}
  void write_out(std::string text);
  std::mutex mutex_;
  std::string pending_;
  int file_;
};

}  // namespace daybreak::http
