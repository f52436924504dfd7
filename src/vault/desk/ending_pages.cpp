// SPDX-License-Identifier: AGPL-3.0-or-later
// The end of work with a person: closing, opening again, and shredding by two persons, with what is
// lost said in plain words.
#include <array>

#include "vault/desk/file_parts.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientFile;
using clients::ClientId;
using clients::Clients;
using clients::ClientState;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;

void write_turns(Markup& out, const Desk& desk, const ClientFile& file) {
  const Words t = out.words();
  if (file.turns.empty()) return;
  MemberNames names(desk, t);
  html::table(out,
              {.caption = t("Closed and opened again"),
               .columns = {{t("Day")}, {t("What")}, {t("Reason")}, {t("By")}}},
              [&](html::Rows& rows) {
                for (const clients::Turn& turn : file.turns) {
                  rows.row();
                  rows.cell(day_words(t, turn.day));
                  rows.cell(turn.closes ? t("Closed") : t("Opened again"));
                  rows.cell(code_words(t, turn.closes ? "closure_reason" : "reopening_reason",
                                       turn.reason));
                  rows.cell(names.of(turn.by));
                }
              });
}

Response closing_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto file = Clients(work).read(id);
    if (!file) return desk.visits.failure(request, file.error(), file_address(id) / "closing");
    const bool open = file->line.state == ClientState::kOpen;
    if (file->line.state == ClientState::kShredded)
      return visit::redirect(request, file_address(id));
    return file_subpage(
        desk, request, work, id, open ? t("Close this file") : t("Open this file again"),
        [&](Markup& out) {
          html::lead(out, open ? t("A closed file leaves your list. Nothing is deleted, and it can "
                                   "be opened again.")
                               : t("The file comes back to your list as it was."));
          html::post_form(
              out,
              {.action = file_address(id) / (open ? "close" : "reopen"),
               .csrf_token = visit::csrf_of(request),
               .label = t("Reason")},
              [&] {
                html::select(
                    out, {.words = {.name = "reason", .label = t("Reason"), .required = true},
                          .options = options_of(t, open ? "closure_reason" : "reopening_reason", {},
                                                today(desk.clock)),
                          .empty_choice = t("Choose")});
                html::button(out, {.text = open ? t("Close the file") : t("Open the file again")});
              });
          write_turns(out, desk, *file);
        });
  });
}

void write_losses(Markup& out) {
  const Words t = out.words();
  const std::array<std::string_view, 4> lost = {
      t("Names, telephone, where she or he stays, safe contact: gone for everyone."),
      t("Every note, signed or not, of every kind."),
      t("Goals, plans, tasks and attachments of this person."),
      t("No officer, no administrator and no court order can bring it back.")};
  html::heading(out, 2, t("What is lost"));
  html::list(out, html::ListKind::kBullets, lost.size(), [&](std::size_t i) { out.text(lost[i]); });
  html::paragraph(out,
                  t("What stays: the number of the file, dates, codes and minutes of services, "
                    "and the log of who opened it. Backups made before still hold the key "
                    "until they are removed."));
}

void write_shred_steps(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  const auto act = [&](std::string_view step, std::string_view words, html::ButtonKind kind) {
    html::action_button(out, {.action = file_address(open.id()) / "shred",
                              .csrf_token = visit::csrf_of(open.request),
                              .text = words,
                              .kind = kind,
                              .name = "step",
                              .value = step});
  };
  const auto& asked_by = open.file.shred_asked_by;
  if (!asked_by) {
    html::paragraph(out, t("One person asks, a second person does it. Both confirm who they are."));
    return act("ask", t("Ask to shred this file"), html::ButtonKind::kDanger);
  }
  const bool own = *asked_by == open.work.actor.member;
  html::alert(out, {.kind = html::AlertKind::kWarning,
                    .text = own ? t("You asked to shred this file. A second person has to open "
                                    "this page and do it.")
                                : t("{0} asked to shred this file. If you agree, it is gone at "
                                    "once.",
                                    {member_name(open.desk, t, *asked_by)}),
                    .title = t("Waits for a second person")});
  if (!own) act("shred", t("Shred this file now"), html::ButtonKind::kDanger);
  act("keep", t("Keep this file"), html::ButtonKind::kOutline);
}

Response shred_page(const Desk& desk, const Request& request) {
  return with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto file = Clients(work).read(id);
    if (!file) return desk.visits.failure(request, file.error(), file_address(id) / "shred");
    if (file->line.state == ClientState::kShredded)
      return visit::redirect(request, file_address(id));
    return file_subpage(desk, request, work, id, t("Shred this file"), [&](Markup& out) {
      write_losses(out);
      html::heading(out, 2, t("Two persons"));
      write_shred_steps(out, {desk, request, work, *file});
    });
  });
}

Result<void> shred_step(const Work& work, const Request& request, ClientId id) {
  const std::string step = request.form().fields.get("step").raw();
  Clients clients(work);
  if (step == "ask") return clients.ask_to_shred(id);
  if (step == "keep") return clients.keep(id);
  if (step == "shred") return clients.shred(id);
  return fail(ErrorKind::kInvalid, "there is no such step", "field step", "Open the page again");
}

}  // namespace

void write_state(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  if (open.file.shred_asked_by)
    html::alert(out, {.kind = html::AlertKind::kWarning,
                      .text = t("Somebody asked to shred this file. A second person decides."),
                      .title = t("Waits for a second person"),
                      .heading_level = 3});
  html::paragraph(out, open.file.closed_on
                           ? t("Closed on {0}: {1}",
                               {day_words(t, *open.file.closed_on),
                                code_words(t, "closure_reason", open.file.closure_reason)})
                           : t("Open since {0}", {day_words(t, open.file.line.opened_on)}));
  html::button_group(out, [&] {
    html::link_button(
        out, {.text = open.file.closed_on ? t("Open this file again") : t("Close this file"),
              .href = file_address(open.id()) / "closing",
              .kind = html::ButtonKind::kOutline});
    html::link_button(out, {.text = t("Shred this file"),
                            .href = file_address(open.id()) / "shred",
                            .kind = html::ButtonKind::kOutline});
  });
}

void add_ending_routes(http::Router& router, const Desk& desk) {
  router.get("/vault/clients/{id:uuid}/closing", http::Access::signed_in(),
             [desk](Request& request) { return closing_page(desk, request); });
  router.get("/vault/clients/{id:uuid}/shred", http::Access::signed_in(),
             [desk](Request& request) { return shred_page(desk, request); });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/close", "",
               [desk](const Work& work, const Request& request, ClientId id) {
                 return Clients(work).close(id, request.form().fields.get("reason").raw(),
                                            today(desk.clock));
               });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/reopen", "",
               [desk](const Work& work, const Request& request, ClientId id) {
                 return Clients(work).reopen(id, request.form().fields.get("reason").raw(),
                                             today(desk.clock));
               });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/shred", "shred", shred_step);
}

}  // namespace daybreak::vault::desk
