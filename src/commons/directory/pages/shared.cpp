// SPDX-License-Identifier: AGPL-3.0-or-later
// What public and staff pages share: words for codes, and which catalogue answers.

#include "commons/directory/pages/pages.hpp"

namespace daybreak::directory::pages {

using language::MessageId;
using language::to_translate;
using language::Words;

Catalogue& catalogue_for(const Desk& desk, const http::Request& request) {
  const trust::Session* session = visit::session_of(request);
  const bool member =
      session != nullptr && session->organization.standing == trust::Standing::kTaskForce;
  if (session != nullptr) {
    const std::string id = session->organization.id.to_string();
    const auto own =
        desk.partners.find(member ? Audience::partner(id) : Audience::outside_partner(id), id);
    if (own && *own) return **own;
  }
  Catalogue& catalogue = member ? desk.task_force : desk.everyone;
  // What could not be refreshed is shown as it was; Desk::report tells the operator.
  if (const auto fresh = catalogue.refresh(); !fresh && desk.report) desk.report(fresh.error());
  return catalogue;
}

std::vector<html::Option> need_options(const search::NeedTree& needs, const Words& t,
                                       std::string_view chosen) {
  const bool spanish = t.language() == language::Language::kSpanish;
  std::vector<html::Option> options;
  std::string group;
  for (const search::Need& need : needs.all()) {
    const std::string& label = spanish ? need.label_spanish : need.label_english;
    if (need.parent.empty()) group = label;
    options.push_back({.value = need.code,
                       .label = need.parent.empty() ? t("All: {0}", {label}) : label,
                       .selected = need.code == chosen,
                       .group = group});
  }
  return options;
}

std::string_view level_words(const Words& t, std::string_view level) {
  if (level == "national") return t("Whole country");
  if (level == "statewide") return t("Whole state");
  if (level == "regional") return t("Region");
  return t("Local");
}

std::string_view capacity_words(const Words& t, search::Capacity capacity) {
  switch (capacity) {
    case search::Capacity::kAvailable:
      return t("Has room");
    case search::Capacity::kWaitlist:
      return t("Waiting list");
    case search::Capacity::kFull:
      return t("Full now");
    case search::Capacity::kAssessmentNeeded:
      return t("Room after a talk about your needs");
    case search::Capacity::kUnknown:
      return t("Call to ask if there is room");
  }
  return {};
}

}  // namespace daybreak::directory::pages
