// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/health/pages.hpp"

#include <algorithm>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"

namespace daybreak::directory::health {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kPerPage = 50, kMostCounties = 8;

// What the address asks the list for.
struct View {
  bool never = false;                // only what was never checked
  std::optional<std::size_t> group;  // overdue in this group of fields; else in any
  std::uint32_t county = 0;
  std::string sort = "checked";
  std::size_t page = 1;
};

View read_view(const Request& request) {
  const http::Fields& query = request.query();
  View view;
  view.never = query.get("show").raw() == "never";
  const auto group = std::ranges::find(kGroups, query.get("group").raw());
  if (group != kGroups.end()) view.group = static_cast<std::size_t>(group - kGroups.begin());
  if (const auto county = to_integer(query.get("county").raw()); county && *county > 0)
    view.county = static_cast<std::uint32_t>(*county);
  if (query.get("sort").raw() == "name") view.sort = "name";
  if (const auto page = to_integer(query.get("page").raw()); page && *page > 0 && *page < 10'000)
    view.page = static_cast<std::size_t>(*page);
  return view;
}

Href address_of(std::string_view path, const View& view) {
  Href href = Href(path).with("show", view.never ? "never" : "overdue");
  if (view.group) href = href.with("group", kGroups[*view.group]);
  if (view.county != 0) href = href.with("county", std::to_string(view.county));
  return href;
}

std::string_view group_words(Words t, std::size_t group) {
  switch (group) {
    case 0:
      return t("Telephone and contact");
    case 1:
      return t("Hours");
    case 2:
      return t("Who can come");
    default:
      return t("Place");
  }
}

Date today(const Desk& desk) {
  return Date(std::chrono::floor<std::chrono::days>(desk.clock.now()));
}

// Whether this member may know of the record.
std::function<bool(const Standing&)> visible_to(const Desk& desk, const trust::Actor& actor) {
  return [actor, now = desk.clock.now()](const Standing& one) {
    return trust::decide(actor, {"read"}, {.type = "directory_record", .audience = one.audience},
                         {}, now)
        .allowed;
  };
}

bool is_wanted(const Standing& one, const View& view, Date now) {
  if (view.county != 0 && std::ranges::find(one.counties, view.county) == one.counties.end())
    return false;
  if (view.never) return !one.checked;
  if (view.group) return one.is_overdue(one.group[*view.group], now);
  return std::ranges::any_of(one.group,
                             [&](const auto& date) { return one.is_overdue(date, now); });
}

std::vector<const Standing*> wanted(const Desk& desk, const Request& request,
                                    const Snapshot& snapshot, const View& view) {
  const auto visible = visible_to(desk, visit::actor_of(request));
  std::vector<const Standing*> found;
  for (const Standing& one : snapshot.services)
    if (is_wanted(one, view, today(desk)) && visible(one)) found.push_back(&one);
  if (view.sort == "checked")  // the longest ago first
    std::ranges::stable_sort(found, {}, [](const Standing* one) {
      return one->checked ? std::chrono::sys_days(*one->checked) : std::chrono::sys_days();
    });
  return found;
}

std::string groups_text(Words t, const Standing& one, Date now) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kGroups.size(); ++i)
    if (one.is_overdue(one.group[i], now)) words.emplace_back(group_words(t, i));
  return join(words, ", ");
}

std::string county_name(std::uint32_t fips) {
  const geography::County* county = geography::find_county(geography::CountyFips(fips));
  return county == nullptr ? std::to_string(fips)
                           : std::string(county->name) + ", " + std::string(county->state);
}

void write_figures(Markup& out, const Desk& desk, const Request& request,
                   const Snapshot& snapshot) {
  const Words t = out.words();
  const auto visible = visible_to(desk, visit::actor_of(request));
  std::int64_t all = 0, overdue = 0, never = 0;
  for (const Standing& one : snapshot.services) {
    if (!visible(one)) continue;
    ++all;
    overdue += is_wanted(one, {}, today(desk));
    never += !one.checked;
  }
  const std::string total = t.number(all), late = t.number(overdue), unseen = t.number(never);
  const html::Figure figures[] = {
      {.value = total, .label = t("services that are offered now")},
      {.value = late,
       .label = t("overdue for a check"),
       .source = t("Checked longer ago than 180 days, or 90 for what is open day and night"),
       .href = "/directory/health"},
      {.value = unseen,
       .label = t("never checked"),
       .href = Href("/directory/health").with("show", "never")}};
  html::figure_list(out, figures);
}

void write_filter(Markup& out, const Snapshot& snapshot, const View& view) {
  const Words t = out.words();
  const std::vector<html::Option> shows = {
      {"overdue", std::string(t("Overdue for a check")), "", !view.never},
      {"never", std::string(t("Never checked")), "", view.never}};
  std::vector<html::Option> groups, counties;
  for (std::size_t i = 0; i < kGroups.size(); ++i)
    groups.push_back({.value = std::string(kGroups[i]),
                      .label = std::string(group_words(t, i)),
                      .selected = view.group == i});
  for (const std::uint32_t fips : snapshot.counties)
    counties.push_back({.value = std::to_string(fips),
                        .label = county_name(fips),
                        .selected = fips == view.county});
  html::get_form(out, {.action = "/directory/health", .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "show", .label = t("Show")}, .options = shows});
    html::select(out, {.words = {.name = "group", .label = t("Group of fields")},
                       .options = groups,
                       .empty_choice = t("Any group")});
    html::select(out, {.words = {.name = "county", .label = t("County served")},
                       .options = counties,
                       .empty_choice = t("Any county")});
    html::button(out, {.text = t("Show")});
  });
}

void write_list(Markup& out, const Desk& desk, const std::vector<const Standing*>& found,
                const View& view) {
  const Words t = out.words();
  const std::size_t first = (view.page - 1) * kPerPage;
  html::table(
      out,
      {.caption = t.plural("{0} service", "{0} services", static_cast<std::int64_t>(found.size())),
       .columns = {{t("Service"), html::Align::kLeft, "name"},
                   {t("Organization")},
                   {t("Last checked"), html::Align::kLeft, "checked"},
                   {t("Overdue")}},
       .sorting = html::Sorting{.key = view.sort, .base = address_of("/directory/health", view)}},
      [&](html::Rows& rows) {
        for (std::size_t i = first; i < std::min(found.size(), first + kPerPage); ++i) {
          const Standing& one = *found[i];
          rows.row();
          rows.link(one.name, Href("/services") / one.service.to_string());
          rows.cell(one.organization);
          rows.cell(one.checked ? language::format_date(t.language(), *one.checked,
                                                        language::DateStyle::kShort)
                                : std::string(t("Never")));
          rows.cell(groups_text(t, one, today(desk)));
        }
      });
  html::pagination(out,
                   {.page = static_cast<std::int64_t>(view.page),
                    .pages = static_cast<std::int64_t>((found.size() + kPerPage - 1) / kPerPage),
                    .href = [&](std::int64_t page) {
                      return address_of("/directory/health", view)
                          .with("sort", view.sort)
                          .with("page", std::to_string(page));
                    }});
  html::paragraph(out, [&] {
    html::link(out, t("Download as a table (CSV)"), address_of("/directory/health.csv", view));
  });
}

std::string_view need_name(Words t, const search::Need& need) {
  return t.language() == language::Language::kSpanish ? std::string_view(need.label_spanish)
                                                      : std::string_view(need.label_english);
}

void write_coverage(Markup& out, const Desk& desk, const Request& request,
                    const Snapshot& snapshot) {
  const Words t = out.words();
  const auto all = desk.dashboard.coverage(snapshot, visible_to(desk, visit::actor_of(request)));
  html::section(out, 2, t("Needs and counties"), [&] {
    html::paragraph(out, t("A county counts when a service lies in it or says that it serves it. "
                           "Services for the whole state or country are counted apart."));
    html::table(out,
                {.caption = t("Where no service answers a need"),
                 .columns = {{t("Need")},
                             {t("Services"), html::Align::kRight},
                             {t("Whole state or country"), html::Align::kRight},
                             {t("Counties without")}}},
                [&](html::Rows& rows) {
                  for (const Coverage& one : all) {
                    std::vector<std::string> missing;
                    for (const std::uint32_t county : snapshot.counties)
                      if (!one.by_county.contains(county)) missing.push_back(county_name(county));
                    rows.row();
                    rows.cell(need_name(t, *desk.dashboard.roots()[one.root]));
                    rows.number(one.services);
                    rows.number(one.everywhere);
                    if (missing.empty()) {
                      rows.cell(t("None"));
                    } else if (missing.size() <= kMostCounties) {
                      rows.cell(join(missing, "; "));
                    } else {
                      rows.cell(t("{0} of {1}",
                                  {t.number(static_cast<std::int64_t>(missing.size())),
                                   t.number(static_cast<std::int64_t>(snapshot.counties.size()))}));
                    }
                  }
                });
    html::paragraph(out, [&] {
      html::link(out, t("Download services by need and county (CSV)"),
                 Href("/directory/coverage.csv"));
    });
  });
}

// The snapshot, if this member keeps the directory.
Result<std::shared_ptr<const Snapshot>> look(const Desk& desk, const Request& request) {
  TRY(desk.gatekeeper.require(
      visit::actor_of(request), {"read"},
      {.type = "directory_dashboard", .audience = trust::Audience::kTaskForce}, {}));
  return desk.dashboard.look();
}

Response health_page(const Desk& desk, const Request& request) {
  const auto snapshot = look(desk, request);
  if (!snapshot) return desk.visits.failure(request, snapshot.error(), "/directory/health");
  const Words t(visit::language_of(request));
  const View view = read_view(request);
  const auto found = wanted(desk, request, **snapshot, view);
  return desk.visits.page(
      request,
      {.title = t("How the directory stands"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        write_figures(out, desk, request, **snapshot);
        html::section(out, 2, t("What waits for a check"), [&] {
          write_filter(out, **snapshot, view);
          if (found.empty())
            html::empty_state(out, {.title = t("Nothing waits here"),
                                    .what_to_do = t("Choose another group of fields or county, or "
                                                    "look at the needs below."),
                                    .action = t("Show everything"),
                                    .href = "/directory/health"});
          else
            write_list(out, desk, found, view);
        });
        write_coverage(out, desk, request, **snapshot);
      });
}

Response csv_answer(std::string text, std::string_view name) {
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download(name);
  return response;
}

Response health_csv(const Desk& desk, const Request& request) {
  const auto snapshot = look(desk, request);
  if (!snapshot) return desk.visits.failure(request, snapshot.error(), "/directory/health");
  const View view = read_view(request);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"service_id", "service", "organization", "checked", "contact", "hours", "eligibility",
           "location"});
  const auto date = [](const std::optional<Date>& one) {
    return one ? format_date(*one) : std::string();
  };
  for (const Standing* one : wanted(desk, request, **snapshot, view))
    csv.row({one->service.to_string(), one->name, one->organization, date(one->checked),
             date(one->group[0]), date(one->group[1]), date(one->group[2]), date(one->group[3])});
  return csv_answer(std::move(text), "directory-checks.csv");
}

Response coverage_csv(const Desk& desk, const Request& request) {
  const auto snapshot = look(desk, request);
  if (!snapshot) return desk.visits.failure(request, snapshot.error(), "/directory/health");
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"need", "county_fips", "county", "services"});
  for (const Coverage& one :
       desk.dashboard.coverage(**snapshot, visible_to(desk, visit::actor_of(request)))) {
    for (const std::uint32_t county : (*snapshot)->counties) {
      const auto count = one.by_county.find(county);
      csv.row({desk.dashboard.roots()[one.root]->code, std::to_string(county), county_name(county),
               std::to_string(count == one.by_county.end() ? 0 : count->second)});
    }
  }
  return csv_answer(std::move(text), "directory-coverage.csv");
}

// "12 records are overdue for a check", on the Today page of those who keep the directory.
int today_part(const Desk& desk, const trust::Session& session, Markup& out) {
  const trust::Actor actor = session.actor("web", {});
  const bool allowed =
      trust::decide(actor, {"read"},
                    {.type = "directory_dashboard", .audience = trust::Audience::kTaskForce}, {},
                    desk.clock.now())
          .allowed;
  const auto snapshot = allowed ? desk.dashboard.look() : Result<std::shared_ptr<const Snapshot>>();
  if (!allowed || !snapshot) return 0;
  const auto visible = visible_to(desk, actor);
  const auto overdue = std::ranges::count_if((*snapshot)->services, [&](const Standing& one) {
    return visible(one) && is_wanted(one, {}, today(desk));
  });
  if (overdue == 0) return 0;
  const Words t = out.words();
  html::section(out, 2, t("Directory"), [&] {
    html::paragraph(out, [&] {
      html::link(out,
                 t.plural("{0} record is overdue for a check",
                          "{0} records are overdue for a check", overdue),
                 Href("/directory/health"));
    });
  });
  return static_cast<int>(overdue);
}

}  // namespace

void add_routes(http::Router& router, const Desk& desk) {
  router.get("/directory/health", Access::signed_in(),
             [desk](Request& r) { return health_page(desk, r); },
             {.summary = "How the directory stands"});
  router.get("/directory/health.csv", Access::signed_in(),
             [desk](Request& r) { return health_csv(desk, r); },
             {.summary = "What waits for a check, as a table"});
  router.get("/directory/coverage.csv", Access::signed_in(),
             [desk](Request& r) { return coverage_csv(desk, r); },
             {.summary = "Services by need and county, as a table"});
  desk.visits.add_today_part([desk](const trust::Session& session, Markup& out) {
    return today_part(desk, session, out);
  });
}

}  // namespace daybreak::directory::health
