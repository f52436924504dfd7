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

constexpr std::size_t kLargestFile = 8 * 1024 * 1024;
const Href kDesk("/network-desk");

html::Page staff_page(Words t, std::string_view title) {
  html::Page page{.title = title, .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Network register")), kDesk}};
  return page;
}

Response register_page(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  if (!desk.network.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  const auto all = desk.network.all();
  if (!all) return desk.visits.failure(request, all.error(), kDesk);
  return desk.visits.page(
      request, {.title = t("Network register"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::button_group(out, [&] {
          html::link_button(out, {.text = t("Add a task force"), .href = kDesk / "new"});
          html::link_button(out, {.text = t("Import a table"),
                                  .href = kDesk / "import",
                                  .kind = html::ButtonKind::kOutline});
        });
        if (all->empty())
          return html::empty_state(
              out, {.title = t("The register is empty"),
                    .what_to_do = t("Add a task force, or import a table of them.")});
        html::table(out,
                    {.caption = t("Network register"),
                     .columns = {{t("Name")},
                                 {t("State")},
                                 {t("Counties"), html::Align::kRight},
                                 {t("From")},
                                 {t("Mark")}},
                     .caption_hidden = true},
                    [&](html::Rows& rows) {
                      for (const TaskForce& one : *all) {
                        rows.row();
                        rows.link(one.name, kDesk / one.id.to_string());
                        rows.cell(one.home);
                        rows.number(static_cast<std::int64_t>(one.area.size()));
                        rows.cell(one.source);
                        rows.cell([&] {
                          if (!one.is_active(desk.network.today()))
                            html::tag(out, t("Ended"), html::TagTone::kPlain);
                          else if (one.area.empty())
                            html::tag(out, t("No area"), html::TagTone::kCaution);
                          else
                            out.text("–");
                        });
                      }
                    });
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

void write_members(Markup& out, const Desk& desk, const Request& request, const TaskForce& one) {
  const Words t = out.words();
  const auto members = desk.network.organizations(one.id);
  if (!members) return;
  const Href action = kDesk / one.id.to_string() / "organizations";
  const std::string csrf = visit::csrf_of(request);
  html::section(out, 2, t("Members and partners"), [&] {
    if (!members->empty())
      html::table(
          out,
          {.caption = t("Members and partners"),
           .columns =
               {{t("Name")}, {t("Kind")}, {t("For what")}, {t("How it goes")}, {t("Change")}},
           .caption_hidden = true},
          [&](html::Rows& rows) {
            for (const Organization& member : *members) {
              rows.row();
              rows.cell(member.name);
              rows.cell(words_of(organization_kinds(), member.kind, t));
              rows.cell(member.purpose.empty() ? "–" : member.purpose);
              rows.cell(words_of(goings(), member.going, t));
              rows.cell([&] {
                html::action_button(out, {.action = action,
                                          .csrf_token = csrf,
                                          .text = t("Take off: {0}", {member.name}),
                                          .kind = html::ButtonKind::kOutline,
                                          .name = "remove",
                                          .value = member.id.to_string()});
              });
            }
          });
    html::post_form(
        out, {.action = action, .csrf_token = csrf, .label = t("Add a member or partner")}, [&] {
          html::text_input(out,
                           {.words = {.name = "member", .label = t("Name of the organization")}});
          const auto kinds = options_of(organization_kinds(), t, {});
          html::select(out, {.words = {.name = "kind", .label = t("Kind")}, .options = kinds});
          html::text_input(out, {.words = {.name = "purpose", .label = t("For what")}});
          const auto how = options_of(goings(), t, {"new"});
          html::select(out,
                       {.words = {.name = "going", .label = t("How it goes")}, .options = how});
          html::button(out, {.text = t("Add"), .kind = html::ButtonKind::kOutline});
        });
  });
}

Response edit_page(const Desk& desk, const Request& request, const Typed& typed,
                   std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const TaskForce& one = typed.one;
  const bool is_new = one.id.is_nil();
  return desk.visits.page(
      request, staff_page(t, is_new ? t("Add a task force") : std::string_view(one.name)),
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
        write_members(out, desk, request, one);
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

std::string message_of(const Error& error, Words t) {
  if (error.place == "area") return t("This cannot be read: {0}.", {error.message});
  if (error.place == "name" && error.kind == ErrorKind::kConflict)
    return std::string(t("Another one has this name, or somebody changed it meanwhile."));
  if (error.place == "website")
    return std::string(t("Give the whole address, such as https://example.org."));
  if (error.place == "ends") return std::string(t("This is not a day."));
  return std::string(t("This cannot be left so. Write or choose something else."));
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

Response change_members(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const http::Fields& fields = request.form().fields;
  const Uuid id = request.uuid_parameter("id");
  const Href here = kDesk / id.to_string();
  const trust::Actor actor = visit::actor_of(request);
  Result<void> done;
  if (const auto member = Uuid::parse(fields.get("remove").raw())) {
    done = desk.network.remove_organization(actor, id, *member);
  } else {
    const auto saved =
        desk.network.save_organization(actor, id,
                                       {.id = {},
                                        .name = std::string(trim(fields.get("member").raw())),
                                        .kind = fields.get("kind").raw(),
                                        .purpose = shorten(trim(fields.get("purpose").raw()), 300),
                                        .going = fields.get("going").raw(),
                                        .since = desk.network.today(),
                                        .until = {}});
    if (!saved) done = tl::make_unexpected(saved.error());
  }
  if (done) return visit::redirect(request, here);
  if (done.error().kind == ErrorKind::kInvalid)
    return desk.visits.refusal(request, Status::kUnprocessable,
                               t("Give the organization a name of at most 200 characters."));
  return desk.visits.failure(request, done.error(), here);
}

MessageId words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAdded:
      return to_translate("Added");
    case Outcome::kChanged:
      return to_translate("Changed");
    case Outcome::kUnchanged:
      return to_translate("As it was");
    case Outcome::kJoined:
      return to_translate("Further award of one above");
    case Outcome::kOther:
      return to_translate("Not a task force");
    case Outcome::kRejected:
      return to_translate("Not taken");
  }
  return to_translate("Not taken");
}

void write_report(Markup& out, const ImportReport& report) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("What became of {0} rows",
                            {t.number(static_cast<std::int64_t>(report.rows.size()))}),
               .columns = {{t("Row")}, {t("What became of it")}, {t("Words")}}},
              [&](html::Rows& rows) {
                for (const RowOutcome& row : report.rows) {
                  rows.row();
                  rows.cell(row.place);
                  rows.cell([&] {
                    html::tag(out, t(words_of(row.outcome)),
                              row.outcome == Outcome::kRejected ? html::TagTone::kBad
                                                                : html::TagTone::kPlain);
                  });
                  rows.cell(row.words.empty() ? "–" : row.words);
                }
              });
}

Response import_page(const Desk& desk, const Request& request, const ImportReport* report,
                     std::string_view error = {}) {
  const Words t(visit::language_of(request));
  if (!desk.network.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  return desk.visits.page(
      request, staff_page(t, t("Import a table")),
      [&](Markup& out) {
        if (!error.empty()) html::alert(out, {.kind = html::AlertKind::kError, .text = error});
        if (report != nullptr) write_report(out, *report);
        html::paragraph(out, t("A CSV file. Known task forces are found by name and state; what a "
                               "file leaves empty stays as it is."));
        html::post_form(out,
                        {.action = kDesk / "import",
                         .csrf_token = visit::csrf_of(request),
                         .with_files = true,
                         .label = t("Import a table")},
                        [&] {
                          const std::vector<html::Option> kinds{
                              {.value = "spreadsheet",
                               .label = std::string(t("A spreadsheet of task forces")),
                               .hint = std::string(t("Columns: name, state, model, area, line and "
                                                     "others, as in our download.")),
                               .selected = true},
                              {.value = "usaspending",
                               .label = std::string(t("An extract of USAspending awards"))}};
                          html::radios(out, {.words = {.name = "kind", .label = t("What is it?")},
                                             .options = kinds});
                          html::file_input(out, {.words = {.name = "file", .label = t("File")},
                                                 .accept = ".csv"});
                          html::button(out, {.text = t("Import")});
                        });
      },
      error.empty() ? Status::kOk : Status::kUnprocessable);
}

Response take_import(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const http::Upload* file = request.form().find_file("file");
  if (file == nullptr || file->content.empty())
    return import_page(desk, request, nullptr, t("Choose a file."));
  const auto kind = request.form().fields.get("kind").raw() == "usaspending"
                        ? ImportKind::kUsaSpending
                        : ImportKind::kSpreadsheet;
  const auto report = import_table(desk.network, visit::actor_of(request),
                                   open_memory(std::string(file->content), "file.csv"), kind);
  if (report) return import_page(desk, request, &*report);
  if (report.error().kind == ErrorKind::kInvalid)
    return import_page(desk, request, nullptr,
                       t("This file cannot be read: {0}.", {report.error().message}));
  return desk.visits.failure(request, report.error(), kDesk);
}

}  // namespace

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
  router.get("/network-desk/import", Access::signed_in(),
             [desk](Request& request) { return import_page(desk, request, nullptr); },
             {.summary = "Imports task forces"});
  router.post("/network-desk/import", Access::signed_in(),
              [desk](Request& request) { return take_import(desk, request); },
              {.body_limit = kLargestFile, .summary = "Imports task forces"});
  router.get("/network-desk/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return open(desk, request); },
             {.summary = "Changes a task force"});
  router.post(
      "/network-desk/{id:uuid}", Access::signed_in(),
      [desk](Request& request) { return save(desk, request, request.uuid_parameter("id")); },
      {.summary = "Saves a task force"});
  router.post("/network-desk/{id:uuid}/organizations", Access::signed_in(),
              [desk](Request& request) { return change_members(desk, request); },
              {.summary = "Adds or removes a member of a task force"});
  router.post("/network-desk/{id:uuid}/remove", Access::signed_in(),
              [desk](Request& request) {
                const auto done =
                    desk.network.remove(visit::actor_of(request), request.uuid_parameter("id"));
                if (!done) return desk.visits.failure(request, done.error(), kDesk);
                return visit::redirect(request, kDesk);
              },
              {.summary = "Removes a task force"});
  add_meeting_routes(router, desk);
  desk.visits.add_menu_item({.label = to_translate("Network register"),
                             .path = "/network-desk",
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 47,
                             .fits = [](const trust::Session& session) {
                               return session.member.roles.has(trust::Role::kCoordinator);
                             }});
}

}  // namespace daybreak::network::pages
