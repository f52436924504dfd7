// SPDX-License-Identifier: AGPL-3.0-or-later
// What the cells of official files mean: dates in their many notations, counts, money, ZIP codes
// that lost a zero, states, decision words, NAICS codes of any vintage, and whether a name is a
// firm's. Pure functions on one cell, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace daybreak::threat {

// Without white space around it; nothing for the words that mean "no value" (NA, N/A, NULL, (X),
// -).
std::string_view cell_text(std::string_view cell);

// 2015-06-25, 2015-06-25 15:59:29.123, 05/20/06 00:00:00, 5/1/2007, 20150625, "May 13, 2020" and a
// spreadsheet's day number. Years 1900 to 2199; two digits mean 1950 to 2049.
std::optional<Date> parse_cell_date(std::string_view cell);
// One to fifteen digits and nothing else: what most cells are, without a detour.
std::optional<std::int64_t> plain_digits(std::string_view cell);
// A whole number, also as "1,234", "6.0" or "6.0000000000000000e+00".
std::optional<std::int64_t> parse_cell_count(std::string_view cell);
// Dollars as cents, also as "$1,234.50".
std::optional<std::int64_t> parse_cell_cents(std::string_view cell);

// Five digits: a lost leading zero is given back where the state has such codes, "92021.0" and
// "14201-1234" are cut. Empty when it is no ZIP code of the United States.
std::string zip_of(std::string_view cell, std::string_view state);
// "NY" for "NY", "New York" and "36"; empty otherwise.
std::string_view state_of(std::string_view cell);
// The county by its name in a state, else by ZIP code; 0 when neither tells.
std::uint32_t county_of(std::string_view state, std::string_view county_name, std::string_view zip);

// The year that begins on 1 October of the year before.
int fiscal_year_of(Date date);

// What a decision says, told from 41 spellings: certified, partial, denied, withdrawn, expired,
// partial_expired, returned, open or other.
std::string_view decision_of(std::string_view cell);
bool is_certified(std::string_view decision);

// Two to six digits; empty for anything else ("0", seven-character codes).
std::string_view naics_of(std::string_view cell);
// The same industry in NAICS 2017: what a code of another vintage became, as far as its successors
// have in common. The code itself when it is of 2017 already or unknown.
std::string_view naics_2017_of(std::string_view code);
// Its title in NAICS 2017; empty when there is none.
std::string_view naics_title(std::string_view code);

// True when nothing in the name marks a firm: such a name is not stored.
bool looks_like_person(std::string_view name);

}  // namespace daybreak::threat
