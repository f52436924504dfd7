// SPDX-License-Identifier: AGPL-3.0-or-later
// Before and after: whether the part of the region's cases that lies in a branch and some counties
// changed when a response began. The region is its own control, so a year in which inspectors did
// more everywhere does not look like a change here. Blocking; any thread.
#pragma once

#include <string>
#include <vector>

#include "commons/threat/assess.hpp"
#include "language/words.hpp"

namespace daybreak::threat {

struct PeriodCount {
  Date from, to;
  std::int64_t inspections = 0, cases = 0;  // in the window; of counted cases
  std::int64_t region_cases = 0;            // of the whole region
  std::string dataset;                      // that the cases are of
  bool hidden = false;                      // too few employers or workers for these readers
};

struct BeforeAfter {
  PeriodCount before, after;
  // Odds ratio of the four counts, each with 0.5 added (Haldane and Anscombe), with its 95 %
  // interval by Woolf's logarithm. Nothing can be told when a period is hidden, or
  // the periods are of different files.
  bool can_tell = false;
  double ratio = 1, lower = 0, upper = 0;
};

// Cases without a date belong to neither period. Fails when `begun` is not inside the request's
// period.
Result<BeforeAfter> compare_before_after(db::Database& database, const AssessRequest& request,
                                         const Window& window, Date begun);
// Each a sentence, the last one what it does not say.
std::vector<std::string> words_of(const BeforeAfter& change, language::Words t);

}  // namespace daybreak::threat
