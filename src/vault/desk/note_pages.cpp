// SPDX-License-Identifier: AGPL-3.0-or-later
// Notes: drafts are written, changed and signed; a signed note is amended by another.
#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/notes/notes.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using notes::NoteId;

constexpr std::size_t kBodyLimit = 512 * 1024;

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

Href note_address(const notes::Note& note) {
  return file_address(note.client) / "notes" / note.id.to_string();
}

void text_field(Markup& out, std::string_view value) {
  const Words t = out.words();
  html::text_area(out, {.words = {.name = "body",
                                  .label = t("Note"),
                                  .hint = t("Facts, few words, roles instead of names, no quotes "
                                            "of the crime."),
                                  .required = true},
                        .value = value,
                        .rows = value.empty() ? 4 : 10});
}

void write_note(Markup& out, const OpenFile& open, const notes::Note& note, MemberNames& names) {
  const Words t = out.words();
  html::accordion_item(
      out,
      {.title = time_words(t, note.written_at) + " · " + class_words(t, note.note_class) +
                (note.is_signed ? std::string() : " · " + std::string(t("draft")))},
      [&] {
        html::paragraph(out, note.body.reveal());
        html::note(out, names.of(note.author));
        if (note.amends) html::note(out, t("It amends an earlier note."));
        html::button_group(out, [&] {
          html::link_button(out,
                            {.text = note.is_signed ? t("Amend this note") : t("Change this draft"),
                             .href = note_address(note),
                             .kind = html::ButtonKind::kOutline});
        });
        if (!note.is_signed)
          html::action_button(out, {.action = file_address(note.client) / "sign",
                                    .csrf_token = visit::csrf_of(open.request),
                                    .text = t("Sign this note"),
                                    .name = "note",
                                    .value = note.id.to_string()});
      });
}

void write_note_form(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  std::vector<html::Option> classes;
  for (const notes::NoteClass one : notes::kNoteClasses)
    if (notes::Notes(open.work).holds(one))
      classes.push_back({.value = std::string(notes::code_of(one)), .label = class_words(t, one)});
  if (classes.empty()) return;
  html::post_form(out,
                  {.action = file_address(open.id()) / "notes",
                   .csrf_token = visit::csrf_of(open.request),
                   .guard_changes = true,
                   .label = t("Write a note")},
                  [&] {
                    html::select(out, {.words = {.name = "class",
                                                 .label = t("Kind of note"),
                                                 .hint = t("Each kind has a key of its own."),
                                                 .required = true},
                                       .options = classes});
                    text_field(out, {});
                    html::button(out, {.text = t("Keep as a draft")});
                  });
}

Response note_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto note = notes::Notes(work).read(id, NoteId(request.uuid_parameter("note")));
    if (!note) return desk.visits.failure(request, note.error(), file_address(id));
    return file_subpage(
        desk, request, work, id, note->is_signed ? t("Amend a note") : t("Change a draft"),
        [&](Markup& out) {
          html::note(out,
                     time_words(t, note->written_at) + " · " + class_words(t, note->note_class));
          if (note->is_signed) {
            html::lead(out, t("A signed note stays as it is. What you write here stands beside "
                              "it."));
            html::paragraph(out, note->body.reveal());
          }
          html::post_form(out,
                          {.action = note_address(*note),
                           .csrf_token = visit::csrf_of(request),
                           .guard_changes = true,
                           .label = t("Note")},
                          [&] {
                            html::hidden_field(out, "version", std::to_string(note->version));
                            text_field(out,
                                       note->is_signed ? std::string_view() : note->body.reveal());
                            html::button(out, {.text = t("Keep as a draft")});
                            if (!note->is_signed)
                              html::button(out, {.text = t("Keep and sign"),
                                                 .kind = html::ButtonKind::kOutline,
                                                 .name = "sign",
                                                 .value = "yes"});
                          });
        });
  });
}

Result<void> save_note(const Work& work, const Request& request, ClientId id) {
  notes::Notes notes(work);
  const auto& fields = request.form().fields;
  const NoteId which(request.uuid_parameter("note"));
  const notes::Note note = TRY(notes.read(id, which));
  const Secret<std::string> body(replace_all(fields.get("body").raw(), "\r\n", "\n"));
  if (note.is_signed) {
    TRY(notes.write(id, note.note_class, body, which));
    return {};
  }
  TRY(notes.rewrite(which, to_integer(fields.get("version").raw()).value_or(-1), body));
  if (fields.has("sign")) TRY(notes.sign(which));
  return {};
}

Result<void> add_note(const Work& work, const Request& request, ClientId id) {
  const auto& fields = request.form().fields;
  const auto note_class = notes::note_class_from(fields.get("class").raw());
  if (!note_class)
    return fail(ErrorKind::kInvalid, "there is no such kind of note", "field class", "Choose one");
  TRY(notes::Notes(work).write(
      id, *note_class, Secret<std::string>(replace_all(fields.get("body").raw(), "\r\n", "\n"))));
  return {};
}

}  // namespace

void write_notes(Markup& out, const OpenFile& open) {
  const auto all = notes::Notes(open.work).of_client(open.id());
  if (!all) return write_damage(out);
  MemberNames names(open.desk, out.words());
  for (const notes::Note& note : *all) write_note(out, open, note, names);
  write_note_form(out, open);
}

void add_note_routes(http::Router& router, const Desk& desk) {
  post_to_file(router, desk, "/vault/clients/{id:uuid}/notes", "", add_note, kBodyLimit);
  post_to_file(router, desk, "/vault/clients/{id:uuid}/sign", "",
               [](const Work& work, const Request& request, ClientId) -> Result<void> {
                 const auto note = NoteId::parse(request.form().fields.get("note").raw());
                 if (!note) return tl::make_unexpected(note.error());
                 return notes::Notes(work).sign(*note);
               });
  router.get("/vault/clients/{id:uuid}/notes/{note:uuid}", http::Access::signed_in(),
             [desk](Request& request) { return note_page(desk, request); });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/notes/{note:uuid}", "", save_note,
               kBodyLimit);
}

}  // namespace daybreak::vault::desk
