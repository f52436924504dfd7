// SPDX-License-Identifier: AGPL-3.0-or-later
// An assessment to hand on: document (for HTML and PDF), CSV and GeoJSON. What is hidden in the
// assessment is hidden here. Pure functions.
#pragma once

#include <string>

#include "commons/threat/assess.hpp"
#include "doc/document.hpp"
#include "language/language.hpp"

namespace daybreak::threat {

// `notice` stands on top and on every page, for example that the data are synthetic; may be empty.
doc::Document to_document(const Assessment& assessment, Date date, const std::string& notice,
                          language::Language language = language::Language::kEnglish);
std::string to_csv(const Assessment& assessment);
// One point a county of each finding (the Census Bureau's internal point).
std::string to_geojson(const Assessment& assessment);

}  // namespace daybreak::threat
