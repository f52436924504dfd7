// SPDX-License-Identifier: AGPL-3.0-or-later
// Holds the library to its promise: no factual sentence without an entry of the register, no entry
// without source and dates, both languages whole, plain words, one page. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commons/library/model.hpp"

namespace daybreak::library {

// Whether a sentence says something about the world that a reader may rely on: it holds a number, a
// date, or a word of law, money or permission. Advice ("Talk to each worker alone") does not.
bool makes_a_claim(std::string_view sentence, Language language);

struct Finding {
  std::string rule;     // "unbound", "expired", …: stable, for scripts
  std::string place;    // "reference patrol-labor-signs, do 2 (es)"
  std::string message;  // what is wrong and what to do
};

struct Readability {
  std::string reference;
  double english_grade = 0;  // Flesch-Kincaid; at most 8
  double spanish_ease = 0;   // Fernández Huerta; at least 60
  std::size_t english_words = 0, spanish_words = 0;
};

struct CheckReport {
  std::vector<Finding> findings;      // empty: nothing wrong
  std::vector<std::string> disputed;  // facts that are shown with what another source says
  std::vector<Readability> readability;
};
CheckReport check_library(const Library& library, Date today);

// More words than this do not fit on one page at a readable size.
inline constexpr std::size_t kMostWords = 380;

}  // namespace daybreak::library
