// SPDX-License-Identifier: AGPL-3.0-or-later
// The day sheet: services of many people written at once, of a group, the same again, and corrected
// by who wrote them.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/desk/service_fields.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using clients::ClientLine;
using clients::Clients;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using services::EventId;
using services::ServiceEvent;
using services::Services;

constexpr std::int64_t kMostPeople = 25;
constexpr std::size_t kMostLines = 60;

const Href kSheet("/vault/services");

// Whom this member served last; where these are few, the newest open files too.
Result<std::vector<ClientLine>> people_of(const Work& work) {
  auto lines = TRY(Clients(work).open_lines(TRY(Services(work).my_people(kMostPeople))));
  std::set<ClientId> known;
  for (const ClientLine& line : lines) known.insert(line.id);
  if (lines.size() < static_cast<std::size_t>(kMostPeople))
    for (ClientLine& line : TRY(Clients(work).list({.most = kMostPeople})).lines)
      if (lines.size() < static_cast<std::size_t>(kMostPeople) && known.insert(line.id).second)
        lines.push_back(std::move(line));
  return lines;
}

Date day_of(const Desk& desk, const Request& request) {
  const auto asked = parse_date(request.query().get("day").raw());
  return asked ? *asked : today(desk.clock);
}

std::string title_of(const std::vector<ClientLine>& people, const Work& work, ClientId id) {
  for (const ClientLine& line : people)
    if (line.id == id) return client_title(line.number, line.initials);
  const auto line = Clients(work).line(id);
  return line ? client_title(line->number, line->initials) : std::string("–");
}

void write_line_fields(Markup& out, html::Rows& rows, const ClientLine& line, std::size_t number,
                       const std::string& category, Date day) {
  const Words t = out.words();
  const std::string who = client_title(line.number, line.initials);
  const std::string at = "_" + std::to_string(number);
  rows.row();
  rows.cell([&] {
    html::hidden_field(out, "client" + at, line.id.to_string());
    html::link(out, who, file_address(line.id));
  });
  rows.cell([&] {
    html::select(out, {.words = {.name = "category" + at,
                                 .label = t("Service for {0}", {who}),
                                 .label_hidden = true},
                       .options = options_of(t, "service_category", category, day)});
  });
  rows.cell([&] {
    html::text_input(out, {.words = {.name = "minutes" + at,
                                     .label = t("Minutes for {0}", {who}),
                                     .label_hidden = true},
                           .width = html::FieldWidth::kTiny,
                           .autocomplete = "off",
                           .input_mode = "numeric"});
  });
}

void write_sheet_form(Markup& out, const Request& request, const Work& work, Date day, Date latest,
                      const std::vector<ClientLine>& people, const ServiceEvent& last) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = kSheet,
       .csrf_token = visit::csrf_of(request),
       .guard_changes = true,
       .label = t("Services of the day")},
      [&] {
        html::table(out,
                    {.caption = t("Write minutes where you did something; leave the rest empty"),
                     .columns = {{t("Person")}, {t("Service")}, {t("Minutes")}},
                     .compact = true},
                    [&](html::Rows& rows) {
                      for (std::size_t i = 0; i < people.size(); ++i)
                        write_line_fields(out, rows, people[i], i + 1, last.category, day);
                    });
        html::field_group(out, t("Somebody else"), t("The number of the file, as C-12."), [&] {
          html::text_input(out, {.words = {.name = "number", .label = t("Number of the file")},
                                 .width = html::FieldWidth::kSmall,
                                 .autocomplete = "off"});
          html::select(out, {.words = {.name = "category", .label = t("Service")},
                             .options = options_of(t, "service_category", last.category, day)});
          html::text_input(out, {.words = {.name = "minutes", .label = t("Minutes")},
                                 .width = html::FieldWidth::kTiny,
                                 .autocomplete = "off",
                                 .input_mode = "numeric"});
        });
        html::field_group(out, t("For all lines"), {},
                          [&] { write_common_fields(out, work, last, day, latest); });
        html::button(out, {.text = t("Add the services")});
      });
}

void write_written(Markup& out, const Request& request, const Work& work, Date day,
                   const std::vector<ClientLine>& people, const std::vector<ServiceEvent>& events) {
  const Words t = out.words();
  if (events.empty())
    return html::empty_state(out, {.title = t("Nothing is written for this day yet"),
                                   .what_to_do = t("Write the minutes beside a person above.")});
  html::note(out, t.plural("{0} person served", "{0} people served, each counted once",
                           static_cast<std::int64_t>(services::people_in(events))));
  html::table(out,
              {.caption = t("What you wrote for {0}", {day_words(t, day)}),
               .columns = {{t("Person")},
                           {t("Service")},
                           {t("Minutes"), html::Align::kRight},
                           {t("How")},
                           {t("Change")},
                           {t("Again")}}},
              [&](html::Rows& rows) {
                for (const ServiceEvent& event : events) {
                  const Href here = kSheet / event.id.to_string();
                  rows.row();
                  rows.cell(title_of(people, work, event.client) +
                            (event.for_family ? " · " + std::string(t("family")) : std::string()) +
                            (event.together ? " · " + std::string(t("group")) : std::string()));
                  rows.cell(code_words(t, "service_category", event.category));
                  rows.number(event.minutes);
                  rows.cell(code_words(t, "mode", event.mode));
                  rows.link(t("Correct"), here);
                  rows.cell([&] {
                    html::action_button(out, {.action = here / "again",
                                              .csrf_token = visit::csrf_of(request),
                                              .text = t("The same again today"),
                                              .kind = html::ButtonKind::kUnstyled});
                  });
                }
              });
}

Response sheet_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const Date day = day_of(desk, request);
    const auto people = people_of(work);
    if (!people) return desk.visits.failure(request, people.error(), kSheet);
    const auto events = Services(work).day_sheet(day);
    const auto last = Services(work).last({});
    if (!events) return desk.visits.failure(request, events.error(), kSheet);
    if (!last) return desk.visits.failure(request, last.error(), kSheet);
    return vault_page(desk, request,
                      {.title = t("Services of the day"),
                       .audience = html::Audience::kStaff,
                       .window_title = t("Your work"),
                       .crumbs = {{std::string(t("People you work with")), Href("/vault/clients")}},
                       .wide = true},
                      [&](Markup& out) {
                        html::button_group(out, [&] {
                          html::link_button(out, {.text = t("A service for a group"),
                                                  .href = kSheet / "group",
                                                  .kind = html::ButtonKind::kOutline});
                        });
                        if (people->empty())
                          html::empty_state(out, {.title = t("Nobody is here"),
                                                  .what_to_do = t("Begin with a new person."),
                                                  .action = t("New person"),
                                                  .href = "/vault/clients/new"});
                        else
                          write_sheet_form(out, request, work, day, today(desk.clock), *people,
                                           last->value_or(ServiceEvent{}));
                        html::heading(out, 2, t("Written by you"));
                        write_written(out, request, work, day, *people, *events);
                      });
  });
}

Result<ClientId> client_in(const Work& work, const std::string& text) {
  const auto found = TRY(Clients(work).by_number(text));
  if (found) return *found;
  return fail(ErrorKind::kInvalid, "there is no open file of this number", "field number",
              "Look it up in the list");
}

// The lines that have minutes, with the fields that are common to all.
Result<std::vector<ServiceEvent>> lines_in(const Work& work, const http::Fields& fields) {
  const ServiceEvent common = read_common_fields(fields);
  std::vector<ServiceEvent> lines;
  const auto add = [&](ClientId client, const std::string& at) {
    ServiceEvent line = common;
    line.client = client;
    line.category = fields.get("category" + at).raw();
    line.minutes = minutes_in(fields, "minutes" + at);
    lines.push_back(std::move(line));
  };
  for (std::size_t i = 1; i <= kMostLines; ++i) {
    const std::string at = "_" + std::to_string(i);
    if (trim(fields.get("minutes" + at).raw()).empty()) continue;
    const auto client = ClientId::parse(fields.get("client" + at).raw());
    if (!client) return fail(ErrorKind::kInvalid, "a line has no person", "field client");
    add(*client, at);
  }
  if (!trim(fields.get("number").raw()).empty())
    add(TRY(client_in(work, fields.get("number").raw())), "");
  return lines;
}

Result<void> save_sheet(const Work& work, const http::Fields& fields) {
  return Services(work).add_many(TRY(lines_in(work, fields)));
}

void write_attendees(Markup& out, const Work& work, const std::vector<ClientLine>& people) {
  const Words t = out.words();
  std::vector<html::Option> options;
  std::vector<ClientId> ids;
  for (const ClientLine& line : people) ids.push_back(line.id);
  const auto households = Clients(work).households(ids);
  for (const ClientLine& line : people) {
    const std::string who = client_title(line.number, line.initials);
    options.push_back({.value = line.id.to_string(), .label = who});
    if (!households || !households->contains(line.id)) continue;
    for (const clients::Relative& one : households->at(line.id)) {
      std::string label = who + " · " + code_words(t, "relation", one.relation);
      if (!one.age_group.empty()) label += ", " + code_words(t, "age_group", one.age_group);
      options.push_back({.value = line.id.to_string() + "/" + one.id.to_string(), .label = label});
    }
  }
  html::checkboxes(out, {.words = {.name = "who",
                                   .label = t("Who was there"),
                                   .hint = t("Children and family members too. Each one is counted "
                                             "once.")},
                         .options = options,
                         .in_columns = true});
}

Response group_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto people = people_of(work);
    if (!people) return desk.visits.failure(request, people.error(), kSheet / "group");
    ServiceEvent usual{.minutes = 60, .mode = "group"};
    return vault_page(
        desk, request,
        {.title = t("A service for a group"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("People you work with")), Href("/vault/clients")},
                    {std::string(t("Services of the day")), kSheet}}},
        [&](Markup& out) {
          html::post_form(
              out,
              {.action = kSheet / "group",
               .csrf_token = visit::csrf_of(request),
               .guard_changes = true,
               .label = t("A service for a group")},
              [&] {
                write_service_fields(out, usual, today(desk.clock));
                write_attendees(out, work, *people);
                html::text_input(out, {.words = {.name = "numbers",
                                                 .label = t("Others, by the number of the file"),
                                                 .hint = t("With commas: C-12, C-17")},
                                       .autocomplete = "off"});
                write_common_fields(out, work, usual, today(desk.clock), today(desk.clock));
                html::button(out, {.text = t("Add the service")});
              });
        });
  });
}

Result<void> save_group(const Work& work, const http::Fields& fields) {
  ServiceEvent event = read_common_fields(fields);
  event.category = fields.get("category").raw();
  event.minutes = minutes_in(fields, "minutes");
  std::vector<services::Attendee> people;
  for (const auto& value : fields.every("who")) {
    const auto parts = split(value.raw(), '/');
    services::Attendee one;
    const auto client = ClientId::parse(std::string(parts.front()));
    if (!client) return fail(ErrorKind::kInvalid, "no such person", "field client");
    one.client = *client;
    if (parts.size() > 1) {
      const auto relative = clients::RelativeId::parse(std::string(parts[1]));
      if (!relative) return fail(ErrorKind::kInvalid, "no such person", "field client");
      one.relative = *relative;
    }
    people.push_back(one);
  }
  const std::string numbers = fields.get("numbers").raw();
  for (const std::string_view number : split(numbers, ','))
    if (!trim(number).empty()) people.push_back({TRY(client_in(work, std::string(number))), {}});
  TRY(Services(work).add_group(event, people));
  return {};
}

Response correction_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const EventId id(request.uuid_parameter("event"));
    const auto event = Services(work).read(id);
    if (!event) return desk.visits.failure(request, event.error(), kSheet);
    return file_subpage(
        desk, request, work, event->client, t("Correct a service"), [&](Markup& out) {
          if (event->worker != work.actor.member)
            return html::alert(out, {.kind = html::AlertKind::kInfo,
                                     .text = t("Only {0}, who wrote it, can correct it.",
                                               {member_name(desk, t, event->worker)})});
          html::lead(out, t("The corrected service takes the place of the old one in every count. "
                            "The old one stays in the vault, and the log says who corrected it."));
          html::post_form(out,
                          {.action = kSheet / id.to_string(),
                           .csrf_token = visit::csrf_of(request),
                           .label = t("Correct a service")},
                          [&] {
                            write_service_fields(out, *event, event->day);
                            write_common_fields(out, work, *event, event->day, today(desk.clock));
                            html::button(out, {.text = t("Save the correction")});
                          });
        });
  });
}

Result<void> save_correction(const Work& work, const http::Fields& fields, EventId id) {
  const ServiceEvent wrong = TRY(Services(work).read(id));
  ServiceEvent right = read_common_fields(fields);
  right.client = wrong.client;
  right.relative = wrong.relative;
  right.goal = wrong.goal;
  right.for_family = wrong.for_family;
  right.together = wrong.together;
  right.category = fields.get("category").raw();
  right.minutes = minutes_in(fields, "minutes");
  TRY(Services(work).correct(id, right));
  return {};
}

Result<void> repeat(const Desk& desk, const Work& work, EventId id) {
  ServiceEvent again = TRY(Services(work).read(id));
  again.day = today(desk.clock);
  again.together = std::nullopt;
  TRY(Services(work).add(again));
  return {};
}

}  // namespace

void add_day_sheet_routes(http::Router& router, const Desk& desk) {
  const auto get = [&](const char* path, Response (*page)(const Desk&, const Request&)) {
    router.get(path, http::Access::signed_in(),
               [desk, page](Request& request) { return page(desk, request); });
  };
  const auto post = [&](const char* path, auto act) {
    router.post(path, http::Access::signed_in(), [desk, act](Request& request) {
      return with_work(desk, request, [&](const Work& work) {
        return after(desk, request, act(work, request), kSheet);
      });
    });
  };
  get("/vault/services", sheet_page);
  get("/vault/services/group", group_page);
  get("/vault/services/{event:uuid}", correction_page);
  post("/vault/services", [](const Work& work, const Request& request) {
    return save_sheet(work, request.form().fields);
  });
  post("/vault/services/group", [](const Work& work, const Request& request) {
    return save_group(work, request.form().fields);
  });
  post("/vault/services/{event:uuid}", [](const Work& work, const Request& request) {
    return save_correction(work, request.form().fields, EventId(request.uuid_parameter("event")));
  });
  post("/vault/services/{event:uuid}/again", [desk](const Work& work, const Request& request) {
    return repeat(desk, work, EventId(request.uuid_parameter("event")));
  });
}

}  // namespace daybreak::vault::desk
