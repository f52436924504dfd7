// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/desk/pages.hpp"

#include "language/format.hpp"

namespace daybreak::threat::desk {

using language::Words;

html::Href address_of(AssessmentId id) { return html::Href("/threat") / id.to_string(); }

std::vector<std::uint32_t> counties_served(const Desk& desk) {
  const auto snapshot = desk.dashboard.look();
  return snapshot ? (*snapshot)->counties : std::vector<std::uint32_t>();
}

html::Href address_of_finding(AssessmentId id, std::size_t number) {
  return address_of(id) / "findings" / std::to_string(number);
}

std::string date_words(Words t, Instant at) {
  return language::format_date(t.language(), Date(std::chrono::floor<std::chrono::days>(at)));
}

html::Sorting sorting_of(const http::Request& request, html::Href base,
                         std::string_view fallback) {
  std::string key = request.query().get("sort").raw();
  if (key.empty()) key = fallback;
  const bool descending = key.starts_with('-');
  if (descending) key.erase(0, 1);
  return {.key = std::move(key),
          .direction = descending ? html::Direction::kDescending : html::Direction::kAscending,
          .base = std::move(base)};
}

std::string synthetic_notice(Words t, bool synthetic) {
  if (!synthetic) return {};
  return std::string(
      t("Synthetic: made of invented files. It says nothing about any real place, industry or "
        "employer."));
}

void write_synthetic_mark(html::Markup& out, bool synthetic) {
  if (!synthetic) return;
  const std::string words = synthetic_notice(out.words(), synthetic);
  html::alert(out, {.kind = html::AlertKind::kWarning, .text = words});
}

bool may(const Desk& desk, const http::Request& request, std::string_view action,
         const trust::Object& object) {
  return trust::decide(visit::actor_of(request), {action}, object, {}, desk.clock.now()).allowed;
}

void add_routes(http::Router& router, const Desk& desk) {
  add_list_routes(router, desk);
  add_form_routes(router, desk);
  add_lens_routes(router, desk);
  add_record_routes(router, desk);
  add_assessment_routes(router, desk);
  add_focus_list_routes(router, desk);
  add_focus_routes(router, desk);
  add_employer_routes(router, desk);
  desk.visits.add_menu_item({.label = language::to_translate("Assessments"),
                             .path = "/threat",
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 8,
                             .fits = [](const trust::Session& session) {
                               return session.organization.standing == trust::Standing::kTaskForce;
                             }});
}

}  // namespace daybreak::threat::desk
