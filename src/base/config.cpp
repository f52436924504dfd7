// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/config.hpp"

#include <cstdlib>
#include <set>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/byte_source.hpp"
#include "base/text.hpp"

namespace daybreak {

struct Config::State {
  toml::table table;
  std::string name = "settings";
  std::set<std::string, std::less<>> asked;

  std::string place(const toml::node& node) const {
    return name + ":" + std::to_string(node.source().begin.line);
  }
  const toml::node* find(std::string_view setting) {
    asked.emplace(setting);
    return table.at_path(setting).node();
  }
  static const char* environment(std::string_view setting) {
    const std::string variable = "DAYBREAK_" + to_upper_ascii(replace_all(setting, ".", "_"));
    return std::getenv(variable.c_str());
  }
  tl::unexpected<Error> wrong(const toml::node* node, std::string_view setting,
                              std::string cure) const {
    return fail(ErrorKind::kInvalid, std::string(setting) + " has a value that cannot be used",
                node ? place(*node) : "environment", std::move(cure));
  }
  void list_unknown(const toml::table& from, const std::string& prefix,
                    std::vector<std::string>& out) const {
    for (const auto& [key, node] : from) {
      const std::string setting = prefix + std::string(key.str());
      if (asked.contains(setting)) continue;
      if (const toml::table* inner = node.as_table()) {
        list_unknown(*inner, setting + ".", out);
      } else {
        out.push_back(place(node) + ": " + setting + " is no setting that Daybreak knows");
      }
    }
  }
};

Config::Config() : state_(std::make_unique<State>()) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

Result<Config> Config::load(const std::filesystem::path& path) {
  return parse(TRY(read_text_file(path, 1 << 20)), path.string());
}

Result<Config> Config::parse(std::string_view text, std::string name) {
  toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return fail(ErrorKind::kInvalid,
                "is not valid TOML: " + std::string(parsed.error().description()),
                name + ":" + std::to_string(parsed.error().source().begin.line));
  }
  Config config;
  config.state_->table = std::move(parsed).table();
  config.state_->name = std::move(name);
  return config;
}

Result<std::string> Config::text(std::string_view name, std::string fallback) {
  const toml::node* node = state_->find(name);
  if (const char* given = State::environment(name)) return std::string(given);
  if (!node) return fallback;
  if (const auto value = node->value_exact<std::string>()) return *value;
  return state_->wrong(node, name, "Put the text in quotes");
}

Result<std::int64_t> Config::integer(std::string_view name, std::int64_t fallback,
                                     std::int64_t least, std::int64_t most) {
  const toml::node* node = state_->find(name);
  std::optional<std::int64_t> value = fallback;
  if (const char* given = State::environment(name)) {
    value = to_integer(given);
    node = nullptr;
  } else if (node) {
    value = node->value_exact<std::int64_t>();
  }
  if (value && *value >= least && *value <= most) return *value;
  return state_->wrong(
      node, name,
      "Give a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

Result<bool> Config::flag(std::string_view name, bool fallback) {
  const toml::node* node = state_->find(name);
  if (const char* given = State::environment(name)) {
    const std::string_view word = given;
    if (word == "true" || word == "1" || word == "yes") return true;
    if (word == "false" || word == "0" || word == "no") return false;
    return state_->wrong(nullptr, name, "Give true or false");
  }
  if (!node) return fallback;
  if (const auto value = node->value_exact<bool>()) return *value;
  return state_->wrong(node, name, "Give true or false, without quotes");
}

Result<std::chrono::seconds> Config::duration(std::string_view name,
                                              std::chrono::seconds fallback) {
  const toml::node* node = state_->find(name);
  Result<std::chrono::seconds> value = fallback;
  if (const char* given = State::environment(name)) {
    value = parse_duration(given);
    node = nullptr;
  } else if (node) {
    const auto seconds = node->value_exact<std::int64_t>();
    value = parse_duration(seconds ? std::to_string(*seconds) : node->value_or(std::string()));
  }
  if (value) return value;
  return state_->wrong(node, name, "Give a time such as \"30s\", \"15m\", \"12h\" or \"90d\"");
}

Result<std::vector<std::string>> Config::list(std::string_view name,
                                              std::vector<std::string> fallback) {
  const toml::node* node = state_->find(name);
  std::vector<std::string> values;
  if (const char* given = State::environment(name)) {
    for (const std::string_view part : split(given, ',')) values.emplace_back(trim(part));
    return values;
  }
  if (!node) return fallback;
  const toml::array* items = node->as_array();
  if (!items) return state_->wrong(node, name, "Give a list such as [\"a\", \"b\"]");
  for (const toml::node& item : *items) {
    const auto value = item.value_exact<std::string>();
    if (!value) return state_->wrong(&item, name, "Put each part in quotes");
    values.push_back(*value);
  }
  return values;
}

std::vector<std::string> Config::unknown() const {
  std::vector<std::string> names;
  state_->list_unknown(state_->table, "", names);
  return names;
}

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t unit = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 's':
        unit = 1;
        break;
      case 'm':
        unit = 60;
        break;
      case 'h':
        unit = 3600;
        break;
      case 'd':
        unit = 86400;
        break;
      default:
        unit = 0;
    }
    if (unit != 0) text.remove_suffix(1);
  }
  const auto count = to_integer(text);
  constexpr std::int64_t kMost = std::int64_t{100} * 366 * 86400;
  if (!count || *count < 0 || *count > kMost / std::max<std::int64_t>(unit, 1)) {
    return fail(ErrorKind::kInvalid, "is not a duration", std::string(text),
                "Write it as 30s, 15m, 12h or 90d");
  }
  return std::chrono::seconds(*count * std::max<std::int64_t>(unit, 1));
}

}  // namespace daybreak
