// SPDX-License-Identifier: AGPL-3.0-or-later
// From a service as one audience may see it (a Bundle) to what is searched and what a result shows.
// Pure functions, any thread.
#pragma once

#include <vector>

#include "commons/directory/search/needs.hpp"
#include "commons/directory/search/record.hpp"
#include "commons/directory/service.hpp"

namespace daybreak::directory {

// One record for each place of the service, or one for the service itself when it has none. Not
// verified since `overdue_before` counts as overdue.
std::vector<search::Record> search_records(const Bundle& bundle, Date overdue_before);

// What a result shows, kept in the index as the card of a record: compact JSON with the members
// name, name_es, organization, phone, text, text_es, city, languages, open_24_hours, hours,
// verified, level, rule, confidential.
std::string card_of(const Bundle& bundle, const Bundle::Place* place);

// The need tree as an HSDS taxonomy with its terms, for import: other systems find services by it.
std::vector<Record> need_taxonomy(const search::NeedTree& needs);

// ISO 639-1 where there is one, else ISO 639-3, of an entry of "languages"; from a code of either
// kind or the English name, empty when it is none that we know.
std::string language_code(const Json& language);

// The openings of a week from HSDS schedules; only weekly rules say something of an ordinary week.
std::vector<search::OpenStretch> open_stretches(const Json& schedules);

}  // namespace daybreak::directory
