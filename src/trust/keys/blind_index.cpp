// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/blind_index.hpp"

#include <algorithm>

#include "base/unicode.hpp"
#include "trust/keys/bytes.hpp"
#include "trust/keys/seal.hpp"

namespace daybreak::trust::keys {
namespace {

constexpr std::size_t kStart = 3, kTermBytes = 16;

bool is_ascii(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return (c & 0x80) == 0; });
}

}  // namespace

BlindIndex::BlindIndex(const Keyring& ring)
    : key_(derive(ring.pair().secret(), "blind index", ring.organization().to_string())) {}

std::string BlindIndex::term(std::string_view field, std::string_view kind,
                             std::string_view word) const {
  return std::string(
      derive(key_, "term", joined({field, kind, word})).view().substr(0, kTermBytes));
}

std::vector<std::string> BlindIndex::terms_of(std::string_view field, std::string_view text) const {
  std::vector<std::string> terms;
  for (const std::string& word : search_words(text)) {
    terms.push_back(term(field, "word", word));
    if (word.size() >= kStart && is_ascii(word))
      terms.push_back(term(field, "start", word.substr(0, kStart)));
  }
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

std::vector<std::string> BlindIndex::search_terms(std::string_view field,
                                                  std::string_view text) const {
  std::vector<std::string> terms;
  for (const std::string& word : search_words(text))
    terms.push_back(word.size() == kStart && is_ascii(word) ? term(field, "start", word)
                                                            : term(field, "word", word));
  return terms;
}

}  // namespace daybreak::trust::keys
