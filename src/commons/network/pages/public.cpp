// SPDX-License-Identifier: AGPL-3.0-or-later
// What everyone sees of the network: the map, who covers which county, how to reach a task force.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/network/pages/pages.hpp"
#include "language/format.hpp"

namespace daybreak::network::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

constexpr std::size_t kPerPage = 50;

Href page_of(const TaskForce& one) { return Href("/task-forces") / one.id.to_string(); }
Href page_of(const Region& region) { return Href("/task-forces/states") / region.code; }

struct View {
  std::string state, sort;
  std::size_t page = 1;
};

View read_view(const Request& request) {
  const Region* region = find_region(request.query().get("state").raw());
  View view{.state = region == nullptr ? std::string() : std::string(region->code),
            .sort = request.query().get("sort").raw() == "state" ? "state" : "name"};
  view.page = static_cast<std::size_t>(
      std::clamp<std::int64_t>(to_integer(request.query().get("page").raw()).value_or(1), 1, 1000));
  return view;
}

// Those at home in the state or working in it.
std::vector<const TaskForce*> chosen(const Coverage& coverage, const View& view) {
  std::vector<const TaskForce*> found;
  for (const TaskForce& one : coverage.task_forces) {
    const bool works_there = std::ranges::any_of(one.area, [&](CountyFips county) {
      const Place* place = find_place(county);
      return place != nullptr && place->state == view.state;
    });
    if (view.state.empty() || one.home == view.state || works_there) found.push_back(&one);
  }
  if (view.sort == "state") std::ranges::stable_sort(found, {}, &TaskForce::home);
  return found;
}

// Closed at first: on a phone its rows are long.
void write_states(Markup& out, const Coverage& coverage) {
  const Words t = out.words();
  html::accordion_item(
      out, {.title = t("The same as a table: counties covered, by state"), .heading_level = 2},
      [&] {
        html::table(out,
                    {.caption = t("Counties covered, by state"),
                     .columns = {{t("State")},
                                 {t("Covered"), html::Align::kRight},
                                 {t("Counties"), html::Align::kRight},
                                 {t("Task forces"), html::Align::kRight}},
                     .compact = true},
                    [&](html::Rows& rows) {
                      for (const StateCoverage& state : by_state(coverage)) {
                        rows.row();
                        rows.link(state.region->name, page_of(*state.region));
                        rows.number(state.covered);
                        rows.number(state.counties);
                        rows.number(state.task_forces);
                      }
                    });
      });
}

void write_filter(Markup& out, const View& view) {
  const Words t = out.words();
  std::vector<html::Option> options;
  for (const Region& region : regions())
    options.push_back({.value = std::string(region.code),
                       .label = std::string(region.name),
                       .selected = region.code == view.state});
  html::get_form(out, {.action = Href("/task-forces").at("list"), .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "state", .label = t("State or territory")},
                       .options = options,
                       .empty_choice = t("All")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_table(Markup& out, const std::vector<const TaskForce*>& found, const View& view) {
  const Words t = out.words();
  const Href base = Href("/task-forces").with("state", view.state);
  const std::size_t first = std::min(found.size(), (view.page - 1) * kPerPage);
  const std::size_t last = std::min(found.size(), first + kPerPage);
  const std::string caption =
      t.plural("{0} task force", "{0} task forces", static_cast<std::int64_t>(found.size()));
  html::Table table{.caption = caption,
                    .columns = {{t("Name"), html::Align::kLeft, "name"},
                                {t("State"), html::Align::kLeft, "state"},
                                {t("Model")},
                                {t("Counties"), html::Align::kRight},
                                {t("Day and night")}},
                    .sorting = html::Sorting{.key = view.sort, .base = base}};
  html::table(out, table, [&](html::Rows& rows) {
    for (std::size_t i = first; i < last; ++i) {
      const TaskForce& one = *found[i];
      rows.row();
      rows.link(one.name, page_of(one));
      rows.cell(one.home);
      rows.cell(words_of(models(), one.model, t));
      rows.number(static_cast<std::int64_t>(one.area.size()));
      rows.cell([&] {
        if (one.line.empty())
          out.text("–");
        else
          html::phone_link(out, one.line, one.name);
      });
    }
  });
  html::pagination(
      out, {.page = static_cast<std::int64_t>(view.page),
            .pages = static_cast<std::int64_t>((found.size() + kPerPage - 1) / kPerPage),
            .href = [&](std::int64_t page) {
              return base.with("sort", view.sort).with("page", std::to_string(page)).at("list");
            }});
}

Response overview(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto coverage = desk.network.coverage();
  if (!coverage) return desk.visits.failure(request, coverage.error(), "/task-forces");
  const View view = read_view(request);
  std::int64_t covered = 0;
  for (const StateCoverage& state : by_state(*coverage)) covered += state.covered;
  return desk.visits.page(request, {.title = t("Task forces"), .wide = true}, [&](Markup& out) {
    html::lead(out, t("Task forces bring police, prosecutors and those who help to one table. See "
                      "who covers a county, and who does not."));
    const std::string number = t.number(covered),
                      of = t("of {0} counties have a task force",
                             {t.number(static_cast<std::int64_t>(places().size()))});
    const html::Figure figure{.value = number, .label = of};
    html::figure_list(out, std::span(&figure, 1));
    write_us_map(out, *coverage);
    write_states(out, *coverage);
    html::note(out, t("From the register of this site, as of {0}. Empty means: nobody told us of a "
                      "task force, not that there is none.",
                      {language::format_date(t.language(), desk.network.today())}));
    const auto found = chosen(*coverage, view);
    out.element("div", {{"id", "list"}}, [&] {
      html::section(out, 2, t("Find a task force"), [&] {
        write_filter(out, view);
        if (const Region* region = find_region(view.state); region != nullptr)
          html::paragraph(out, [&] {
            html::link(out, t("Who covers which county: {0}", {region->name}), page_of(*region));
          });
        if (found.empty())
          html::empty_state(out, {.title = t("No task force here that we know of"),
                                  .what_to_do = t("Choose all states, or call the national hotline "
                                                  "on the first page: it knows who can help."),
                                  .action = t("Help now"),
                                  .href = "/"});
        else
          write_table(out, found, view);
        html::link(out, t("Download as a table (CSV)"), "/task-forces.csv");
      });
    });
  });
}

void write_county_map(Markup& out, const Coverage& coverage, const Region& region) {
  const Words t = out.words();
  std::vector<html::CountyValue> values;
  for (const Place& place : places_of(region.code))
    values.push_back(
        {.county = place.fips, .value = static_cast<double>(coverage.count(place.fips))});
  if (values.empty() || geography::find_county(values.front().county) == nullptr ||
      region.code == "PR")
    return;  // not on the drawn map
  const std::string title = t("Task forces by county: {0}", {region.name});
  html::county_map(out, {.words = {.title = title,
                                   .summary = t("How many task forces work in each county."),
                                   .label_heading = t("County"),
                                   .value_heading = t("Task forces")},
                         .counties = values,
                         .bounds = {0, 1}});
}

Response state_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const Region* region = find_region(request.parameter("state"));
  if (region == nullptr) return desk.visits.refusal(request, Status::kNotFound);
  const auto coverage = desk.network.coverage();
  if (!coverage) return desk.visits.failure(request, coverage.error(), "/task-forces");
  const bool gaps = request.query().has("gaps");
  html::Page page{.title = region->name, .wide = true};
  page.crumbs = {{std::string(t("Task forces")), Href("/task-forces")}};
  return desk.visits.page(request, page, [&](Markup& out) {
    write_county_map(out, *coverage, *region);
    html::paragraph(out, [&] {
      if (gaps)
        html::link(out, t("Show all counties"), page_of(*region));
      else
        html::link(out, t("Show only counties that nobody covers"),
                   page_of(*region).with("gaps", "yes"));
    });
    html::table(
        out,
        {.caption = t("Who covers which county"), .columns = {{t("County")}, {t("Task forces")}}},
        [&](html::Rows& rows) {
          for (const Place& place : places_of(region->code)) {
            const auto found = coverage->by_county.find(place.fips);
            const bool covered = found != coverage->by_county.end();
            if (gaps && covered) continue;
            rows.row();
            rows.cell(place.name);
            rows.cell([&] {
              if (!covered) return html::tag(out, t("Nobody"), html::TagTone::kCaution);
              for (const TaskForce* one : found->second) {
                html::link(out, one->name, page_of(*one));
                out.text(" ");
              }
            });
          }
        });
  });
}

void write_facts(Markup& out, const TaskForce& one) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    if (!one.line.empty())
      list.add(t("Day and night"), [&] { html::phone_link(out, one.line, one.name); });
    for (const Contact& contact : one.contacts)
      list.add(contact.role, [&] {
        if (!contact.phone.empty()) html::phone_link(out, contact.phone, contact.role);
        if (!contact.phone.empty() && !contact.email.empty()) out.text(" · ");
        if (!contact.email.empty()) html::link(out, contact.email, html::email(contact.email));
      });
    list.add(t("Model"), words_of(models(), one.model, t));
    if (!one.disciplines.empty())
      list.add(t("Who takes part"), words_of(disciplines(), one.disciplines, t));
    if (!one.languages.empty()) list.add(t("Languages"), join(one.languages, ", "));
    list.add(t("Where it works"),
             one.area.empty() ? std::string(t("Not told yet")) : write_area(one.area));
    if (!one.website.empty())
      list.add(t("Website"), [&] { html::link(out, one.website, Href(one.website)); });
    if (one.ends) list.add(t("Until"), language::format_date(t.language(), *one.ends));
  });
}

// What binds its members, for everyone: a protocol is no secret, its document may be.
void write_protocols(Markup& out, const Desk& desk, const TaskForce& one) {
  const Words t = out.words();
  const auto protocols = desk.network.protocols(one.id);
  if (!protocols || protocols->empty()) return;
  html::section(out, 2, t("Protocols in force"), [&] {
    html::list(out, html::ListKind::kBullets, protocols->size(), [&](std::size_t i) {
      const Arrangement& protocol = (*protocols)[i];
      out.text(protocol.title).text(", ");
      out.text(t("since {0}", {language::format_date(t.language(), *protocol.since)}));
    });
  });
}

Response show(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto one = desk.network.find(request.uuid_parameter("id"));
  if (!one) return desk.visits.failure(request, one.error(), "/task-forces");
  const auto members = desk.network.organizations(one->id);
  if (!members) return desk.visits.failure(request, members.error(), "/task-forces");
  html::Page page{.title = one->name};
  page.crumbs = {{std::string(t("Task forces")), Href("/task-forces")}};
  return desk.visits.page(request, page, [&](Markup& out) {
    if (!one->is_active(desk.network.today())) html::tag(out, t("Ended"), html::TagTone::kCaution);
    if (!one->about.empty()) html::paragraph(out, one->about);
    write_facts(out, *one);
    if (!members->empty())
      html::section(out, 2, t("Members and partners"), [&] {
        html::table(out,
                    {.caption = t("Members and partners"),
                     .columns = {{t("Name")}, {t("Kind")}, {t("For what")}},
                     .caption_hidden = true},
                    [&](html::Rows& rows) {
                      for (const Organization& member : *members) {
                        rows.row();
                        rows.cell(member.name);
                        rows.cell(words_of(organization_kinds(), member.kind, t));
                        rows.cell(member.purpose.empty() ? "–" : member.purpose);
                      }
                    });
      });
    write_protocols(out, desk, *one);
    const trust::Actor actor = visit::actor_of(request);
    const Href staff = Href("/network-desk") / one->id.to_string();
    if (desk.network.may(actor, "edit"))
      html::paragraph(out, [&] { html::link(out, t("Change this"), staff); });
    if (desk.network.may(actor, "meet"))
      html::paragraph(out, [&] {
        html::link(out, t("Meetings and actions"), staff / "meetings");
        out.text(" · ");
        html::link(out, t("Committees, protocols, liaisons"), staff / "arrangements");
      });
  });
}

}  // namespace

std::string words_of(std::span<const Code> list, std::string_view code, Words t) {
  const Code* found = find_code(list, code);
  return found == nullptr ? std::string(code) : std::string(t(found->words));
}

std::string words_of(std::span<const Code> list, const std::vector<std::string>& codes, Words t) {
  std::vector<std::string> words;
  for (const std::string& code : codes) words.push_back(words_of(list, code, t));
  return join(words, ", ");
}

std::vector<html::Option> options_of(std::span<const Code> list, Words t,
                                     const std::vector<std::string>& chosen) {
  std::vector<html::Option> options;
  for (const Code& one : list)
    options.push_back({.value = std::string(one.code),
                       .label = std::string(t(one.words)),
                       .selected = std::ranges::find(chosen, one.code) != chosen.end()});
  return options;
}

void add_public_routes(http::Router& router, const Desk& desk) {
  router.get("/task-forces", Access::anyone(),
             [desk](Request& request) { return overview(desk, request); },
             {.summary = "Task forces on a map and in a table"});
  router.get("/task-forces.csv", Access::anyone(),
             [desk](Request& request) {
               const auto coverage = desk.network.coverage();
               if (!coverage) return desk.visits.failure(request, coverage.error(), "/task-forces");
               Response response =
                   Response::of("text/csv; charset=utf-8", export_csv(coverage->task_forces));
               response.as_download("task-forces.csv");
               return response;
             },
             {.summary = "Task forces as a table"});
  router.get("/task-forces/{id:uuid}", Access::anyone(),
             [desk](Request& request) { return show(desk, request); },
             {.summary = "One task force"});
  router.get("/task-forces/states/{state}", Access::anyone(),
             [desk](Request& request) { return state_page(desk, request); },
             {.summary = "Who covers which county of a state"});
  desk.visits.add_menu_item(
      {.label = language::to_translate("Task forces"), .path = "/task-forces", .order = 44});
}

}  // namespace daybreak::network::pages
