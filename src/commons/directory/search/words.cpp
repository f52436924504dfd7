// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/words.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <xapian.h>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace daybreak::directory::search {
namespace {

// Terms begin with a letter that says what they are: E and S are English and Spanish stems, N a
// need, Q an id. Stems of both languages are kept for every record, so that a search in one
// language finds a name in the other.
constexpr char kEnglishPrefix = 'E', kSpanishPrefix = 'S', kNeedPrefix = 'N', kIdPrefix = 'Q';
constexpr std::size_t kLongestWord = 40;

const std::set<std::string, std::less<>>& common_words() {
  static const std::set<std::string, std::less<>> kWords{
      "a",    "an",     "and",  "are",  "as",   "at",  "be",  "by",       "can",   "for",
      "from", "has",    "have", "how",  "i",    "in",  "is",  "it",       "me",    "my",
      "of",   "on",     "or",   "that", "the",  "to",  "we",  "what",     "where", "with",
      "you",  "your",   "need", "want", "find", "al",  "con", "de",       "del",   "el",
      "en",   "es",     "la",   "las",  "lo",   "los", "mi",  "necesito", "para",  "por",
      "que",  "quiero", "se",   "su",   "un",   "una", "y",   "o",        "busco"};
  return kWords;
}

// A Xapian::Stem keeps its own state, so each thread has one.
std::string stem(const std::string& word, Language language) {
  thread_local Xapian::Stem english("english"), spanish("spanish");
  return language == Language::kEnglish ? english(word) : spanish(word);
}

std::string need_term(std::string_view code) { return kNeedPrefix + std::string(code); }

std::string key_of(const std::vector<std::string>& words, std::size_t from, std::size_t count) {
  std::string key;
  for (std::size_t i = from; i < from + count; ++i) key += stem(words[i], Language::kEnglish) + ' ';
  return key;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  const std::string folded = fold_for_search(text);
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && word.size() <= kLongestWord && !common_words().contains(word))
      words.push_back(word);
    word.clear();
  };
  for (const char c : folded) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      word += c;
    else if (c != '\'')
      end_word();  // "men's" is one word
  }
  end_word();
  return words;
}

Synonyms::Synonyms(const NeedTree& needs, const std::vector<std::vector<std::string>>& groups) {
  for (const Need& need : needs.all()) {
    Meaning meaning{{}, {need.code}};
    const auto add_words = [&](const std::string& phrase) { add(words_of(phrase), meaning); };
    add_words(need.label_english);
    add_words(need.label_spanish);
    std::ranges::for_each(need.synonyms_english, add_words);
    std::ranges::for_each(need.synonyms_spanish, add_words);
  }
  for (const auto& group : groups) {
    Meaning meaning;
    for (const std::string& phrase : group) {
      std::vector<std::string> words = words_of(phrase);
      // A name of a need in the group leads to that need.
      if (const auto need = by_phrase_.find(key_of(words, 0, words.size()));
          need != by_phrase_.end())
        std::ranges::copy(need->second.need_codes, std::back_inserter(meaning.need_codes));
      meaning.phrases.push_back(std::move(words));
    }
    for (const auto& phrase : meaning.phrases) add(phrase, meaning);
  }
}

void Synonyms::add(const std::vector<std::string>& phrase, const Meaning& meaning) {
  if (phrase.empty()) return;
  longest_phrase_ = std::max(longest_phrase_, phrase.size());
  Meaning& known = by_phrase_[key_of(phrase, 0, phrase.size())];
  known.phrases.insert(known.phrases.end(), meaning.phrases.begin(), meaning.phrases.end());
  for (const std::string& code : meaning.need_codes)
    if (std::ranges::find(known.need_codes, code) == known.need_codes.end())
      known.need_codes.push_back(code);
}

const Synonyms::Meaning* Synonyms::longest(const std::vector<std::string>& words, std::size_t from,
                                           std::size_t& length) const {
  for (length = std::min(longest_phrase_, words.size() - from); length > 0; --length) {
    const auto found = by_phrase_.find(key_of(words, from, length));
    if (found != by_phrase_.end()) return &found->second;
  }
  return nullptr;
}

std::string id_term(const Uuid& id) { return kIdPrefix + id.to_string(); }
bool is_id_term(std::string_view term) { return term.starts_with(kIdPrefix); }

std::string word_term(const std::string& word, Language language) {
  return (language == Language::kEnglish ? kEnglishPrefix : kSpanishPrefix) + stem(word, language);
}

RecordWords words_of_record(const Record& record, const NeedTree& needs) {
  std::unordered_map<std::string, std::uint32_t> terms;
  std::unordered_set<std::string> vocabulary;
  const auto add = [&](const std::string& text, std::uint32_t weight, bool english, bool spanish) {
    for (std::string& word : words_of(text)) {
      if (english) terms[word_term(word, Language::kEnglish)] += weight;
      if (spanish) terms[word_term(word, Language::kSpanish)] += weight;
      if (word.size() > 2) vocabulary.insert(std::move(word));
    }
  };
  add(record.name, 6, true, true);
  add(record.organization_name, 3, true, true);
  add(record.text_english, 1, true, false);
  add(record.text_spanish, 1, false, true);
  for (const std::string& code : record.needs) {
    const Need* need = needs.find(code);
    if (need == nullptr) continue;
    add(need->label_english, 2, true, false);
    add(need->label_spanish, 2, false, true);
    for (const std::string& synonym : need->synonyms_english) add(synonym, 1, true, false);
    for (const std::string& synonym : need->synonyms_spanish) add(synonym, 1, false, true);
    for (const std::size_t above : needs.path(code)) terms[need_term(needs.all()[above].code)] += 2;
  }
  RecordWords words;
  for (auto& [term, weight] : terms) words.terms.push_back({term, weight});
  words.vocabulary.assign(vocabulary.begin(), vocabulary.end());
  return words;
}

TextPlan plan_of(const std::vector<std::string>& words, Language language,
                 const Synonyms& synonyms) {
  TextPlan plan;
  const auto way_of = [&](const std::vector<std::string>& phrase) {
    TextPlan::Way way;
    for (const std::string& word : phrase) way.push_back(word_term(word, language));
    return way;
  };
  for (std::size_t at = 0; at < words.size();) {
    std::size_t length = 0;
    const Synonyms::Meaning* meaning = synonyms.longest(words, at, length);
    if (meaning == nullptr) length = 1;
    const std::vector<std::string> phrase(words.begin() + static_cast<std::ptrdiff_t>(at),
                                          words.begin() + static_cast<std::ptrdiff_t>(at + length));
    TextPlan::Part part{way_of(phrase)};
    if (meaning != nullptr) {
      for (const std::string& code : meaning->need_codes) part.push_back({need_term(code)});
      for (const auto& other : meaning->phrases)
        if (!other.empty() && other != phrase) part.push_back(way_of(other));
    }
    plan.parts.push_back(std::move(part));
    at += length;
  }
  return plan;
}

}  // namespace daybreak::directory::search
