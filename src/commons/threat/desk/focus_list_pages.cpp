// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of focus areas: filtered, sorted, taken along.
#include <algorithm>
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/threat/desk/pages.hpp"
#include "commons/threat/words.hpp"
#include "language/format.hpp"

namespace daybreak::threat::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/threat/focus";

// What the address says of words and state.
struct Filter {
  std::string text, state;
  explicit Filter(const Request& request)
      : text(request.query().get("text").raw()), state(request.query().get("state").raw()) {}
  bool keeps(const FocusArea& area, Words t) const {
    if (!state.empty() && (state == "open") != area.open) return false;
    const std::string all = area.region + " " + industry_words(area.industry) + " " +
                            county_words(area.counties, t);
    return search_key(all).find(search_key(text)) != std::string::npos;
  }
  Href on(Href base) const { return base.with("text", text).with("state", state); }
};

// Without a choice of order: open ones first, those with the nearest day on top.
void sort_areas(std::vector<FocusArea>& areas, const html::Sorting& sorting) {
  const auto by = [&](auto key) { std::ranges::stable_sort(areas, {}, key); };
  constexpr Date kNever(std::chrono::year(9999) / 12 / 31);
  if (sorting.key == "industry")
    by([](const FocusArea& one) { return industry_words(one.industry); });
  else if (sorting.key == "region")
    by([](const FocusArea& one) { return search_key(one.region); });
  else if (sorting.key == "planned")
    by([](const FocusArea& one) { return one.planned; });
  else if (sorting.key == "done")
    by([](const FocusArea& one) { return one.done; });
  else if (sorting.key == "state")
    by([](const FocusArea& one) { return !one.open; });
  else if (sorting.direction == html::Direction::kDescending)
    by([&](const FocusArea& one) { return one.next_due.value_or(kNever); });
  if (sorting.direction == html::Direction::kDescending) std::ranges::reverse(areas);
}

Result<std::vector<FocusArea>> shown(const Desk& desk, const Request& request,
                                     const html::Sorting& sorting) {
  auto areas = TRY(desk.focus_areas.list(visit::actor_of(request)));
  const Filter filter(request);
  const Words t(visit::language_of(request));
  std::erase_if(areas, [&](const FocusArea& one) { return !filter.keeps(one, t); });
  sort_areas(areas, sorting);
  return areas;
}

void write_filter(Markup& out, const Filter& filter) {
  const Words t = out.words();
  const std::vector<html::Option> states = {
      {.value = "open", .label = std::string(t("Open")), .selected = filter.state == "open"},
      {.value = "closed", .label = std::string(t("Closed")), .selected = filter.state == "closed"}};
  html::get_form(out, {.action = kPath, .label = t("Filter")}, [&] {
    html::text_input(out, {.words = {.name = "text", .label = t("Industry or place")},
                           .value = filter.text,
                           .width = html::FieldWidth::kLarge,
                           .max_length = 80});
    html::select(out, {.words = {.name = "state", .label = t("State")},
                       .options = states,
                       .empty_choice = t("Open and closed")});
    html::button(out, {.text = t("Show")});
  });
}

void write_areas(Markup& out, const std::vector<FocusArea>& areas, const html::Sorting& sorting) {
  const Words t = out.words();
  html::table(
      out,
      {.caption = t("Focus areas"),
       .columns = {{t("Industry"), html::Align::kLeft, "industry"},
                   {t("Where")},
                   {t("Region"), html::Align::kLeft, "region"},
                   {t("Next day"), html::Align::kLeft, "due"},
                   {t("Planned"), html::Align::kRight, "planned"},
                   {t("Done"), html::Align::kRight, "done"},
                   {t("State"), html::Align::kLeft, "state"}},
       .sorting = sorting},
      [&](html::Rows& rows) {
        for (const FocusArea& area : areas) {
          rows.row();
          rows.cell([&] {
            html::link(out, industry_words(area.industry), Href(kPath) / area.id.to_string());
            out.text(" ");
            if (area.synthetic) html::tag(out, t("Synthetic"), html::TagTone::kCaution);
          });
          rows.cell(county_words(area.counties, t));
          rows.cell(area.region);
          rows.cell(area.next_due ? language::format_date(t.language(), *area.next_due,
                                                          language::DateStyle::kShort)
                                  : "–");
          rows.number(area.planned);
          rows.number(area.done);
          rows.cell(area.open ? t("Open") : t("Closed"));
        }
      });
}

Response list_page(const Desk& desk, const Request& request) {
  const Filter filter(request);
  const html::Sorting sorting = sorting_of(request, filter.on(kPath), "due");
  const auto all = desk.focus_areas.list(visit::actor_of(request));
  if (!all) return desk.visits.failure(request, all.error(), kPath);
  const auto areas = shown(desk, request, sorting);
  if (!areas) return desk.visits.failure(request, areas.error(), kPath);
  const Words t(visit::language_of(request));
  html::Page page{.title = t("Focus areas"), .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("Threat assessments")), Href("/threat")}};
  return desk.visits.page(request, page, [&](Markup& out) {
    html::lead(out, t("Findings that the task force works on: what is known, who goes where by "
                      "when, and whether it changed anything."));
    write_synthetic_mark(out, std::ranges::any_of(*all, &FocusArea::synthetic));
    if (all->empty())
      return html::empty_state(
          out, {.title = t("No focus area yet"),
                .what_to_do = t("Open a finding of an assessment and choose \"Work on it\"."),
                .action = t("Threat assessments"),
                .href = Href("/threat")});
    write_filter(out, filter);
    if (areas->empty())
      return html::empty_state(out, {.title = t("Nothing fits these choices"),
                                     .what_to_do = t("Try part of the name."),
                                     .action = t("Show all"),
                                     .href = kPath});
    write_areas(out, *areas, sorting);
    html::paragraph(out, [&] {
      html::link(out, t("This list as a table (CSV)"), filter.on("/threat/focus/areas.csv"));
    });
  });
}

Response list_csv(const Desk& desk, const Request& request) {
  const auto areas = shown(desk, request, sorting_of(request, kPath, "due"));
  if (!areas) return desk.visits.failure(request, areas.error(), kPath);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"id", "region", "industry", "title", "counties", "state", "next_due", "planned", "done",
           "begun", "synthetic"});
  for (const FocusArea& one : *areas) {
    std::vector<std::string> counties;
    for (const std::uint32_t fips : one.counties) counties.push_back(fmt::format("{:05}", fips));
    csv.row(std::vector<std::string>{
        one.id.to_string(), one.region, one.industry, industry_words(one.industry),
        join(counties, " "), one.open ? "open" : "closed",
        one.next_due ? format_date(*one.next_due) : "", std::to_string(one.planned),
        std::to_string(one.done), one.begun ? format_date(*one.begun) : "",
        one.synthetic ? "yes" : "no"});
  }
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download("focus-areas.csv");
  return response;
}

}  // namespace

void add_focus_list_routes(http::Router& router, const Desk& desk) {
  router.get(std::string(kPath), Access::signed_in(),
             [desk](Request& r) { return list_page(desk, r); }, {.summary = "Focus areas"});
  router.get("/threat/focus/areas.csv", Access::signed_in(),
             [desk](Request& r) { return list_csv(desk, r); },
             {.summary = "The focus areas as a table"});
}

}  // namespace daybreak::threat::desk
