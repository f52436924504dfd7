// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/access_log.hpp"

namespace daybreak::http {
namespace {

class LoggedAccess final : public AccessLog {
 public:
  explicit LoggedAccess(Log& log) : log_(log) {}

  void write(const AccessRecord& record) override {
    // Ids, methods, patterns and reasons are texts of the program, not of the client.
    const auto own = [](std::string_view text) { return LoggedText{std::string(text)}; };
    if (!record.reason.empty()) {
      log_.info("refused", {{"id", own(record.id)},
                            {"method", own(record.method)},
                            {"route", own(record.pattern)},
                            {"status", record.status},
                            {"us", record.took.count()},
                            {"reason", own(record.reason)}});
      return;
    }
    log_.info("request", {{"id", own(record.id)},
                          {"method", own(record.method)},
                          {"route", own(record.pattern)},
                          {"status", record.status},
                          {"bytes", record.bytes},
                          {"us", record.took.count()}});
  }

 private:
  Log& log_;
};

}  // namespace

std::unique_ptr<AccessLog> access_log_to(Log& log) { return std::make_unique<LoggedAccess>(log); }

}  // namespace daybreak::http
