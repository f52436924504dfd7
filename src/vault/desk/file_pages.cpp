// SPDX-License-Identifier: AGPL-3.0-or-later
// One person's file: how to reach her or him safely stands first, then services, notes, household,
// what was told.
#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"

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

void write_told(Markup& out, const ClientFile& file) {
  const Words t = out.words();
  // The name is not on the screen until it is asked for.
  html::accordion_item(out, {.title = t("Show the name and what was told")}, [&] {
    html::description_list(out, [&](html::Descriptions& list) {
      for (const codes::Question& question : codes::Codes::built_in().questions())
        if (const clients::Answered* told = file.find(question.id))
          list.add(words_in(t, question.words), answer_text(t, *told));
    });
  });
}

void write_ways(Markup& out, ClientId id) {
  const Words t = out.words();
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
    to(t("How long it is kept"), "retention");
    to(t("Change what was told"), "answers");
  });
}

void write_file(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  if (open.file.line.state == clients::ClientState::kShredded) {
    html::alert(out, {.kind = html::AlertKind::kInfo,
                      .text = t("This file was shredded. Its names, words and notes cannot be "
                                "opened by anyone. Codes, minutes and the log stay."),
                      .title = t("Shredded")});
    return;
  }
  write_safety(out, open.file);
  write_next_step(out, open);
  write_tasks(out, open);
  write_living_releases(out, open);
  write_ways(out, open.id());
  html::section(out, 2, t("Services"), [&] { write_services(out, open); });
  html::section(out, 2, t("Plan"), [&] { write_plan(out, open); });
  html::section(out, 2, t("Notes"), [&] { write_notes(out, open); });
  html::section(out, 2, t("Household and family"), [&] { write_household(out, open); });
  html::section(out, 2, t("What was told"), [&] { write_told(out, open.file); });
  html::section(out, 2, t("This file"), [&] { write_state(out, open); });
}

Response file_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto file = Clients(work).read(id);
    if (!file) return desk.visits.failure(request, file.error(), file_address(id));
    return vault_page(
        desk, request,
        {.title = client_title(file->line.number, file->line.initials),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work"),
         .crumbs = {{std::string(t("People you work with")), Href("/vault/clients")}}},
        [&](Markup& out) { write_file(out, {desk, request, work, *file}); });
  });
}

}  // namespace

void write_damage(Markup& out) {
  const Words t = out.words();
  html::alert(out, {.kind = html::AlertKind::kError,
                    .text = t("Something of this file cannot be opened: it was changed or moved. "
                              "Tell an officer of the vault before you go on.")});
}

Response file_subpage(const Desk& desk, const Request& request, const Work& work, ClientId id,
                      std::string_view title, const std::function<void(Markup&)>& content,
                      http::Status status) {
  const Words t(visit::language_of(request));
  const auto line = Clients(work).line(id);
  if (!line) return desk.visits.failure(request, line.error(), file_address(id));
  return vault_page(desk, request,
                    {.title = title,
                     .audience = html::Audience::kStaff,
                     .window_title = t("Your work"),
                     .crumbs = {{std::string(t("People you work with")), Href("/vault/clients")},
                                {client_title(line->number, line->initials), file_address(id)}}},
                    content, status);
}

void add_file_routes(http::Router& router, const Desk& desk) {
  router.get("/vault/clients/{id:uuid}", http::Access::signed_in(),
             [desk](Request& request) { return file_page(desk, request); });
  add_service_routes(router, desk);
  add_note_routes(router, desk);
  add_household_routes(router, desk);
  add_ending_routes(router, desk);
  add_task_routes(router, desk);
  add_plan_routes(router, desk);
  add_safety_plan_routes(router, desk);
}

}  // namespace daybreak::vault::desk
