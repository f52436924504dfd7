// SPDX-License-Identifier: AGPL-3.0-or-later
// Words that the screen and the paper editions share. Internal to the library. Pure, any thread.
#pragma once

#include "commons/library/model.hpp"
#include "commons/library/read.hpp"
#include "language/words.hpp"

namespace daybreak::library {

// "Signs", "Know this", "Ask", "Do", "Do not".
std::string_view part_title(const language::Words& t, Part part);
// The name of who answers: "National Human Trafficking Hotline".
std::string_view hotline_name(const language::Words& t, const Hotline& line);
// "18 USC 1589 (a)": short, for lists of sources on paper.
std::string short_source(const Library& library, const Fact& fact);
// "As of June 30, 2025" and, when it applies, what is wrong with the fact.
std::string as_of_words(const language::Words& t, const Fact& fact);
// "Holds", "Sources disagree", "Out of date".
std::string_view standing_name(Standing standing, const language::Words& t);
// What is said of a fact after its day.
std::string expired_words(const Fact& fact, const language::Words& t);
// Empty for a current fact.
std::string standing_words(const Fact& fact, const language::Words& t, Date today);

}  // namespace daybreak::library
