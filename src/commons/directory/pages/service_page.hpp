// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of one service, the correction that anyone may propose, and counts by county. Internal
// to the pages.
#pragma once

#include <vector>

#include "commons/directory/pages/pages.hpp"

namespace daybreak::directory::pages {

// "/services/{id}" and "/services/{id}/correction".
void add_service_routes(http::Router& router, const Desk& desk);

// How many services each county has, for every county of a state that has any.
Result<std::vector<html::CountyValue>> county_counts(Catalogue& catalogue);

}  // namespace daybreak::directory::pages
