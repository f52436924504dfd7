// SPDX-License-Identifier: AGPL-3.0-or-later
// What became of a record: who changed which field when, and taking a change back. Taking back is a
// change of its own and stands in the history as well.
#include <algorithm>
#include <ranges>

#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/parts.hpp"
#include "language/format.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::MessageId;
using language::to_translate;
using language::Words;

struct Act {
  std::string_view code;
  MessageId words;
};
constexpr Act kActs[] = {{"create", to_translate("Made")},
                         {"edit", to_translate("Edited")},
                         {"import", to_translate("Imported again")},
                         {"verify", to_translate("Checked")},
                         {"capacity", to_translate("Room changed")},
                         {"accept", to_translate("Proposal taken")},
                         {"restore", to_translate("Change taken back")},
                         {"merge", to_translate("Merged")},
                         {"unmerge", to_translate("Merge taken back")},
                         {"archive", to_translate("Archived")},
                         {"remove", to_translate("Archived")},
                         {"take_back", to_translate("Taken back from the archive")}};

std::string_view act_words(Words t, std::string_view action) {
  const auto act = std::ranges::find(kActs, action, &Act::code);
  return act == std::end(kActs) ? action : t(act->words);
}

std::string moment(Words t, Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(at - day).count();
  return date_words(t, at) + ", " + language::format_time(t.language(), static_cast<int>(minutes)) +
         " UTC";
}

void write_change(Markup& out, const Office& office, const Seen& seen, const store::Change& change,
                  bool editable) {
  const Words t = out.words();
  // Two changes of one minute are told apart by their revision.
  const std::string title =
      t("{0} (revision {1}): {2}",
        {moment(t, change.at), std::to_string(change.revision), act_words(t, change.action)});
  html::section(out, 2, title, [&] {
    html::paragraph(out, t("By {0}", {who_words(office, t, change.who)}));
    const auto shown = shown_changes(t, seen.entity, change.changes);
    if (!shown.empty())
      html::diff(out, {.caption = title,
                       .changes = shown,
                       .before_label = t("Before"),
                       .after_label = t("After")});
    if (editable && !shown.empty())
      html::paragraph(out, [&] {
        html::link(out, t("Take back: {0}", {title}),
                   address_of(seen.entity, seen.id) / "history" / std::to_string(change.seq));
      });
  });
}

Response history_page(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const auto entity = entity_in(request);
  if (!entity) return office.visits.error_page(request, http::Status::kNotFound, "");
  const trust::Actor actor = visit::actor_of(request);
  const auto seen = see(office, actor, *entity, request.uuid_parameter("id"));
  if (!seen) return refuse(office, request, seen.error(), "/directory");
  const Href record = address_of(seen->entity, seen->id);
  const auto history = history_of(office, *seen);
  if (!history) return refuse(office, request, history.error(), record);
  const bool editable = !seen->removed && may(office, actor, "edit", *seen);
  return staff_page(office, request, title_of(t, *entity, seen->body), {}, [&](Markup& out) {
    const std::vector<html::Tab> tabs = {{std::string(t("Record")), record},
                                         {std::string(t("History")), record / "history", true}};
    html::tabs(out, t("This record"), tabs);
    if (history->empty()) {
      html::empty_state(out, {.title = t("No history to show"),
                              .what_to_do = t("Changes from a time when this record was "
                                              "confidential are only for those cleared."),
                              .action = t("Back to the record"),
                              .href = record});
    }
    for (const store::Change& change : std::views::reverse(*history))
      write_change(out, office, *seen, change, editable);
  });
}

struct Undo {
  Seen seen;
  store::Change change;
  std::vector<FieldChange> back;  // before: what stands now, after: what stood before the change
};

// The change of the path and what taking it back would do to what stands now.
Result<Undo> undo_of(const Office& office, const Request& request) {
  const auto entity = entity_in(request);
  if (!entity) return fail(ErrorKind::kNotFound, "there is no such page");
  Undo undo;
  undo.seen = TRY(see(office, visit::actor_of(request), *entity, request.uuid_parameter("id")));
  if (undo.seen.removed || !may(office, visit::actor_of(request), "edit", undo.seen))
    return fail(ErrorKind::kNotFound, "there is no such page");
  for (store::Change& change : TRY(history_of(office, undo.seen)))
    if (change.seq == request.integer_parameter("seq")) undo.change = std::move(change);
  for (const FieldChange& one : undo.change.changes) {
    const Json& now = at_path(undo.seen.body, one.path);
    if (now != one.before) undo.back.push_back({one.path, now, one.before});
  }
  return undo;
}

Response undo_form(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const auto undo = undo_of(office, request);
  if (!undo) return refuse(office, request, undo.error(), "/directory");
  const Href record = address_of(undo->seen.entity, undo->seen.id);
  const Href here = record / "history" / std::to_string(undo->change.seq);
  return staff_page(
      office, request, t("Take a change back"),
      {{title_of(t, undo->seen.entity, undo->seen.body), record},
       {std::string(t("History")), record / "history"}},
      [&](Markup& out) {
        if (undo->back.empty()) {
          html::empty_state(out, {.title = t("Nothing to take back"),
                                  .what_to_do = t("What stood before this change stands now."),
                                  .action = t("Back to the history"),
                                  .href = record / "history"});
          return;
        }
        bool later = false;
        for (const FieldChange& one : undo->change.changes)
          later = later || at_path(undo->seen.body, one.path) != one.after;
        if (later)
          html::alert(out, {.kind = html::AlertKind::kWarning,
                            .text = t("Some of these fields were changed again later. What you "
                                      "take back replaces what stands now.")});
        html::post_form(out,
                        {.action = here,
                         .csrf_token = visit::csrf_of(request),
                         .label = t("Take a change back")},
                        [&] {
                          html::hidden_field(out, "revision", std::to_string(undo->seen.revision));
                          html::diff(out,
                                     {.caption = t("Field by field"),
                                      .changes = shown_changes(t, undo->seen.entity, undo->back),
                                      .after_label = t("Before the change"),
                                      .mode = html::DiffMode::kChoose});
                          html::button(out, {.text = t("Take back what is marked")});
                        });
      });
}

Response take_back(const Office& office, Request& request) {
  const auto undo = undo_of(office, request);
  if (!undo) return refuse(office, request, undo.error(), "/directory");
  const http::Fields& form = request.form().fields;
  const auto revision = to_integer(said(form, "revision"));
  if (!revision) return office.visits.error_page(request, http::Status::kNotFound, "");
  const Href record = address_of(undo->seen.entity, undo->seen.id);
  const auto done = change(office, visit::actor_of(request),
                           {.entity = undo->seen.entity,
                            .id = undo->seen.id,
                            .revision = *revision,
                            .action = "restore",
                            .make = [&](Json& body) -> Result<void> {
                              for (std::size_t i = 0; i < undo->back.size(); ++i)
                                if (said(form, "field-" + std::to_string(i)) == "take")
                                  TRY(apply_change(body, undo->back[i]));
                              return {};
                            }});
  if (!done)
    return refuse(office, request, done.error(),
                  record / "history" / std::to_string(undo->change.seq));
  return visit::redirect(request, record / "history");
}

}  // namespace

void add_history_routes(http::Router& router, const Office& office) {
  const std::string history = "/directory/records/{entity}/{id:uuid}/history";
  router.get(history, Access::signed_in(), for_keepers(office, history_page),
             {.summary = "What became of a record"});
  router.get(history + "/{seq:integer}", Access::signed_in(), for_keepers(office, undo_form),
             {.summary = "The form to take a change back"});
  router.post(history + "/{seq:integer}", Access::signed_in(), for_keepers(office, take_back),
              {.summary = "Takes fields of a change back"});
}

}  // namespace daybreak::directory::desk
