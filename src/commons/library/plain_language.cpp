// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/plain_language.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace daybreak::library {
namespace {

using language::Language;

bool is_vowel(char letter) { return std::string_view("aeiouy").find(letter) != std::string::npos; }

std::size_t english_syllables(std::string_view word) {
  std::size_t groups = 0;
  bool before = false;
  for (const char letter : word) {
    const bool vowel = is_vowel(letter);
    if (vowel && !before) ++groups;
    before = vowel;
  }
  const bool silent_e = word.ends_with("e") && !word.ends_with("le") && !word.ends_with("ee");
  const bool silent_ed = word.size() > 3 && word.ends_with("ed") && !word.ends_with("ted") &&
                         !word.ends_with("ded") && !is_vowel(word[word.size() - 3]);
  if (groups > 1 && (silent_e || silent_ed)) --groups;
  return std::max<std::size_t>(groups, 1);
}

// Vowels of a Spanish word, one code each: accented i and u are strong and stand alone.
std::string spanish_vowels(std::string_view word) {
  std::string shape;
  const auto at = [&](std::size_t index) {
    return static_cast<unsigned char>(index < word.size() ? word[index] : 0);
  };
  for (std::size_t index = 0; index < word.size(); ++index) {
    if (at(index) == 0xC3) {
      const unsigned char letter = at(++index);
      if (letter == 0xA1 || letter == 0xA9 || letter == 0xB3) {
        shape += 'A';  // á é ó
      } else if (letter == 0xAD || letter == 0xBA) {
        shape += 'I';  // í ú
      } else {
        shape += letter == 0xBC ? 'i' : '.';  // ü; ñ is a consonant
      }
    } else if (std::string_view("aeo").find(word[index]) != std::string::npos) {
      shape += 'A';
    } else if (word[index] == 'i' || word[index] == 'u') {
      // The u of que, qui, gue, gui is not spoken, with an accent on the next or without.
      const bool before_e_or_i =
          at(index + 1) == 'e' || at(index + 1) == 'i' ||
          (at(index + 1) == 0xC3 && (at(index + 2) == 0xA9 || at(index + 2) == 0xAD));
      const bool silent = word[index] == 'u' && index > 0 && before_e_or_i &&
                          (word[index - 1] == 'q' || word[index - 1] == 'g');
      shape += silent ? '.' : 'i';
    } else {
      shape += '.';
    }
  }
  return shape;
}

std::size_t spanish_syllables(std::string_view word) {
  std::size_t count = 0;
  char before = '.';
  for (const char now : spanish_vowels(word)) {
    if (now != '.') {
      const bool diphthong =
          before != '.' && before != 'I' && now != 'I' && (before == 'i' || now == 'i');
      if (!diphthong) ++count;
    }
    before = now;
  }
  return std::max<std::size_t>(count, 1);
}

bool is_word_byte(unsigned char byte) { return std::isalnum(byte) != 0 || byte >= 0xC3; }

}  // namespace

TextCount& TextCount::operator+=(const TextCount& other) {
  words += other.words;
  sentences += other.sentences;
  syllables += other.syllables;
  return *this;
}

std::size_t count_syllables(std::string_view word, Language language) {
  const std::string lower = to_lower(word);
  return language == Language::kSpanish ? spanish_syllables(lower) : english_syllables(lower);
}

TextCount count_text(std::string_view text, Language language) {
  TextCount count;
  bool open = false;  // words since the last end of a sentence
  std::size_t index = 0;
  while (index < text.size()) {
    std::size_t end = index;
    // Continuation bytes (0x80 to 0xBF) belong to the letter before them; “ ” ¿ are no letters.
    while (end < text.size()) {
      const auto byte = static_cast<unsigned char>(text[end]);
      if (byte == 0xC3 && end + 1 < text.size()) {
        end += 2;
      } else if (is_word_byte(byte) && byte < 0x80) {
        ++end;
      } else if (byte == '\'' && end > index && end + 1 < text.size() &&
                 std::isalpha(static_cast<unsigned char>(text[end + 1])) != 0) {
        ++end;
      } else {
        break;
      }
    }
    if (end > index) {
      ++count.words;
      count.syllables += count_syllables(text.substr(index, end - index), language);
      open = true;
      index = end;
      continue;
    }
    const char mark = text[index++];
    const bool ends = mark == '.' || mark == '?' || mark == '!' || mark == ':';
    const bool inside_number = mark == '.' && index < text.size() &&
                               std::isalnum(static_cast<unsigned char>(text[index])) != 0;
    if (ends && !inside_number && open) {
      ++count.sentences;
      open = false;
    }
  }
  if (open) ++count.sentences;
  return count;
}

double flesch_kincaid_grade(const TextCount& count) {
  if (count.words == 0) return 0;
  const auto words = static_cast<double>(count.words);
  return 0.39 * words / static_cast<double>(count.sentences) +
         11.8 * static_cast<double>(count.syllables) / words - 15.59;
}

double fernandez_huerta_ease(const TextCount& count) {
  if (count.words == 0) return 0;
  const auto words = static_cast<double>(count.words);
  return 206.84 - 60.0 * static_cast<double>(count.syllables) / words -
         1.02 * words / static_cast<double>(count.sentences);
}

bool is_plain(const TextCount& count, Language language) {
  return language == Language::kSpanish ? fernandez_huerta_ease(count) >= kLowestEase
                                        : flesch_kincaid_grade(count) <= kHighestGrade;
}

}  // namespace daybreak::library
