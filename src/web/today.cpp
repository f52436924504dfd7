// SPDX-License-Identifier: AGPL-3.0-or-later
// Today: what waits for this member, and nothing else. And the member's own account.
#include "language/format.hpp"
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

language::MessageId words_for(trust::Role role) {
  using language::to_translate;
  switch (role) {
    case trust::Role::kAdministrator:
      return to_translate("Administrator");
    case trust::Role::kCoordinator:
      return to_translate("Coordinator");
    case trust::Role::kDirectoryEditor:
      return to_translate("Directory editor");
    case trust::Role::kConfidentialReader:
      return to_translate("May see confidential places");
    case trust::Role::kAdvocate:
      return to_translate("Advocate");
    case trust::Role::kInvestigator:
      return to_translate("Investigator");
    case trust::Role::kProsecutor:
      return to_translate("Prosecutor");
    case trust::Role::kCourtStaff:
      return to_translate("Court staff");
    case trust::Role::kLaborInspector:
      return to_translate("Labor inspector");
    case trust::Role::kTrainer:
      return to_translate("Trainer");
    case trust::Role::kGrantManager:
      return to_translate("Grant manager");
    case trust::Role::kAnalyst:
      return to_translate("Analyst");
    case trust::Role::kAuditor:
      return to_translate("Auditor");
    case trust::Role::kAccountSteward:
      return to_translate("Account steward");
  }
  return to_translate("Member");
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
            for (trust::Role role : session.member.roles.list()) html::tag(out, t(words_for(role)));
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
