// SPDX-License-Identifier: AGPL-3.0-or-later
// What was agreed in all meetings, as a list of one's own, of what is late, or of all; and the
// calendar to which a member's program subscribes.
#include <algorithm>
#include <map>

#include "base/csv.hpp"
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

const Href kActions("/network-desk/actions");
const Href kCalendar("/network-desk/calendar");
constexpr std::chrono::days kSoon{14};

using Names = std::map<trust::MemberId, std::string>;

// Those whom the reader may know by name.
Names names_for(const Desk& desk, const trust::Actor& actor) {
  Names names;
  const auto members = desk.members.list(actor);
  if (members)
    for (const trust::Member& member : *members)
      if (member.state == trust::MemberState::kActive) names[member.id] = member.name;
  return names;
}

struct Shown {
  std::vector<AgreedAction> all;
  std::string show;
  html::Sorting sorting;
  Href address() const { return kActions.with("show", show); }
};

bool is_late(const AgreedAction& one, Date today) {
  return !one.action.done && one.action.due && *one.action.due < today;
}

Result<Shown> read(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  Shown shown{.all = TRY(desk.network.actions(actor)),
              .show = request.query().get("show").raw(),
              .sorting = {}};
  constexpr std::string_view kShows[] = {"mine", "late", "done", "all"};
  if (std::ranges::find(kShows, shown.show) == std::end(kShows)) shown.show = "open";
  shown.sorting = visit::sorting_of(request, shown.address(), "due");
  std::erase_if(shown.all, [&](const AgreedAction& one) {
    if (shown.show == "mine") return one.action.done || !one.is_of(actor);
    if (shown.show == "late") return !is_late(one, desk.network.today());
    if (shown.show == "done") return !one.action.done;
    return shown.show == "open" && one.action.done;
  });
  std::ranges::stable_sort(shown.all, {}, [&](const AgreedAction& one) {
    if (shown.sorting.key == "who") return to_lower_ascii(one.owner_name);
    if (shown.sorting.key == "task_force") return to_lower_ascii(one.task_force_name);
    return one.action.due ? format_date(*one.action.due) : std::string("9999");
  });
  if (shown.sorting.direction == html::Direction::kDescending) std::ranges::reverse(shown.all);
  return shown;
}

std::string to_csv(const Shown& shown) {
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"action", "who", "due", "done", "task_force", "meeting"});
  for (const AgreedAction& one : shown.all)
    csv.row({one.action.words, one.owner_name, day_of(one.action.due),
             one.action.done ? "yes" : "no", one.task_force_name, one.meeting_title});
  return text;
}

void write_tabs(Markup& out, const Shown& shown) {
  const Words t = out.words();
  std::vector<html::Tab> tabs;
  const auto add = [&](const char* show, std::string_view words) {
    tabs.push_back({std::string(words), kActions.with("show", show), shown.show == show});
  };
  add("open", t("Open"));
  add("mine", t("Mine"));
  add("late", t("Late"));
  add("done", t("Done"));
  add("all", t("All"));
  html::tabs(out, t("Which actions"), tabs);
}

// Buttons of one open action: done, and who takes it.
void write_hand(Markup& out, const Request& request, const AgreedAction& one, const Names& names) {
  const Words t = out.words();
  if (one.action.done) return html::tag(out, t("Done"), html::TagTone::kGood);
  const Href here = kActions / one.action.id.to_string();
  html::action_button(out, {.action = here / "done",
                            .csrf_token = visit::csrf_of(request),
                            .text = t("Mark as done"),
                            .kind = html::ButtonKind::kOutline});
  std::vector<html::Option> colleagues;
  for (const auto& [id, name] : names)
    colleagues.push_back({.value = id.to_string(),
                          .label = name,
                          .selected = one.action.member && *one.action.member == id});
  if (colleagues.empty()) return;
  std::ranges::sort(colleagues, {}, &html::Option::label);
  html::post_form(out,
                  {.action = here / "give",
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Who does it: {0}", {one.action.words})},
                  [&] {
                    html::select(out, {.words = {.name = "to-" + one.action.id.to_string(),
                                                 .label = t("Who does it")},
                                       .options = colleagues});
                    html::button(out, {.text = t("Give"), .kind = html::ButtonKind::kOutline});
                  });
}

void write_list(Markup& out, const Desk& desk, const Request& request, const Shown& shown) {
  const Words t = out.words();
  const Names names = names_for(desk, visit::actor_of(request));
  html::table(out,
              {.caption = t("Actions"),
               .columns = {{t("What")},
                           {t("Who"), html::Align::kLeft, "who"},
                           {t("By when"), html::Align::kLeft, "due"},
                           {t("Task force"), html::Align::kLeft, "task_force"},
                           {t("Change")}},
               .sorting = shown.sorting,
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const AgreedAction& one : shown.all) {
                  rows.row();
                  rows.cell(one.action.words);
                  rows.cell([&] {
                    out.text(one.owner_name.empty() ? "–" : one.owner_name);
                    if (!one.action.member) return;
                    const auto known = names.find(*one.action.member);
                    out.text(" · ").text(known == names.end() ? t("a colleague")
                                                              : std::string_view(known->second));
                  });
                  rows.cell([&] {
                    out.text(one.action.due ? language::format_date(t.language(), *one.action.due,
                                                                    language::DateStyle::kShort)
                                            : "–");
                    if (is_late(one, desk.network.today())) {
                      out.text(" ");
                      html::tag(out, t("Late"), html::TagTone::kBad);
                    }
                  });
                  rows.link(one.task_force_name + ": " + one.meeting_title,
                            Href("/network-desk") / one.task_force.to_string() / "meetings");
                  rows.cell([&] { write_hand(out, request, one, names); });
                }
              });
}

Response actions(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto shown = read(desk, request);
  if (!shown) return desk.visits.failure(request, shown.error(), "/task-forces");
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(to_csv(*shown), "actions.csv");
  return desk.visits.page(
      request,
      {.title = t("Actions of all meetings"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        write_tabs(out, *shown);
        if (shown->all.empty())
          html::empty_state(
              out, {.title = t("No action here"),
                    .what_to_do = t("Actions are written down with the meeting that agreed on "
                                    "them.")});
        else
          write_list(out, desk, request, *shown);
        html::paragraph(out, [&] {
          html::link(out, t("Download as a table (CSV)"), shown->address().with("format", "csv"));
          out.text(" · ");
          html::link(out, t("As a calendar"), kCalendar);
        });
      });
}

Response give(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  const Uuid action = request.uuid_parameter("action");
  const auto to = trust::MemberId::parse(visit::text_of(request, "to-" + action.to_string()));
  if (!to || !names_for(desk, actor).contains(*to))
    return desk.visits.refusal(request, Status::kUnprocessable);
  const auto given = desk.network.give_action(actor, action, *to);
  if (!given) return desk.visits.failure(request, given.error(), kActions);
  return visit::redirect(request, kActions);
}

// `fresh` is the address just made; it is shown this once.
Response calendar_page(const Desk& desk, const Request& request, const std::string& fresh = {}) {
  const Words t(visit::language_of(request));
  const auto has = desk.network.has_feed(visit::actor_of(request));
  if (!has) return desk.visits.failure(request, has.error(), "/task-forces");
  html::Page page{.title = t("Your calendar"), .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Actions of all meetings")), kActions}};
  return desk.visits.page(request, page, [&](Markup& out) {
    html::paragraph(out, t("Meetings, actions and reviews that are due, for your calendar program. "
                           "The program reads them by an address that only you know."));
    if (!fresh.empty()) {
      html::alert(out, {.kind = html::AlertKind::kSuccess,
                        .text = t("Put this address into your calendar program now. It is shown "
                                  "only this once."),
                        .announce = true});
      html::paragraph(out, [&] { out.element("code", {}, fresh); });
    }
    const auto button = [&](std::string_view text, std::string_view act, html::ButtonKind kind) {
      html::action_button(out, {.action = kCalendar,
                                .csrf_token = visit::csrf_of(request),
                                .text = text,
                                .kind = kind,
                                .name = "act",
                                .value = act});
    };
    button(*has ? t("Make a new address; the old one ends") : t("Make an address"), "make",
           html::ButtonKind::kPrimary);
    if (*has) button(t("End it"), "end", html::ButtonKind::kDanger);
  });
}

Response change_calendar(const Desk& desk, const Request& request) {
  const trust::Actor actor = visit::actor_of(request);
  if (visit::text_of(request, "act") == "end") {
    const auto ended = desk.network.end_feed(actor);
    if (!ended) return desk.visits.failure(request, ended.error(), kCalendar);
    return visit::redirect(request, kCalendar);
  }
  const auto token = desk.network.make_feed(actor);
  if (!token) return desk.visits.failure(request, token.error(), kCalendar);
  return calendar_page(
      desk, request,
      desk.visits.settings().url + "/calendars/" + token->reveal() + "/meetings.ics");
}

// Who subscribed, as it is now: nothing for someone who left.
Result<trust::Actor> subscriber(const Desk& desk, const std::string& key) {
  const auto id = TRY(desk.network.feed_owner(Secret<std::string>(key)));
  const auto member = id ? TRY(desk.members.find(*id)) : std::nullopt;
  const auto organization =
      member ? TRY(desk.members.find_organization(member->organization)) : std::nullopt;
  if (!organization || !organization->active || member->state != trust::MemberState::kActive)
    return fail(ErrorKind::kNotFound, "there is no such calendar");
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = member->id;
  actor.organization = organization->id;
  actor.organization_kind = organization->kind;
  actor.standing = organization->standing;
  actor.roles = member->roles;
  actor.source = "calendar";
  return actor;
}

Response calendar(const Desk& desk, const Request& request) {
  const auto actor = subscriber(desk, std::string(request.parameter("key")));
  if (!actor) return desk.visits.refusal(request, Status::kNotFound);
  const auto events = desk.network.events(*actor);
  if (!events) return desk.visits.refusal(request, Status::kNotFound);
  return Response::of(
      "text/calendar; charset=utf-8",
      to_icalendar(*events, desk.visits.settings().site_name, desk.network.clock().now()));
}

int write_waiting(const Desk& desk, const trust::Session& session, Markup& out) {
  const Words t = out.words();
  const trust::Actor actor = session.actor("web", {});
  if (!desk.network.may(actor, "meet")) return 0;
  const auto all = desk.network.actions(actor);
  if (!all) return 0;
  const Date soon(std::chrono::sys_days(desk.network.today()) + kSoon);
  std::vector<const AgreedAction*> mine;
  for (const AgreedAction& one : *all)
    if (!one.action.done && one.is_of(actor) && one.action.due && *one.action.due <= soon)
      mine.push_back(&one);
  if (mine.empty()) return 0;
  html::section(out, 2, t("Agreed in meetings"), [&] {
    html::list(out, html::ListKind::kBullets, mine.size(), [&](std::size_t i) {
      html::link(out, mine[i]->action.words, kActions.with("show", "mine"));
      out.text(", ").text(language::format_date(t.language(), *mine[i]->action.due));
      if (is_late(*mine[i], desk.network.today())) html::tag(out, t("Late"), html::TagTone::kBad);
    });
  });
  return static_cast<int>(mine.size());
}

}  // namespace

void add_work_routes(http::Router& router, const Desk& desk) {
  router.get("/network-desk/actions", Access::signed_in(),
             [desk](Request& request) { return actions(desk, request); },
             {.summary = "Actions of all meetings"});
  router.post("/network-desk/actions/{action:uuid}/done", Access::signed_in(),
              [desk](Request& request) {
                const auto done = desk.network.finish_action(visit::actor_of(request),
                                                             request.uuid_parameter("action"));
                if (!done) return desk.visits.failure(request, done.error(), kActions);
                return visit::redirect(request, kActions);
              },
              {.summary = "Marks an action as done"});
  router.post("/network-desk/actions/{action:uuid}/give", Access::signed_in(),
              [desk](Request& request) { return give(desk, request); },
              {.summary = "Gives an action to a colleague"});
  router.get("/network-desk/calendar", Access::signed_in(),
             [desk](Request& request) { return calendar_page(desk, request); },
             {.summary = "The own calendar"});
  router.post("/network-desk/calendar", Access::signed_in(),
              [desk](Request& request) { return change_calendar(desk, request); },
              {.summary = "Makes or ends the address of the own calendar"});
  router.get("/calendars/{key}/meetings.ics", Access::anyone(),
             [desk](Request& request) { return calendar(desk, request); },
             {.summary = "A calendar, by an address that only its owner knows"});
  desk.visits.add_today_part([desk](const trust::Session& session, Markup& out) {
    return write_waiting(desk, session, out);
  });
}

}  // namespace daybreak::network::pages
