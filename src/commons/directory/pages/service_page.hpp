// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of one service and the correction that anyone may propose. Internal to the pages.
#pragma once

#include "commons/directory/pages/pages.hpp"

namespace daybreak::directory::pages {

// "/services/{id}" and "/services/{id}/correction".
void add_service_routes(http::Router& router, const Desk& desk);

}  // namespace daybreak::directory::pages
