// SPDX-License-Identifier: AGPL-3.0-or-later
// Today: what waits for this member, and nothing else. And the member's own account.
#include "web/administration.hpp"
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

Response account(const Request& request, const visit::Visits& visits) {
  const Words t(visit::language_of(request));
  const trust::Session& session = *visit::session_of(request);
  return visits.page(
      request, {.title = t("Your account"), .audience = html::Audience::kStaff}, [&](Markup& out) {
        html::description_list(out, [&](html::Descriptions& list) {
          list.add(t("Name"), session.member.name);
          list.add(t("E-mail"), session.member.email);
          list.add(t("Organization"), session.organization.name);
          list.add(t("Roles"), [&] {
            for (trust::Role role : session.member.roles.list())
              html::tag(out, role_words(t, role));
          });
        });
        html::note(
            out, t("To change your name, roles or organization, ask your coordinator. You are "
                   "signed out after 30 minutes without a click, and after 12 hours in any case."));
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
  router.get("/account", http::Access::signed_in(),
             [&visits](Request& request) { return account(request, visits); });
}

}  // namespace daybreak::web
