// SPDX-License-Identifier: AGPL-3.0-or-later
// The facts register for staff: what is due and for whom, where a fact stands, what it said before,
// and the form that corrects it.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/library/pages/pages.hpp"
#include "commons/library/upkeep.hpp"
#include "commons/library/words.hpp"
#include "language/format.hpp"

namespace daybreak::library::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kFacts("/facts");
constexpr int kDueWithin = 60;

// One line of the list.
struct Line {
  const Fact* fact;
  Standing standing;
  int days_left;
  std::size_t uses;
};

struct Asked {
  std::string show, owner, sort;
};

Asked read_asked(const Request& request) {
  const auto word = [&](std::string_view name) { return request.query().get(name).raw(); };
  return {word("show").empty() ? "due" : word("show"), word("owner"),
          word("sort").empty() ? "review" : word("sort")};
}

std::vector<Line> lines_of(const Library& library, const Asked& asked, Date today,
                           const std::set<std::string>& corrected) {
  std::vector<Line> lines;
  for (const Due& due : due_facts(library, today, 100 * 366)) {
    const bool is_due = due.standing != Standing::kCurrent || due.days_left <= kDueWithin;
    if ((asked.show == "due" && !is_due) ||
        (asked.show == "disputed" && due.standing != Standing::kDisputed) ||
        (asked.show == "expired" && due.standing != Standing::kExpired) ||
        (asked.show == "corrected" && !corrected.contains(due.fact->id)) ||
        (!asked.owner.empty() && due.fact->owner != asked.owner))
      continue;
    lines.push_back({due.fact, due.standing, due.days_left, uses_of(library, *due.fact).size()});
  }
  const std::string key = asked.sort.starts_with('-') ? asked.sort.substr(1) : asked.sort;
  const auto less = [&](const Line& a, const Line& b) {
    if (key == "fact") return a.fact->text.en < b.fact->text.en;
    if (key == "owner") return a.fact->owner < b.fact->owner;
    if (key == "uses") return a.uses < b.uses;
    return a.fact->review_by < b.fact->review_by;
  };
  std::ranges::stable_sort(lines, less);
  if (asked.sort.starts_with('-')) std::ranges::reverse(lines);
  return lines;
}

std::set<std::string> corrected_facts(const Desk& desk) {
  std::set<std::string> ids;
  if (const auto changes = desk.facts.changes({}, 10000))
    for (const RegisterChange& change : *changes) ids.insert(change.after.id);
  return ids;
}

void write_filters(Markup& out, const Library& library, const Asked& asked) {
  const Words t = out.words();
  const std::pair<std::string_view, std::string_view> shows[] = {
      {"due", t("Due within 60 days, disputed or out of date")},
      {"disputed", t("Sources disagree")},
      {"expired", t("Out of date")},
      {"corrected", t("Corrected here")},
      {"all", t("All facts")}};
  std::vector<html::Option> what, owners;
  for (const auto& [value, label] : shows)
    what.push_back({.value = std::string(value),
                    .label = std::string(label),
                    .selected = asked.show == value});
  std::set<std::string> names;
  for (const Fact& fact : library.facts) names.insert(fact.owner);
  for (const std::string& name : names)
    owners.push_back({.value = name, .label = name, .selected = asked.owner == name});
  html::get_form(out, {.action = kFacts, .label = t("Which facts")}, [&] {
    html::select(out, {.words = {.name = "show", .label = t("Show")}, .options = what});
    html::select(out, {.words = {.name = "owner", .label = t("Owner")},
                       .options = owners,
                       .empty_choice = t("Any owner")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_lines(Markup& out, const std::vector<Line>& lines, const Asked& asked) {
  const Words t = out.words();
  const Href base = kFacts.with("show", asked.show).with("owner", asked.owner);
  const bool down = asked.sort.starts_with('-');
  html::table(
      out,
      {.caption = t.plural("{0} fact", "{0} facts", static_cast<std::int64_t>(lines.size())),
       .columns = {{t("Fact"), html::Align::kLeft, "fact"},
                   {t("State")},
                   {t("Owner"), html::Align::kLeft, "owner"},
                   {t("Review by"), html::Align::kLeft, "review"},
                   {t("Pages"), html::Align::kRight, "uses"}},
       .sorting = html::Sorting{.key = down ? asked.sort.substr(1) : asked.sort,
                                .direction = down ? html::Direction::kDescending
                                                  : html::Direction::kAscending,
                                .base = base}},
      [&](html::Rows& rows) {
        for (const Line& line : lines) {
          rows.row();
          rows.link(line.fact->text.in(t.language()), kFacts / line.fact->id);
          rows.cell([&] {
            html::tag(out, standing_name(line.standing, t),
                      line.standing == Standing::kCurrent ? html::TagTone::kGood
                                                          : html::TagTone::kCaution);
          });
          rows.cell(line.fact->owner);
          rows.cell(language::format_date(t.language(), line.fact->review_by,
                                          language::DateStyle::kShort));
          rows.number(static_cast<std::int64_t>(line.uses));
        }
      });
}

Response show_list(const Request& request, const Desk& desk) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  if (!desk.facts.may(actor, "list")) return desk.visits.refusal(request, Status::kNotFound);
  const auto library = desk.facts.library();
  const Asked asked = read_asked(request);
  const auto lines = lines_of(*library, asked, today_of(desk.clock), corrected_facts(desk));
  return desk.visits.page(
      request, {.title = t("Facts register"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::lead(out, t("Every fact that pages and documents quote, who answers for it, and when "
                          "it is read again."));
        write_filters(out, *library, asked);
        if (lines.empty())
          html::empty_state(out, {.title = t("No fact is in this list"),
                                  .what_to_do = t("Nothing waits here. Look at all facts."),
                                  .action = t("All facts"),
                                  .href = kFacts.with("show", "all")});
        else
          write_lines(out, lines, asked);
        html::button_group(out, [&] {
          if (desk.facts.may(actor, "create"))
            html::link_button(out, {.text = t("Add a fact"), .href = kFacts / "new"});
          html::link_button(out, {.text = t("Download as a table (CSV)"),
                                  .href = Href("/facts.csv")
                                              .with("show", asked.show)
                                              .with("owner", asked.owner)
                                              .with("sort", asked.sort),
                                  .kind = html::ButtonKind::kOutline});
          html::link_button(out, {.text = t("What changed"),
                                  .href = "/signs/changes",
                                  .kind = html::ButtonKind::kOutline});
        });
      });
}

Response export_list(const Request& request, const Desk& desk) {
  if (!desk.facts.may(visit::actor_of(request), "list"))
    return desk.visits.refusal(request, Status::kNotFound);
  const auto library = desk.facts.library();
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"id", "english", "spanish", "source", "place", "as_of", "review_by", "owner",
           "jurisdiction", "state", "pages"});
  const Words t(language::Language::kEnglish);
  for (const Line& line :
       lines_of(*library, read_asked(request), today_of(desk.clock), corrected_facts(desk))) {
    const Fact& fact = *line.fact;
    std::vector<std::string> pages;
    for (const Reference* reference : uses_of(*library, fact)) pages.push_back(reference->id);
    csv.row({fact.id, fact.text.en, fact.text.es, fact.source, fact.place, format_date(fact.as_of),
             format_date(fact.review_by), fact.owner, fact.jurisdiction,
             standing_name(line.standing, t), join(pages, " ")});
  }
  Response response = Response::of("text/csv; charset=utf-8", text);
  response.as_download("facts.csv");
  return response;
}

}  // namespace

void add_fact_routes(http::Router& router, const Desk& desk) {
  desk.visits.add_menu_item({.label = language::to_translate("Facts register"),
                             .path = "/facts",
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 62,
                             .fits = [desk](const trust::Session& session) {
                               return desk.facts.may(session.actor("web", ""), "edit");
                             }});
  desk.visits.add_today_part([desk](const trust::Session& session, Markup& out) {
    const Words t = out.words();
    if (!desk.facts.may(session.actor("web", ""), "edit")) return 0;
    const auto library = desk.facts.library();
    const auto due = static_cast<int>(std::ranges::count_if(
        due_facts(*library, today_of(desk.clock), 14),
        [](const Due& one) { return one.standing == Standing::kExpired || one.days_left <= 14; }));
    if (due == 0) return 0;
    html::section(out, 2, t("Facts to read again"), [&] {
      html::link(out, t.plural("{0} fact is due", "{0} facts are due", due), kFacts);
    });
    return due;
  });
  router.get("/facts", Access::signed_in(),
             [desk](Request& request) { return show_list(request, desk); });
  router.get("/facts.csv", Access::signed_in(),
             [desk](Request& request) { return export_list(request, desk); });
  add_fact_pages(router, desk);
}

}  // namespace daybreak::library::pages
