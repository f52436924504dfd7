// SPDX-License-Identifier: AGPL-3.0-or-later
// The map of a report: the counties of the region, and in each the numbers of the findings that it
// belongs to, so that it reads without colour. For report.cpp. Pure functions.
#pragma once

#include "commons/threat/assess.hpp"
#include "doc/document.hpp"
#include "language/words.hpp"

namespace daybreak::threat {

doc::Figure map_figure(const Assessment& assessment, language::Words t);

}  // namespace daybreak::threat
