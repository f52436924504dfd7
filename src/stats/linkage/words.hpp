// SPDX-License-Identifier: AGPL-3.0-or-later
// From a cell to comparable words: folding to capital ASCII, the legal form of a firm ("LLC",
// "INC") taken off as evidence of its own, abbreviations and plurals in one shape, names split into
// aliases, addresses split into number and street. Lists hold common words only, never a firm.
// Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::linkage {

// Capital letters without accents, digits, and single spaces. Bytes that are not UTF-8 are read as
// Latin-1. An apostrophe disappears ("WARD'S" gives "WARDS"); '&' and '+' give "AND"; other marks
// give a space. `keep` names marks that stay as they are. Reads at most the first 2,000 bytes.
std::string fold(std::string_view cell, std::string_view keep = {});

// Legal forms as a bit set.
enum LegalForm : std::uint16_t {
  kFormNone = 0,
  kFormInc = 1,           // INC, CORP
  kFormLlc = 2,           // LLC, LC, PLLC
  kFormLtd = 4,           // LTD
  kFormLp = 8,            // LP, LLLP
  kFormLlp = 16,          // LLP
  kFormPartnership = 32,  // GP, PARTNERSHIP
  kFormCompany = 64,      // CO, COMPANY
  kFormOther = 128,       // TRUST, COOPERATIVE, SOLE PROPRIETOR, PC, labour contractor marks
};

// A name without its legal form.
struct ParsedName {
  std::vector<std::string> words;  // canonical, in order, at most 12
  std::uint16_t forms = kFormNone;
  std::uint8_t generation = 0;  // JR 1, SR 2, II 3, III 4, IV 5
};

// The aliases of a cell: "X LLC DBA Y", "X / Y", "X aka Y", "X; Y", "X LLC, Y FARM". At most six; a
// parenthesis that does not start with DBA or the like is left out. Empty for an empty cell.
std::vector<ParsedName> parse_names(std::string_view cell);

// One shape for words that mean the same: BROS, BROTHERS, BROTHER -> BROTHER; NURSERIES -> NURSERY.
std::string canonical_word(std::string_view word);

// A street line without unit, direction, street type and remarks ("between 5th and 6th").
struct ParsedStreet {
  std::string number;              // "435", "PO BOX 17" gives "B17"
  std::vector<std::string> words;  // "LA", "CIENEGA"
};
ParsedStreet parse_street(std::string_view cell);

// "FT. PIERCE" -> "FORT PIERCE"; without marks.
std::string normal_city(std::string_view cell);
// "New York" -> "NY"; unknown text stays as folded.
std::string normal_state(std::string_view cell);
// "92021.0" and "92021-1234" -> "92021".
std::string normal_postcode(std::string_view cell);
// "YYYYMMDD" from YYYYMMDD, YYYY-MM-DD, MM/DD/YYYY (or DD/MM when the first part exceeds 12);
// folded text when it is no date.
std::string normal_date(std::string_view cell);
// Letters and digits only; a phone's leading US country code is dropped.
std::string normal_code(std::string_view cell);

}  // namespace daybreak::linkage
