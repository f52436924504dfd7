// SPDX-License-Identifier: AGPL-3.0-or-later
// A focus area on one page: scanning, analysis, response, assessment.
#include <algorithm>
#include <array>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "commons/threat/desk/pages.hpp"
#include "commons/threat/words.hpp"
#include "geography/geography.hpp"
#include "language/format.hpp"

namespace daybreak::threat::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::string_view kPath = "/threat/focus";
constexpr auto kSoon = std::chrono::days(7);

Href address_of(FocusId id) { return Href(kPath) / id.to_string(); }

std::string_view note_words(Words t, NoteKind kind) {
  if (kind == NoteKind::kPartner) return t("Partner");
  return kind == NoteKind::kGap ? t("Gap") : t("Note");
}

std::string_view task_words(Words t, TaskKind kind) {
  switch (kind) {
    case TaskKind::kVisit:
      return t("Visit");
    case TaskKind::kPartner:
      return t("Win a partner");
    case TaskKind::kToolkit:
      return t("Bring a toolkit");
    case TaskKind::kTraining:
      return t("Training");
    case TaskKind::kOther:
      return t("Something else");
  }
  return t("Something else");
}

std::string_view state_words(Words t, TaskState state) {
  if (state == TaskState::kDone) return t("Done");
  return state == TaskState::kDropped ? t("Dropped") : t("Planned");
}

std::string day_words(Words t, Date day) {
  return language::format_date(t.language(), day, language::DateStyle::kShort);
}

Date today(const Desk& desk) {
  return Date(std::chrono::floor<std::chrono::days>(desk.clock.now()));
}

std::string name_of(const std::vector<trust::Organization>& all, trust::OrganizationId id) {
  const auto found = std::ranges::find(all, id, &trust::Organization::id);
  return found == all.end() ? "–" : found->name;
}

std::vector<trust::Organization> organizations(const Desk& desk) {
  auto all = desk.members.organizations();
  return all ? std::move(*all) : std::vector<trust::Organization>();
}

// ---- the four steps ----

struct View {
  const Desk& desk;
  const Request& request;
  const WholeFocus& whole;
  bool may_edit = false;
  std::vector<html::FieldError> errors;
  std::vector<trust::Organization> organizations;

  Href here() const { return address_of(whole.area.id); }
  std::string csrf() const { return visit::csrf_of(request); }
};

void write_scanning(Markup& out, const View& view) {
  const Words t = out.words();
  const WholeFocus& whole = view.whole;
  const auto words = words_of(whole.finding(), whole.evidence.assessment, t.language());
  html::section(out, 2, t("1. Scanning: what was found"), [&] {
    html::paragraph(out, words.front());
    html::list(out, html::ListKind::kBullets, 2, [&](std::size_t i) { out.text(words[i + 1]); });
    html::note(out, words.back());
    html::paragraph(out, [&] {
      html::link(out, t("The whole finding"),
                 address_of_finding(whole.area.assessment, whole.area.finding));
    });
  });
}

// Needs for which the directory has nothing in some county of the area.
void write_directory_gaps(Markup& out, const View& view) {
  const Words t = out.words();
  const auto snapshot = view.desk.dashboard.look();
  if (!snapshot) return;
  const auto coverage =
      view.desk.dashboard.coverage(**snapshot, [](const directory::health::Standing& service) {
        return service.audience == trust::Audience::kPublic ||
               service.audience == trust::Audience::kTaskForce;
      });
  std::vector<std::string> gaps;
  for (const directory::health::Coverage& one : coverage) {
    if (one.everywhere > 0) continue;
    std::vector<std::uint32_t> without;
    for (const std::uint32_t county : view.whole.area.counties)
      if (!one.by_county.contains(county)) without.push_back(county);
    if (without.empty()) continue;
    const directory::search::Need& need = *view.desk.dashboard.roots()[one.root];
    const std::string& label =
        t.language() == language::Language::kSpanish ? need.label_spanish : need.label_english;
    gaps.push_back(t("{0}: nothing in {1}", {label, county_words(without, t)}));
  }
  html::heading(out, 3, t("Gaps in the directory"));
  if (gaps.empty())
    html::paragraph(out,
                    t("For every kind of need the directory has a service in these counties."));
  html::list(out, html::ListKind::kBullets, gaps.size(), [&](std::size_t i) { out.text(gaps[i]); });
}

void write_notes(Markup& out, const View& view) {
  const Words t = out.words();
  const auto& notes = view.whole.notes;
  if (notes.empty())
    html::paragraph(out, t("Nothing was noted yet. Who knows this industry here: growers, "
                           "extension offices, unions, clinics, parishes, consulates?"));
  html::list(out, html::ListKind::kPlain, notes.size(), [&](std::size_t i) {
    const Note& note = notes[i];
    html::tag(out, note_words(t, note.kind), html::TagTone::kInfo);
    out.text(" " + note.words + " ");
    html::note(out, date_words(t, note.written_at));
    if (view.may_edit)
      html::action_button(out, {.action = view.here() / "notes" / note.id.to_string() / "remove",
                                .csrf_token = view.csrf(),
                                .text = t("Remove: {0}", {shorten(note.words, 30)}),
                                .kind = html::ButtonKind::kOutline});
  });
}

void write_analysis(Markup& out, const View& view) {
  const Words t = out.words();
  html::section(out, 2, t("2. Analysis: why here, and who can help"), [&] {
    write_notes(out, view);
    if (view.may_edit) {
      std::vector<html::Option> kinds;
      for (const NoteKind kind : {NoteKind::kNote, NoteKind::kPartner, NoteKind::kGap})
        kinds.push_back(
            {.value = std::string(code_of(kind)), .label = std::string(note_words(t, kind))});
      html::post_form(
          out,
          {.action = view.here() / "notes", .csrf_token = view.csrf(), .label = t("Add a note")},
          [&] {
            html::select(out,
                         {.words = {.name = "kind", .label = t("What is it?"), .required = true},
                          .options = kinds});
            html::text_area(
                out, {.words = {.name = "words",
                                .label = t("What should the others know?"),
                                .hint = t("The whole task force reads it. No names of persons, no "
                                          "accusation of a named employer."),
                                .error = html::error_of(view.errors, "words"),
                                .required = true},
                      .rows = 3,
                      .max_length = 2000});
            html::button(out, {.text = t("Add"), .kind = html::ButtonKind::kOutline});
          });
    }
    write_directory_gaps(out, view);
  });
}

void write_tasks(Markup& out, const View& view) {
  const Words t = out.words();
  const auto& tasks = view.whole.tasks;
  if (tasks.empty()) {
    html::paragraph(out, t("Nothing is planned yet. Begin with one visit and one partner."));
    return;
  }
  std::vector<html::Column> columns = {{t("By")}, {t("What")}, {t("Who has it")}, {t("State")}};
  if (view.may_edit) columns.emplace_back(t("Settle"));
  html::table(out, {.caption = t("Outreach plan"), .columns = columns, .compact = true},
              [&](html::Rows& rows) {
                for (const Task& task : tasks) {
                  const bool late =
                      task.state == TaskState::kPlanned && task.due < today(view.desk);
                  rows.row();
                  rows.cell(day_words(t, task.due));
                  rows.cell(std::string(task_words(t, task.kind)) + ": " + task.words);
                  rows.cell(name_of(view.organizations, task.owner));
                  rows.cell([&] {
                    out.text(state_words(t, task.state));
                    out.text(" ");
                    if (late) html::tag(out, t("Late"), html::TagTone::kCaution);
                  });
                  if (!view.may_edit) continue;
                  rows.cell([&] {
                    const Href action = view.here() / "tasks" / task.id.to_string();
                    const auto button = [&](TaskState to, std::string_view words) {
                      const std::string text = std::string(words) + ": " + shorten(task.words, 24);
                      html::action_button(out, {.action = action,
                                                .csrf_token = view.csrf(),
                                                .text = text,
                                                .kind = html::ButtonKind::kOutline,
                                                .name = "state",
                                                .value = code_of(to)});
                    };
                    if (task.state == TaskState::kPlanned) {
                      button(TaskState::kDone, t("Done"));
                      button(TaskState::kDropped, t("Drop"));
                    } else {
                      button(TaskState::kPlanned, t("Plan again"));
                    }
                  });
                }
              });
  html::paragraph(
      out, [&] { html::link(out, t("The plan as a table (CSV)"), view.here() / "plan.csv"); });
}

void write_task_form(Markup& out, const View& view) {
  const Words t = out.words();
  std::vector<html::Option> kinds, owners;
  for (std::size_t i = 0; i < kTaskKinds; ++i)
    kinds.push_back({.value = std::string(code_of(static_cast<TaskKind>(i))),
                     .label = std::string(task_words(t, static_cast<TaskKind>(i)))});
  for (const trust::Organization& one : view.organizations)
    if (one.active && one.standing == trust::Standing::kTaskForce)
      owners.push_back({.value = one.id.to_string(), .label = one.name});
  html::post_form(
      out, {.action = view.here() / "tasks", .csrf_token = view.csrf(), .label = t("Plan a step")},
      [&] {
        html::select(out,
                     {.words = {.name = "kind", .label = t("What kind of step?"), .required = true},
                      .options = kinds});
        html::text_input(out, {.words = {.name = "step",
                                         .label = t("What will be done?"),
                                         .error = html::error_of(view.errors, "step"),
                                         .required = true},
                               .max_length = 300});
        html::select(out, {.words = {.name = "owner",
                                     .label = t("Who has it?"),
                                     .error = html::error_of(view.errors, "owner"),
                                     .required = true},
                           .options = owners});
        html::date_picker(out, {.words = {.name = "due",
                                          .label = t("By when?"),
                                          .error = html::error_of(view.errors, "due"),
                                          .required = true}});
        html::button(out, {.text = t("Plan it"), .kind = html::ButtonKind::kOutline});
      });
}

void write_response(Markup& out, const View& view) {
  const Words t = out.words();
  html::section(out, 2, t("3. Response: who goes where"), [&] {
    write_tasks(out, view);
    if (view.may_edit) write_task_form(out, view);
  });
}

std::string scan_words(Words t, const View& view, const Entry& scan) {
  if (scan.state == State::kWaiting) return std::string(t("is being made"));
  if (scan.state == State::kFailed) return std::string(t("found no case of that time"));
  const auto whole = view.desk.assessments.find(visit::actor_of(view.request), scan.id);
  if (!whole) return std::string(t("is being made"));
  const auto& findings = whole->assessment.findings;
  const auto same = std::ranges::find_if(findings, [&](const Finding& finding) {
    return same_finding(finding.window, view.whole.finding().window);
  });
  if (same == findings.end()) return std::string(t("this finding is not among its findings"));
  return t("this finding is there again, {0} times the rate of the rest",
           {language::format_decimal(t.language(), same->window.relative_risk, 1)});
}

void write_assessment(Markup& out, const View& view) {
  const Words t = out.words();
  const WholeFocus& whole = view.whole;
  html::section(out, 2, t("4. Assessment: did it change anything?"), [&] {
    if (whole.change) {
      const auto words = words_of(*whole.change, t);
      html::list(out, html::ListKind::kBullets, words.size(),
                 [&](std::size_t i) { out.text(words[i]); });
    } else {
      html::paragraph(out, t("Once the response has begun, the same counts stand here for the time "
                             "before and after, with their uncertainty."));
    }
    html::list(out, html::ListKind::kPlain, whole.scans.size(), [&](std::size_t i) {
      const Entry& scan = whole.scans[i];
      html::link(out,
                 t("The same scan since then, asked for on {0}", {date_words(t, scan.asked_at)}),
                 threat::desk::address_of(scan.id));
      out.text(": " + scan_words(t, view, scan));
    });
    if (!view.may_edit) return;
    const std::string begun = whole.area.begun ? format_date(*whole.area.begun) : "";
    html::post_form(out,
                    {.action = view.here() / "begun",
                     .csrf_token = view.csrf(),
                     .label = t("When did the response begin?")},
                    [&] {
                      html::date_picker(
                          out, {.words = {.name = "begun",
                                          .label = t("When did the response begin?"),
                                          .hint = t("A day within the years of the assessment."),
                                          .error = html::error_of(view.errors, "begun"),
                                          .required = true},
                                .value = begun});
                      html::button(out, {.text = t("Compare"), .kind = html::ButtonKind::kOutline});
                    });
    if (whole.area.begun)
      html::action_button(out, {.action = view.here() / "scan",
                                .csrf_token = view.csrf(),
                                .text = t("Run the same scan for the time since"),
                                .kind = html::ButtonKind::kOutline});
  });
}

Response show(const Desk& desk, const Request& request, FocusId id,
              std::vector<html::FieldError> errors = {}) {
  const auto whole = desk.focus_areas.find(visit::actor_of(request), id);
  if (!whole) return desk.visits.failure(request, whole.error(), kPath);
  const View view{desk,
                  request,
                  *whole,
                  may(desk, request, "edit", focus_object()),
                  std::move(errors),
                  organizations(desk)};
  const Words t(visit::language_of(request));
  const std::string title = t("Focus area: {0}", {industry_words(whole->area.industry)});
  html::Page page{.title = title, .audience = html::Audience::kStaff, .wide = true};
  page.crumbs = {{std::string(t("Threat assessments")), Href("/threat")},
                 {std::string(t("Focus areas")), Href(kPath)}};
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, view.errors);
        write_synthetic_mark(out, whole->area.synthetic);
        if (!whole->area.open) html::alert(out, {.text = t("This focus area is closed.")});
        html::columns(out, 2, [&](int column) {
          column == 0 ? write_scanning(out, view) : write_analysis(out, view);
        });
        write_response(out, view);
        write_assessment(out, view);
        if (view.may_edit)
          html::action_button(
              out, {.action = view.here() / (whole->area.open ? "close" : "open"),
                    .csrf_token = view.csrf(),
                    .text = whole->area.open ? t("Close this focus area") : t("Open it again"),
                    .kind = html::ButtonKind::kOutline});
      },
      view.errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

// ---- changes ----

FocusId id_of(const Request& request) { return FocusId(request.uuid_parameter("id")); }

Response make(const Desk& desk, const Request& request) {
  const AssessmentId assessment(request.uuid_parameter("id"));
  const std::int64_t number = request.integer_parameter("number");
  if (number < 1) return desk.visits.error_page(request, http::Status::kNotFound, {});
  const auto made =
      desk.focus_areas.make(visit::actor_of(request), assessment, static_cast<std::size_t>(number));
  if (!made) return desk.visits.failure(request, made.error(), kPath);
  return visit::redirect(request, address_of(*made));
}

// After a change: back to the page, or the page again with what was wrong with the field.
Response answer(const Desk& desk, const Request& request, const Result<void>& done,
                std::string_view words_field = "words") {
  const Words t(visit::language_of(request));
  const FocusId id = id_of(request);
  if (done) return visit::redirect(request, address_of(id));
  if (done.error().kind != ErrorKind::kInvalid)
    return desk.visits.failure(request, done.error(), address_of(id));
  const std::string& place = done.error().place;
  if (place == "field due")
    return show(desk, request, id, {{"due", std::string(t("Choose a day."))}});
  if (place == "field owner")
    return show(desk, request, id,
                {{"owner", std::string(t("Choose an organization of the task force."))}});
  if (place == "field begun")
    return show(desk, request, id,
                {{"begun", std::string(t("Choose a day within the years of the assessment, after "
                                         "the first."))}});
  return show(desk, request, id,
              {{std::string(words_field), std::string(t("Write a few words, at most 2,000 "
                                                        "characters."))}});
}

std::string text_in(const Request& request, std::string_view field) {
  return std::string(trim(request.form().fields.get(field).raw()));
}

Response add_note(const Desk& desk, const Request& request) {
  const auto kind = note_kind_from(text_in(request, "kind"));
  return answer(
      desk, request,
      desk.focus_areas.add_note(visit::actor_of(request), id_of(request),
                                kind.value_or(NoteKind::kNote), text_in(request, "words")));
}

Response add_task(const Desk& desk, const Request& request) {
  Task task{
      .focus = id_of(request),
      .kind = task_kind_from(text_in(request, "kind")).value_or(TaskKind::kOther),
      .words = text_in(request, "step"),
      .owner =
          trust::OrganizationId::parse(text_in(request, "owner")).value_or(trust::OrganizationId()),
      .due = parse_date(text_in(request, "due")).value_or(Date{})};
  return answer(desk, request, desk.focus_areas.add_task(visit::actor_of(request), task), "step");
}

Response settle(const Desk& desk, const Request& request) {
  const auto state = task_state_from(text_in(request, "state"));
  if (!state) return desk.visits.error_page(request, http::Status::kBadRequest, {});
  return answer(desk, request,
                desk.focus_areas.settle_task(visit::actor_of(request), id_of(request),
                                             TaskId(request.uuid_parameter("entry")), *state));
}

Response scan(const Desk& desk, const Request& request) {
  const auto asked = desk.focus_areas.scan_again(visit::actor_of(request), id_of(request));
  return answer(desk, request,
                asked ? Result<void>() : Result<void>(tl::make_unexpected(asked.error())));
}

Response plan_csv(const Desk& desk, const Request& request) {
  const auto whole = desk.focus_areas.find(visit::actor_of(request), id_of(request));
  if (!whole) return desk.visits.failure(request, whole.error(), kPath);
  const auto all = organizations(desk);
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"due", "kind", "step", "owner", "state"});
  for (const Task& task : whole->tasks)
    csv.row(std::vector<std::string>{format_date(task.due), std::string(code_of(task.kind)),
                                     task.words, name_of(all, task.owner),
                                     std::string(code_of(task.state))});
  Response response = Response::of("text/csv; charset=utf-8", std::move(text));
  response.as_download(whole->area.synthetic ? "synthetic-plan.csv" : "plan.csv");
  return response;
}

// Steps of the own organisation that are due within a week; coordinators see all.
int today_part(const Desk& desk, const trust::Session& session, Markup& out) {
  const Words t = out.words();
  const trust::Actor actor = session.actor("web", {});
  if (!trust::decide(actor, {"list"}, focus_object(), {}, desk.clock.now())) return 0;
  auto due = desk.focus_areas.due_by(actor, Date(std::chrono::sys_days(today(desk)) + kSoon));
  if (!due) return 0;
  if (!actor.roles.has(trust::Role::kCoordinator))
    std::erase_if(*due, [&](const Task& task) { return task.owner != actor.organization; });
  if (due->empty()) return 0;
  html::section(out, 2, t("Outreach that is due"), [&] {
    html::list(out, html::ListKind::kBullets, due->size(), [&](std::size_t i) {
      const Task& task = (*due)[i];
      html::link(out, std::string(task_words(t, task.kind)) + ": " + task.words,
                 address_of(task.focus));
      out.text(", " + day_words(t, task.due));
      if (task.due < today(desk)) {
        out.text(" ");
        html::tag(out, t("Late"), html::TagTone::kCaution);
      }
    });
  });
  return static_cast<int>(due->size());
}

}  // namespace

void add_focus_routes(http::Router& router, const Desk& desk) {
  const Access members = Access::signed_in();
  router.get("/threat/focus/{id:uuid}", members,
             [desk](Request& r) { return show(desk, r, id_of(r)); }, {.summary = "A focus area"});
  router.get("/threat/focus/{id:uuid}/plan.csv", members,
             [desk](Request& r) { return plan_csv(desk, r); },
             {.summary = "The outreach plan as a table"});
  router.post("/threat/{id:uuid}/findings/{number:integer}/focus", members,
              [desk](Request& r) { return make(desk, r); },
              {.summary = "Makes a focus area of a finding"});
  router.post("/threat/focus/{id:uuid}/notes", members,
              [desk](Request& r) { return add_note(desk, r); }, {.summary = "Adds a note"});
  router.post("/threat/focus/{id:uuid}/notes/{entry:uuid}/remove", members,
              [desk](Request& r) {
                return answer(desk, r,
                              desk.focus_areas.remove_note(visit::actor_of(r), id_of(r),
                                                           NoteId(r.uuid_parameter("entry"))));
              },
              {.summary = "Removes a note"});
  router.post("/threat/focus/{id:uuid}/tasks", members,
              [desk](Request& r) { return add_task(desk, r); }, {.summary = "Plans a step"});
  router.post("/threat/focus/{id:uuid}/tasks/{entry:uuid}", members,
              [desk](Request& r) { return settle(desk, r); }, {.summary = "Settles a step"});
  router.post("/threat/focus/{id:uuid}/begun", members,
              [desk](Request& r) {
                return answer(
                    desk, r,
                    desk.focus_areas.set_begun(visit::actor_of(r), id_of(r),
                                               parse_date(text_in(r, "begun")).value_or(Date{})));
              },
              {.summary = "Says when the response began"});
  router.post("/threat/focus/{id:uuid}/scan", members, [desk](Request& r) { return scan(desk, r); },
              {.summary = "Runs the same scan again"});
  for (const bool open : {false, true})
    router.post(std::string("/threat/focus/{id:uuid}/") + (open ? "open" : "close"), members,
                [desk, open](Request& r) {
                  return answer(desk, r,
                                desk.focus_areas.set_open(visit::actor_of(r), id_of(r), open));
                },
                {.summary = open ? "Opens a focus area again" : "Closes a focus area"});
  desk.visits.add_today_part([desk](const trust::Session& session, Markup& out) {
    return today_part(desk, session, out);
  });
}

}  // namespace daybreak::threat::desk
