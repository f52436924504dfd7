// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/words.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::size_t kLongestCell = 2000;

// Base letters of U+00C0..U+017F, '?' where the sign is no letter.
constexpr std::string_view kLatin =
    "AAAAAAACEEEEIIIIDNOOOOO?OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO?OUUUUYTY"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLLLLLNNNNNNNNNOOOOOOOORRRRRRSSSS"
    "SSSS"
    "TTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";

// Decodes one character at `at`; a byte that does not start a valid sequence stands for itself.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
  };
  const unsigned char lead = byte(at);
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (lead > 0xF4) more = 0;
  char32_t value = more == 3 ? lead & 7u : more == 2 ? lead & 15u : lead & 31u;
  for (int i = 1; i <= more; ++i) {
    if ((byte(at + static_cast<std::size_t>(i)) & 0xC0) != 0x80) {
      more = 0;
      break;
    }
    value = value << 6 | (byte(at + static_cast<std::size_t>(i)) & 63u);
  }
  if (more == 0) value = lead;
  at += static_cast<std::size_t>(more) + 1;
  return value;
}

void space(std::string& out) {
  if (!out.empty() && out.back() != ' ') out.push_back(' ');
}

void fold_ascii(char c, std::string_view keep, std::string& out) {
  if (c >= 'a' && c <= 'z') {
    out.push_back(static_cast<char>(c - 'a' + 'A'));
  } else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
    out.push_back(c);
  } else if (keep.find(c) != std::string_view::npos) {
    out.push_back(c);
  } else if (c == '&' || c == '+') {
    space(out);
    out += "AND ";
  } else if (c != '\'' && c != '`') {
    space(out);
  }
}

}  // namespace

std::string fold(std::string_view cell, std::string_view keep) {
  cell = cell.substr(0, kLongestCell);
  std::string out;
  out.reserve(cell.size());
  for (std::size_t at = 0; at < cell.size();) {
    if (static_cast<unsigned char>(cell[at]) < 0x80) {
      fold_ascii(cell[at++], keep, out);
      continue;
    }
    const std::size_t begin = at;
    const char32_t sign = decode(cell, at);
    if (sign >= 0xC0 && sign < 0xC0 + kLatin.size()) {
      const char letter = kLatin[sign - 0xC0];
      letter == '?' ? space(out) : out.push_back(letter);
    } else if (sign == 0x2018 || sign == 0x2019 || sign == 0xB4 || sign == 0x92) {
      continue;  // apostrophes
    } else if (sign < 0xC0 || (sign >= 0x2000 && sign < 0x2070) || sign == 0xFEFF) {
      space(out);
    } else {
      out.append(cell.substr(begin, at - begin));  // a letter of another script
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

namespace {
using WordMap = std::unordered_map<std::string_view, std::string_view>;

const WordMap& short_forms() {
  static const WordMap map{
      {"BROS", "BROTHER"},
      {"BRO", "BROTHER"},
      {"BROTHERS", "BROTHER"},
      {"MGMT", "MANAGEMENT"},
      {"MGT", "MANAGEMENT"},
      {"MNGT", "MANAGEMENT"},
      {"INTL", "INTERNATIONAL"},
      {"NATL", "NATIONAL"},
      {"MFG", "MANUFACTURING"},
      {"SVC", "SERVICE"},
      {"SVCS", "SERVICE"},
      {"SRVCS", "SERVICE"},
      {"SERV", "SERVICE"},
      {"ASSOC", "ASSOCIATION"},
      {"ASSN", "ASSOCIATION"},
      {"ASSOCIATES", "ASSOCIATION"},
      {"ASSOCIATE", "ASSOCIATION"},
      {"COOP", "COOPERATIVE"},
      {"ENT", "ENTERPRISE"},
      {"AG", "AGRICULTURE"},
      {"AGRI", "AGRICULTURE"},
      {"AGRICULTURAL", "AGRICULTURE"},
      {"AGRIC", "AGRICULTURE"},
      {"CTR", "CENTER"},
      {"CENTRE", "CENTER"},
      {"CNTR", "CENTER"},
      {"DEPT", "DEPARTMENT"},
      {"DIST", "DISTRIBUTION"},
      {"GRP", "GROUP"},
      {"HOSP", "HOSPITAL"},
      {"MED", "MEDICAL"},
      {"TRANS", "TRANSPORT"},
      {"TRANSPORTATION", "TRANSPORT"},
      {"EQUIP", "EQUIPMENT"},
      {"CONSTR", "CONSTRUCTION"},
      {"CONST", "CONSTRUCTION"},
      {"CONTR", "CONTRACTOR"},
      {"CONTRACTING", "CONTRACTOR"},
      {"HARV", "HARVESTING"},
      {"HARVESTERS", "HARVESTING"},
      {"HARVESTER", "HARVESTING"},
      {"FARMING", "FARM"},
      {"LANDSCAPING", "LANDSCAPE"},
      {"LANDSCAPES", "LANDSCAPE"},
      {"LANDSCAPER", "LANDSCAPE"},
      {"LANDSCAPERS", "LANDSCAPE"},
      {"DELI", "DELICATESSEN"},
      {"DELIS", "DELICATESSEN"},
      {"CAFFE", "CAFE"},
      {"REST", "RESTAURANT"},
      {"RESTAURANTE", "RESTAURANT"},
      {"RISTORANTE", "RESTAURANT"},
      {"UNIV", "UNIVERSITY"},
      {"MT", "MOUNT"},
      {"FT", "FORT"},
      {"CNTY", "COUNTY"},
      {"CTY", "COUNTY"},
      {"PROP", "PROPERTY"},
      {"PROPS", "PROPERTY"},
      {"PROD", "PRODUCTION"},
      {"TECH", "TECHNOLOGY"},
      {"CALIF", "CALIFORNIA"},
      {"VINEYARDS", "VINEYARD"},
      {"TWO", "2"},
      {"THREE", "3"},
      {"FOUR", "4"},
      {"FIVE", "5"},
      {"SIX", "6"},
      {"SEVEN", "7"},
      {"EIGHT", "8"},
      {"NINE", "9"},
      {"TEN", "10"},
      {"SONS", "SON"},
      {"ACCESSORIES", "ACCESSORY"},
      {"OPS", "OPERATION"},
      {"DVM", "VETERINARY"},
  };
  return map;
}

// Words a plural of which would be cut wrongly, or that need no cut.
bool keeps_its_s(std::string_view word) {
  return word.size() <= 3 || word.ends_with("SS") || word.ends_with("US") || word.ends_with("IS");
}
}  // namespace

std::string canonical_word(std::string_view word) {
  if (const auto found = short_forms().find(word); found != short_forms().end()) {
    return std::string(found->second);
  }
  if (!word.ends_with('S') || keeps_its_s(word)) return std::string(word);
  std::string base(word.substr(0, word.size() - 1));
  if (word.size() > 4 && word.ends_with("IES")) {
    base = std::string(word.substr(0, word.size() - 3)) + "Y";
  } else if (word.ends_with("CHES") || word.ends_with("SHES") || word.ends_with("XES") ||
             word.ends_with("SSES")) {
    base.pop_back();
  }
  const auto found = short_forms().find(base);
  return found == short_forms().end() ? base : std::string(found->second);
}

namespace {

const WordMap& states() {
  static const WordMap map{
      {"ALABAMA", "AL"},        {"ALASKA", "AK"},        {"ARIZONA", "AZ"},
      {"ARKANSAS", "AR"},       {"CALIFORNIA", "CA"},    {"COLORADO", "CO"},
      {"CONNECTICUT", "CT"},    {"DELAWARE", "DE"},      {"DISTRICT OF COLUMBIA", "DC"},
      {"FLORIDA", "FL"},        {"GEORGIA", "GA"},       {"HAWAII", "HI"},
      {"IDAHO", "ID"},          {"ILLINOIS", "IL"},      {"INDIANA", "IN"},
      {"IOWA", "IA"},           {"KANSAS", "KS"},        {"KENTUCKY", "KY"},
      {"LOUISIANA", "LA"},      {"MAINE", "ME"},         {"MARYLAND", "MD"},
      {"MASSACHUSETTS", "MA"},  {"MICHIGAN", "MI"},      {"MINNESOTA", "MN"},
      {"MISSISSIPPI", "MS"},    {"MISSOURI", "MO"},      {"MONTANA", "MT"},
      {"NEBRASKA", "NE"},       {"NEVADA", "NV"},        {"NEW HAMPSHIRE", "NH"},
      {"NEW JERSEY", "NJ"},     {"NEW MEXICO", "NM"},    {"NEW YORK", "NY"},
      {"NORTH CAROLINA", "NC"}, {"NORTH DAKOTA", "ND"},  {"OHIO", "OH"},
      {"OKLAHOMA", "OK"},       {"OREGON", "OR"},        {"PENNSYLVANIA", "PA"},
      {"PUERTO RICO", "PR"},    {"RHODE ISLAND", "RI"},  {"SOUTH CAROLINA", "SC"},
      {"SOUTH DAKOTA", "SD"},   {"TENNESSEE", "TN"},     {"TEXAS", "TX"},
      {"UTAH", "UT"},           {"VERMONT", "VT"},       {"VIRGINIA", "VA"},
      {"WASHINGTON", "WA"},     {"WEST VIRGINIA", "WV"}, {"WISCONSIN", "WI"},
      {"WYOMING", "WY"},        {"GUAM", "GU"},          {"VIRGIN ISLANDS", "VI"},
  };
  return map;
}

const WordMap& city_words() {
  static const WordMap map{
      {"FT", "FORT"},      {"ST", "SAINT"},     {"STE", "SAINTE"},  {"MT", "MOUNT"},
      {"MTN", "MOUNTAIN"}, {"N", "NORTH"},      {"S", "SOUTH"},     {"E", "EAST"},
      {"W", "WEST"},       {"SPGS", "SPRINGS"}, {"HTS", "HEIGHTS"}, {"BCH", "BEACH"},
      {"VLG", "VILLAGE"},  {"PT", "POINT"},
  };
  return map;
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9') out.push_back(c);
  }
  return out;
}

std::string padded(std::string_view part, std::size_t width) {
  std::string out(part);
  while (out.size() < width) out.insert(out.begin(), '0');
  return out;
}

}  // namespace

std::string normal_city(std::string_view cell) {
  const std::string folded = fold(cell);
  std::string out;
  for (const std::string_view word : split(folded, ' ')) {
    if (!out.empty()) out.push_back(' ');
    const auto found = city_words().find(word);
    out += found == city_words().end() ? word : found->second;
  }
  return out;
}

std::string normal_state(std::string_view cell) {
  std::string folded = fold(cell);
  const auto found = states().find(folded);
  return found == states().end() ? folded : std::string(found->second);
}

std::string normal_postcode(std::string_view cell) {
  cell = trim(cell);
  if (cell.ends_with(".0")) cell.remove_suffix(2);
  std::string code = fold(cell, "-");
  if (const std::size_t dash = code.find('-'); dash == 5) code.resize(5);
  std::erase(code, '-');
  std::erase(code, ' ');
  if (code.size() == 9 && digits_of(code).size() == 9) code.resize(5);
  return code;
}

std::string normal_date(std::string_view cell) {
  const std::string folded = fold(cell.substr(0, 40));
  const std::vector<std::string_view> parts = split(folded, ' ');
  const std::string digits = digits_of(folded);
  if (parts.size() == 1 && digits.size() == 8 && digits.size() == folded.size()) return digits;
  if (parts.size() >= 3) {
    const std::array<std::string, 3> p{digits_of(parts[0]), digits_of(parts[1]),
                                       digits_of(parts[2].substr(0, 4))};
    if (p[0].size() == 4 && !p[1].empty() && p[1].size() <= 2 && !p[2].empty()) {
      return p[0] + padded(p[1], 2) + padded(p[2].substr(0, 2), 2);
    }
    if (p[2].size() == 4 && !p[0].empty() && p[0].size() <= 2 && !p[1].empty() &&
        p[1].size() <= 2) {
      const bool day_first = to_integer(p[0]).value_or(0) > 12;
      return p[2] + padded(day_first ? p[1] : p[0], 2) + padded(day_first ? p[0] : p[1], 2);
    }
  }
  return folded;
}

std::string normal_code(std::string_view cell) {
  cell = trim(cell.substr(0, 60));
  if (cell.ends_with(".0")) cell.remove_suffix(2);
  std::string code = fold(cell);
  std::erase(code, ' ');
  return code;
}

}  // namespace daybreak::linkage
