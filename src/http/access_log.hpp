// SPDX-License-Identifier: AGPL-3.0-or-later
// One line for each answered request. It holds the route's pattern, never the path, the
// query, a body, a cookie or an address: a log must not tell who looked for what. Safe to use from
// any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "base/log.hpp"

namespace daybreak::http {

struct AccessRecord {
  std::string_view id;       // as shown on an error page
  std::string_view method;   // empty when the head was refused
  std::string_view pattern;  // of the route; empty when none matched
  int status = 0;
  std::uint64_t bytes = 0;  // of the body as sent
  std::chrono::microseconds took{0};
  std::string_view reason;  // why it was refused
};

class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void write(const AccessRecord& record) = 0;
};

// Writes to the operator's log, which must outlive it:
//   … info request id=k3v9x-17 method=GET route=/a/{id:uuid} status=200 bytes=12 us=345
std::unique_ptr<AccessLog> access_log_to(Log& log);

}  // namespace daybreak::http
