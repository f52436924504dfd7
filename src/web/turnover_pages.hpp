// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages of people who come and go, and the night's work for them. Routes are added at start.
#pragma once

#include "http/router.hpp"
#include "jobs/queue.hpp"
#include "mail/settings.hpp"
#include "visit/settings.hpp"

namespace daybreak::turnover {
class Turnover;
}

namespace daybreak::web {

struct Administration;

// "/administration/members/{id}/hand-over", "/administration/access".
void add_turnover_routes(http::Router& router, const Administration& administration,
                         turnover::Turnover& turnover);

// Opens the yearly review when it is time and reminds those who decide, by a mail that says nothing
// but to sign in. For a job of every day or hour.
Result<void> remind_of_review(turnover::Turnover& turnover, mail::Post& post,
                              const visit::Settings& settings, const Clock& clock, Random& random);

}  // namespace daybreak::web
