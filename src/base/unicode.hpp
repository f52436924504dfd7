// SPDX-License-Identifier: AGPL-3.0-or-later
// Real words in any script, by ICU: normal form and keys for search and linkage. Invalid UTF-8
// becomes U+FFFD. Pure functions, safe to use from any thread.
#pragma once

#include <string>
#include <string_view>

namespace daybreak {

// Normalisation form C: the same letters as the same bytes.
std::string to_nfc(std::string_view text);

// A key under which words that a person holds to be the same are the same: case folded, accents
// removed, compatibility forms unified. "Clínica SEÑOR" and "clinica senor" give one key.
std::string fold_for_search(std::string_view text);

// Lower case of any script, accents kept.
std::string to_lower(std::string_view text);

}  // namespace daybreak
