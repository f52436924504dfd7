// SPDX-License-Identifier: AGPL-3.0-or-later
// Words of real languages (ICU): normal forms, case folding, accents. For search, for linkage keys
// and for comparing what two people typed. Input that is not UTF-8 has its bad bytes replaced.
// Pure functions, safe to use from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace daybreak {

// Canonical composition (NFC): one way to write what looks the same.
std::string to_nfc(std::string_view text);
// NFKC with case folded, as Unicode defines it for caseless matching: "Straße" and "STRASSE" agree.
std::string fold_case(std::string_view text);
// Lower case of any script, accents kept.
std::string to_lower(std::string_view text);
// A key under which words that a person holds to be the same are the same: fold_case without
// accents, and with the letters that have none to drop spelled out. "Łódź" gives "lodz".
std::string fold_for_search(std::string_view text);
// fold_for_search with everything but letters and digits as single spaces, trimmed: the key by
// which names are compared and looked up.
std::string search_key(std::string_view text);
// The words of search_key.
std::vector<std::string> search_words(std::string_view text);
// Title case by the rules of the root locale, for headings made from codes.
std::string to_title(std::string_view text);
// The number of characters a person would count.
std::size_t count_characters(std::string_view text);

}  // namespace daybreak
