// SPDX-License-Identifier: AGPL-3.0-or-later
// How often words, pairs of words and whole names occur: steps of build_corpus, called once each by
// its one thread, after the records are filled in.
#pragma once

#include "stats/linkage/corpus.hpp"

namespace daybreak::linkage {

// Words::count, background, share, shape, and the counts by state.
void count_words(Corpus& corpus);
// Corpus::whole_count and Words::attractions, by places. Needs count_words.
void count_names(Corpus& corpus);

}  // namespace daybreak::linkage
