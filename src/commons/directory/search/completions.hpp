// SPDX-License-Identifier: AGPL-3.0-or-later
// What may complete what is typed: the needs of the tree by their words in each language, and the
// names of the records. Internal to the search index. Immutable after construction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commons/directory/search/columns.hpp"

namespace daybreak::directory::search {

class Completions {
 public:
  explicit Completions(const NeedTree& needs);
  // Labels of needs that begin with the typed words go first, then their synonyms, then names;
  // among equals by the alphabet. None twice.
  std::vector<std::string> suggest(std::string_view typed, Language language, std::size_t limit,
                                   const Columns& columns) const;

 private:
  struct Word {
    std::string key;  // folded
    std::string shown;
    bool is_synonym = false;
  };
  std::vector<Word> words_[2];  // by Language, sorted by key, labels before synonyms
};

}  // namespace daybreak::directory::search
