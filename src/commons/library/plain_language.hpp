// SPDX-License-Identifier: AGPL-3.0-or-later
// How hard a text is to read. English: the grade of Flesch and Kincaid (Kincaid et al. 1975,
// 0.39 words/sentence + 11.8 syllables/word - 15.59). Spanish: the ease of Fernández Huerta (1959,
// 206.84 - 0.60 syllables/100 words - 1.02 words/sentence), where 60 and more is what eight years
// of school can read. Syllables are counted by rule, without a dictionary. Pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "language/language.hpp"

namespace daybreak::library {

struct TextCount {
  std::size_t words = 0, sentences = 0, syllables = 0;
  TextCount& operator+=(const TextCount& other);
};
// A sentence ends with . ? ! or : and white space; what has words and no end counts as one.
TextCount count_text(std::string_view text, language::Language language);

std::size_t count_syllables(std::string_view word, language::Language language);

// 0 for a text without words.
double flesch_kincaid_grade(const TextCount& count);
double fernandez_huerta_ease(const TextCount& count);

inline constexpr double kHighestGrade = 8.0;
inline constexpr double kLowestEase = 60.0;
bool is_plain(const TextCount& count, language::Language language);

}  // namespace daybreak::library
