// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/record.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::directory {
namespace {

// The space in which sources get spaces of their own. Made once, never changed.
constexpr std::string_view kDirectorySpace = "6f0a6d1e-54b1-5d0c-9a6a-3c1c6f2b7d11";

std::optional<int> to_int(std::string_view text) {
  const auto value = to_integer(text);
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

std::string iso(int year, int month, int day) {
  const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                  std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() && year >= 1 ? format_date(date) : std::string();
}

int month_by_name(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string key = to_lower_ascii(word.substr(0, 3));
  const auto found = std::ranges::find(kMonths, key);
  return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

}  // namespace

Uuid id_of(const Json& value) { return Uuid::parse(text_of(value, "id")).value_or(Uuid()); }

Uuid need_taxonomy_id() {
  // Any fixed id would do; this one was drawn once and never changes.
  static const Uuid kId = Uuid::parse("5f0c6b1e-8a57-4c1d-9b0a-7d3f2e6a4c90").value();
  return kId;
}

Uuid need_term_id(std::string_view code) { return Uuid::from_name(need_taxonomy_id(), code); }

std::string_view text_of(const Json& value, std::string_view member) {
  return value.text_of(member);
}

IdSpace::IdSpace(std::string_view source_name)
    : space_(Uuid::from_name(Uuid::parse(kDirectorySpace).value(), source_name)) {}

Uuid IdSpace::id_for(std::string_view entity, std::string_view text) const {
  if (const auto uuid = Uuid::parse(text)) return *uuid;
  return Uuid::from_name(space_, std::string(entity) + ":" + std::string(text));
}

std::optional<std::string> to_date_text(std::string_view text) {
  text = trim(text);
  if (const auto date = parse_date(text.substr(0, 10));
      date && (text.size() == 10 || text[10] == 'T' || text[10] == ' '))
    return format_date(*date);
  std::string found;
  if (const auto parts = split(text, '/'); parts.size() == 3) {
    const auto month = to_int(parts[0]), day = to_int(parts[1]);
    auto year = to_int(parts[2]);
    if (!month || !day || !year) return std::nullopt;
    if (parts[2].size() == 2) year = *year + (*year < 70 ? 2000 : 1900);
    found = iso(*year, *month, *day);
  } else if (const std::size_t comma = text.find(','); comma != text.npos) {  // January 01, 2020
    const auto words = split(text.substr(0, comma), ' ');
    const auto year = to_int(trim(text.substr(comma + 1)));
    if (words.size() != 2 || !year || month_by_name(words[0]) == 0) return std::nullopt;
    found = iso(*year, month_by_name(words[0]), static_cast<int>(to_number(words[1]).value_or(0)));
    if (found.empty() && words[1].starts_with('0'))
      found = iso(*year, month_by_name(words[0]), to_int(words[1].substr(1)).value_or(0));
  }
  return found.empty() ? std::nullopt : std::optional(found);
}

std::optional<std::string> to_time_text(std::string_view text) {
  const std::string lower = to_lower_ascii(trim(text));
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < lower.size() && at - begin < 2 && lower[at] >= '0' && lower[at] <= '9') ++at;
    return std::string_view(lower).substr(begin, at - begin);
  };
  const std::string_view hour_digits = digits();
  if (hour_digits.empty()) return std::nullopt;
  int hour = to_int(hour_digits).value_or(0), minute = 0;
  if (at < lower.size() && lower[at] == ':') {
    ++at;
    const std::string_view minute_digits = digits();
    if (minute_digits.size() != 2) return std::nullopt;
    minute = to_int(minute_digits).value_or(0);
  }
  const std::string rest =
      replace_all(replace_all(trim(std::string_view(lower).substr(at)), ".", ""), " ", "");
  if (rest == "am" || rest == "pm") {
    if (hour < 1 || hour > 12) return std::nullopt;
    hour = hour % 12 + (rest == "pm" ? 12 : 0);
  } else if (!rest.empty()) {
    // Seconds and an offset stay as HSDS writes them.
    if (hour_digits.size() != 2 ||
        (rest[0] != ':' && rest[0] != 'z' && rest[0] != '+' && rest[0] != '-'))
      return std::nullopt;
    return std::string(trim(text));
  }
  if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
  std::string result = std::to_string(hour / 10) + std::to_string(hour % 10) + ":";
  return result + std::to_string(minute / 10) + std::to_string(minute % 10);
}

void sort_members(Json& value, const EntityInfo& entity) {
  JsonObject* members = value.if_object();
  if (!members) return;
  const auto rank = [&](const JsonMember& member) {
    if (const Field* field = entity.field(member.key))
      return static_cast<std::size_t>(field - entity.fields.data());
    if (const Child* child = entity.child(member.key))
      return 100 + static_cast<std::size_t>(child - entity.children.data());
    return std::size_t{1000};
  };
  std::ranges::stable_sort(*members, {}, rank);
}

namespace {

// Takes the records inside `value` out of it; what remains is one record with links.
void split_into(Json& value, const EntityInfo& entity, std::string_view place,
                Completeness completeness, std::vector<Record>& out) {
  const std::string own_id(text_of(value, "id"));
  for (const Child& child : entity.children) {
    Json* held = value.find(child.name);
    if (!held) continue;
    const EntityInfo& inner = info(child.entity);
    if (child.holds == Holds::kOne) {
      Json taken = std::move(*held);
      value.erase(child.name);
      const std::string id(text_of(taken, "id"));
      if (id.empty()) continue;
      value.set(child.link, id);
      split_into(taken, inner, place, Completeness::kPartial, out);
      sort_members(taken, inner);
      out.push_back({child.entity, id_of(taken), std::move(taken), Completeness::kPartial,
                     std::string(place)});
      continue;
    }
    JsonArray* items = held->if_array();
    if (!items) continue;
    for (Json& item : *items) {
      if (inner.is_record && text_of(item, child.link).empty()) item.set(child.link, own_id);
      split_into(item, inner, place, completeness, out);
      sort_members(item, inner);
      if (inner.is_record)
        out.push_back(
            {child.entity, id_of(item), std::move(item), completeness, std::string(place)});
    }
    if (inner.is_record) value.erase(child.name);
  }
}

}  // namespace

std::vector<Record> split_records(Json value, Entity entity, std::string_view place,
                                  Completeness completeness) {
  std::vector<Record> records(1);
  split_into(value, info(entity), place, completeness, records);
  sort_members(value, info(entity));
  records.front() = {entity, id_of(value), std::move(value), completeness, std::string(place)};
  return records;
}

}  // namespace daybreak::directory
