// SPDX-License-Identifier: AGPL-3.0-or-later
// parse_names and parse_street of words.hpp: cutting a cell into aliases and words.
#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "base/text.hpp"
#include "stats/linkage/words.hpp"

namespace daybreak::linkage {
namespace {

constexpr std::size_t kMostAliases = 6;
constexpr std::size_t kMostWords = 12;

using Words = std::vector<std::string_view>;

const std::unordered_map<std::string_view, std::uint16_t>& legal_words() {
  static const std::unordered_map<std::string_view, std::uint16_t> map{
      {"INC", kFormInc},
      {"INCORPORATED", kFormInc},
      {"CORP", kFormInc},
      {"CORPORATION", kFormInc},
      {"LLC", kFormLlc},
      {"LC", kFormLlc},
      {"PLLC", kFormLlc},
      {"LTD", kFormLtd},
      {"LIMITED", kFormLtd},
      {"LP", kFormLp},
      {"LLLP", kFormLp},
      {"LLP", kFormLlp},
      {"GP", kFormPartnership},
      {"PARTNERSHIP", kFormPartnership},
      {"PTNRSHP", kFormPartnership},
      {"PTNSHP", kFormPartnership},
      {"CO", kFormCompany},
      {"COMPANY", kFormCompany},
      {"COMPANIES", kFormCompany},
      {"PC", kFormOther},
      {"TRUST", kFormOther},
      {"FLC", kFormOther},
      {"H2ALC", kFormOther},
      {"FLCE", kFormOther},
      {"SOLE", kFormOther},
      {"PROPRIETOR", kFormOther},
      {"PROPRIETORSHIP", kFormOther},
  };
  return map;
}

std::uint8_t generation_of(std::string_view word) {
  static constexpr std::array<std::string_view, 5> kGenerations{"JR", "SR", "II", "III", "IV"};
  for (std::size_t i = 0; i < kGenerations.size(); ++i) {
    if (word == kGenerations[i]) return static_cast<std::uint8_t>(i + 1);
  }
  return 0;
}

bool is_small_word(std::string_view word) {
  return word == "AND" || word == "THE" || word == "OF" || word == "FOR" || word == "AT" ||
         word == "IN" || word == "Y";
}

bool is_letter_run(std::string_view word) { return word.size() == 1; }

// "A AND B COSTANZA" -> "AB COSTANZA"; "L L C" -> "LLC"; "H 2A LC" -> "H2ALC".
std::vector<std::string> merge_letters(const Words& words) {
  std::vector<std::string> out;
  bool open = false;  // the last word is a run of single letters that may grow
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (open && word == "AND" && i + 1 < words.size() && is_letter_run(words[i + 1])) continue;
    const bool letter = is_letter_run(word);
    const bool visa = out.size() && out.back() == "H" && (word == "2A" || word == "2ALC");
    if ((open && letter) || visa) {
      out.back() += word;
    } else if (out.size() && out.back() == "H2A" && word == "LC") {
      out.back() += word;
    } else {
      out.emplace_back(word);
    }
    open = letter || (open && visa);
  }
  return out;
}

ParsedName parse_one(const Words& words) {
  ParsedName name;
  std::vector<std::string> legal;
  for (std::string& word : merge_letters(words)) {
    if (is_small_word(word)) continue;
    if (const auto form = legal_words().find(word); form != legal_words().end()) {
      name.forms |= form->second;
      legal.push_back(std::move(word));
    } else if (const std::uint8_t generation = generation_of(word); generation != 0) {
      name.generation = generation;
    } else if (name.words.size() < kMostWords) {
      name.words.push_back(canonical_word(std::string_view(word).substr(0, 40)));
    }
  }
  if (name.words.empty()) {  // "THE COMPANY": the form is all the name there is
    for (std::string& word : legal) {
      if (name.words.size() < kMostWords) name.words.push_back(std::move(word));
    }
    name.forms = kFormNone;
  }
  if (name.words.empty() && name.generation != 0) name.words.emplace_back("JR");
  return name;
}

// Positions in the word list where a new alias begins after "DBA", "AKA" or "FKA" in any spelling;
// `length` words are the mark itself.
std::size_t alias_mark(const Words& words, std::size_t at) {
  static constexpr std::array<std::string_view, 7> kMarks{"DBA", "AKA",  "FKA", "NKA",
                                                          "TA",  "DBAS", "ALSO"};
  const std::string_view word = words[at];
  if (word == "ALSO") {
    return at + 3 < words.size() && words[at + 1] == "KNOWN" && words[at + 2] == "AS" ? 3 : 0;
  }
  if (word == "DOING") {
    return at + 3 < words.size() && words[at + 1] == "BUSINESS" && words[at + 2] == "AS" ? 3 : 0;
  }
  if (word == "FORMERLY") return 1;
  if (word == "TRADING" && at + 1 < words.size() && words[at + 1] == "AS") return 2;
  if (word != "TA" && std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end()) return 1;
  if (at + 2 < words.size() && words[at + 2] == "A" && words[at + 1] == "K" &&
      (word == "A" || word == "F")) {
    return 3;
  }
  if (at + 2 < words.size() && word == "D" && words[at + 1] == "B" && words[at + 2] == "A") {
    return 3;
  }
  return 0;
}

void add_alias(const Words& words, std::vector<ParsedName>& aliases) {
  if (words.empty() || aliases.size() >= kMostAliases) return;
  ParsedName name = parse_one(words);
  if (name.words.empty()) return;
  for (const ParsedName& known : aliases) {
    if (known.words == name.words && known.forms == name.forms) return;
  }
  aliases.push_back(std::move(name));
}

// One part between separators: cut at DBA marks, and behind a legal form that a comma follows.
void add_part(std::string_view part, std::vector<ParsedName>& aliases) {
  Words all, current;
  bool after_form = false;
  bool cut_at_comma = false;
  Words head;
  for (const std::string_view raw : split(part, ' ')) {
    std::string_view word = raw;
    if (word == ",") {
      if (after_form && head.empty()) {
        head = current;
        cut_at_comma = true;
      }
      continue;
    }
    if (word.empty()) continue;
    all.push_back(word);
    current.push_back(word);
    const auto form = legal_words().find(word);
    after_form = form != legal_words().end() && (form->second & (kFormInc | kFormLlc)) != 0;
  }
  Words alias;
  bool marked = false;
  for (std::size_t i = 0; i < all.size();) {
    if (const std::size_t length = alias_mark(all, i); length > 0) {
      add_alias(alias, aliases);
      alias.clear();
      i += length;
      marked = true;
    } else {
      alias.push_back(all[i++]);
    }
  }
  add_alias(alias, aliases);
  // "NAGOG INC, HILL FARM" is two names; "EATON, LLC PRODUCTION" is one: both readings are kept.
  if (!marked && cut_at_comma) {
    const Words tail(all.begin() + static_cast<std::ptrdiff_t>(head.size()), all.end());
    const bool more_than_form = std::any_of(tail.begin(), tail.end(), [](std::string_view word) {
      return legal_words().find(word) == legal_words().end() && !is_small_word(word);
    });
    if (more_than_form && tail.size() >= 2) {
      add_alias(head, aliases);
      add_alias(tail, aliases);
    }
  }
}

// Takes "(…)" out; its content is an alias only behind a mark such as "(DBA …)".
std::string take_parentheses(const std::string& text, std::vector<std::string>& inside) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('(', at);
    const std::size_t close = open == std::string::npos ? open : text.find(')', open);
    out += text.substr(at, open == std::string::npos ? open : open - at);
    if (open == std::string::npos) break;
    out += ' ';
    const std::string content =
        text.substr(open + 1, close == std::string::npos ? close : close - open - 1);
    const std::string bare(trim(content));
    for (const std::string_view mark : {"DBA ", "D B A ", "AKA ", "FKA ", "FORMERLY ", "D/B/A "}) {
      if (bare.starts_with(mark)) inside.push_back(bare.substr(mark.size()));
    }
    if (close == std::string::npos) break;
    at = close + 1;
  }
  return out;
}

}  // namespace

std::vector<ParsedName> parse_names(std::string_view cell) {
  std::string text = fold(cell, "/;|(),:");
  for (const std::string_view mark : {"D/B/A", "A/K/A", "F/K/A", "N/K/A", "T/A "}) {
    std::string spaced = mark == "T/A " ? "TRADING AS " : std::string(mark);
    std::erase(spaced, '/');
    text = replace_all(text, mark, " " + spaced + " ");
  }
  std::vector<std::string> parts;
  std::string outside = replace_all(replace_all(text, ":", " "), ",", " , ");
  std::vector<std::string> inside;
  outside = take_parentheses(outside, inside);
  if (trim(outside).empty()) {
    outside = text;
    for (char& c : outside) {
      if (c == '(' || c == ')') c = ' ';
    }
  }
  std::vector<ParsedName> aliases;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= outside.size(); ++i) {
    const bool slash =
        i < outside.size() && outside[i] == '/' &&
        (i == 0 || outside[i - 1] == ' ' || i + 1 == outside.size() || outside[i + 1] == ' ');
    if (i == outside.size() || outside[i] == ';' || outside[i] == '|' || slash) {
      std::string part = outside.substr(begin, i - begin);
      std::replace(part.begin(), part.end(), '/', ' ');
      add_part(part, aliases);
      begin = i + 1;
    }
  }
  for (const std::string& part : inside) add_part(replace_all(part, "/", " "), aliases);
  return aliases;
}

namespace {

const std::unordered_map<std::string_view, std::string_view>& street_ordinals() {
  static const std::unordered_map<std::string_view, std::string_view> map{
      {"FIRST", "1ST"}, {"SECOND", "2ND"},  {"THIRD", "3RD"},   {"FOURTH", "4TH"},
      {"FIFTH", "5TH"}, {"SIXTH", "6TH"},   {"SEVENTH", "7TH"}, {"EIGHTH", "8TH"},
      {"NINTH", "9TH"}, {"TENTH", "10TH"},  {"SAINT", "ST"},    {"MOUNT", "MT"},
      {"FORT", "FT"},   {"HIGHWAY", "HWY"}, {"ROUTE", "RT"},    {"RTE", "RT"},
      {"COUNTY", "CO"},
  };
  return map;
}

bool is_street_type(std::string_view word) {
  static constexpr std::array<std::string_view, 38> kTypes{
      "ST",       "STREET",    "STS",     "AVE",   "AVENUE",  "AV",     "AVES",    "BLVD",
      "BLV",      "BOULEVARD", "RD",      "ROAD",  "DR",      "DRIVE",  "LN",      "LANE",
      "CT",       "COURT",     "PL",      "PLACE", "CIR",     "CIRCLE", "CIRCUIT", "CRES",
      "CRESCENT", "TER",       "TERRACE", "PKWY",  "PARKWAY", "WAY",    "SQ",      "SQUARE",
      "PLZ",      "PLAZA",     "TRL",     "TRAIL", "CLOSE",   "ALLEY"};
  return std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end();
}

bool is_direction(std::string_view word) {
  static constexpr std::array<std::string_view, 16> kDirections{
      "N",  "S",  "E",  "W",  "NE",    "NW",    "SE",   "SW",
      "NO", "SO", "EA", "WE", "NORTH", "SOUTH", "EAST", "WEST"};
  return std::find(kDirections.begin(), kDirections.end(), word) != kDirections.end();
}

bool starts_remark(std::string_view word) {
  return word == "BETWEEN" || word == "NEAR" || word == "AT" || word == "OFF" || word == "BET" ||
         word == "BTWN" || word == "CORNER";
}

bool starts_unit(std::string_view word) {
  return word == "STE" || word == "SUITE" || word == "APT" || word == "UNIT" || word == "RM" ||
         word == "ROOM" || word == "FL" || word == "FLOOR" || word == "BLDG" || word == "LOT";
}

bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

ParsedStreet parse_street(std::string_view cell) {
  const std::string text = fold(cell);
  ParsedStreet street;
  const std::vector<std::string_view> words = split(text, ' ');
  std::vector<std::string_view> rest;
  bool box = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word.empty()) continue;
    if (starts_remark(word) && (!rest.empty() || !street.number.empty())) break;
    if (word == "BOX" && i + 1 < words.size()) {
      street.number = "B" + std::string(words[i + 1].substr(0, 12));
      box = true;
      ++i;
    } else if (word == "P" || word == "PO" || word == "POB" || (word == "O" && i > 0)) {
      continue;
    } else if (starts_unit(word) && !rest.empty()) {
      ++i;  // the unit's number
    } else if (!box && street.number.empty() && rest.empty() && has_digit(word) &&
               word.find_first_not_of("0123456789") >= word.size() - 1) {
      street.number = std::string(word.substr(0, 12));
    } else {
      rest.push_back(word);
    }
  }
  const auto keep = [&](bool strict) {
    for (const std::string_view word : rest) {
      if (strict && (is_street_type(word) || is_direction(word))) continue;
      if (street.words.size() >= 4) break;
      const auto found = street_ordinals().find(word);
      street.words.emplace_back(found == street_ordinals().end() ? word.substr(0, 40)
                                                                 : found->second);
    }
  };
  keep(true);
  if (street.words.empty()) keep(false);
  return street;
}

}  // namespace daybreak::linkage
