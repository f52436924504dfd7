// SPDX-License-Identifier: AGPL-3.0-or-later
// The sentences of an assessment, made of its numbers alone, in the reader's language. Pages and
// reports say the same words. Pure functions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "commons/threat/assess.hpp"
#include "language/words.hpp"

namespace daybreak::threat {

// Each a sentence: what, how sure, since when, where, by which denominators, attention or harm,
// what drives it, what it does not say.
std::vector<std::string> words_of(const Finding& finding, const Assessment& assessment,
                                  language::Language language);
// The first of them.
std::string headline_of(const Finding& finding, Program program, language::Words t);

// "Dairy Cattle and Milk Production (NAICS 112120)". Titles are the Census Bureau's, in English.
std::string industry_words(std::string_view code);
// "Genesee and Wyoming (NY)"; more than a dozen are counted.
std::string county_words(std::span<const std::uint32_t> counties, language::Words t);
std::string_view denominator_words(Denominator denominator, const Lens& lens, language::Words t);
std::string list_words(const std::vector<std::string>& items, language::Words t);
// Where a denominator's numbers are from, and what they leave out; "none" and why.
std::string source_words(const DenominatorReport& report, const Lens& lens, language::Words t);
std::string missing_words(const DenominatorReport& report, const Lens& lens, language::Words t);
// Inspections, findings, what is withheld, cases without industry or date, the family of runs.
std::vector<std::string> summary_words(const Assessment& assessment, language::Words t);
std::string method_words(const Assessment& assessment, language::Words t);

}  // namespace daybreak::threat
