// SPDX-License-Identifier: AGPL-3.0-or-later
// The register as coordinators keep it: task forces, their members and partners, imports.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/network/pages/pages.hpp"

namespace daybreak::network::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::MessageId;
using language::to_translate;
using language::Words;

const Href kDesk("/network-desk");

struct Shown {
  std::vector<TaskForce> all;
  std::string state, mark;
  html::Sorting sorting;
  Href address() const { return kDesk.with("state", state).with("mark", mark); }
};

std::string_view mark_of(const TaskForce& one, Date today) {
  if (!one.is_active(today)) return "ended";
  return one.area.empty() ? "no_area" : "";
}

Result<Shown> read_shown(const Desk& desk, const Request& request) {
  Shown shown{.all = TRY(desk.network.all()),
              .state = request.query().get("state").raw(),
              .mark = request.query().get("mark").raw(),
              .sorting = {}};
  const Region* region = find_region(shown.state);
  shown.state = region == nullptr ? std::string() : std::string(region->code);
  shown.sorting = visit::sorting_of(request, shown.address(), "name");
  std::erase_if(shown.all, [&](const TaskForce& one) {
    return (region != nullptr && one.home != region->code) ||
           (!shown.mark.empty() && mark_of(one, desk.network.today()) != shown.mark);
  });
  std::ranges::stable_sort(shown.all, {}, [&](const TaskForce& one) {
    if (shown.sorting.key == "state") return one.home + to_lower_ascii(one.name);
    if (shown.sorting.key == "from") return one.source;
    if (shown.sorting.key == "counties") return fmt::format("{:06}", one.area.size());
    return to_lower_ascii(one.name);
  });
  if (shown.sorting.direction == html::Direction::kDescending) std::ranges::reverse(shown.all);
  return shown;
}

void write_register_filter(Markup& out, const Shown& shown) {
  const Words t = out.words();
  std::vector<html::Option> states;
  for (const Region& region : regions())
    states.push_back({.value = std::string(region.code),
                      .label = std::string(region.name),
                      .selected = region.code == shown.state});
  const std::vector<html::Option> marks{
      {.value = "no_area", .label = std::string(t("No area")), .selected = shown.mark == "no_area"},
      {.value = "ended", .label = std::string(t("Ended")), .selected = shown.mark == "ended"}};
  html::get_form(out, {.action = kDesk, .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "state", .label = t("State or territory")},
                       .options = states,
                       .empty_choice = t("All")});
    html::select(out, {.words = {.name = "mark", .label = t("Mark")},
                       .options = marks,
                       .empty_choice = t("All")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_register(Markup& out, const Shown& shown, Date today) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("Network register"),
               .columns = {{t("Name"), html::Align::kLeft, "name"},
                           {t("State"), html::Align::kLeft, "state"},
                           {t("Counties"), html::Align::kRight, "counties"},
                           {t("From"), html::Align::kLeft, "from"},
                           {t("Mark")}},
               .sorting = shown.sorting,
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const TaskForce& one : shown.all) {
                  rows.row();
                  rows.link(one.name, kDesk / one.id.to_string());
                  rows.cell(one.home);
                  rows.number(static_cast<std::int64_t>(one.area.size()));
                  rows.cell(one.source);
                  rows.cell([&] {
                    const std::string_view mark = mark_of(one, today);
                    if (mark == "ended")
                      html::tag(out, t("Ended"), html::TagTone::kPlain);
                    else if (mark == "no_area")
                      html::tag(out, t("No area"), html::TagTone::kCaution);
                    else
                      out.text("–");
                  });
                }
              });
}

Response register_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  if (!desk.network.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  const auto shown = read_shown(desk, request);
  if (!shown) return desk.visits.failure(request, shown.error(), kDesk);
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(export_csv(shown->all), "task-forces.csv");
  return desk.visits.page(
      request, {.title = t("Network register"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::button_group(out, [&] {
          html::link_button(out, {.text = t("Add a task force"), .href = kDesk / "new"});
          html::link_button(out, {.text = t("Import a table"),
                                  .href = kDesk / "import",
                                  .kind = html::ButtonKind::kOutline});
          html::link_button(out, {.text = t("Partner pages"),
                                  .href = "/partner-pages",
                                  .kind = html::ButtonKind::kOutline});
          html::link_button(out, {.text = t("All actions"),
                                  .href = kDesk / "actions",
                                  .kind = html::ButtonKind::kOutline});
        });
        write_register_filter(out, *shown);
        if (shown->all.empty())
          return html::empty_state(
              out, {.title = t("No task force here"),
                    .what_to_do = t("Add one, import a table of them, or choose all states.")});
        write_register(out, *shown, desk.network.today());
        html::link(out, t("Download as a table (CSV)"), shown->address().with("format", "csv"));
      });
}

std::string contacts_text(const TaskForce& one) {
  std::string text;
  for (const Contact& contact : one.contacts)
    text += contact.role + "; " + contact.phone + "; " + contact.email + "\n";
  return text;
}

std::vector<Contact> parse_contacts(std::string_view text) {
  std::vector<Contact> contacts;
  for (std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    const auto parts = split(line, ';');
    const auto part = [&](std::size_t i) {
      return i < parts.size() ? std::string(trim(parts[i])) : std::string();
    };
    contacts.push_back({part(0), part(1), part(2)});
  }
  return contacts;
}

// The form's words, as they were typed; the area is read by the caller, which can say what is
// wrong.
struct Typed {
  TaskForce one;
  std::string area, ends;
};

Typed read_form(const Request& request) {
  const http::Fields& fields = request.form().fields;
  const auto text = [&](std::string_view name) {
    return std::string(trim(replace_all(fields.get(name).raw(), "\r\n", "\n")));
  };
  Typed typed{.one = {.name = text("name"),
                      .home = text("home"),
                      .model = text("model"),
                      .disciplines = {},
                      .languages = {},
                      .line = text("line"),
                      .website = text("website"),
                      .about = text("about"),
                      .source = "desk",
                      .ends = {},
                      .version = to_integer(text("version")).value_or(0),
                      .area = {},
                      .contacts = parse_contacts(text("contacts"))},
              .area = text("area"),
              .ends = text("ends")};
  for (const auto& code : fields.every("disciplines")) typed.one.disciplines.push_back(code.raw());
  const std::string languages = text("languages");
  for (std::string_view language : split(languages, ','))
    if (!trim(language).empty()) typed.one.languages.emplace_back(trim(language));
  return typed;
}

void write_choices(Markup& out, const Typed& typed, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const TaskForce& one = typed.one;
  std::vector<html::Option> states;
  for (const Region& region : regions())
    states.push_back({.value = std::string(region.code),
                      .label = std::string(region.name),
                      .selected = region.code == one.home});
  html::select(out, {.words = {.name = "home",
                               .label = t("State or territory"),
                               .error = html::error_of(errors, "home")},
                     .options = states});
  const auto model_options = options_of(models(), t, {one.model});
  html::select(
      out,
      {.words = {.name = "model", .label = t("Model"), .error = html::error_of(errors, "model")},
       .options = model_options});
  const auto discipline_options = options_of(disciplines(), t, one.disciplines);
  html::checkboxes(out, {.words = {.name = "disciplines",
                                   .label = t("Who takes part"),
                                   .error = html::error_of(errors, "disciplines")},
                         .options = discipline_options,
                         .in_columns = true});
}

void write_fields(Markup& out, const Typed& typed, std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const TaskForce& one = typed.one;
  const auto line = [&](std::string_view name, std::string_view label, std::string_view value,
                        std::string_view hint = {}) {
    html::text_input(out, {.words = {.name = name,
                                     .label = label,
                                     .hint = hint,
                                     .error = html::error_of(errors, name)},
                           .value = value});
  };
  const auto text = [&](std::string_view name, std::string_view label, std::string_view hint,
                        std::string_view value) {
    html::text_area(out, {.words = {.name = name,
                                    .label = label,
                                    .hint = hint,
                                    .error = html::error_of(errors, name)},
                          .value = value,
                          .rows = 5});
  };
  line("name", t("Name"), one.name);
  write_choices(out, typed, errors);
  text("area", t("Where it works"),
       t("Counties, one a line: \"Erie, NY\", a FIPS code, or \"NY: all\"."), typed.area);
  line("line", t("Line that is answered day and night"), one.line);
  text("contacts", t("Contacts by role"), t("One a line: role; telephone; e-mail. Name no person."),
       contacts_text(one));
  line("languages", t("Languages"), join(one.languages, ", "));
  line("website", t("Website"), one.website);
  text("about", t("About it"), {}, one.about);
  html::date_picker(out, {.words = {.name = "ends",
                                    .label = t("Works until"),
                                    .hint = t("Empty: without an end."),
                                    .error = html::error_of(errors, "ends")},
                          .value = typed.ends});
}

// Ways on from a task force.
void write_ways(Markup& out, const TaskForce& one) {
  const Words t = out.words();
  const Href here = kDesk / one.id.to_string();
  html::section(out, 2, t("More about it"), [&] {
    html::card_list(out, 3, [&](std::size_t i) {
      if (i == 0)
        html::card(out, {.title = t("Members and partners"),
                         .href = here / "organizations",
                         .text = t("Who belongs, for what, since when, how it goes.")});
      else if (i == 1)
        html::card(out, {.title = t("Committees, protocols, liaisons"),
                         .href = here / "arrangements",
                         .text = t("What is set up and in force, and what is due for review.")});
      else
        html::card(out, {.title = t("Meetings and actions"),
                         .href = here / "meetings",
                         .text = t("Agenda, who came, what was decided, who does what.")});
    });
  });
}

Response edit_page(const Desk& desk, const Request& request, const Typed& typed,
                   std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const TaskForce& one = typed.one;
  const bool is_new = one.id.is_nil();
  return desk.visits.page(
      request,
      staff_page(t, is_new                   ? t("Add a task force")
                    : trim(one.name).empty() ? t("Task force")
                                             : std::string_view(one.name)),
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::post_form(out,
                        {.action = is_new ? kDesk : kDesk / one.id.to_string(),
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = t("Task force")},
                        [&] {
                          html::hidden_field(out, "version", std::to_string(one.version));
                          write_fields(out, typed, errors);
                          html::button(out, {.text = t("Save")});
                        });
        if (is_new) return;
        write_ways(out, one);
        html::section(out, 2, t("Remove"), [&] {
          html::action_button(out, {.action = kDesk / one.id.to_string() / "remove",
                                    .csrf_token = visit::csrf_of(request),
                                    .text = t("Remove this task force"),
                                    .kind = html::ButtonKind::kDanger,
                                    .confirm = t("Remove it with its members and meetings?")});
        });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Response save(const Desk& desk, const Request& request, const Uuid& id) {
  const Words t(visit::language_of(request));
  Typed typed = read_form(request);
  typed.one.id = id;
  std::vector<html::FieldError> errors;
  auto area = parse_area(typed.area);
  if (area)
    typed.one.area = std::move(*area);
  else
    errors.push_back({"area", message_of(area.error(), t)});
  if (!typed.ends.empty()) {
    if (const auto day = parse_date(typed.ends))
      typed.one.ends = *day;
    else
      errors.push_back({"ends", std::string(t("This is not a day."))});
  }
  if (errors.empty()) {
    const auto saved = desk.network.save(visit::actor_of(request), typed.one);
    if (saved) return visit::redirect(request, Href("/task-forces") / saved->id.to_string());
    if (saved.error().kind != ErrorKind::kInvalid && saved.error().kind != ErrorKind::kConflict)
      return desk.visits.failure(request, saved.error(), kDesk);
    errors.push_back({saved.error().place, message_of(saved.error(), t)});
  }
  return edit_page(desk, request, typed, errors);
}

Response open(const Desk& desk, const Request& request) {
  if (!desk.network.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  auto one = desk.network.find(request.uuid_parameter("id"));
  if (!one) return desk.visits.failure(request, one.error(), kDesk);
  Typed typed{.one = std::move(*one), .area = {}, .ends = {}};
  typed.area = replace_all(write_area(typed.one.area), "; ", "\n");
  if (typed.one.ends) typed.ends = format_date(*typed.one.ends);
  return edit_page(desk, request, typed);
}

}  // namespace

html::Page staff_page(Words t, std::string_view title, const TaskForce* one) {
  html::Page page{.title = title, .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Network register")), kDesk}};
  if (one != nullptr) page.crumbs.push_back({one->name, kDesk / one->id.to_string()});
  return page;
}

std::string day_of(const std::optional<Date>& day) { return day ? format_date(*day) : ""; }

bool read_day(const std::string& text, std::optional<Date>& day) {
  day.reset();
  if (text.empty()) return true;
  const auto read = parse_date(text);
  if (read) day = *read;
  return read.has_value();
}

std::string message_of(const Error& error, Words t) {
  const auto is = [&](std::string_view place) { return error.place == place; };
  if (is("area")) return t("This cannot be read: {0}.", {error.message});
  if (is("name") && error.kind == ErrorKind::kConflict)
    return std::string(t("Another one has this name, or somebody changed it meanwhile."));
  if (is("name") || is("title")) return std::string(t("Write 1 to 200 characters."));
  if (is("website") || is("address"))
    return std::string(t("Give the whole address, such as https://example.org."));
  if (is("ends")) return std::string(t("This is not a day."));
  if (is("until")) return std::string(t("The end is before the start."));
  if (is("since")) return std::string(t("Give the day since which it is in force."));
  return std::string(t("This cannot be left so. Write or choose something else."));
}

void add_desk_routes(http::Router& router, const Desk& desk) {
  router.get("/network-desk", Access::signed_in(),
             [desk](Request& request) { return register_page(desk, request); },
             {.summary = "The register of task forces"});
  router.get("/network-desk/new", Access::signed_in(),
             [desk](Request& request) {
               if (!desk.network.may(visit::actor_of(request), "create"))
                 return desk.visits.refusal(request, Status::kNotFound);
               return edit_page(desk, request, {});
             },
             {.summary = "A new task force"});
  router.post("/network-desk", Access::signed_in(),
              [desk](Request& request) { return save(desk, request, {}); },
              {.summary = "Adds a task force"});
  router.get("/network-desk/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return open(desk, request); },
             {.summary = "Changes a task force"});
  router.post(
      "/network-desk/{id:uuid}", Access::signed_in(),
      [desk](Request& request) { return save(desk, request, request.uuid_parameter("id")); },
      {.summary = "Saves a task force"});
  router.post("/network-desk/{id:uuid}/remove", Access::signed_in(),
              [desk](Request& request) {
                const auto done =
                    desk.network.remove(visit::actor_of(request), request.uuid_parameter("id"));
                if (!done) return desk.visits.failure(request, done.error(), kDesk);
                return visit::redirect(request, kDesk);
              },
              {.summary = "Removes a task force"});
  add_import_routes(router, desk);
  add_organization_routes(router, desk);
  add_arrangement_routes(router, desk);
  add_meeting_routes(router, desk);
  add_work_routes(router, desk);
  desk.visits.add_menu_item({.label = to_translate("Network register"),
                             .path = "/network-desk",
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 47,
                             .fits = [](const trust::Session& session) {
                               return session.member.roles.has(trust::Role::kCoordinator);
                             }});
}

}  // namespace daybreak::network::pages
