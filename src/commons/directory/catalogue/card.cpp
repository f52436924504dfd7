// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/catalogue/card.hpp"

#include <algorithm>

namespace daybreak::directory {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// Of the text whose opening quote is at `start`: the position behind its closing quote.
std::size_t end_of_text(std::string_view json, std::size_t start) {
  for (std::size_t at = json.find('"', start + 1); at != kNone; at = json.find('"', at + 1)) {
    std::size_t slashes = 0;
    while (json[at - 1 - slashes] == '\\') ++slashes;
    if (slashes % 2 == 0) return at + 1;
  }
  return kNone;
}

// The position behind the value that starts at `start`.
std::size_t end_of_value(std::string_view json, std::size_t start) {
  if (start >= json.size()) return kNone;
  if (json[start] == '"') return end_of_text(json, start);
  std::size_t depth = 0;
  for (std::size_t at = start; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      at = end_of_text(json, at);
      if (at == kNone) return kNone;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (depth == 0 && (c == ',' || c == '}')) return at;
    ++at;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return kNone;
}

}  // namespace

Card::Card(std::string_view json) {
  members_.reserve(16);
  if (!json.starts_with('{')) return;
  for (std::size_t at = 1; at < json.size() && json[at] == '"';) {
    const std::size_t name_end = end_of_text(json, at);
    if (name_end == kNone || name_end >= json.size() || json[name_end] != ':') return;
    const std::size_t end = end_of_value(json, name_end + 1);
    if (end == kNone || end >= json.size()) return;
    Member member{
        json.substr(at + 1, name_end - at - 2), json.substr(name_end + 1, end - name_end - 1), {}};
    if (member.raw.starts_with('"')) {
      member.decoded = member.raw.substr(1, member.raw.size() - 2);
      if (member.decoded.find('\\') != kNone) {
        const Json value = parse_json(member.raw).value_or(Json());
        const std::string* text = value.if_string();
        member.decoded = text == nullptr ? std::string_view() : unescaped_.emplace_front(*text);
      }
    }
    members_.push_back(member);
    if (json[end] != ',') return;
    at = end + 1;
  }
}

const Card::Member* Card::find(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &Member::name);
  return found == members_.end() ? nullptr : &*found;
}

std::string_view Card::text(std::string_view name) const {
  const Member* member = find(name);
  return member == nullptr ? std::string_view() : member->decoded;
}

bool Card::is_true(std::string_view name) const {
  const Member* member = find(name);
  return member != nullptr && member->raw == "true";
}

std::optional<Json> Card::value(std::string_view name) const {
  const Member* member = find(name);
  if (member == nullptr) return std::nullopt;
  auto value = parse_json(member->raw);
  return value ? std::optional<Json>(std::move(*value)) : std::nullopt;
}

}  // namespace daybreak::directory
