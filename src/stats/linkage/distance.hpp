// SPDX-License-Identifier: AGPL-3.0-or-later
// How alike two short words are. Words are byte strings that fold() made; beyond 64 bytes only the
// first 64 count. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace daybreak::linkage {

// Damerau-Levenshtein distance (insert, delete, replace, swap of neighbours; optimal string
// alignment), or `limit` + 1 as soon as it is more than `limit` (0 to 3).
int edit_distance(std::string_view a, std::string_view b, int limit);

// Jaro-Winkler similarity in [0, 1]: Winkler, "String comparator metrics and enhanced decision
// rules in the Fellegi-Sunter model of record linkage" (1990); prefix scale 0.1, at most 4 letters.
double jaro_winkler(std::string_view a, std::string_view b);

// A key that words of like sound share: first letter, then the classes of the consonants after it
// (Soundex classes, neighbours merged, up to `length` signs).
std::string sound_key(std::string_view word, std::size_t length = 5);

}  // namespace daybreak::linkage
