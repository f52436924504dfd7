// SPDX-License-Identifier: AGPL-3.0-or-later
// Attachments of one person: what is there, taking one in, opening the clean copy or the original,
// shredding one. Files go out under a neutral name and stay in no cache.
#include "base/text.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/keeping/keeping.hpp"
#include "vault/retention/retention.hpp"

namespace daybreak::vault::keeping {
namespace {

using attachments::Attachment;
using attachments::AttachmentId;
using attachments::Attachments;
using attachments::Copy;
using clients::ClientId;
using doc::FileType;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using notes::NoteClass;

constexpr std::size_t kBodyLimit = attachments::kMostBytes + (std::size_t{64} << 10);

Href list_address(ClientId id) { return file_address(id) / "attachments"; }

std::string_view class_words(Words t, NoteClass note_class) {
  switch (note_class) {
    case NoteClass::kFactual:
      return t("Factual: what was done");
    case NoteClass::kPrivileged:
      return t("Advocate's privileged");
    case NoteClass::kAttorney:
      return t("Attorney's");
    case NoteClass::kClinical:
      return t("Clinical");
    case NoteClass::kChild:
      return t("On a child");
  }
  return {};
}

std::string_view type_words(Words t, FileType type) {
  switch (type) {
    case FileType::kJpeg:
    case FileType::kPng:
    case FileType::kGif:
    case FileType::kWebp:
    case FileType::kHeif:
    case FileType::kTiff:
      return t("Picture");
    case FileType::kPdf:
      return t("PDF document");
    case FileType::kVideo:
      return t("Film");
    case FileType::kSound:
      return t("Sound");
    case FileType::kOffice:
      return t("Office document or archive");
    case FileType::kText:
      return t("Text");
    case FileType::kOther:
      break;
  }
  return t("Another kind of file");
}

std::string size_words(Words t, std::uint64_t bytes) {
  if (bytes < 1024 * 1024) return t("{0} kB", {std::to_string((bytes + 1023) / 1024)});
  return t("{0} MB", {std::to_string((bytes + (1 << 20) - 1) >> 20)});
}

enum class Shredding : std::uint8_t { kOffered, kHeld };

void write_one(Markup& out, const Request& request, const Attachment& one, Shredding shredding,
               desk::MemberNames& names) {
  const Words t = out.words();
  const Href here = list_address(one.client) / one.id.to_string();
  html::description_list(out, [&](html::Descriptions& list) {
    list.add(t("Name, as it came"), one.name.reveal());
    list.add(t("Kind"), type_words(t, one.type));
    list.add(t("Size"), size_words(t, one.size));
    list.add(t("Class"), class_words(t, one.note_class));
    list.add(t("Taken in"),
             t("{0}, by {1}", {desk::time_words(t, one.added_at), names.of(one.added_by)}));
    list.add(t("SHA-256 of the original"), one.sha256);
  });
  if (!one.has_clean_copy)
    html::note(out, t("Kept as the original only: of this kind of file no copy can be made without "
                      "what it may say of places, devices and authors."));
  html::button_group(out, [&] {
    if (one.has_clean_copy)
      html::link_button(out, {.text = t("Open the clean copy"), .href = here / "copy"});
    html::link_button(out, {.text = t("Save the original"),
                            .href = here / "original",
                            .kind = html::ButtonKind::kOutline});
  });
  if (shredding == Shredding::kHeld)
    return html::note(out, t("Held: it is not shredded until the hold on this file is lifted."));
  html::action_button(out, {.action = here / "shred",
                            .csrf_token = visit::csrf_of(request),
                            .text = t("Shred it"),
                            .kind = html::ButtonKind::kDanger,
                            .confirm = t("It cannot be brought back. Shred it?")});
}

void write_all(Markup& out, const desk::Desk& desk, const Request& request,
               const std::vector<Attachment>& all, Shredding shredding) {
  const Words t = out.words();
  if (all.empty())
    return html::empty_state(
        out,
        {.title = t("No attachments yet"),
         .what_to_do = t("Take in only what she or he wants kept here. What is not here cannot "
                         "be demanded by anyone.")});
  desk::MemberNames names(desk, t);
  for (const Attachment& one : all) {
    const std::string name = attachments::file_name_of(one.number, one.type);
    if (one.is_shredded) {
      html::note(out, t("{0}: shredded. Nothing of it is left but this line.", {name}));
      continue;
    }
    html::accordion_item(
        out, {.title = name + " · " + std::string(type_words(t, one.type)), .heading_level = 2},
        [&] { write_one(out, request, one, shredding, names); });
  }
}

void write_upload(Markup& out, const Request& request, const Work& work, ClientId id,
                  std::string_view error) {
  const Words t = out.words();
  std::vector<html::Option> classes;
  for (const NoteClass one : notes::kNoteClasses)
    if (notes::Notes(work).holds(one))
      classes.push_back(
          {.value = std::string(notes::code_of(one)), .label = std::string(class_words(t, one))});
  if (classes.empty()) return;
  html::post_form(
      out,
      {.action = list_address(id),
       .csrf_token = visit::csrf_of(request),
       .with_files = true,
       .label = t("Take in a file")},
      [&] {
        html::file_input(
            out,
            {.words = {.name = "file",
                       .label = t("File"),
                       .hint = t("At most 20 MB. It is sealed as it is. Of photographs and PDF "
                                 "a copy is made without place, device and author; that copy "
                                 "is what you open."),
                       .error = error,
                       .required = true}});
        html::select(out, {.words = {.name = "class",
                                     .label = t("Class"),
                                     .hint = t("Each class has a key of its own, as for notes."),
                                     .required = true},
                           .options = classes});
        html::button(out, {.text = t("Take it in")});
      });
}

Response list_page(const desk::Desk& desk, const Request& request,
                   const std::optional<Error>& error) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto all = Attachments(work).of_client(id);
    if (!all) return desk.visits.failure(request, all.error(), file_address(id));
    const auto is_held = work.vault.database().read(
        [&](db::Connection& connection) { return retention::is_held(connection, id); });
    if (!is_held) return desk.visits.failure(request, is_held.error(), file_address(id));
    const std::string_view wrong =
        error ? t("Choose a file of at most 20 MB with a short name.") : std::string_view();
    return file_page(
        desk, request, work, id, t("Attachments"),
        [&](Markup& out) {
          write_all(out, desk, request, *all, *is_held ? Shredding::kHeld : Shredding::kOffered);
          html::section(out, 2, t("Take in a file"),
                        [&] { write_upload(out, request, work, id, wrong); });
        },
        error ? http::Status::kUnprocessable : http::Status::kOk);
  });
}

Result<AttachmentId> take_in(const Work& work, const Request& request) {
  const auto note_class = notes::note_class_from(request.form().fields.get("class").raw());
  const http::Upload* file = request.form().find_file("file");
  if (!note_class || file == nullptr)
    return fail(ErrorKind::kInvalid, "a file and its class are needed", "field file",
                "Choose both");
  return Attachments(work).add(ClientId(request.uuid_parameter("id")), *note_class,
                               Secret<std::string>(file->file_name.raw()), file->content);
}

Response upload(const desk::Desk& desk, const Request& request) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const Href here = list_address(ClientId(request.uuid_parameter("id")));
    const auto added = take_in(work, request);
    if (!added && added.error().kind == ErrorKind::kInvalid)
      return list_page(desk, request, added.error());
    if (!added) return desk.visits.failure(request, added.error(), here);
    return visit::redirect(request, here);
  });
}

bool is_shown_by_browsers(FileType type) { return doc::has_clean_copy(type); }

Response give(const desk::Desk& desk, const Request& request, Copy copy) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const ClientId client(request.uuid_parameter("id"));
    auto opened =
        Attachments(work).open(client, AttachmentId(request.uuid_parameter("attachment")), copy);
    if (!opened) return desk.visits.failure(request, opened.error(), list_address(client));
    const FileType type = opened->about.type;
    const std::string name = attachments::file_name_of(opened->about.number, type);
    Response response =
        Response::stream(std::string(doc::media_type_of(type)), std::move(opened->pieces));
    // Shown, a clean copy leaves no file on the device.
    if (copy == Copy::kClean && is_shown_by_browsers(type))
      response.set("Content-Disposition", "inline; filename=\"" + name + "\"");
    else
      response.as_download(name);
    return response;
  });
}

Response shred(const desk::Desk& desk, const Request& request) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const ClientId client(request.uuid_parameter("id"));
    const auto done =
        Attachments(work).shred(client, AttachmentId(request.uuid_parameter("attachment")));
    if (!done) return desk.visits.failure(request, done.error(), list_address(client));
    return visit::redirect(request, list_address(client));
  });
}

}  // namespace

void add_attachment_routes(http::Router& router, const desk::Desk& desk) {
  using http::Access;
  const std::string list = "/vault/clients/{id:uuid}/attachments";
  const std::string one = list + "/{attachment:uuid}";
  router.get(list, Access::signed_in(),
             [desk](Request& request) { return list_page(desk, request, {}); });
  router.post(list, Access::signed_in(), [desk](Request& request) { return upload(desk, request); },
              {.body_limit = kBodyLimit});
  router.get(one + "/copy", Access::signed_in(),
             [desk](Request& request) { return give(desk, request, Copy::kClean); });
  router.get(one + "/original", Access::signed_in(),
             [desk](Request& request) { return give(desk, request, Copy::kOriginal); });
  router.post(one + "/shred", Access::signed_in(),
              [desk](Request& request) { return shred(desk, request); });
}

}  // namespace daybreak::vault::keeping
