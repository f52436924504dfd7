// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace daybreak {
namespace {

void append_number(std::string& out, double value) {
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(std::isfinite(value) ? std::string_view(digits.data(), end)
                                  : std::string_view("null"));
}

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default: {
      constexpr std::string_view kDigits = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
    }
  }
}

std::string repaired(std::string_view text) {
  std::string good;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < 4 && length < text.size() && !is_valid_utf8(text.substr(0, length))) ++length;
    if (is_valid_utf8(text.substr(0, length))) {
      good += text.substr(0, length);
      text.remove_prefix(length);
    } else {
      good += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    }
  }
  return good;
}

void new_line(std::string& out, int indent) {
  out += '\n';
  out.append(static_cast<std::size_t>(indent) * 2, ' ');
}

// `indent` < 0 means compact.
void append(std::string& out, const Json& value, int indent);

void append_items(std::string& out, const JsonArray& items, int indent) {
  const int inner = indent < 0 ? indent : indent + 1;
  out += '[';
  for (const Json& item : items) {
    if (&item != items.data()) out += ',';
    if (inner >= 0) new_line(out, inner);
    append(out, item, inner);
  }
  if (indent >= 0 && !items.empty()) new_line(out, indent);
  out += ']';
}

void append_members(std::string& out, const JsonObject& members, int indent) {
  const int inner = indent < 0 ? indent : indent + 1;
  out += '{';
  for (const JsonMember& member : members) {
    if (&member != members.data()) out += ',';
    if (inner >= 0) new_line(out, inner);
    append_json_string(out, member.key);
    out += inner >= 0 ? ": " : ":";
    append(out, member.value, inner);
  }
  if (indent >= 0 && !members.empty()) new_line(out, indent);
  out += '}';
}

void append(std::string& out, const Json& value, int indent) {
  if (const auto* flag = value.if_bool()) {
    out += *flag ? "true" : "false";
  } else if (const auto* integer = value.if_integer()) {
    out += std::to_string(*integer);
  } else if (const auto number = value.if_number()) {
    append_number(out, *number);
  } else if (const auto* text = value.if_string()) {
    append_json_string(out, *text);
  } else if (const auto* items = value.if_array()) {
    append_items(out, *items, indent);
  } else if (const auto* members = value.if_object()) {
    append_members(out, *members, indent);
  } else {
    out += "null";
  }
}

}  // namespace

Json::Json(JsonArray value) : value_(std::move(value)) {}
Json::Json(JsonObject value) : value_(std::move(value)) {}
Json Json::object(std::initializer_list<JsonMember> members) { return Json(JsonObject(members)); }
Json Json::array(std::initializer_list<Json> items) { return Json(JsonArray(items)); }

std::string_view Json::kind_name() const {
  constexpr std::array<std::string_view, 7> kNames = {
      "null", "true or false", "a number", "a number", "text", "a list", "an object"};
  return kNames[value_.index()];
}

std::optional<double> Json::if_number() const {
  if (const auto* number = std::get_if<double>(&value_)) return *number;
  if (const auto* integer = if_integer()) return static_cast<double>(*integer);
  return std::nullopt;
}

const Json* Json::find(std::string_view key) const {
  const JsonObject* members = if_object();
  if (!members) return nullptr;
  const auto found = std::ranges::find(*members, key, &JsonMember::key);
  return found == members->end() ? nullptr : &found->value;
}

const std::string& Json::text_of(std::string_view key) const {
  static const std::string kNone;
  const Json* member = find(key);
  const std::string* text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? kNone : *text;
}

Json* Json::find(std::string_view key) { return const_cast<Json*>(std::as_const(*this).find(key)); }

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = JsonObject();
  if (Json* old = find(key)) return *old = std::move(value);
  return std::get<JsonObject>(value_)
      .emplace_back(JsonMember{std::string(key), std::move(value)})
      .value;
}

bool Json::erase(std::string_view key) {
  JsonObject* members = if_object();
  return members && std::erase_if(*members, [&](const JsonMember& m) { return m.key == key; }) > 0;
}

Json& Json::append(Json value) {
  if (is_null()) value_ = JsonArray();
  return std::get<JsonArray>(value_).emplace_back(std::move(value));
}

std::size_t Json::size() const {
  if (const auto* items = if_array()) return items->size();
  if (const auto* members = if_object()) return members->size();
  return 0;
}

bool Json::operator==(const Json& other) const {
  if (is_number() && other.is_number() && is_integer() != other.is_integer())
    return if_number() == other.if_number();
  return value_ == other.value_;
}

void append_json_string(std::string& out, std::string_view text) {
  if (!is_valid_utf8(text)) {
    append_json_string(out, repaired(text));
    return;
  }
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out += text.substr(plain, i - plain);
    append_escape(out, c);
    plain = i + 1;
  }
  out += text.substr(plain);
  out += '"';
}

void append_json(std::string& out, const Json& value) { append(out, value, -1); }

std::string to_text(const Json& value, JsonLayout layout) {
  std::string out;
  append(out, value, layout == JsonLayout::kIndented ? 0 : -1);
  return out;
}

}  // namespace daybreak
