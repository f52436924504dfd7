// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/log.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "base/text.hpp"

namespace daybreak {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warning", "error", "off"};

// A value as one word: quoted when it has to be, so that nothing in it can begin a line or a field.
void append_value(std::string& line, std::string_view value) {
  const bool plain = !value.empty() && value.find_first_of(" =\"\\\t") == value.npos &&
                     std::ranges::none_of(value, [](char c) {
                       return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                     });
  if (plain) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      line += c;
    }
  }
  line += '"';
}

class SinkLog final : public Log {
 public:
  SinkLog(spdlog::sink_ptr sink, const Clock& clock, LogLevel level)
      : Log(&clock, level), logger_("daybreak", std::move(sink)) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::trace);
    logger_.flush_on(spdlog::level::info);
  }

 private:
  void write(LogLevel level, std::string_view line) override {
    constexpr std::array kLevels = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                    spdlog::level::err};
    logger_.log(kLevels[static_cast<std::size_t>(level)],
                spdlog::string_view_t(line.data(), line.size()));
  }
  spdlog::logger logger_;
};

class FunctionLog final : public Log {
 public:
  FunctionLog(const Clock* clock, LogLevel level, std::function<void(std::string_view)> take)
      : Log(clock, level), take_(std::move(take)) {}

 private:
  void write(LogLevel, std::string_view line) override {
    const std::scoped_lock lock(mutex_);
    take_(line);
  }
  std::mutex mutex_;
  std::function<void(std::string_view)> take_;
};

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kNames.begin());
}

LogField::LogField(LogWord key, double value)
    : key_(key.text()), value_(fmt::format("{:.6g}", value)) {}

void Log::add(LogLevel level, LogWord event, Fields fields) {
  if (!keeps(level)) return;
  std::string line = format_instant(clock_->now());
  line.append(" ").append(kNames[static_cast<std::size_t>(level)]).append(" ").append(event.text());
  for (const LogField& field : fields) {
    line.append(" ").append(field.key()).append("=");
    append_value(line, field.value());
  }
  write(level, line);
}

std::unique_ptr<Log> Log::to_terminal(const Clock& clock, LogLevel level) {
  return std::make_unique<SinkLog>(std::make_shared<spdlog::sinks::stderr_sink_mt>(), clock, level);
}

Result<std::unique_ptr<Log>> Log::to_file(const std::filesystem::path& path, const Clock& clock,
                                          LogLevel level) {
  constexpr std::size_t kBytes = 10 << 20, kFiles = 9;
  const mode_t before = ::umask(0077);
  try {
    auto sink =
        std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path.string(), kBytes, kFiles);
    ::umask(before);
    return std::make_unique<SinkLog>(std::move(sink), clock, level);
  } catch (const spdlog::spdlog_ex& error) {
    ::umask(before);
    return fail(ErrorKind::kUnavailable, error.what(), path.string(),
                "Check that the folder exists and may be written");
  }
}

std::unique_ptr<Log> Log::silent() {
  return std::make_unique<FunctionLog>(nullptr, LogLevel::kOff, [](std::string_view) {});
}

std::unique_ptr<Log> Log::to_function(const Clock& clock,
                                      std::function<void(std::string_view)> take) {
  return std::make_unique<FunctionLog>(&clock, LogLevel::kDebug, std::move(take));
}

}  // namespace daybreak
