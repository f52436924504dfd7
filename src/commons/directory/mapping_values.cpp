// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/mapping_values.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "commons/directory/record.hpp"

namespace daybreak::directory {
namespace {

bool is_state(std::string_view word) {
  return word.size() == 2 && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_postal_code(std::string_view word) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (word.size() == 10 && word[5] == '-')
    return std::ranges::all_of(word.substr(0, 5), digit) &&
           std::ranges::all_of(word.substr(6), digit);
  return word.size() == 5 && std::ranges::all_of(word, digit);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kDays = {
    {{"monday", "MO"},
     {"tuesday", "TU"},
     {"wednesday", "WE"},
     {"thursday", "TH"},
     {"friday", "FR"},
     {"saturday", "SA"},
     {"sunday", "SU"}}};

}  // namespace

std::vector<std::string> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  const std::string_view by = separator.empty() ? std::string_view(",") : separator;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(by, start), text.size());
    const std::string_view part = trim(text.substr(start, end - start));
    if (!part.empty() && std::ranges::find(parts, part) == parts.end()) parts.emplace_back(part);
    start = end + by.size();
  }
  return parts;
}

JsonArray address_from(std::string_view text) {
  text = trim(text);
  Json address = Json::object();
  if (text.starts_with("State:")) {
    address.set("state_province", trim(text.substr(6)));
    return {std::move(address)};
  }
  std::vector<std::string> parts = parts_of(replace_all(text, "\n", ", "), ",");
  const auto take_area = [&](std::string_view last) {
    const std::size_t space = last.rfind(' ');
    const std::string_view code = space == last.npos ? last : last.substr(space + 1);
    const std::string_view rest =
        space == last.npos ? std::string_view() : trim(last.substr(0, space));
    if (is_postal_code(code)) {
      address.set("postal_code", code);
      if (is_state(rest)) address.set("state_province", rest);
      return rest.empty() || is_state(rest);
    }
    if (!is_state(last)) return false;
    address.set("state_province", last);
    return true;
  };
  while (!parts.empty() && take_area(parts.back())) parts.pop_back();
  if (parts.size() > 1 && address.size() > 0) {
    address.set("city", parts.back());
    parts.pop_back();
  }
  if (!parts.empty()) address.set("address_1", parts.front());
  if (parts.size() > 1) address.set("address_2", join({parts.begin() + 1, parts.end()}, ", "));
  return address.size() > 0 ? JsonArray{std::move(address)} : JsonArray{};
}

JsonArray phones_from(std::string_view text) {
  JsonArray phones;
  for (const std::string& part : parts_of(replace_all(text, "\n", ";"), ";")) {
    Json phone = Json::object();
    std::string_view number = part;
    if (const std::size_t colon = number.find(':'); colon != number.npos) {
      const std::string_view label = trim(number.substr(0, colon));
      if (to_lower_ascii(label) == "fax") phone.set("type", "fax");
      phone.set("description", label);
      number = trim(number.substr(colon + 1));
    }
    const std::string lower = to_lower_ascii(number);
    if (const std::size_t ext = lower.find(" ext"); ext != lower.npos) {
      std::string digits;
      for (const char c : number.substr(ext))
        if (c >= '0' && c <= '9') digits += c;
      if (!digits.empty()) {
        phone.set("extension", digits);
        number = trim(number.substr(0, ext));
      }
    }
    phone.set("number", number);
    phones.push_back(std::move(phone));
  }
  return phones;
}

JsonArray schedules_from(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  struct Found {
    std::size_t at, end;
    std::string_view code;
  };
  std::vector<Found> found;
  for (const auto& [name, code] : kDays)
    if (const std::size_t at = lower.find(name); at != lower.npos)
      found.push_back({at, at + name.size(), code});
  std::ranges::sort(found, {}, &Found::at);
  std::map<std::pair<std::string, std::string>, std::string>
      days_by_hours;  // hours in order, days joined
  std::size_t read = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t end = i + 1 < found.size() ? found[i + 1].at : lower.size();
    std::string_view hours = trim(std::string_view(lower).substr(found[i].end, end - found[i].end));
    if (hours.starts_with(':')) hours = trim(hours.substr(1));
    if (hours == "closed" || hours.empty()) {
      ++read;
      continue;
    }
    bool whole = true;
    for (const std::string& stretch : parts_of(hours, ",")) {
      const std::size_t dash = stretch.find('-');
      const auto from = dash == std::string::npos
                            ? std::nullopt
                            : to_time_text(std::string_view(stretch).substr(0, dash));
      const auto to = dash == std::string::npos
                          ? std::nullopt
                          : to_time_text(std::string_view(stretch).substr(dash + 1));
      whole = whole && from && to;
      if (!from || !to) continue;
      std::string& days = days_by_hours[{*from, *to}];
      days += (days.empty() ? "" : ",") + std::string(found[i].code);
    }
    if (whole) ++read;
  }
  JsonArray schedules;
  for (const auto& [hours, days] : days_by_hours) {
    schedules.push_back(Json::object({{"freq", "WEEKLY"},
                                      {"interval", 1},
                                      {"byday", days},
                                      {"opens_at", hours.first},
                                      {"closes_at", hours.second}}));
  }
  // The words as they stood, so that nothing is lost where the hours could not be told.
  if (read < found.size() || found.empty())
    schedules.push_back(Json::object({{"description", std::string(trim(text))}}));
  return schedules;
}

std::optional<std::pair<double, double>> point_from(std::string_view text) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789.-", i), text.size());
    if (end == i) {
      ++i;
      continue;
    }
    if (const auto number = to_number(text.substr(i, end - i))) numbers.push_back(*number);
    i = end;
  }
  if (numbers.size() < 2 || std::abs(numbers[0]) > 90 || std::abs(numbers[1]) > 180)
    return std::nullopt;
  return std::pair(numbers[0], numbers[1]);
}

std::string cell_text(const Json& value) {
  if (const std::string* text = value.if_string()) return *text;
  const JsonArray* items = value.if_array();
  if (!items) {
    const std::string_view number = text_of(value, "number");
    const std::string_view hours = text_of(value, "phone_hours");
    if (number.empty()) return value.is_null() ? std::string() : to_text(value);
    return (hours.empty() ? std::string() : replace_all(hours, ":", ".") + ": ") +
           std::string(number);
  }
  std::vector<std::string> parts;
  for (const Json& item : *items) parts.push_back(cell_text(item));
  return join(parts, "; ");
}

bool is_yes(std::string_view text) {
  const std::string word = to_lower_ascii(trim(text));
  return word == "yes" || word == "true" || word == "y" || word == "1" || word == "x" ||
         word == "private" || word == "confidential";
}

std::string replaced(std::string_view text, std::string_view rules) {
  for (const std::string_view rule : split(rules, ';')) {
    const std::size_t equals = rule.find('=');
    if (equals != rule.npos && equals_ignoring_case_ascii(trim(text), rule.substr(0, equals)))
      return std::string(rule.substr(equals + 1));
  }
  return std::string(text);
}

}  // namespace daybreak::directory
