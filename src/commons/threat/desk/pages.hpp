// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of threat assessments: the list and the guided form, a run with its findings and map, a
// finding with its reasons, what can be downloaded. Routes only; the rules are in assessments.hpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commons/directory/health/health.hpp"
#include "commons/threat/desk/assessments.hpp"
#include "commons/threat/desk/employer_review.hpp"
#include "commons/threat/desk/focus.hpp"
#include "html/components.hpp"
#include "http/router.hpp"
#include "trust/document_signer.hpp"
#include "trust/members.hpp"
#include "visit/visit.hpp"

namespace daybreak::threat::desk {

// The counties of a task force of the network.
struct TaskForceArea {
  std::string id, name;
  std::vector<std::uint32_t> counties;
};

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Assessments& assessments;
  FocusAreas& focus_areas;
  EmployerReview& employers;
  trust::Members& members;
  directory::health::Dashboard& dashboard;  // for the region's counties and the gaps in it
  const Clock& clock;
  // Those that are active today.
  std::function<std::vector<TaskForceArea>()> task_forces;
  trust::DocumentSigner signer;
};

// "/threat…".
void add_routes(http::Router& router, const Desk& desk);

// ---- for the files of this folder ----

void add_form_routes(http::Router& router, const Desk& desk);
void add_lens_routes(http::Router& router, const Desk& desk);
void add_record_routes(http::Router& router, const Desk& desk);
void add_list_routes(http::Router& router, const Desk& desk);
void add_assessment_routes(http::Router& router, const Desk& desk);
void add_focus_list_routes(http::Router& router, const Desk& desk);
void add_focus_routes(http::Router& router, const Desk& desk);
void add_employer_routes(http::Router& router, const Desk& desk);
// Counties that the directory's services say they serve.
std::vector<std::uint32_t> counties_served(const Desk& desk);

html::Href address_of(AssessmentId id);
html::Href address_of_finding(AssessmentId id, std::size_t number);  // from 1
// What the address says of order; `fallback` is a column, "-" before it: downwards.
html::Sorting sorting_of(const http::Request& request, html::Href base, std::string_view fallback);
std::string date_words(language::Words t, Instant at);
// The first thing on every view of what was made of synthetic files.
void write_synthetic_mark(html::Markup& out, bool synthetic);
std::string synthetic_notice(language::Words t, bool synthetic);
// Whether the policy permits; for showing a button or not.
bool may(const Desk& desk, const http::Request& request, std::string_view action,
         const trust::Object& object);

}  // namespace daybreak::threat::desk
