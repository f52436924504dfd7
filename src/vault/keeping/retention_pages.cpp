// SPDX-License-Identifier: AGPL-3.0-or-later
// How long what is kept: what is due, the organisation's days, and one person's file with its
// holds, its purges by two persons and their certificates.
#include "base/text.hpp"
#include "vault/keeping/keeping.hpp"
#include "vault/retention/retention.hpp"

namespace daybreak::vault::keeping {
namespace {

using clients::ClientId;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using retention::Due;
using retention::FileRetention;
using retention::Hold;
using retention::HoldId;
using retention::Purge;
using retention::PurgeId;
using retention::PurgeKind;
using retention::Retention;

Href here_of(ClientId id) { return file_address(id) / "retention"; }

std::string_view kind_words(Words t, PurgeKind kind) {
  return kind == PurgeKind::kPartial ? t("Partial: the narrative goes, counts stay")
                                     : t("Full: nothing of the file opens again");
}

// ---- the list ----

std::string state_words(Words t, const Due& due) {
  if (due.is_held) return std::string(t("Held"));
  if (due.is_asked) return std::string(t("Waits for a second person"));
  return std::string(due.is_partly_purged ? t("Full purge is due") : t("Partial purge is due"));
}

void write_due(Markup& out, const std::vector<Due>& all) {
  const Words t = out.words();
  if (all.empty())
    return html::empty_state(out, {.title = t("Nothing is due"),
                                   .what_to_do = t("A file is listed here when its days after "
                                                   "closing have passed. Close files of people who "
                                                   "need nothing any more.")});
  html::table(
      out,
      {.caption = t("Due, the longest closed first"),
       .columns = {{t("File")}, {t("Closed on")}, {t("Due since")}, {t("State")}}},
      [&](html::Rows& rows) {
        for (const Due& due : all) {
          rows.row();
          rows.link("C-" + std::to_string(due.number), here_of(due.id));
          rows.cell(desk::day_words(t, due.closed_on));
          rows.cell(desk::day_words(t, due.is_partly_purged ? due.full_on : due.partial_on));
          rows.cell(state_words(t, due));
        }
      });
}

void write_days(Markup& out, const Request& request,
                const std::vector<std::pair<const retention::Period*, int>>& all, bool may_edit) {
  const Words t = out.words();
  html::description_list(out, [&](html::Descriptions& list) {
    for (const auto& [period, days] : all)
      list.add(desk::words_in(t, period->keeps), [&, period = period, days = days] {
        html::paragraph(out, t.plural("{0} day", "{0} days", days));
        html::note(out,
                   t("{0} As of {1}; {2} days there.",
                     {period->source, format_date(period->as_of), std::to_string(period->days)}));
        if (!may_edit) return;
        html::post_form(
            out,
            {.action = Href("/vault/retention") / period->id,
             .csrf_token = visit::csrf_of(request),
             .label = desk::words_in(t, period->keeps)},
            [&] {
              html::text_input(out, {.words = {.name = "days", .label = t("Days")},
                                     .value = std::to_string(days),
                                     .width = html::FieldWidth::kTiny,
                                     .autocomplete = "off",
                                     .input_mode = "numeric"});
              html::button(out, {.text = t("Set these days"), .kind = html::ButtonKind::kOutline});
            });
      });
  });
}

Response due_page(const desk::Desk& desk, const Request& request) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const auto due = Retention(work).due(desk::today(desk.clock));
    const auto days = Retention(work).days();
    if (!due || !days)
      return desk.visits.failure(request, due ? days.error() : due.error(), "/vault");
    return desk::vault_page(
        desk, request,
        {.title = t("How long files are kept"),
         .audience = html::Audience::kStaff,
         .window_title = t("Your work")},
        [&](Markup& out) {
          html::lead(out,
                     t("What is not kept cannot be demanded, stolen or read. Nothing is purged "
                       "by itself: two persons do it."));
          write_due(out, *due);
          html::section(out, 2, t("Days after closing"), [&] {
            write_days(out, request, *days, work.actor.roles.has(trust::Role::kAccountSteward));
          });
        });
  });
}

Response set_days(const desk::Desk& desk, const Request& request) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const auto days = to_integer(trim(request.form().fields.get("days").raw())).value_or(0);
    const auto done = Retention(work).set_days(
        request.parameter("period"), days > 0 && days < 100000 ? static_cast<int>(days) : 0);
    if (!done) return desk.visits.failure(request, done.error(), "/vault/retention");
    return visit::redirect(request, "/vault/retention");
  });
}

// ---- one person's file ----

void write_timers(Markup& out, const FileRetention& file) {
  const Words t = out.words();
  if (!file.closed_on)
    return html::note(out, t("The days are counted from closing; this file is open."));
  html::description_list(out, [&](html::Descriptions& list) {
    list.add(t("Closed on"), desk::day_words(t, *file.closed_on));
    list.add(t("Partial purge is due on"), desk::day_words(t, *file.partial_on));
    list.add(t("Full purge is due on"), desk::day_words(t, *file.full_on));
  });
}

void write_holds(Markup& out, const desk::Desk& desk, const Request& request, ClientId id,
                 const FileRetention& file) {
  const Words t = out.words();
  desk::MemberNames names(desk, t);
  for (const Hold& hold : file.holds) {
    const std::string since =
        t("{0}, by {1}", {desk::time_words(t, hold.placed_at), names.of(hold.placed_by)});
    html::heading(out, 3, desk::code_words(t, "hold_reason", hold.reason));
    html::note(out, hold.lifted_at
                        ? t("{0}. Lifted {1}.", {since, desk::time_words(t, *hold.lifted_at)})
                        : since);
    if (!hold.words.reveal().empty()) html::paragraph(out, hold.words.reveal());
    if (!hold.lifted_at)
      html::action_button(out, {.action = here_of(id) / hold.id.to_string() / "lift",
                                .csrf_token = visit::csrf_of(request),
                                .text = t("Lift this hold"),
                                .kind = html::ButtonKind::kOutline});
  }
  if (file.state == clients::ClientState::kShredded) return;
  html::post_form(
      out,
      {.action = here_of(id) / "hold",
       .csrf_token = visit::csrf_of(request),
       .label = t("Hold this file")},
      [&] {
        html::select(
            out, {.words = {.name = "reason", .label = t("Why it must be kept"), .required = true},
                  .options = desk::options_of(t, "hold_reason")});
        html::text_area(out, {.words = {.name = "words",
                                        .label = t("In words"),
                                        .hint = t("Case number, court, who asked. It is "
                                                  "sealed with the file.")},
                              .rows = 2});
        html::button(out, {.text = t("Hold it"), .kind = html::ButtonKind::kOutline});
      });
}

void write_waiting(Markup& out, const desk::Desk& desk, const Request& request, const Work& work,
                   const Purge& purge) {
  const Words t = out.words();
  const bool own = purge.asked_by == work.actor.member;
  html::alert(out, {.kind = html::AlertKind::kWarning,
                    .text = own ? t("You asked for it. A second person has to open this page and "
                                    "do it.")
                                : t("{0} asked for it. If you agree, it is gone at once.",
                                    {desk::member_name(desk, t, purge.asked_by)}),
                    .title = kind_words(t, purge.kind),
                    .heading_level = 3});
  const Href one = here_of(purge.client) / purge.id.to_string();
  if (!own)
    html::action_button(out, {.action = one / "do",
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Purge it now"),
                              .kind = html::ButtonKind::kDanger});
  html::action_button(out, {.action = one / "drop",
                            .csrf_token = visit::csrf_of(request),
                            .text = t("Do not purge it"),
                            .kind = html::ButtonKind::kOutline});
}

void write_purges(Markup& out, const desk::Desk& desk, const Request& request, const Work& work,
                  ClientId id, const FileRetention& file) {
  const Words t = out.words();
  for (const Purge& purge : file.purges)
    if (purge.is_done)
      html::paragraph(out, [&] {
        html::link(out, t("Certificate of {0}", {desk::time_words(t, *purge.ended_at)}),
                   here_of(id) / purge.id.to_string());
      });
  if (const Purge* purge = file.waiting()) return write_waiting(out, desk, request, work, *purge);
  if (file.state == clients::ClientState::kShredded)
    return html::note(out, t("Nothing of this file opens again."));
  if (file.is_held())
    return html::note(out, t("Held: nothing is purged until the hold is lifted."));
  if (file.state == clients::ClientState::kOpen)
    return html::note(out, t("Only a closed file is purged."));
  html::paragraph(out, t("One person asks, a second person does it. Both confirm who they are."));
  for (const PurgeKind kind : {PurgeKind::kPartial, PurgeKind::kFull})
    html::action_button(out, {.action = here_of(id),
                              .csrf_token = visit::csrf_of(request),
                              .text = kind == PurgeKind::kPartial ? t("Ask for a partial purge")
                                                                  : t("Ask for a full purge"),
                              .kind = html::ButtonKind::kDanger,
                              .name = "kind",
                              .value = retention::code_of(kind)});
}

Response client_page(const desk::Desk& desk, const Request& request) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto file = Retention(work).of_client(id);
    if (!file) return desk.visits.failure(request, file.error(), file_address(id));
    return file_page(desk, request, work, id, t("How long this file is kept"), [&](Markup& out) {
      write_timers(out, *file);
      html::section(out, 2, t("Holds"), [&] { write_holds(out, desk, request, id, *file); });
      html::section(out, 2, t("Purge"), [&] { write_purges(out, desk, request, work, id, *file); });
    });
  });
}

std::string_view room_words(Words t, std::string_view room) {
  if (room == "answers") return t("Answers in words, names, contact");
  if (room == "notes") return t("Notes of every class");
  if (room == "tasks") return t("Tasks and deadlines");
  if (room == "plans") return t("Goals, steps and safety plans");
  if (room == "attachments") return t("Attachments");
  if (room == "keys") return t("The key of the file");
  return room;
}

std::string role_words(Words t, const std::string& codes) {
  std::vector<std::string> words;
  for (const std::string_view code : split(codes, '+'))
    words.emplace_back(code == "advocate"          ? t("advocate")
                       : code == "account_steward" ? t("account steward")
                                                   : code);
  return join(words, ", ");
}

Response certificate_page(const desk::Desk& desk, const Request& request) {
  return desk::with_work(desk, request, [&](const Work& work) {
    const Words t(visit::language_of(request));
    const ClientId id(request.uuid_parameter("id"));
    const auto purge = Retention(work).certificate(id, PurgeId(request.uuid_parameter("part")));
    if (!purge) return desk.visits.failure(request, purge.error(), here_of(id));
    return file_page(desk, request, work, id, t("Certificate of purge"), [&](Markup& out) {
      html::lead(out, kind_words(t, purge->kind));
      html::description_list(out, [&](html::Descriptions& list) {
        list.add(t("Number"), purge->id.to_string());
        list.add(t("Purged"), desk::time_words(t, *purge->ended_at));
        for (const auto& [room, count] : purge->counts)
          list.add(room_words(t, room), std::to_string(count));
        list.add(t("Asked by"), t("One person: {0}", {role_words(t, purge->asked_role)}));
        list.add(t("Done by"), t("Another person: {0}", {role_words(t, purge->ended_role)}));
        list.add(
            t("Last backup that holds the key is gone"),
            desk::day_words(t, Date(std::chrono::floor<std::chrono::days>(*purge->backups_until))));
      });
      html::note(out, t("Codes, days and minutes of services stay, and the log of who opened the "
                        "file. This certificate names nobody; the log holds the same."));
    });
  });
}

using Act = std::function<Result<void>(const Work&, const Request&, ClientId)>;

void post(http::Router& router, const desk::Desk& desk, const std::string& path, Act act) {
  router.post("/vault/clients/{id:uuid}/retention" + path, http::Access::signed_in(),
              [desk, act = std::move(act)](Request& request) {
                return desk::with_work(desk, request, [&](const Work& work) {
                  const ClientId id(request.uuid_parameter("id"));
                  const auto done = act(work, request, id);
                  if (!done) return desk.visits.failure(request, done.error(), here_of(id));
                  return visit::redirect(request, here_of(id));
                });
              });
}

Result<void> ask(const Work& work, const Request& request, ClientId id) {
  const auto kind = retention::purge_kind_from(request.form().fields.get("kind").raw());
  if (!kind)
    return fail(ErrorKind::kInvalid, "there is no such purge", "field kind", "Open the page again");
  TRY(Retention(work).ask(id, *kind));
  return {};
}

Result<void> hold(const Work& work, const Request& request, ClientId id) {
  const auto& fields = request.form().fields;
  TRY(Retention(work).hold(id, fields.get("reason").raw(),
                           Secret<std::string>(fields.get("words").raw())));
  return {};
}

}  // namespace

void add_retention_routes(http::Router& router, const desk::Desk& desk) {
  using http::Access;
  router.get("/vault/retention", Access::signed_in(),
             [desk](Request& request) { return due_page(desk, request); });
  router.post("/vault/retention/{period}", Access::signed_in(),
              [desk](Request& request) { return set_days(desk, request); });
  router.get("/vault/clients/{id:uuid}/retention", Access::signed_in(),
             [desk](Request& request) { return client_page(desk, request); });
  router.get("/vault/clients/{id:uuid}/retention/{part:uuid}", Access::signed_in(),
             [desk](Request& request) { return certificate_page(desk, request); });
  post(router, desk, "", ask);
  post(router, desk, "/hold", hold);
  post(router, desk, "/{part:uuid}/lift",
       [](const Work& work, const Request& request, ClientId id) {
         return Retention(work).lift(id, HoldId(request.uuid_parameter("part")));
       });
  post(router, desk, "/{part:uuid}/do", [](const Work& work, const Request& request, ClientId id) {
    return Retention(work).carry_out(id, PurgeId(request.uuid_parameter("part")));
  });
  post(router, desk, "/{part:uuid}/drop",
       [](const Work& work, const Request& request, ClientId id) {
         return Retention(work).drop(id, PurgeId(request.uuid_parameter("part")));
       });
}

}  // namespace daybreak::vault::keeping
