// SPDX-License-Identifier: AGPL-3.0-or-later
// Employers drawn by the probabilities of their links (`threat link`): how much an assessment hangs
// on which spellings are one firm. The same seed and links give the same draws. For assess.cpp.
#pragma once

#include "commons/threat/assess.hpp"
#include "commons/threat/assess_scan.hpp"
#include "commons/threat/cases.hpp"

namespace daybreak::threat {

inline constexpr int kLinkageDraws = 20;

// Of each draw: the employer of each of CaseSet::spellings.
using DrawnEmployers = std::vector<std::vector<std::uint32_t>>;

// Each link is taken with its probability, the most probable first; what people decided holds in
// every draw. Nothing when the employers were not linked.
Result<DrawnEmployers> draw_employers(db::Connection& c, const CaseSet& set, std::uint64_t seed);

// What changes in a finding from draw to draw.
void fill_draws(Finding& finding, const CaseSet& set, const Comparison& comparison,
                const DrawnEmployers& drawn, const AssessRequest& request);

}  // namespace daybreak::threat
