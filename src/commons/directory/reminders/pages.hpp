// SPDX-License-Identifier: AGPL-3.0-or-later
// The page behind a mailed link: what the directory says of one service, one button to confirm it,
// a form to propose what is different. No account, no cookie; looking changes nothing.
#pragma once

#include "commons/directory/reminders/reminders.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::directory::reminders {

// "/check" and "/check/thanks". All must outlive the router.
void add_routes(http::Router& router, const visit::Visits& visits, Directory& directory,
                Reminders& reminders);

}  // namespace daybreak::directory::reminders
