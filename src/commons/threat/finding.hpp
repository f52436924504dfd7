// SPDX-License-Identifier: AGPL-3.0-or-later
// What stands beside a finding: attention or harm, what drives it, since when. For assess.cpp. Pure
// functions.
#pragma once

#include "commons/threat/assess.hpp"
#include "commons/threat/assess_scan.hpp"
#include "commons/threat/cases.hpp"

namespace daybreak::threat {

// The employers and workers of a window's violating cases.
void count_employers(Window& window, const CaseSet& set, const AssessRequest& request);
// Whether the readers may see the window.
bool may_see(const Window& window, Readers readers);

// Counts inside the window and in the rest of the region.
void fill_sides(Finding& finding, const CaseSet& set, const AssessRequest& request);
void fill_time(Finding& finding, const TimeResult& time);
// Leading industries, the largest employer's share, and the risk without it and without each year.
void fill_drivers(Finding& finding, const CaseSet& set, const Comparison& comparison,
                  const AssessRequest& request);
// The finding with each employer counted once: repeated cases of one firm are no evidence of many.
void fill_employers(Finding& finding, const CaseSet& set, const Comparison& comparison,
                    const std::vector<double>& maxima, const AssessRequest& request);
// The relative risk of the window without so many of its cases.
double risk_without(const Window& window, const Comparison& comparison, double fewer);

}  // namespace daybreak::threat
