// SPDX-License-Identifier: AGPL-3.0-or-later
// The three scans of an assessment on plain arrays: which branch, which branch where, since when.
// For assess.cpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "commons/threat/assess.hpp"
#include "commons/threat/cases.hpp"
#include "stats/scan/scan.hpp"

namespace daybreak::threat {

// "31" to "33" are one sector, and so on.
std::string parent_industry(std::string_view code);

// What one denominator compares: cells of industry x county.
struct Comparison {
  Denominator denominator = Denominator::kJobs;
  std::vector<std::string> leaves;   // sorted
  std::vector<double> measure;       // [leaf][county]
  std::vector<std::uint32_t> cases;  // [leaf][county]
  std::uint64_t all_cases = 0;
  double all_measure = 0;
  std::vector<bool> has_industry;  // of CaseSet::industries: whether it has a number
  std::int64_t left_out = 0;         // violating cases of industries without a number
  std::map<std::string, std::int64_t> left_out_industries;
};
Comparison compare(const CaseSet& set, const Sizes& sizes, std::size_t counties,
                   Denominator denominator);

Result<std::vector<Window>> scan_tree(const Comparison& comparison, const AssessRequest& request);
struct PlaceResult {
  std::vector<Window> windows;
  std::vector<double> maxima;  // the best score of each random copy
};
Result<PlaceResult> scan_tree_and_places(const Comparison& comparison,
                                         const AssessRequest& request);
// The score that the scans compare windows by (docs/statistics/scan.md): `cases` where `expected` of
// `all` are, of cells that hold `measure` in all.
double score_of(Denominator denominator, double cases, double expected, double all,
                double all_measure);
struct TimeResult {
  std::optional<Window> window;
  std::vector<std::uint32_t> counties;
  std::vector<double> certainty;  // of each of them
};
// Space-time for one branch: measure constant over time.
// About the window: the whole region, of a wide one the surroundings of the window. The certainty is
// of `counties` in that order.
Result<TimeResult> scan_time(const CaseSet& set, const Comparison& comparison,
                             const Window& about, const AssessRequest& request);

}  // namespace daybreak::threat
