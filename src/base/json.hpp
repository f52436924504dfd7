// SPDX-License-Identifier: AGPL-3.0-or-later
// JSON values, read with limits and written whole. Reading refuses what JSON should never hold: two
// members of one name, numbers that are not finite, bad UTF-8, nesting without end. Members keep
// their order. Plain values; a JsonStream belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/byte_source.hpp"
#include "base/result.hpp"

namespace daybreak {

class Json;
struct JsonMember;
using JsonArray = std::vector<Json>;
using JsonObject = std::vector<JsonMember>;

class Json {
 public:
  Json();  // null
  Json(std::nullptr_t);
  Json(bool value);
  Json(int value);
  Json(std::int64_t value);
  Json(std::uint64_t value);
  Json(double value);
  Json(std::string value);
  Json(std::string_view value);
  Json(const char* value);
  Json(JsonArray value);
  Json(JsonObject value);
  static Json object(std::initializer_list<JsonMember> members = {});
  static Json array(std::initializer_list<Json> items = {});

  bool is_null() const { return value_.index() == 0; }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<JsonArray>(value_); }
  bool is_object() const { return std::holds_alternative<JsonObject>(value_); }
  // "null", "true or false", "a number", "text", "a list", "an object": for messages.
  std::string_view kind_name() const;

  // The value, or nothing when it is of another kind.
  const bool* if_bool() const { return std::get_if<bool>(&value_); }
  const std::int64_t* if_integer() const { return std::get_if<std::int64_t>(&value_); }
  std::optional<double> if_number() const;
  const std::string* if_string() const { return std::get_if<std::string>(&value_); }
  const JsonArray* if_array() const { return std::get_if<JsonArray>(&value_); }
  const JsonObject* if_object() const { return std::get_if<JsonObject>(&value_); }
  JsonArray* if_array() { return std::get_if<JsonArray>(&value_); }
  JsonObject* if_object() { return std::get_if<JsonObject>(&value_); }

  // The member of an object, or nullptr (also when this is no object).
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  // The text of a member; empty when there is none, or it is of another kind.
  const std::string& text_of(std::string_view key) const;
  // Sets a member of an object, in its place when it is there; null becomes an object first.
  Json& set(std::string_view key, Json value);
  bool erase(std::string_view key);
  // Adds to an array; null becomes an array first.
  Json& append(Json value);
  // Items of an array, members of an object, else 0.
  std::size_t size() const;

  bool operator==(const Json& other) const;

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, JsonArray, JsonObject>
      value_;
};

struct JsonMember {
  std::string key;
  Json value;
  bool operator==(const JsonMember&) const = default;
};

// Defined here, where JsonMember is complete.
inline Json::Json() = default;
inline Json::Json(std::nullptr_t) {}
inline Json::Json(bool value) : value_(value) {}
inline Json::Json(int value) : value_(std::int64_t{value}) {}
inline Json::Json(std::int64_t value) : value_(value) {}
inline Json::Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
inline Json::Json(double value) : value_(value) {}
inline Json::Json(std::string value) : value_(std::move(value)) {}
inline Json::Json(std::string_view value) : value_(std::string(value)) {}
inline Json::Json(const char* value) : value_(std::string(value)) {}

struct JsonLimits {
  std::size_t max_depth = 64;
  std::size_t max_bytes = 64 << 20;  // of one value
};

// One JSON value; white space around it is allowed. The place of an error is "name:line:column".
Result<Json> parse_json(std::string_view text, JsonLimits limits = {},
                        std::string_view name = "JSON");

// Compact, or with an indent of so many spaces. Bytes that are not UTF-8 become U+FFFD.
enum class JsonLayout : std::uint8_t { kCompact, kIndented };
std::string to_text(const Json& value, JsonLayout layout = JsonLayout::kCompact);
void append_json(std::string& out, const Json& value);
void append_json_string(std::string& out, std::string_view text);

// The objects of a source one by one, whatever form they come in: one object, an array, a page
// {"contents": [...]}, or one value after another (ndjson). Memory holds one chunk and its items.
class JsonStream {
 public:
  static Result<JsonStream> open(std::unique_ptr<ByteSource> source, JsonLimits limits = {});
  JsonStream(JsonStream&&) noexcept;
  JsonStream& operator=(JsonStream&&) noexcept;
  ~JsonStream();

  // The next value or nothing at the end. After an error in an ndjson line the next call goes on
  // with the line after it; other broken sources end.
  Result<std::optional<Json>> next();
  // Values count from 1; lines as an editor shows them.
  std::uint64_t number() const;
  std::string place() const;
  const ByteSource& source() const;

 private:
  struct State;
  explicit JsonStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace daybreak
