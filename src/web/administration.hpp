// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of those who keep the node: organisations, members, audit log, background jobs. What
// each may see and do is decided by trust/; these pages only ask. Routes are added at start.
#pragma once

#include "http/router.hpp"
#include "jobs/queue.hpp"
#include "trust/gatekeeper.hpp"
#include "trust/members.hpp"
#include "visit/lists.hpp"
#include "visit/visit.hpp"

namespace daybreak::web {

struct Administration {
  visit::Visits& visits;
  trust::Members& members;
  trust::Gatekeeper& gatekeeper;
  db::Database& commons;
  jobs::Queue& queue;
  const Clock& clock;
};

// "/administration" with the four below; all must outlive the router.
void add_administration_routes(http::Router& router, const Administration& administration);
// "/administration/organizations…"
void add_organization_routes(http::Router& router, const Administration& administration);
// "/administration/members…"
void add_member_routes(http::Router& router, const Administration& administration);
// "/administration/audit…"
void add_audit_routes(http::Router& router, const Administration& administration);
// "/administration/jobs…"
void add_job_routes(http::Router& router, const Administration& administration);

// The page of one part of the administration, with tabs to those that this member may open.
http::Response administration_page(const Administration& administration,
                                   const http::Request& request, std::string_view title,
                                   std::string_view path,
                                   const std::function<void(html::Markup&)>& content,
                                   http::Status status = http::Status::kOk);

std::string_view role_words(const language::Words& t, trust::Role role);
std::string_view kind_words(const language::Words& t, trust::OrganizationKind kind);
std::string_view standing_words(const language::Words& t, trust::Standing standing);
std::string_view state_words(const language::Words& t, trust::MemberState state);

using visit::sorting_of;

}  // namespace daybreak::web
