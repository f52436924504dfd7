// SPDX-License-Identifier: AGPL-3.0-or-later
// The words of the search index: which terms a record gets, and which Xapian query a text becomes.
// Internal to the search index. Plain functions and an immutable synonym table: any thread.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>
#include <xapian.h>

#include "commons/directory/search/index.hpp"

namespace daybreak::directory::search {

// Words in the order they stand, folded (lower case, no accents), without the commonest ones.
std::vector<std::string> words_of(std::string_view text);

// Phrases of folded words, each with what else a search for it should find.
class Synonyms {
 public:
  Synonyms(const NeedTree& needs, const std::vector<std::vector<std::string>>& groups);

  struct Meaning {
    std::vector<std::vector<std::string>> phrases;  // other ways to say it, as words
    std::vector<std::string> need_codes;
  };
  // The longest phrase that begins at `from`; how many words it took is written to `length`.
  const Meaning* longest(const std::vector<std::string>& words, std::size_t from,
                         std::size_t& length) const;

 private:
  void add(const std::vector<std::string>& phrase, const Meaning& meaning);
  std::unordered_map<std::string, Meaning> by_phrase_;
  std::size_t longest_phrase_ = 1;
};

// The terms of a record, and its words for the spelling dictionary.
Xapian::Document document_of(const Record& record, const NeedTree& needs, std::string_view data,
                             std::vector<std::string>& vocabulary);

std::string id_term(const Uuid& id);

enum class Joined { kAll, kAny };
// The query for a text: every word (or any), each as written or as a synonym. Xapian::Query() for
// a text without words.
Xapian::Query text_query(const std::vector<std::string>& words, Language language, Joined joined,
                         const Synonyms& synonyms);
// The words with misspelt ones replaced; `changed` tells whether any was.
std::vector<std::string> corrected(const std::vector<std::string>& words, Language language,
                                   const Xapian::Database& database, const Synonyms& synonyms,
                                   bool& changed);

}  // namespace daybreak::directory::search
