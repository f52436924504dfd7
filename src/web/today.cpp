// SPDX-License-Identifier: AGPL-3.0-or-later
// Today: what waits for this member, and nothing else.
#include "web/site.hpp"

namespace daybreak::web {
namespace {

using html::Markup;
using http::Request;
using http::Response;
using language::Words;

Response today(const Request& request, const visit::Visits& visits) {
  const Words t(visit::language_of(request));
  const trust::Session& session = *visit::session_of(request);
  return visits.page(
      request, {.title = t("Today"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        int waiting = 0;
        for (const visit::TodayPart& part : visits.today_parts()) waiting += part(session, out);
        if (waiting > 0) return;
        html::empty_state(
            out,
            {.title = t("Nothing waits for you"),
             .what_to_do = t("When a record is due for a check, a change is proposed or someone "
                             "asks you for something, it stands here, the most urgent first.")});
      });
}

}  // namespace

void add_today_routes(http::Router& router, visit::Visits& visits) {
  visits.add_menu_item({.label = language::to_translate("Today"),
                        .path = "/today",
                        .shown_to = visit::ShownTo::kStaff,
                        .order = 1});
  router.get("/today", http::Access::signed_in(),
             [&visits](Request& request) { return today(request, visits); });
}

}  // namespace daybreak::web
