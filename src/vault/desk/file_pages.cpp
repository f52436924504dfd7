// SPDX-License-Identifier: AGPL-3.0-or-later
// One person's file: how to reach her or him safely stands first, then a service in three fields,
// notes, what was told.
#include "base/text.hpp"
#include "vault/clients/clients.hpp"
#include "vault/desk/desk.hpp"
#include "vault/notes/notes.hpp"
#include "vault/services/services.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientFile;
using clients::ClientId;
using clients::Clients;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kShownEvents = 10;

Href file_address(ClientId id) { return Href("/vault/clients") / id.to_string(); }

std::string answer_text(Words t, const clients::Answered& told) {
  if (told.answer.skip) return std::string(words_in(t, codes::words_of(*told.answer.skip)));
  const codes::Question* question = codes::Codes::built_in().question(told.answer.question);
  if (question == nullptr || question->list == nullptr) return told.answer.text.reveal();
  std::vector<std::string> words;
  for (const std::string& code : told.answer.codes)
    words.push_back(code_words(t, question->list->id, code));
  return join(words, ", ");
}

void write_safety(Markup& out, const ClientFile& file) {
  const Words t = out.words();
  const clients::Answered* contact = file.find("safe_contact");
  const bool known = contact != nullptr && !contact->answer.skip;
  html::alert(out, {.kind = known ? html::AlertKind::kInfo : html::AlertKind::kWarning,
                    .text = known ? contact->answer.text.reveal()
                                  : t("Nobody has written how to reach this person safely. Do not "
                                      "call or write before you have asked."),
                    .title = t("Safe contact")});
}

void write_service_form(Markup& out, const Request& request, ClientId id,
                        const std::optional<services::ServiceEvent>& last, Date day) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = file_address(id) / "services",
       .csrf_token = visit::csrf_of(request),
       .label = t("Add a service")},
      [&] {
        html::select(out,
                     {.words = {.name = "category", .label = t("Service"), .required = true},
                      .options = options_of(t, "service_category", last ? last->category : "")});
        html::text_input(out,
                         {.words = {.name = "minutes", .label = t("Minutes"), .required = true},
                          .value = last ? std::to_string(last->minutes) : "30",
                          .width = html::FieldWidth::kTiny,
                          .autocomplete = "off",
                          .input_mode = "numeric"});
        html::select(out, {.words = {.name = "mode", .label = t("How"), .required = true},
                           .options = options_of(t, "mode", last ? last->mode : "in_person")});
        html::date_picker(out, {.words = {.name = "day", .label = t("Day"), .required = true},
                                .value = format_date(day),
                                .latest = format_date(day)});
        html::button(out, {.text = t("Add")});
        if (last)
          html::button(out, {.text = t("The same again today"),
                             .kind = html::ButtonKind::kOutline,
                             .name = "again",
                             .value = "yes"});
      });
}

void write_events(Markup& out, const std::vector<services::ServiceEvent>& events) {
  const Words t = out.words();
  if (events.empty()) return html::note(out, t("No service is written down yet."));
  html::table(
      out,
      {.caption = t("Newest services"),
       .columns = {{t("Day")}, {t("Service")}, {t("Minutes"), html::Align::kRight}, {t("How")}}},
      [&](html::Rows& rows) {
        for (std::size_t i = 0; i < events.size() && i < kShownEvents; ++i) {
          rows.row();
          rows.cell(day_words(events[i].day));
          rows.cell(code_words(t, "service_category", events[i].category));
          rows.number(events[i].minutes);
          rows.cell(code_words(t, "mode", events[i].mode));
        }
      });
}

std::string class_words(Words t, notes::NoteClass note_class) {
  switch (note_class) {
    case notes::NoteClass::kFactual:
      return std::string(t("Factual: what was done"));
    case notes::NoteClass::kPrivileged:
      return std::string(t("Advocate's privileged"));
    case notes::NoteClass::kAttorney:
      return std::string(t("Attorney's"));
    case notes::NoteClass::kClinical:
      return std::string(t("Clinical"));
    case notes::NoteClass::kChild:
      return std::string(t("On a child"));
  }
  return {};
}

void write_notes(Markup& out, const Desk& desk, const Request& request, const Work& work,
                 ClientId id, const std::vector<notes::Note>& all) {
  const Words t = out.words();
  for (const notes::Note& note : all)
    html::accordion_item(
        out,
        {.title = time_words(note.written_at) + " · " + class_words(t, note.note_class) +
                  (note.is_signed ? std::string() : " · " + std::string(t("draft")))},
        [&] {
          html::paragraph(out, note.body.reveal());
          html::note(out, member_name(desk, t, note.author));
          if (!note.is_signed)
            html::action_button(out, {.action = file_address(id) / "sign",
                                      .csrf_token = visit::csrf_of(request),
                                      .text = t("Sign this note"),
                                      .name = "note",
                                      .value = note.id.to_string()});
        });
  std::vector<html::Option> classes;
  for (const notes::NoteClass one : notes::kNoteClasses)
    if (notes::Notes(work).holds(one))
      classes.push_back({.value = std::string(notes::code_of(one)), .label = class_words(t, one)});
  if (classes.empty()) return;
  html::post_form(out,
                  {.action = file_address(id) / "notes",
                   .csrf_token = visit::csrf_of(request),
                   .label = t("Write a note")},
                  [&] {
                    html::select(out, {.words = {.name = "class",
                                                 .label = t("Kind of note"),
                                                 .hint = t("Each kind has a key of its own."),
                                                 .required = true},
                                       .options = classes});
                    html::text_area(out, {.words = {.name = "body",
                                                    .label = t("Note"),
                                                    .hint = t("Facts, few words, roles instead of "
                                                              "names, no quotes of the crime."),
                                                    .required = true},
                                          .rows = 4});
                    html::button(out, {.text = t("Keep as a draft")});
                  });
}

void write_told(Markup& out, const ClientFile& file) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    for (const codes::Question& question : codes::Codes::built_in().questions())
      if (const clients::Answered* told = file.find(question.id))
        list.add(words_in(t, question.words), answer_text(t, *told));
    for (const clients::Relative& relative : file.relatives)
      list.add(code_words(t, "relation", relative.relation), relative.name.reveal());
  });
}

void write_file(Markup& out, const Desk& desk, const Request& request, const Work& work,
                const ClientFile& file) {
  const Words t = out.words();
  const ClientId id = file.line.id;
  const auto last = services::Services(work).last(id);
  const auto events = services::Services(work).of_client(id);
  const auto all_notes = notes::Notes(work).of_client(id);
  if (!events || !all_notes)
    html::alert(out, {.kind = html::AlertKind::kError,
                      .text = t("Something of this file cannot be opened: it was changed or moved. "
                                "Tell an officer of the vault before you go on.")});
  write_safety(out, file);
  html::button_group(out, [&] {
    const auto to = [&](std::string_view words, std::string_view page) {
      html::link_button(
          out,
          {.text = words, .href = file_address(id) / page, .kind = html::ButtonKind::kOutline});
    };
    to(t("Releases"), "releases");
    to(t("Refer to a service"), "refer");
    to(t("Record of disclosures"), "record");
    to(t("Attachments"), "attachments");
    to(t("Change what was told"), "answers");
  });
  html::section(out, 2, t("Services"), [&] {
    write_service_form(out, request, id, last ? *last : std::nullopt, today(desk.clock));
    write_events(out, events ? *events : std::vector<services::ServiceEvent>());
  });
  html::section(out, 2, t("Notes"), [&] {
    static const std::vector<notes::Note> none;
    write_notes(out, desk, request, work, id, all_notes ? *all_notes : none);
  });
  html::section(out, 2, t("What was told"), [&] { write_told(out, file); });
}

Response file_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto file = Clients(work).read(id);
    if (!file) return desk.visits.failure(request, file.error(), file_address(id));
    return desk.visits.page(
        request,
        {.title = client_title(file->line.number, file->line.initials),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("People you work with")), Href("/vault/clients")}}},
        [&](Markup& out) { write_file(out, desk, request, work, *file); });
  });
}

Response after(const Desk& desk, const Request& request, ClientId id, const Result<void>& done) {
  if (!done) return desk.visits.failure(request, done.error(), file_address(id));
  return visit::redirect(request, file_address(id));
}

Result<void> add_service(const Desk& desk, const Work& work, ClientId id,
                         const http::Fields& fields) {
  services::Services services(work);
  services::ServiceEvent event{.client = id};
  if (fields.has("again")) {
    if (auto last = TRY(services.last(id))) event = *last;
    event.day = today(desk.clock);
  } else {
    event.day = TRY(parse_date(fields.get("day").raw()));
    event.category = fields.get("category").raw();
    event.mode = fields.get("mode").raw();
    event.minutes = to_integer(trim(fields.get("minutes").raw())).value_or(-1);
  }
  TRY(services.add(event));
  return {};
}

Result<void> add_note(const Work& work, ClientId id, const http::Fields& fields) {
  const auto note_class = notes::note_class_from(fields.get("class").raw());
  if (!note_class)
    return fail(ErrorKind::kInvalid, "there is no such kind of note", "field class", "Choose one");
  TRY(notes::Notes(work).write(id, *note_class, Secret<std::string>(fields.get("body").raw())));
  return {};
}

}  // namespace

void add_file_routes(http::Router& router, const Desk& desk) {
  using http::Access;
  router.get("/vault/clients/{id:uuid}", Access::signed_in(),
             [desk](Request& request) { return file_page(desk, request); });
  const auto post =
      [&](const char* path,
          std::function<Result<void>(const Work&, ClientId, const http::Fields&)> act) {
        router.post(path, Access::signed_in(), [desk, act = std::move(act)](Request& request) {
          return with_work(desk, request, [&](const Work& work) {
            const ClientId id(request.uuid_parameter("id"));
            return after(desk, request, id, act(work, id, request.form().fields));
          });
        });
      };
  post("/vault/clients/{id:uuid}/services",
       [desk](const Work& work, ClientId id, const http::Fields& fields) {
         return add_service(desk, work, id, fields);
       });
  post("/vault/clients/{id:uuid}/notes", add_note);
  post("/vault/clients/{id:uuid}/sign",
       [](const Work& work, ClientId, const http::Fields& fields) -> Result<void> {
         return notes::Notes(work).sign(TRY(notes::NoteId::parse(fields.get("note").raw())));
       });
}

}  // namespace daybreak::vault::desk
