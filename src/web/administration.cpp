// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/administration.hpp"

#include "web/site.hpp"

namespace daybreak::web {
namespace {

using language::MessageId;
using language::to_translate;
using language::Words;

// A part, and what a member must be permitted to open it.
struct Part {
  MessageId label;
  std::string_view path, type, action;
};
constexpr Part kParts[] = {
    {to_translate("Organizations"), "/administration/organizations", "organization", "list"},
    {to_translate("Members"), "/administration/members", "member", "list"},
    {to_translate("Review of access"), "/administration/access", "access_review", "list"},
    {to_translate("Audit log"), "/administration/audit", "audit_log", "list"},
    {to_translate("Background work"), "/administration/jobs", "background_job", "list"},
};

bool may_open(const Administration& deps, const trust::Actor& actor, const Part& part) {
  // Members see at least their own organisation's.
  return trust::decide(actor, {part.action}, {.type = part.type, .owner = actor.organization}, {},
                       deps.clock.now())
      .allowed;
}

}  // namespace

std::string_view role_words(const Words& t, trust::Role role) {
  switch (role) {
    case trust::Role::kAdministrator:
      return t("Administrator");
    case trust::Role::kCoordinator:
      return t("Coordinator");
    case trust::Role::kDirectoryEditor:
      return t("Directory editor");
    case trust::Role::kConfidentialReader:
      return t("May see confidential places");
    case trust::Role::kAdvocate:
      return t("Advocate");
    case trust::Role::kInvestigator:
      return t("Investigator");
    case trust::Role::kProsecutor:
      return t("Prosecutor");
    case trust::Role::kCourtStaff:
      return t("Court staff");
    case trust::Role::kLaborInspector:
      return t("Labor inspector");
    case trust::Role::kTrainer:
      return t("Trainer");
    case trust::Role::kGrantManager:
      return t("Grant manager");
    case trust::Role::kAnalyst:
      return t("Analyst");
    case trust::Role::kAuditor:
      return t("Auditor");
    case trust::Role::kAccountSteward:
      return t("Account steward");
  }
  return t("Member");
}

std::string_view kind_words(const Words& t, trust::OrganizationKind kind) {
  switch (kind) {
    case trust::OrganizationKind::kVictimServiceProvider:
      return t("Victim service provider");
    case trust::OrganizationKind::kLawEnforcement:
      return t("Law enforcement");
    case trust::OrganizationKind::kProsecution:
      return t("Prosecution");
    case trust::OrganizationKind::kCourt:
      return t("Court");
    case trust::OrganizationKind::kLaborInspection:
      return t("Labor inspection");
    case trust::OrganizationKind::kHealth:
      return t("Health");
    case trust::OrganizationKind::kHousing:
      return t("Housing");
    case trust::OrganizationKind::kLegal:
      return t("Legal aid");
    case trust::OrganizationKind::kEmployment:
      return t("Employment");
    case trust::OrganizationKind::kSchool:
      return t("School");
    case trust::OrganizationKind::kTribal:
      return t("Tribal organization");
    case trust::OrganizationKind::kFunder:
      return t("Funder");
    case trust::OrganizationKind::kTechnicalAssistance:
      return t("Training and technical assistance");
    case trust::OrganizationKind::kBusiness:
      return t("Business");
    case trust::OrganizationKind::kOther:
      return t("Other");
  }
  return t("Other");
}

std::string_view standing_words(const Words& t, trust::Standing standing) {
  return standing == trust::Standing::kTaskForce ? t("Member of the task force") : t("Partner");
}

std::string_view state_words(const Words& t, trust::MemberState state) {
  switch (state) {
    case trust::MemberState::kInvited:
      return t("Invited");
    case trust::MemberState::kActive:
      return t("Active");
    case trust::MemberState::kLocked:
      return t("Locked");
    case trust::MemberState::kDisabled:
      return t("Disabled");
  }
  return t("Disabled");
}

http::Response administration_page(const Administration& administration,
                                   const http::Request& request, std::string_view title,
                                   std::string_view path,
                                   const std::function<void(html::Markup&)>& content,
                                   http::Status status) {
  const Words t(visit::language_of(request));
  std::vector<html::Tab> tabs;
  for (const Part& part : kParts)
    if (may_open(administration, visit::actor_of(request), part))
      tabs.push_back({std::string(t(part.label)), html::route(part.path), part.path == path});
  return administration.visits.page(
      request, {.title = title, .audience = html::Audience::kStaff, .wide = true},
      [&](html::Markup& out) {
        html::tabs(out, t("Administration"), tabs);
        content(out);
      },
      status);
}

void add_administration_routes(http::Router& router, const Administration& administration) {
  router.get("/administration", http::Access::signed_in(),
             [administration](http::Request& request) {
               for (const Part& part : kParts)
                 if (may_open(administration, visit::actor_of(request), part))
                   return visit::redirect(request, html::route(part.path));
               return administration.visits.error_page(request, http::Status::kNotFound, {});
             },
             {.summary = "Organizations, members, audit log, background work"});
  add_organization_routes(router, administration);
  add_member_routes(router, administration);
  add_audit_routes(router, administration);
  add_job_routes(router, administration);
  administration.visits.add_menu_item(
      {to_translate("Administration"), "/administration", visit::ShownTo::kStaff, 90});
}

}  // namespace daybreak::web
