// SPDX-License-Identifier: AGPL-3.0-or-later
// The body of a guide: the entries by level and need, and the indexes. Not for users of guide/.
// Pure.
#pragma once

#include "commons/guide/guide.hpp"
#include "language/words.hpp"

namespace daybreak::guide {

void add_entries(doc::Blocks& blocks, const GuideEdition& edition, const GuideForm& form);
void add_indexes(doc::Blocks& blocks, const GuideEdition& edition, const GuideForm& form);

// The number in bold, as a link that a phone can dial.
doc::Inlines phone_words(const std::string& number);
// What a reader calls a field of GuideEntry: "phones" is "telephone".
std::string field_words(const language::Words& t, const std::string& field);

}  // namespace daybreak::guide
