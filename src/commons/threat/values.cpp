// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/values.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.hpp"
#include "commons/threat/layout.hpp"
#include "geography/geography.hpp"

namespace daybreak::threat {
namespace {

using Table = std::unordered_map<std::string_view, std::string_view>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t most) {
  int number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < most && is_digit(text[digits]))
    number = number * 10 + (text[digits++] - '0');
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::optional<Date> make_date(int year, int month, int day) {
  const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                  std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || year < 1900 || year > 2199) return std::nullopt;
  return date;
}

bool ends_date(std::string_view rest) {
  return rest.empty() || rest.front() == ' ' || rest.front() == 'T';
}

std::optional<Date> named_month(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string start = to_lower_ascii(text.substr(0, 3));
  const auto found = std::ranges::find(kMonths, start);
  const auto space = text.find(' ');
  if (found == kMonths.end() || space == text.npos) return std::nullopt;
  text.remove_prefix(space + 1);
  const auto day = take_number(text, 2);
  if (!day || !text.starts_with(", ")) return std::nullopt;
  text.remove_prefix(2);
  const auto year = take_number(text, 4);
  if (!year || !text.empty()) return std::nullopt;
  return make_date(*year, static_cast<int>(found - kMonths.begin()) + 1, *day);
}

// Spreadsheets count days from 1899-12-30.
std::optional<Date> day_number(std::string_view cell) {
  const auto number = to_number(cell);
  if (!number || *number < 10000 || *number > 80000) return std::nullopt;
  return Date(std::chrono::sys_days(std::chrono::year(1899) / 12 / 30) +
              std::chrono::days(static_cast<int>(*number)));
}

Table two_columns(std::string_view file) {
  Table table;
  for (const std::string_view line : split(reference_text(file), '\n')) {
    const auto comma = line.find(',');
    if (comma == line.npos) continue;
    std::string_view value = line.substr(comma + 1);
    if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.size() - 2);
    table.emplace(line.substr(0, comma), value);
  }
  return table;
}
const Table& titles() {
  static const Table table = two_columns("naics.csv");
  return table;
}
const Table& changes() {
  static const Table table = two_columns("naics_changes.csv");
  return table;
}

const std::unordered_set<std::string_view>& business_marks() {
  static const auto* marks = [] {
    auto* words = new std::unordered_set<std::string_view>;
    for (const std::string_view line : split(reference_text("business_marks.txt"), '\n')) {
      if (line.starts_with('#')) continue;
      for (const std::string_view word : split(line, ' '))
        if (!word.empty()) words->insert(word);
    }
    return words;
  }();
  return *marks;
}

// By five digits, looked up in a table that is made once.
const geography::County* county_of_digits(std::string_view zip) {
  static const auto* table = [] {
    auto* counties = new std::vector<const geography::County*>(100'000);
    for (std::size_t number = 0; number < counties->size(); ++number) {
      std::string text = std::to_string(number);
      text.insert(0, 5 - text.size(), '0');
      (*counties)[number] = geography::county_of_zip(text);
    }
    return counties;
  }();
  const auto number = zip.size() == 5 ? plain_digits(zip) : std::nullopt;
  return number ? (*table)[static_cast<std::size_t>(*number)] : nullptr;
}

bool has_leading_zero_codes(std::string_view state) {
  constexpr std::array<std::string_view, 8> kStates = {"CT", "MA", "ME", "NH",
                                                       "NJ", "PR", "RI", "VT"};
  return std::ranges::find(kStates, state) != kStates.end();
}

}  // namespace

std::string_view cell_text(std::string_view cell) {
  cell = trim(cell);
  if (cell.size() > 4 || cell.empty() || is_digit(cell.front())) return cell;
  constexpr std::array<std::string_view, 9> kNothing = {"nan", "NA", "N/A", "NULL", "null",
                                                        "(X)", "-",  "**",  "#N/A"};
  return std::ranges::find(kNothing, cell) == kNothing.end() ? cell : std::string_view();
}

std::optional<Date> parse_cell_date(std::string_view cell) {
  cell = cell_text(cell);
  if (cell.size() < 5) return std::nullopt;
  if (!is_digit(cell[0])) return named_month(cell);
  std::string_view text = cell;
  const auto first = take_number(text, 8);
  if (text.empty() || text.front() == '.') {
    if (cell.size() == 8 && first)
      return make_date(*first / 10000, *first / 100 % 100, *first % 100);
    return day_number(cell);
  }
  const char mark = text.front();
  if (mark != '-' && mark != '/') return std::nullopt;
  text.remove_prefix(1);
  const auto second = take_number(text, 2);
  if (!second || text.empty() || text.front() != mark) return std::nullopt;
  text.remove_prefix(1);
  const std::string_view last = text;
  const auto third = take_number(text, 4);
  if (!third || !ends_date(text)) return std::nullopt;
  if (mark == '-') return make_date(*first, *second, *third);
  const bool short_year = last.size() - text.size() == 2;
  const int year = !short_year ? *third : *third + (*third < 50 ? 2000 : 1900);
  return make_date(year, *first, *second);
}

std::optional<std::int64_t> plain_digits(std::string_view cell) {
  constexpr std::size_t kMostDigits = 15;
  if (cell.empty() || cell.size() > kMostDigits) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : cell) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<std::int64_t> parse_cell_count(std::string_view cell) {
  if (const auto plain = plain_digits(cell)) return plain;
  cell = trim(cell);
  if (const auto number = to_integer(cell)) return number;
  cell = cell_text(cell);
  if (cell.empty()) return std::nullopt;
  const auto number =
      cell.find(',') == cell.npos ? to_number(cell) : to_number(replace_all(cell, ",", ""));
  if (!number || std::abs(*number) > 1e15 || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<std::int64_t> parse_cell_cents(std::string_view cell) {
  if (const auto plain = plain_digits(cell); plain && cell.size() <= 12) return *plain * 100;
  cell = cell_text(cell);
  if (cell.starts_with('$')) cell.remove_prefix(1);
  if (cell.empty()) return std::nullopt;
  const auto number =
      cell.find(',') == cell.npos ? to_number(cell) : to_number(replace_all(cell, ",", ""));
  if (!number || std::abs(*number) > 1e13) return std::nullopt;
  return std::llround(*number * 100);
}

std::string zip_of(std::string_view cell, std::string_view state) {
  cell = cell_text(cell);
  if (const auto end = cell.find_first_of("-."); end != cell.npos) cell = cell.substr(0, end);
  const bool digits = !cell.empty() && std::ranges::all_of(cell, is_digit);
  if (!digits || cell.size() > 9) return {};
  if (cell.size() >= 8) {  // ZIP+4 without its dash, perhaps without its zero too
    const std::string whole = cell.size() == 8 ? "0" + std::string(cell) : std::string(cell);
    return whole.substr(0, 5);
  }
  if (cell.size() == 5) return std::string(cell);
  if (cell.size() == 4 && has_leading_zero_codes(state)) return "0" + std::string(cell);
  if (cell.size() == 3 && state == "PR") return "00" + std::string(cell);
  return {};
}

std::string_view state_of(std::string_view cell) {
  cell = cell_text(cell);
  if (cell.empty()) return {};
  // Nearly every cell is an abbreviation in capitals.
  static const auto abbreviations = [] {
    std::array<std::string_view, 26 * 26> table{};
    for (const geography::State& state : geography::states())
      table[static_cast<std::size_t>((state.abbreviation[0] - 'A') * 26 +
                                     (state.abbreviation[1] - 'A'))] = state.abbreviation;
    return table;
  }();
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (cell.size() == 2 && is_capital(cell[0]) && is_capital(cell[1]))
    return abbreviations[static_cast<std::size_t>((cell[0] - 'A') * 26 + (cell[1] - 'A'))];
  const geography::State* state = geography::find_state(cell);
  return state ? state->abbreviation : std::string_view();
}

std::uint32_t county_of(std::string_view state, std::string_view county_name,
                        std::string_view zip) {
  county_name = cell_text(county_name);
  if (!county_name.empty() && !state.empty())
    if (const geography::County* county = geography::find_county(state, county_name))
      return county->fips.number();
  if (zip.empty()) return 0;
  const geography::County* county = county_of_digits(zip);
  if (!county || (!state.empty() && county->state != state)) return 0;
  return county->fips.number();
}

int fiscal_year_of(Date date) {
  return static_cast<int>(date.year()) + (static_cast<unsigned>(date.month()) >= 10 ? 1 : 0);
}

std::string_view decision_of(std::string_view cell) {
  const std::string text = to_lower_ascii(cell_text(cell));
  const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
  if (text.empty()) return "open";
  if (has("returned") && !has("certif")) return "returned";
  if (has("withdrawn")) return "withdrawn";
  if (has("denied") || has("rejected")) return "denied";
  if (has("certif")) {
    if (has("partial")) return has("expired") ? "partial_expired" : "partial";
    return has("expired") ? "expired" : "certified";
  }
  if (has("received") || has("remand") || has("modification") || has("review") || has("nof") ||
      has("incomplete"))
    return "open";
  return "other";
}

bool is_certified(std::string_view decision) {
  return decision == "certified" || decision == "partial" || decision == "expired" ||
         decision == "partial_expired";
}

std::string_view naics_of(std::string_view cell) {
  cell = cell_text(cell);
  if (cell == "31-33" || cell == "44-45" || cell == "48-49") return cell;
  if (const auto dot = cell.find('.'); dot != cell.npos) cell = cell.substr(0, dot);
  if (cell.size() < 2 || cell.size() > 6 || !std::ranges::all_of(cell, is_digit)) return {};
  return cell.front() == '0' ? std::string_view() : cell;
}

std::string_view naics_2017_of(std::string_view code) {
  // Nearly every code of a file has six digits and is of 2017: a table of bits answers for those.
  static const auto known = [] {
    auto bits = std::make_unique<std::bitset<1'000'000>>();
    for (const auto& [one, title] : titles())
      if (const auto digits = plain_digits(one); digits && one.size() == 6)
        bits->set(static_cast<std::size_t>(*digits));
    return bits;
  }();
  if (const auto digits = plain_digits(code); digits && code.size() == 6) {
    if (known->test(static_cast<std::size_t>(*digits))) return code;
  } else if (titles().contains(code)) {
    return code;
  }
  const auto found = changes().find(code);
  return found == changes().end() ? code : found->second;
}

std::string_view naics_title(std::string_view code) {
  const auto found = titles().find(code);
  return found == titles().end() ? std::string_view() : found->second;
}

bool looks_like_person(std::string_view name) {
  constexpr std::size_t kLongestMark = 16;
  std::array<char, kLongestMark> word;
  std::size_t size = 0, words = 0;
  // True when the word that ends here marks a firm.
  const auto is_mark = [&] {
    if (size == 0) return false;
    ++words;
    const bool found =
        size <= kLongestMark && business_marks().contains(std::string_view(word.data(), size));
    size = 0;
    return found;
  };
  for (const char c : name) {
    if (is_digit(c)) return false;
    const bool small = c >= 'a' && c <= 'z';
    if (small || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0) {
      if (size < kLongestMark) word[size] = small ? static_cast<char>(c - 'a' + 'A') : c;
      ++size;
    } else if (c != '.' && c != '\'' && is_mark()) {
      return false;
    }
  }
  if (is_mark()) return false;
  return words > 0;
}

}  // namespace daybreak::threat
