// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::array<std::pair<std::string_view, FieldKind>, 13> kKindWords{{
    {"name", FieldKind::kName},
    {"given", FieldKind::kGivenName},
    {"surname", FieldKind::kSurname},
    {"street", FieldKind::kStreet},
    {"city", FieldKind::kCity},
    {"state", FieldKind::kState},
    {"zip", FieldKind::kPostcode},
    {"date", FieldKind::kDate},
    {"number", FieldKind::kNumber},
    {"id", FieldKind::kIdentifier},
    {"phone", FieldKind::kPhone},
    {"category", FieldKind::kCategory},
    {"text", FieldKind::kText},
}};

struct NameClue {
  std::string_view part;
  FieldKind kind;
};

// The first part that occurs in the column's name decides, so the special ones come first.
constexpr std::array<NameClue, 59> kNameClues{{
    {"given", FieldKind::kGivenName},
    {"first_name", FieldKind::kGivenName},
    {"firstname", FieldKind::kGivenName},
    {"forename", FieldKind::kGivenName},
    {"fname", FieldKind::kGivenName},
    {"surname", FieldKind::kSurname},
    {"last_name", FieldKind::kSurname},
    {"lastname", FieldKind::kSurname},
    {"family_name", FieldKind::kSurname},
    {"lname", FieldKind::kSurname},
    {"street_number", FieldKind::kNumber},
    {"house_number", FieldKind::kNumber},
    {"phone", FieldKind::kPhone},
    {"mobile", FieldKind::kPhone},
    {"fax", FieldKind::kPhone},
    {"postcode", FieldKind::kPostcode},
    {"postal", FieldKind::kPostcode},
    {"zip", FieldKind::kPostcode},
    {"birth", FieldKind::kDate},
    {"dob", FieldKind::kDate},
    {"date", FieldKind::kDate},
    {"soc_sec", FieldKind::kIdentifier},
    {"ssn", FieldKind::kIdentifier},
    {"fein", FieldKind::kIdentifier},
    {"ein", FieldKind::kIdentifier},
    {"tax_id", FieldKind::kIdentifier},
    {"duns", FieldKind::kIdentifier},
    {"uei", FieldKind::kIdentifier},
    {"licence", FieldKind::kIdentifier},
    {"license", FieldKind::kIdentifier},
    {"addr_2", FieldKind::kText},
    {"address_2", FieldKind::kText},
    {"address2", FieldKind::kText},
    {"addr2", FieldKind::kText},
    {"street", FieldKind::kStreet},
    {"addr", FieldKind::kStreet},
    {"city", FieldKind::kCity},
    {"cty_nm", FieldKind::kCity},
    {"suburb", FieldKind::kCity},
    {"town", FieldKind::kCity},
    {"municipality", FieldKind::kCity},
    {"county", FieldKind::kCity},
    {"state", FieldKind::kState},
    {"st_cd", FieldKind::kState},
    {"province", FieldKind::kState},
    {"naic", FieldKind::kCategory},
    {"industry", FieldKind::kCategory},
    {"cuisine", FieldKind::kCategory},
    {"category", FieldKind::kCategory},
    {"type", FieldKind::kCategory},
    {"name", FieldKind::kName},
    {"trade_nm", FieldKind::kName},
    {"legal_nm", FieldKind::kName},
    {"estab_nm", FieldKind::kName},
    {"employer", FieldKind::kName},
    {"company", FieldKind::kName},
    {"business", FieldKind::kName},
    {"organi", FieldKind::kName},
    {"dba", FieldKind::kName},
}};

FieldKind infer_from_content(const Column& column) {
  std::size_t seen = 0, words = 0, dates = 0, numbers = 0, codes = 0;
  for (std::size_t row = 0; row < std::min<std::size_t>(column.size(), 1000); ++row) {
    const std::string_view cell = trim(column.at(row));
    if (cell.empty()) continue;
    ++seen;
    const auto digits = static_cast<std::size_t>(
        std::count_if(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; }));
    const std::size_t marks = static_cast<std::size_t>(
        std::count_if(cell.begin(), cell.end(), [](char c) { return c == '-' || c == '/'; }));
    if (digits == 8 && (marks == 2 || (cell.size() == 8 && (cell[0] == '1' || cell[0] == '2')))) {
      ++dates;
    } else if (digits >= 7 && digits + 6 >= cell.size()) {
      ++codes;
    } else if (digits == cell.size()) {
      ++numbers;
    } else if (cell.find(' ') != std::string_view::npos) {
      ++words;
    }
  }
  if (seen == 0) return FieldKind::kText;
  if (dates * 10 > seen * 9) return FieldKind::kDate;
  if (codes * 10 > seen * 9) return FieldKind::kIdentifier;
  if (numbers * 10 > seen * 9) return FieldKind::kNumber;
  return FieldKind::kText;
}

}  // namespace

std::string_view name_of(FieldKind kind) {
  return kKindWords[static_cast<std::size_t>(kind)].first;
}

Result<FieldKind> parse_kind(std::string_view word) {
  for (const auto& [name, kind] : kKindWords) {
    if (equals_ignoring_case_ascii(word, name)) return kind;
  }
  return fail(ErrorKind::kInvalid, "\"" + shorten(word, 40) + "\" is not a kind of column", {},
              "use name, given, surname, street, city, state, zip, date, number, id, phone, "
              "category or text");
}

void Column::append(std::string_view cell) {
  bytes_.append(cell);
  ends_.push_back(bytes_.size());
}

std::string_view Column::at(std::size_t row) const {
  const std::uint64_t begin = row == 0 ? 0 : ends_[row - 1];
  return std::string_view(bytes_).substr(begin, ends_[row] - begin);
}

FieldKind infer_kind(const Column& column) {
  const std::string name = to_lower_ascii(column.name());
  for (const NameClue& clue : kNameClues) {
    // "ein" must not be found in "being", so short clues ask for a word of their own.
    const std::size_t at = name.find(clue.part);
    if (at == std::string::npos) continue;
    if (clue.part.size() > 3) return clue.kind;
    const std::size_t end = at + clue.part.size();
    const bool starts = at == 0 || name[at - 1] == '_' || name[at - 1] == ' ';
    const bool ends =
        end == name.size() || name[end] == '_' || name[end] == ' ' || name[end] == '1';
    if (starts && ends) return clue.kind;
  }
  if (name == "id" || name == "uuid" || name.ends_with("_id")) return FieldKind::kIdentifier;
  if (name == "st") return FieldKind::kState;
  if (name == "title") return FieldKind::kName;
  if (name == "number" || name.ends_with("_no")) return FieldKind::kNumber;
  const FieldKind content = infer_from_content(column);
  return content;
}

}  // namespace daybreak::linkage
