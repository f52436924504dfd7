// SPDX-License-Identifier: AGPL-3.0-or-later
// The operator's settings: a TOML file, overridden by the environment (DAYBREAK_SERVER_PORT for
// server.port). Every value that is read is checked; a wrong one names file, line and cure. Values
// that nobody asked for are reported, so that a misspelt name does not pass in silence.
// Read at start on one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak {

class Config {
 public:
  Config();  // empty: the environment and the defaults
  static Result<Config> load(const std::filesystem::path& path);
  static Result<Config> parse(std::string_view text, std::string name = "settings");
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  ~Config();

  // Names are dotted: "server.port". The fallback is given when the value is absent.
  Result<std::string> text(std::string_view name, std::string fallback = {});
  Result<std::int64_t> integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                               std::int64_t most);
  Result<bool> flag(std::string_view name, bool fallback);
  // "30s", "15m", "12h", "90d", or whole seconds.
  Result<std::chrono::seconds> duration(std::string_view name, std::chrono::seconds fallback);
  Result<std::vector<std::string>> list(std::string_view name,
                                        std::vector<std::string> fallback = {});

  // "settings.toml:7: sevrer.port is no setting that Daybreak knows", one a name not asked for yet.
  std::vector<std::string> unknown() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace daybreak
