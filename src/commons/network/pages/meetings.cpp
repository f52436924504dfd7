// SPDX-License-Identifier: AGPL-3.0-or-later
// Meetings of a task force: agenda before, attendance, decisions and actions after; as a calendar
// file.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/network/calendar.hpp"
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

std::string when_of(Instant at, Words t) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(at - day).count();
  return fmt::format("{}, {} UTC", language::format_date(t.language(), Date(day)),
                     language::format_time(t.language(), static_cast<int>(minutes)));
}

struct Meetings {
  TaskForce one;
  std::vector<Organization> members;
  std::vector<Meeting> all;
  std::string_view name_of(const Uuid& member) const {
    const auto found = std::ranges::find(members, member, &Organization::id);
    return found == members.end() ? std::string_view("–") : std::string_view(found->name);
  }
};

Result<Meetings> read(const Desk& desk, const Request& request) {
  const Uuid id = request.uuid_parameter("id");
  return Meetings{.one = TRY(desk.network.find(id)),
                  .members = TRY(desk.network.organizations(id)),
                  .all = TRY(desk.network.meetings(visit::actor_of(request), id))};
}

Href here_of(const TaskForce& one) {
  return Href("/network-desk") / one.id.to_string() / "meetings";
}

void write_actions(Markup& out, const Desk& desk, const Request& request, const Meetings& meetings,
                   const Meeting& meeting) {
  const Words t = out.words();
  html::table(
      out,
      {.caption = t("Actions"), .columns = {{t("What")}, {t("Who")}, {t("By when")}, {t("State")}}},
      [&](html::Rows& rows) {
        for (const Action& action : meeting.actions) {
          rows.row();
          rows.cell(action.words);
          rows.cell(action.owner ? meetings.name_of(*action.owner) : std::string_view("–"));
          rows.cell(action.due ? language::format_date(t.language(), *action.due) : "–");
          rows.cell([&] {
            if (action.done) return html::tag(out, t("Done"), html::TagTone::kGood);
            if (action.due && *action.due < desk.network.today())
              html::tag(out, t("Late"), html::TagTone::kBad);
            html::action_button(out, {.action = here_of(meetings.one) / action.id.to_string(),
                                      .csrf_token = visit::csrf_of(request),
                                      .text = t("Mark as done"),
                                      .kind = html::ButtonKind::kOutline});
          });
        }
      });
}

void write_meeting(Markup& out, const Desk& desk, const Request& request, const Meetings& meetings,
                   const Meeting& meeting) {
  const Words t = out.words();
  html::section(out, 2, meeting.title, [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("When"), when_of(meeting.starts_at, t));
      if (!meeting.place.empty()) list.add(t("Where"), meeting.place);
      if (!meeting.agenda.empty()) list.add(t("Agenda"), meeting.agenda);
      if (!meeting.decisions.empty()) list.add(t("Decisions"), meeting.decisions);
      if (!meeting.present.empty()) {
        std::vector<std::string> names;
        for (const Uuid& member : meeting.present) names.emplace_back(meetings.name_of(member));
        list.add(t("Who came"), join(names, ", "));
      }
    });
    if (!meeting.actions.empty()) write_actions(out, desk, request, meetings, meeting);
    if (desk.network.may(visit::actor_of(request), "edit"))
      html::link(out, t("Change: {0}", {meeting.title}),
                 here_of(meetings.one).with("meeting", meeting.id.to_string()));
  });
}

// A meeting as the form has it: day, time and actions are text until they are saved.
struct Typed {
  Meeting meeting;
  std::string day, time = "15:00", actions;
};

Typed typed_of(const Meeting& meeting, const Meetings& meetings) {
  const std::string at = format_instant(meeting.starts_at);
  Typed typed{.meeting = meeting, .day = at.substr(0, 10), .time = at.substr(11, 5), .actions = {}};
  for (const Action& action : meeting.actions) {
    typed.actions += action.words;
    if (action.owner) typed.actions += "; " + std::string(meetings.name_of(*action.owner));
    if (action.due) typed.actions += "; " + format_date(*action.due);
    typed.actions += action.done ? "; done\n" : "\n";
  }
  return typed;
}

void write_attendance(Markup& out, const Meetings& meetings, const Meeting& meeting) {
  const Words t = out.words();
  std::vector<html::Option> came;
  for (const Organization& member : meetings.members)
    came.push_back(
        {.value = member.id.to_string(),
         .label = member.name,
         .selected = std::ranges::find(meeting.present, member.id) != meeting.present.end()});
  if (!came.empty())
    html::checkboxes(out, {.words = {.name = "present", .label = t("Who came")},
                           .options = came,
                           .in_columns = true});
}

void write_form(Markup& out, const Request& request, const Meetings& meetings, const Typed& typed,
                std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const Meeting& meeting = typed.meeting;
  const auto text = [&](std::string_view name, std::string_view label, std::string_view hint,
                        std::string_view value) {
    html::text_area(out, {.words = {.name = name,
                                    .label = label,
                                    .hint = hint,
                                    .error = html::error_of(errors, name)},
                          .value = value,
                          .rows = 4});
  };
  html::post_form(
      out,
      {.action = here_of(meetings.one),
       .csrf_token = visit::csrf_of(request),
       .guard_changes = true,
       .label = t("Meeting")},
      [&] {
        if (!meeting.id.is_nil()) html::hidden_field(out, "meeting", meeting.id.to_string());
        html::text_input(out, {.words = {.name = "title",
                                         .label = t("Title"),
                                         .error = html::error_of(errors, "title")},
                               .value = meeting.title});
        html::date_picker(
            out,
            {.words = {.name = "day", .label = t("Day"), .error = html::error_of(errors, "day")},
             .value = typed.day});
        html::text_input(out, {.words = {.name = "time", .label = t("Time (UTC)")},
                               .value = typed.time,
                               .type = html::InputType::kTime,
                               .width = html::FieldWidth::kSmall});
        html::text_input(
            out, {.words = {.name = "place", .label = t("Place or link")}, .value = meeting.place});
        text("agenda", t("Agenda"), t("Name no survivor and no case."), meeting.agenda);
        text("decisions", t("Decisions"), {}, meeting.decisions);
        write_attendance(out, meetings, meeting);
        text("actions", t("Actions"),
             t("One a line: what; who (a member as written above); by when (2026-12-01); \"done\" "
               "when it is."),
             typed.actions);
        html::button(out, {.text = t("Save")});
      });
}

Response show(const Desk& desk, const Request& request, const Typed* again = nullptr,
              std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const auto meetings = read(desk, request);
  if (!meetings) return desk.visits.failure(request, meetings.error(), "/task-forces");
  html::Page page{.title = t("Meetings and actions"), .audience = html::Audience::kStaff};
  page.crumbs = {{meetings->one.name, Href("/task-forces") / meetings->one.id.to_string()}};
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        if (meetings->all.empty())
          html::empty_state(out, {.title = t("No meeting is written down"),
                                  .what_to_do = t("The coordinator adds the next one below, with "
                                                  "its agenda.")});
        else
          html::link(out, t("Calendar file"),
                     Href("/network-desk") / meetings->one.id.to_string() / "meetings.ics");
        for (const Meeting& meeting : meetings->all)
          write_meeting(out, desk, request, *meetings, meeting);
        if (!desk.network.may(visit::actor_of(request), "edit")) return;
        Typed typed;
        if (again != nullptr) typed = *again;
        const auto asked = Uuid::parse(request.query().get("meeting").raw());
        for (const Meeting& meeting : meetings->all)
          if (again == nullptr && asked && meeting.id == *asked)
            typed = typed_of(meeting, *meetings);
        html::section(out, 2,
                      typed.meeting.id.is_nil() ? t("Add a meeting") : t("Change the meeting"),
                      [&] { write_form(out, request, *meetings, typed, errors); });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

// "Print the number; Example House; 2026-12-01; done".
std::vector<Action> parse_actions(const std::string& text, const Meetings& meetings) {
  std::vector<Action> actions;
  for (std::string_view line : split(text, '\n')) {
    const auto parts = split(line, ';');
    if (trim(parts[0]).empty()) continue;
    Action action{.id = {}, .words = std::string(trim(parts[0])), .owner = {}, .due = {}};
    for (std::size_t i = 1; i < parts.size(); ++i) {
      if (const auto day = parse_date(trim(parts[i]))) action.due = *day;
      action.done = action.done || equals_ignoring_case_ascii(trim(parts[i]), "done");
      for (const Organization& member : meetings.members)
        if (equals_ignoring_case_ascii(member.name, trim(parts[i]))) action.owner = member.id;
    }
    actions.push_back(std::move(action));
  }
  return actions;
}

Response save(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto meetings = read(desk, request);
  if (!meetings) return desk.visits.failure(request, meetings.error(), "/task-forces");
  const http::Fields& fields = request.form().fields;
  const auto text = [&](std::string_view name) {
    return std::string(trim(replace_all(fields.get(name).raw(), "\r\n", "\n")));
  };
  Meeting meeting{.id = Uuid::parse(text("meeting")).value_or(Uuid()),
                  .title = text("title"),
                  .place = text("place"),
                  .agenda = text("agenda"),
                  .decisions = text("decisions"),
                  .starts_at = {},
                  .present = {},
                  .actions = parse_actions(text("actions"), *meetings)};
  for (const auto& member : fields.every("present"))
    if (const auto id = Uuid::parse(member.raw());
        id &&
        std::ranges::find(meetings->members, *id, &Organization::id) != meetings->members.end())
      meeting.present.push_back(*id);
  std::vector<html::FieldError> errors;
  if (const auto at = parse_instant(text("day") + "T" + text("time") + ":00Z"))
    meeting.starts_at = *at;
  else
    errors.push_back({"day", std::string(t("Give a day, and a time such as 15:00."))});
  if (errors.empty()) {
    const auto saved =
        desk.network.save_meeting(visit::actor_of(request), meetings->one.id, meeting);
    if (saved) return visit::redirect(request, here_of(meetings->one));
    if (saved.error().kind != ErrorKind::kInvalid)
      return desk.visits.failure(request, saved.error(), here_of(meetings->one));
    errors.push_back(
        {saved.error().place, std::string(t("Give a title, and shorten what is too long."))});
  }
  const Typed typed{
      .meeting = meeting, .day = text("day"), .time = text("time"), .actions = text("actions")};
  return show(desk, request, &typed, errors);
}

}  // namespace

void add_meeting_routes(http::Router& router, const Desk& desk) {
  router.get("/network-desk/{id:uuid}/meetings", Access::signed_in(),
             [desk](Request& request) { return show(desk, request); },
             {.summary = "Meetings of a task force and what was agreed"});
  router.post("/network-desk/{id:uuid}/meetings", Access::signed_in(),
              [desk](Request& request) { return save(desk, request); },
              {.summary = "Adds a meeting"});
  router.post("/network-desk/{id:uuid}/meetings/{action:uuid}", Access::signed_in(),
              [desk](Request& request) {
                const auto done = desk.network.finish_action(visit::actor_of(request),
                                                             request.uuid_parameter("action"));
                const Href here =
                    Href("/network-desk") / request.uuid_parameter("id").to_string() / "meetings";
                if (!done) return desk.visits.failure(request, done.error(), here);
                return visit::redirect(request, here);
              },
              {.summary = "Marks an action as done"});
  router.get("/network-desk/{id:uuid}/meetings.ics", Access::signed_in(),
             [desk](Request& request) {
               const auto meetings = read(desk, request);
               if (!meetings) return desk.visits.failure(request, meetings.error(), "/task-forces");
               Response response = Response::of(
                   "text/calendar; charset=utf-8",
                   to_icalendar(meetings->all, meetings->one.name, desk.network.clock().now()));
               response.as_download("meetings.ics");
               return response;
             },
             {.summary = "Meetings of a task force as a calendar file"});
}

}  // namespace daybreak::network::pages
