// SPDX-License-Identifier: AGPL-3.0-or-later
// Finding a service: the search page, its results, suggestions while typing, and the map.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/catalogue/card.hpp"
#include "commons/directory/pages/county_counts.hpp"
#include "commons/directory/pages/pages.hpp"
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

// A hit with what its rules say of the person.
struct Shown {
  const search::Hit* hit;
  Card card;
  Verdict verdict;
};

// Those whose rules say no go last; the order among the others stays.
std::vector<Shown> with_verdicts(const std::vector<search::Hit>& hits, const Facts& facts,
                                 const Words& t) {
  std::vector<Shown> shown;
  shown.reserve(hits.size());
  for (const search::Hit& hit : hits) {
    Card card(hit.card);
    const std::optional<Json> rule = card.value("rule");
    Verdict verdict = rule ? evaluate(*rule, facts, t) : Verdict{Fit::kYes, {}, {}};
    shown.push_back({&hit, std::move(card), std::move(verdict)});
  }
  std::ranges::stable_sort(shown, {}, [](const Shown& s) { return s.verdict.fit == Fit::kNo; });
  return shown;
}

std::string_view in_language(const Card& card, std::string_view name, Words t) {
  if (t.language() == language::Language::kSpanish) {
    const std::string_view spanish = card.text(std::string(name) + "_es");
    if (!spanish.empty()) return spanish;
  }
  return card.text(name);
}

html::TagTone tone_of(search::Capacity capacity) {
  switch (capacity) {
    case search::Capacity::kAvailable:
      return html::TagTone::kGood;
    case search::Capacity::kFull:
      return html::TagTone::kBad;
    default:
      return html::TagTone::kPlain;
  }
}

void write_tags(Markup& out, const Shown& shown) {
  const Words t = out.words();
  if (shown.card.is_true("open_24_hours")) html::tag(out, t("Day and night"), html::TagTone::kInfo);
  html::tag(out, capacity_words(t, shown.hit->capacity), tone_of(shown.hit->capacity));
  if (shown.card.is_true("confidential"))
    html::tag(out, t("Private address"), html::TagTone::kInfo);
  const std::string_view level = shown.card.text("level");
  if (level != "local" && !level.empty()) html::tag(out, level_words(t, level));
  if (shown.hit->overdue)
    html::tag(out, t("Not checked lately: call first"), html::TagTone::kCaution);
}

void write_fit(Markup& out, const Verdict& verdict) {
  const Words t = out.words();
  if (verdict.fit == Fit::kNo)
    html::note(out, t("May not fit: {0}", {join(verdict.reasons, "; ")}));
  else if (verdict.fit == Fit::kUnknown && !verdict.reasons.empty())
    html::note(out, t("Ask when you call: {0}", {join(verdict.reasons, "; ")}));
}

void write_hit(Markup& out, const Shown& shown) {
  const Words t = out.words();
  const Href href = Href("/services") / shown.hit->service.to_string();
  std::string where(shown.card.text("organization"));
  if (const std::string_view city = shown.card.text("city"); !city.empty())
    where += ", " + std::string(city);
  if (shown.hit->distance_km)
    where += ", " + language::format_distance(
                        t.language(), *shown.hit->distance_km / geography::kKilometersPerMile);
  html::card(out, {.title = in_language(shown.card, "name", t), .href = href, .text = where}, [&] {
    write_tags(out, shown);
    html::paragraph(out, in_language(shown.card, "text", t));
    write_fit(out, shown.verdict);
    if (const std::string_view phone = shown.card.text("phone"); !phone.empty())
      html::paragraph(out,
                      [&] { html::phone_link(out, phone, in_language(shown.card, "name", t)); });
    std::vector<std::string> languages;
    for (const std::string_view code : split(shown.card.text("languages"), ','))
      if (!code.empty()) languages.push_back(language_name(t, code));
    std::string small =
        languages.empty() ? "" : t("Languages: {0}.", {join(languages, ", ")}) + " ";
    if (const auto date = parse_date(shown.card.text("verified")))
      small += t("Checked on {0}.", {language::format_date(t.language(), *date)});
    if (!small.empty()) html::note(out, small);
  });
}

std::string count_words(Words t, const search::Answer& answer, const Asked& asked) {
  const auto total = static_cast<std::int64_t>(answer.total);
  if (asked.county_name.empty()) return t.plural("{0} service found", "{0} services found", total);
  return t.plural("{0} service found for {1}", "{0} services found for {1}", total,
                  {asked.county_name});
}

void write_results(Markup& out, const search::Answer& answer, const Asked& asked,
                   const Choices& choices) {
  const Words t = out.words();
  html::heading(out, 2, count_words(t, answer, asked), "results");
  if (!answer.corrected_text.empty())
    html::alert(
        out,
        {.text =
             t("Nothing was found for these words as written. These are the results for \"{0}\".",
               {answer.corrected_text})});
  if (answer.hits.empty()) {
    html::empty_state(
        out,
        {.title = t("Nothing found"),
         .what_to_do = t(
             "Try fewer choices, a wider distance, or other words. The hotlines on the first page "
             "answer day and night and know more places."),
         .action = t("Go to the hotlines"),
         .href = "/"});
    return;
  }
  const std::vector<Shown> shown = with_verdicts(answer.hits, asked.facts, t);
  html::card_list(out, shown.size(), [&](std::size_t i) { write_hit(out, shown[i]); });
  const auto pages =
      static_cast<std::int64_t>((answer.total + kResultsPerPage - 1) / kResultsPerPage);
  html::pagination(
      out, {.page = static_cast<std::int64_t>(choices.page), .pages = pages, .form_id = "search"});
}

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
