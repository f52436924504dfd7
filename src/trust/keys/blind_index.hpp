// SPDX-License-Identifier: AGPL-3.0-or-later
// Search over sealed words inside one vault: a keyed hash of each word, under a key that only this
// organisation has. It tells whether two words of one field of one vault are the same, and nothing
// across vaults; it is as much under the law as the words, and leaves with them. Pure functions,
// safe to use from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trust/keys/keyring.hpp"

namespace daybreak::trust::keys {

class BlindIndex {
 public:
  explicit BlindIndex(const Keyring& ring);
  // 16 bytes for each word of a text, without case and accents, each once; and for the first three
  // letters of longer words, for names that were heard only in part.
  std::vector<std::string> terms_of(std::string_view field, std::string_view text) const;
  // What to look for: the whole word, or its first three letters when it has only three.
  std::vector<std::string> search_terms(std::string_view field, std::string_view text) const;

 private:
  std::string term(std::string_view field, std::string_view kind, std::string_view word) const;
  Key key_;
};

}  // namespace daybreak::trust::keys
