// SPDX-License-Identifier: AGPL-3.0-or-later
// The HSDS 3.1 API of the public directory, at /hsds/3.1. Read-only, open to everyone, without
// cookies; GET and POST, so that a search need not stand in an address.
#pragma once

#include "commons/directory/catalogue/catalogue.hpp"
#include "http/router.hpp"

namespace daybreak::directory::api {

// `catalogue` is the public one and must outlive the router.
void add_routes(http::Router& router, Catalogue& catalogue);

}  // namespace daybreak::directory::api
