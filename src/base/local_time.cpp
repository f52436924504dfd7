// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/local_time.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace daybreak {

LocalTime local_time(Instant instant) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(instant));
  std::tm told{};
  localtime_r(&seconds, &told);
  return {.day = std::chrono::year(told.tm_year + 1900) /
                 std::chrono::month(static_cast<unsigned>(told.tm_mon + 1)) /
                 std::chrono::day(static_cast<unsigned>(told.tm_mday)),
          .minutes = told.tm_hour * 60 + told.tm_min,
          .zone = told.tm_zone == nullptr ? "" : told.tm_zone};
}

Result<void> set_time_zone(const std::string& name) {
  const std::filesystem::path zones = "/usr/share/zoneinfo";
  std::error_code error;
  if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos ||
      !std::filesystem::is_regular_file(zones / name, error))
    return fail(ErrorKind::kInvalid, "there is no time zone of this name", name,
                "give a name of the time zone database, such as \"America/New_York\"");
  ::setenv("TZ", (":" + name).c_str(), 1);
  ::tzset();
  return {};
}

}  // namespace daybreak
