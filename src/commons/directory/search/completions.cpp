// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/completions.hpp"

#include <algorithm>
#include <tuple>

#include "base/unicode.hpp"

namespace daybreak::directory::search {

Completions::Completions(const NeedTree& needs) {
  for (const Language language : {Language::kEnglish, Language::kSpanish}) {
    std::vector<Word>& words = words_[static_cast<int>(language)];
    const bool english = language == Language::kEnglish;
    for (const Need& need : needs.all()) {
      const std::string& label = english ? need.label_english : need.label_spanish;
      words.push_back({fold_for_search(label), label, false});
      for (const std::string& synonym : english ? need.synonyms_english : need.synonyms_spanish)
        words.push_back({fold_for_search(synonym), synonym, true});
    }
    std::ranges::sort(words, {}, [](const Word& w) { return std::tie(w.key, w.is_synonym); });
    words.erase(std::ranges::unique(words, {}, &Word::key).begin(), words.end());
  }
}

std::vector<std::string> Completions::suggest(std::string_view typed, Language language,
                                              std::size_t limit, const Columns& columns) const {
  const std::string prefix = fold_for_search(typed);
  if (prefix.empty()) return {};
  const std::vector<Word>& words = words_[static_cast<int>(language)];
  const auto first = std::ranges::lower_bound(words, prefix, {}, &Word::key);
  const auto end =
      std::find_if(first, words.end(), [&](const Word& w) { return !w.key.starts_with(prefix); });
  std::vector<std::string> shown;
  for (const bool synonyms : {false, true})
    for (auto at = first; at != end && shown.size() < limit; ++at)
      if (at->is_synonym == synonyms) shown.push_back(at->shown);

  const auto key_of = [&](Slot slot) -> const std::string& {
    return columns.row(slot).shown->name_key;
  };
  const std::vector<Slot>& names = columns.by_name();
  std::string_view last;
  for (auto at = std::ranges::lower_bound(names, prefix, {}, key_of);
       at != names.end() && shown.size() < limit && key_of(*at).starts_with(prefix); ++at) {
    const std::string& key = key_of(*at);
    if (key == last || std::ranges::binary_search(words, key, {}, &Word::key)) continue;
    last = key;
    shown.push_back(columns.row(*at).shown->name);
  }
  return shown;
}

}  // namespace daybreak::directory::search
