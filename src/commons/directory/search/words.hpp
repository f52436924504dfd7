// SPDX-License-Identifier: AGPL-3.0-or-later
// The words of the search index: which terms a record gets, and what a text asks for. Internal to
// the search index. Plain functions and an immutable synonym table: any thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "commons/directory/search/index.hpp"
#include "commons/directory/search/postings.hpp"

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

struct RecordWords {
  std::vector<TermWeight> terms;
  std::vector<std::string> vocabulary;  // for the spelling dictionary, each word once
};
RecordWords words_of_record(const Record& record, const NeedTree& needs);

std::string id_term(const Uuid& id);
bool is_id_term(std::string_view term);
// The term of one word, as written in a text of that language.
std::string word_term(const std::string& word, Language language);

// What a text asks for: each word or known phrase, as written or as a synonym.
TextPlan plan_of(const std::vector<std::string>& words, Language language,
                 const Synonyms& synonyms);

}  // namespace daybreak::directory::search
