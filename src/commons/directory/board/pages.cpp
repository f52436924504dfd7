// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/board/pages.hpp"

#include <set>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/directory/pages/pages.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory::board {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kPerPage = 25, kMostExported = 1000;

// The board as its address asks for it.
struct View {
  Filter filter;
  Order order = Order::kRoom;
  std::size_t page = 1;
};

View read_view(const Request& request) {
  const http::Fields& query = request.query();
  View view;
  if (query.has("need")) view.filter.need = query.get("need").raw();
  if (const auto county = to_integer(query.get("county").raw()); county && *county > 0)
    view.filter.county = static_cast<std::uint32_t>(*county);
  view.filter.with_room = query.has("with_room");
  view.filter.open_24_hours = query.has("open_24_hours");
  if (query.get("sort").raw() == "name") view.order = Order::kName;
  if (const auto page = to_integer(query.get("page").raw()); page && *page > 0 && *page < 10'000)
    view.page = static_cast<std::size_t>(*page);
  return view;
}

Href address_of(std::string_view path, const View& view) {
  Href href = Href(path).with("need", view.filter.need);
  if (view.filter.county != 0) href = href.with("county", std::to_string(view.filter.county));
  if (view.filter.with_room) href = href.with("with_room", "yes");
  if (view.filter.open_24_hours) href = href.with("open_24_hours", "yes");
  return href;
}

std::vector<html::Option> county_options(Catalogue& catalogue, std::uint32_t chosen) {
  std::set<std::uint32_t> served;
  const auto listing = catalogue.listing();
  if (!listing) return {};
  for (const Listing::Service& service : (*listing)->services)
    served.insert(service.counties.begin(), service.counties.end());
  std::vector<html::Option> options;
  for (const std::uint32_t fips : served)
    if (const geography::County* county = geography::find_county(geography::CountyFips(fips)))
      options.push_back({.value = std::to_string(fips),
                         .label = std::string(county->name) + ", " + std::string(county->state),
                         .selected = fips == chosen});
  return options;
}

html::TagTone tone_of(search::Capacity capacity) {
  if (capacity == search::Capacity::kAvailable) return html::TagTone::kGood;
  if (capacity == search::Capacity::kFull) return html::TagTone::kBad;
  return capacity == search::Capacity::kUnknown ? html::TagTone::kPlain : html::TagTone::kCaution;
}

// "20 minutes ago", "3 hours ago", "2 days ago".
std::string age_words(Words t, std::chrono::milliseconds age) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(age).count();
  if (minutes < 1) return std::string(t("just now"));
  if (minutes < 60) return t.plural("{0} minute ago", "{0} minutes ago", minutes);
  if (minutes < 48 * 60) return t.plural("{0} hour ago", "{0} hours ago", minutes / 60);
  return t.plural("{0} day ago", "{0} days ago", minutes / (24 * 60));
}

std::string said_words(Words t, const Capacity& said, Instant now) {
  if (said.expires == Instant{}) return std::string(t("Nobody has said"));
  const std::string age = age_words(t, now - said.as_of);
  if (said.at(now) == CapacityStatus::kUnknown) return t("{0}, no longer holds", {age});
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(said.expires - now).count();
  if (hours < 1) return t("{0}, holds for less than an hour", {age});
  return hours < 48 ? t("{0}, holds for {1} more h", {age, std::to_string(hours)})
                    : t("{0}, holds for {1} more days", {age, std::to_string(hours / 24)});
}

std::string_view name_of(const Line& line, Words t) {
  const bool spanish = t.language() == language::Language::kSpanish && !line.name_spanish.empty();
  return spanish ? line.name_spanish : line.name;
}

void write_filter(Markup& out, const Desk& deps, const View& view) {
  const Words t = out.words();
  const auto needs = pages::need_options(deps.catalogue.needs(), t, view.filter.need);
  const auto counties = county_options(deps.catalogue, view.filter.county);
  html::get_form(out, {.action = "/capacity", .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "need", .label = t("Need")},
                       .options = needs,
                       .empty_choice = t("Anything")});
    html::select(out, {.words = {.name = "county", .label = t("County served")},
                       .options = counties,
                       .empty_choice = t("Any county")});
    html::checkbox(out, {.words = {.name = "with_room", .label = t("Said lately that it has room")},
                         .checked = view.filter.with_room});
    html::checkbox(out, {.words = {.name = "open_24_hours", .label = t("Open day and night")},
                         .checked = view.filter.open_24_hours});
    html::button(out, {.text = t("Show")});
  });
}

void write_lines(Markup& out, const Board& board, const View& view, Instant now) {
  const Words t = out.words();
  const std::string caption =
      t.plural("{0} service", "{0} services", static_cast<std::int64_t>(board.total));
  html::Table table{.caption = caption,
                    .columns = {{t("Service"), html::Align::kLeft, "name"},
                                {t("Call")},
                                {t("Room now"), html::Align::kLeft, "room"},
                                {t("Said")},
                                {t("Update")}},
                    .sorting = html::Sorting{.key = view.order == Order::kName ? "name" : "room",
                                             .base = address_of("/capacity", view)}};
  html::table(out, table, [&](html::Rows& rows) {
    for (const Line& line : board.lines) {
      rows.row();
      rows.cell([&] {
        html::link(out, name_of(line, t), Href("/services") / line.service.to_string());
        html::note(out,
                   line.city.empty() ? line.organization : line.organization + ", " + line.city);
        if (line.is_own) html::tag(out, t("Yours"), html::TagTone::kGood);
        if (line.open_24_hours) html::tag(out, t("Day and night"), html::TagTone::kInfo);
      });
      rows.cell([&] {
        if (line.phone.empty())
          out.text(t("No number"));
        else
          html::phone_link(out, line.phone, name_of(line, t));
      });
      rows.cell([&] { html::tag(out, pages::capacity_words(t, line.now), tone_of(line.now)); });
      rows.cell(said_words(t, line.said, now));
      if (line.may_update)
        rows.link(t("Update: {0}", {name_of(line, t)}),
                  Href("/capacity") / line.service.to_string());
      else
        rows.cell("–");
    }
  });
}

Response board_page(const Desk& deps, const Request& request) {
  const Words t(visit::language_of(request));
  const View view = read_view(request);
  if (const auto fresh = deps.catalogue.refresh(); !fresh)
    return deps.visits.error_page(request, http::Status::kUnavailable, {});
  const auto board = deps.boards.list(visit::actor_of(request), view.filter, view.order,
                                      (view.page - 1) * kPerPage, kPerPage);
  if (!board) return deps.visits.failure(request, board.error(), "/capacity");
  return deps.visits.page(
      request, {.title = t("Capacity board"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::lead(out, t("Who can take someone now. What was said decays: a bed that was free "
                          "yesterday is no bed tonight, so call first."));
        write_filter(out, deps, view);
        if (board->lines.empty()) {
          html::empty_state(out, {.title = t("Nothing fits these choices"),
                                  .what_to_do = t("Choose a wider need, any county, or leave out "
                                                  "\"Said lately that it has room\"."),
                                  .action = t("Show everything"),
                                  .href = Href("/capacity").with("need", "")});
          return;
        }
        write_lines(out, *board, view, deps.clock.now());
        if (board->cut)
          html::note(out, t("More services fit than this board can sort. Choose a county."));
        html::pagination(
            out, {.page = static_cast<std::int64_t>(view.page),
                  .pages = static_cast<std::int64_t>((board->total + kPerPage - 1) / kPerPage),
                  .href = [&](std::int64_t page) {
                    const Href base =
                        address_of("/capacity", view).with("page", std::to_string(page));
                    return view.order == Order::kName ? base.with("sort", "name") : base;
                  }});
        html::paragraph(out, [&] {
          html::link(out, t("Download as a table (CSV)"), address_of("/capacity.csv", view));
        });
      });
}

Response board_csv(const Desk& deps, const Request& request) {
  const View view = read_view(request);
  const Instant now = deps.clock.now();
  const auto board =
      deps.boards.list(visit::actor_of(request), view.filter, view.order, 0, kMostExported);
  if (!board) return deps.visits.failure(request, board.error(), "/capacity");
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row(
      {"service_id", "service", "organization", "city", "phone", "capacity", "as_of", "expires"});
  for (const Line& line : board->lines) {
    const bool said = line.said.expires != Instant{};
    csv.row({line.service.to_string(), line.name, line.organization, line.city, line.phone,
             code_of(line.said.at(now)), said ? format_instant(line.said.as_of) : "",
             said ? format_instant(line.said.expires) : ""});
  }
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download("capacity.csv");
  return response;
}

struct Choice {
  CapacityStatus status;
  search::Capacity shown;
  html::ButtonKind kind;
};
constexpr Choice kChoices[] = {
    {CapacityStatus::kCapacity, search::Capacity::kAvailable, html::ButtonKind::kPrimary},
    {CapacityStatus::kAssessmentRequired, search::Capacity::kAssessmentNeeded,
     html::ButtonKind::kOutline},
    {CapacityStatus::kWaitlist, search::Capacity::kWaitlist, html::ButtonKind::kOutline},
    {CapacityStatus::kNoCapacity, search::Capacity::kFull, html::ButtonKind::kOutline},
};

// For the coordinator: whose people may say it themselves.
void write_keeper(Markup& out, const Desk& deps, const Request& request, const Line& line) {
  const auto allowed =
      trust::decide(visit::actor_of(request), {"set_keeper"},
                    {.type = "directory_capacity", .audience = trust::Audience::kTaskForce}, {},
                    deps.clock.now());
  const auto organizations = deps.members.organizations();
  if (!allowed || !organizations || line.organization_id.is_nil()) return;
  const Words t = out.words();
  std::vector<html::Option> options;
  for (const trust::Organization& one : *organizations)
    if (one.active)
      options.push_back(
          {.value = one.id.to_string(), .label = one.name, .selected = one.id == line.keeper});
  html::section(out, 2, t("Who speaks for it?"), [&] {
    html::paragraph(out, t("Members of this organization may update everything that it offers."));
    html::post_form(out,
                    {.action = Href("/capacity") / line.service.to_string() / "keeper",
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Who speaks for it?")},
                    [&] {
                      html::select(out, {.words = {.name = "keeper", .label = t("Organization")},
                                         .options = options,
                                         .empty_choice = t("Only those who keep the directory")});
                      html::button(out, {.text = t("Save"), .kind = html::ButtonKind::kOutline});
                    });
  });
}

Response update_page(const Desk& deps, const Request& request) {
  const Words t(visit::language_of(request));
  const auto line =
      deps.boards.line_to_update(visit::actor_of(request), request.uuid_parameter("id"));
  if (!line) return deps.visits.failure(request, line.error(), "/capacity");
  std::vector<html::Option> lifetimes;
  for (const int hours : {4, 12, 24, 72})
    lifetimes.push_back(
        {.value = std::to_string(hours), .label = t("{0} hours", {std::to_string(hours)})});
  lifetimes.push_back({.value = "168", .label = std::string(t("7 days"))});
  html::Page page{.title = line->name, .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Capacity board")), Href("/capacity")}};
  return deps.visits.page(request, page, [&](Markup& out) {
    if (!line->organization.empty()) html::paragraph(out, line->organization);
    html::paragraph(out, t("Said last: {0}", {said_words(t, line->said, deps.clock.now())}));
    html::post_form(out,
                    {.action = Href("/capacity") / line->service.to_string(),
                     .csrf_token = visit::csrf_of(request),
                     .label = t("Room now")},
                    [&] {
                      html::select(out, {.words = {.name = "hours", .label = t("This holds for")},
                                         .options = lifetimes,
                                         .empty_choice = t("As long as is usual")});
                      html::heading(out, 2, t("Can you take someone now?"));
                      html::button_group(out, [&] {
                        for (const Choice& choice : kChoices)
                          html::button(out, {.text = pages::capacity_words(t, choice.shown),
                                             .kind = choice.kind,
                                             .name = "status",
                                             .value = code_of(choice.status),
                                             .big = true});
                      });
                    });
    write_keeper(out, deps, request, *line);
  });
}

Response set_keeper(const Desk& deps, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  const Href here = Href("/capacity") / request.uuid_parameter("id").to_string();
  const auto line = deps.boards.line_to_update(actor, request.uuid_parameter("id"));
  if (!line) return deps.visits.failure(request, line.error(), here);
  const auto keeper = trust::OrganizationId::parse(request.form().fields.get("keeper").raw());
  const auto done = deps.boards.set_keeper(actor, line->organization_id,
                                           keeper.value_or(trust::OrganizationId()));
  if (!done) return deps.visits.failure(request, done.error(), here);
  return visit::redirect(request, here);
}

Response update(const Desk& deps, const Request& request) {
  const http::Fields& fields = request.form().fields;
  const auto status = parse_capacity_status(fields.get("status").raw());
  const auto hours = to_integer(fields.get("hours").raw());
  std::optional<std::chrono::hours> lifetime;
  if (hours && *hours > 0 && *hours <= 24 * 31) lifetime = std::chrono::hours(*hours);
  if (!status) return update_page(deps, request);
  const auto done =
      deps.boards.update(visit::actor_of(request), request.uuid_parameter("id"), *status, lifetime);
  if (!done) return deps.visits.failure(request, done.error(), "/capacity");
  return visit::redirect(request, Href("/capacity"));
}

}  // namespace

void add_routes(http::Router& router, const Desk& deps) {
  router.get("/capacity", Access::signed_in(),
             [deps](Request& request) { return board_page(deps, request); },
             {.summary = "Who can take someone now"});
  router.get("/capacity.csv", Access::signed_in(),
             [deps](Request& request) { return board_csv(deps, request); },
             {.summary = "The capacity board as a table"});
  router.get("/capacity/{id:uuid}", Access::signed_in(),
             [deps](Request& request) { return update_page(deps, request); },
             {.summary = "Says whether a service has room"});
  router.post("/capacity/{id:uuid}", Access::signed_in(),
              [deps](Request& request) { return update(deps, request); },
              {.summary = "Sets whether a service has room"});
  router.post("/capacity/{id:uuid}/keeper", Access::signed_in(),
              [deps](Request& request) { return set_keeper(deps, request); },
              {.summary = "Says which member organization speaks for a service"});
  deps.visits.add_menu_item(
      {language::to_translate("Capacity board"), "/capacity", visit::ShownTo::kStaff, 20});
}

}  // namespace daybreak::directory::board
