// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/pages/place.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/library/words.hpp"

namespace daybreak::library::pages {
namespace {

using html::Href;
using html::Markup;
using http::Request;
using language::Words;
using network::TaskForce;

constexpr std::size_t kLongestCounty = 60;

// Where one task force works in one state: its counties by name, or all of them.
struct Coverage {
  const TaskForce* task_force;
  std::string_view state;
  std::vector<std::string_view> counties;
  bool all = false;
};

std::vector<Coverage> coverage_of(const network::Coverage& network) {
  std::vector<Coverage> found;
  for (const TaskForce& one : network.task_forces) {
    std::map<std::string_view, std::vector<std::string_view>> by_state;
    for (const network::CountyFips county : one.area)
      if (const network::Place* place = network::find_place(county))
        by_state[place->state].push_back(place->name);
    for (auto& [state, counties] : by_state) {
      const bool all = counties.size() == network::places_of(state).size();
      found.push_back({&one, state, std::move(counties), all});
    }
  }
  std::ranges::stable_sort(found, {}, &Coverage::state);
  return found;
}

// "Erie" is "Erie County" too.
bool is_county(std::string_view name, std::string_view typed) {
  const auto words = search_words(typed), full = search_words(name);
  return !words.empty() && words.size() <= full.size() &&
         std::equal(words.begin(), words.end(), full.begin());
}

bool covers(const Coverage& coverage, const Where& where) {
  if (where.state == kOnTribalLand) return coverage.task_force->model == "tribal";
  if (!where.state.empty() && coverage.state != where.state) return false;
  return where.county.empty() || coverage.all ||
         std::ranges::any_of(coverage.counties,
                             [&](std::string_view name) { return is_county(name, where.county); });
}

bool is_known_county(const Where& where) {
  return where.county.empty() || where.state.empty() || where.state == kOnTribalLand ||
         std::ranges::any_of(network::places_of(where.state), [&](const network::Place& place) {
           return is_county(place.name, where.county);
         });
}

void write_task_force(Markup& out, const Coverage& one) {
  const Words t = out.words();
  std::string counties = one.all ? "*" : "";
  for (const std::string_view name : one.counties)
    if (!one.all) counties += std::string(name) + "|";
  out.open("li", {{"data-state", one.state},
                  {"data-counties", counties},
                  {"data-model", one.task_force->model}});
  html::link(out, one.task_force->name,
             html::route("/task-forces") / one.task_force->id.to_string());
  const network::Region* region = network::find_region(one.state);
  out.text(", " + std::string(region == nullptr ? one.state : region->name) + ". ");
  if (one.task_force->line.empty())
    out.text(t("It has no line of its own: call the national one."));
  else
    html::phone_link(out, one.task_force->line, one.task_force->name);
  out.close("li");
}

void write_task_forces(Markup& out, const std::vector<Coverage>& fitting, const Where& where) {
  const Words t = out.words();
  const auto list = [&] {
    out.fixed("<ul class=\"usa-list\" id=\"task-forces\">");
    for (const Coverage& one : fitting) write_task_force(out, one);
    out.fixed("</ul>");
  };
  if (where.state.empty() && where.county.empty()) {
    html::accordion_item(out, {.title = t("All task forces, by state")}, list);
  } else if (fitting.empty()) {
    html::empty_state(out, {.title = t("No task force that we know covers this place"),
                            .what_to_do = t("Call the national line below. It knows who can come."),
                            .action = t("Task forces on the map"),
                            .href = "/task-forces"});
  } else {
    list();
  }
}

// What staff put down for this state beside federal law.
void write_state_facts(Markup& out, const Library& library, const Where& where, Date today) {
  const Words t = out.words();
  std::vector<const Fact*> facts;
  for (const Fact& fact : library.facts)
    if (!where.state.empty() && fact.jurisdiction == "US-" + where.state) facts.push_back(&fact);
  if (facts.empty()) return;
  html::section(out, 3, t("In this state"), [&] {
    html::list(out, html::ListKind::kBullets, facts.size(), [&](std::size_t index) {
      const Fact& fact = *facts[index];
      const Source source = source_of(library, fact.source);
      out.text(fact.text.in(t.language()) + " ");
      html::link(out, source.title, Href(source.address));
      out.text(", " + as_of_words(t, fact) + ". " + standing_words(fact, t, today));
    });
  });
}

void write_numbers(Markup& out) {
  const Words t = out.words();
  html::section(out, 3, t("Next step"), [&] {
    html::list(out, html::ListKind::kNumbers, 4, [&](std::size_t index) {
      if (index == 0) {
        out.text(std::string(t("Someone is in danger now:")) + " ");
        html::phone_link(out, "911");
      } else if (index == 1) {
        const Hotline* line = hotline("trafficking");
        out.text(std::string(hotline_name(t, *line)) + ": ");
        html::phone_link(out, line->call, hotline_name(t, *line));
      } else if (index == 2) {
        html::link(out, t("Services near you"), "/services");
      } else {
        html::link(out, t("Numbers that answer day and night"), "/");
      }
    });
  });
}

}  // namespace

Where read_where(const Request& request) {
  Where where{request.query().get("where").raw(),
              std::string(trim(request.query().get("county").raw()))};
  if (where.state != kOnTribalLand) {
    const network::Region* region = network::find_region(where.state);
    if (region == nullptr || region->code != where.state) where.state.clear();
  }
  if (where.county.size() > kLongestCounty || !is_valid_utf8(where.county)) where.county.clear();
  return where;
}

void write_where(Markup& out, const Where& where) {
  const Words t = out.words();
  std::vector<html::Option> places = {{.value = std::string(kOnTribalLand),
                                       .label = std::string(t("On tribal land")),
                                       .selected = where.state == kOnTribalLand}};
  for (const network::Region& region : network::regions())
    places.push_back({.value = std::string(region.code),
                      .label = std::string(region.name),
                      .selected = region.code == where.state,
                      .group = std::string(t("State or territory"))});
  html::select(out, {.words = {.name = "where", .label = t("Where?")},
                     .options = places,
                     .empty_choice = t("Anywhere in the United States")});
  html::text_input(out, {.words = {.name = "county",
                                   .label = t("County, if you know it"),
                                   .hint = t("Such as Erie.")},
                         .value = where.county,
                         .width = html::FieldWidth::kMedium,
                         .autocomplete = "off",
                         .max_length = static_cast<int>(kLongestCounty)});
}

void write_place(Markup& out, const Desk& desk, const Library& library, const Where& where) {
  const Words t = out.words();
  const auto network = desk.network.coverage();
  html::section(out, 2, t("People and the next step"), [&] {
    if (!is_known_county(where))
      html::alert(out, {.kind = html::AlertKind::kWarning,
                        .text = t("This state has no county of that name. Check the name, or leave "
                                  "it empty.")});
    if (network) {
      auto fitting = coverage_of(*network);
      std::erase_if(fitting, [&](const Coverage& one) { return !covers(one, where); });
      html::heading(out, 3, t("Task forces there"));
      write_task_forces(out, fitting, where);
    }
    write_state_facts(out, library, where, today_of(desk.clock));
    write_numbers(out);
  });
}

}  // namespace daybreak::library::pages
