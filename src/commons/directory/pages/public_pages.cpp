// SPDX-License-Identifier: AGPL-3.0-or-later
// Finding a service: the search page, its results, suggestions while typing, and the map.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/catalogue/card.hpp"
#include "commons/directory/pages/county_counts.hpp"
#include "commons/directory/pages/pages.hpp"
#include "commons/directory/pages/results.hpp"
#include "commons/directory/pages/search_form.hpp"
#include "commons/directory/pages/service_page.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"

namespace daybreak::directory::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

Response search_page(const Desk& desk, const NeedChoices& needs, Request& request) {
  const Words t(visit::language_of(request));
  Catalogue& catalogue = catalogue_for(desk, request);
  const bool asked_something = request.method() == http::Method::kPost;
  const Choices choices = read_choices(request);
  Asked asked = ask(choices, t, desk.clock.now());
  std::optional<search::Answer> answer;
  if (asked_something && asked.errors.empty()) {
    auto found = catalogue.index().search(asked.query);
    if (!found)
      return desk.visits.error_page(request, http::Status::kUnavailable,
                                    t("The search does not answer. Try again in a minute."));
    answer = std::move(*found);
  }
  return desk.visits.page(
      request,
      {.title = t("Find services"), .wide = answer.has_value(), .posted_form_id = "search"},
      [&](Markup& out) {
        html::error_summary(out, asked.errors);
        if (!answer) {
          html::lead(out, t("Shelter, lawyers, doctors, food, work: free or low-cost help. What "
                            "you look for is not recorded."));
          write_search_form(out, request, needs, choices, asked.errors);
          html::paragraph(out, [&] {
            html::link(out, t("See how many services each county has"), Href("/services/map"));
          });
          return;
        }
        html::accordion_item(
            out,
            {.title = t("Change the search"), .open = answer->hits.empty(), .heading_level = 2},
            [&] { write_search_form(out, request, needs, choices, asked.errors); });
        write_results(out, *answer, asked, choices);
      });
}

// The same search as data: one object a result, as the cards of the page.
Response search_data(const Desk& desk, Request& request) {
  const Words t(visit::language_of(request));
  const Asked asked = ask(read_choices(request), t, desk.clock.now());
  if (!asked.errors.empty()) {
    Json body = Json::object(
        {{"error", asked.errors.front().message}, {"field", asked.errors.front().field}});
    return Response::json(to_text(body), http::Status::kBadRequest);
  }
  const auto answer = catalogue_for(desk, request).index().search(asked.query);
  if (!answer)
    return Response::json("{\"error\":\"the search does not answer\"}", http::Status::kUnavailable);
  std::string body = "{\"total\":" + std::to_string(answer->total) + ",\"results\":[";
  for (const search::Hit& hit : answer->hits) {
    if (&hit != answer->hits.data()) body += ',';
    body += "{\"service\":\"" + hit.service.to_string() + "\",";
    if (hit.distance_km)
      body += "\"miles\":" + std::to_string(*hit.distance_km / geography::kKilometersPerMile) + ',';
    body += "\"capacity\":";
    append_json_string(body, capacity_words(t, hit.capacity));
    body += ",\"card\":" + hit.card + '}';
  }
  return Response::json(body + "]}");
}

Response suggestions(const Desk& desk, Request& request) {
  const bool spanish = visit::language_of(request) == language::Language::kSpanish;
  Json list = Json::array();
  for (std::string& word :
       catalogue_for(desk, request)
           .index()
           .suggest(request.form().fields.get("text").raw(),
                    spanish ? search::Language::kSpanish : search::Language::kEnglish, 8))
    list.append(std::move(word));
  return Response::json(to_text(list));
}

// Services by county: those that have a place in it (by its public point) or say that they serve
// it.
Response map_page(const Desk& desk, CountyCounts& by_county, Request& request) {
  const Words t(visit::language_of(request));
  Catalogue& catalogue = catalogue_for(desk, request);
  const auto counts = by_county.of(catalogue);
  if (!counts)
    return desk.visits.error_page(request, http::Status::kUnavailable,
                                  t("The search does not answer. Try again in a minute."));
  const std::vector<html::CountyValue>& values = **counts;
  return desk.visits.page(
      request, {.title = t("Services by county"), .wide = true}, [&](Markup& out) {
        if (values.empty()) {
          html::empty_state(out, {.title = t("No service names a county yet"),
                                  .what_to_do = t("Search by ZIP code instead."),
                                  .action = t("Find services"),
                                  .href = "/services"});
          return;
        }
        html::county_map(out,
                         {.words = {.title = t("Services by county"),
                                    .summary = t("How many services lie in each county or say that "
                                                 "they serve it. Services for "
                                                 "the whole state or country are not counted."),
                                    .label_heading = t("County"),
                                    .value_heading = t("Services")},
                          .counties = values});
      });
}

}  // namespace

void add_public_routes(http::Router& router, const Desk& desk) {
  const auto open = [&](std::string summary) {
    return http::RouteOptions{.summary = std::move(summary)};
  };
  const auto search = [desk, needs = std::make_shared<const NeedChoices>(desk.everyone.needs())](
                          Request& r) { return search_page(desk, *needs, r); };
  router.get("/services", Access::anyone(), search, open("The search form"));
  router.post("/services", Access::anyone(), search, open("Search"));
  router.post(
      "/services/results.json", Access::anyone(),
      [desk](Request& r) { return search_data(desk, r); }, open("Search, as data"));
  router.post(
      "/services/suggestions", Access::anyone(),
      [desk](Request& r) { return suggestions(desk, r); }, open("Completions of what is typed"));
  router.get(
      "/services/map", Access::anyone(),
      [desk, counts = std::make_shared<CountyCounts>()](Request& r) {
        return map_page(desk, *counts, r);
      },
      open("Services by county"));
  add_service_routes(router, desk);
  desk.visits.add_menu_item(
      {language::to_translate("Find services"), "/services", visit::ShownTo::kEveryone, 10});
}

}  // namespace daybreak::directory::pages
