// SPDX-License-Identifier: AGPL-3.0-or-later
// The operator's log: one line an event, key=value, on standard error or in a file that is rotated.
// Built so that personal information does not get in by accident: the event and the keys are
// literals, values are numbers, ids, literals or errors (whose text may hold none by the rule of
// result.hpp). Free text needs LoggedText, which is easy to find by search. Safe to use from any
// thread.
//
//   log.info("request", {{"status", 200}, {"milliseconds", 1.8}, {"route",
//   LogWord("/directory")}}); 2026-11-21T20:54:57.123Z info request status=200 milliseconds=1.8
//   route=/directory
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

namespace daybreak {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };
std::optional<LogLevel> parse_log_level(std::string_view name);

// A word of the program's own source text.
class LogWord {
 public:
  consteval LogWord(const char* literal) : text_(literal) {}
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// Text that is not a literal. Whoever makes one vouches that it is about no person: a path, a host
// name, a file name of the operator.
struct LoggedText {
  std::string text;
};

class LogField {
 public:
  LogField(LogWord key, LogWord value) : key_(key.text()), value_(value.text()) {}
  LogField(LogWord key, const LoggedText& value) : key_(key.text()), value_(value.text) {}
  template <std::same_as<bool> T>  // or a literal would turn into a bool
  LogField(LogWord key, T value) : key_(key.text()), value_(value ? "true" : "false") {}
  LogField(LogWord key, double value);
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  LogField(LogWord key, T value) : key_(key.text()), value_(std::to_string(value)) {}
  LogField(LogWord key, const Uuid& value) : key_(key.text()), value_(value.to_string()) {}
  template <typename Tag>
  LogField(LogWord key, const Id<Tag>& value) : LogField(key, value.uuid()) {}
  LogField(LogWord key, const Error& value) : key_(key.text()), value_(value.describe()) {}

  std::string_view key() const { return key_; }
  const std::string& value() const { return value_; }

 private:
  std::string_view key_;
  std::string value_;
};

class Log {
 public:
  using Fields = std::initializer_list<LogField>;
  virtual ~Log() = default;

  void debug(LogWord event, Fields fields = {}) { add(LogLevel::kDebug, event, fields); }
  void info(LogWord event, Fields fields = {}) { add(LogLevel::kInfo, event, fields); }
  void warning(LogWord event, Fields fields = {}) { add(LogLevel::kWarning, event, fields); }
  void error(LogWord event, Fields fields = {}) { add(LogLevel::kError, event, fields); }
  bool keeps(LogLevel level) const { return level >= level_; }

  // Standard error.
  static std::unique_ptr<Log> to_terminal(const Clock& clock, LogLevel level = LogLevel::kInfo);
  // A file of at most 10 MiB, with nine older ones beside it; created readable by the owner alone.
  static Result<std::unique_ptr<Log>> to_file(const std::filesystem::path& path, const Clock& clock,
                                              LogLevel level = LogLevel::kInfo);
  static std::unique_ptr<Log> silent();
  // Every line to a function, for tests.
  static std::unique_ptr<Log> to_function(const Clock& clock,
                                          std::function<void(std::string_view)> take);

 protected:
  Log(const Clock* clock, LogLevel level) : clock_(clock), level_(level) {}
  virtual void write(LogLevel level, std::string_view line) = 0;

 private:
  void add(LogLevel level, LogWord event, Fields fields);
  const Clock* clock_;
  LogLevel level_;
};

}  // namespace daybreak
