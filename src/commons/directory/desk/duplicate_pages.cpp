// SPDX-License-Identifier: AGPL-3.0-or-later
// Records that may be there twice, side by side: a person says whether they are the same.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/merge_records.hpp"
#include "commons/directory/desk/parts.hpp"

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

constexpr std::size_t kMergesShown = 20;

struct Why {
  std::string_view code;
  MessageId words;
};
constexpr Why kWhys[] = {
    {"same name", to_translate("same name")},
    {"same name, same organization", to_translate("same name, same organization")},
    {"same telephone, like name", to_translate("same telephone, like name")},
    {"same address, like name", to_translate("same address, like name")}};

std::string_view why_words(Words t, std::string_view reason) {
  const auto why = std::ranges::find(kWhys, reason, &Why::code);
  return why == std::end(kWhys) ? reason : t(why->words);
}

Href address_of_pair(const Pair& pair) {
  return Href("/directory/duplicates") / pair.first.id.to_string() / pair.second.id.to_string();
}

void write_pairs(Markup& out, const std::vector<Pair>& pairs) {
  const Words t = out.words();
  html::table(out,
              {.caption = t("Likely duplicates"),
               .columns = {{t("First")}, {t("Second")}, {t("Kind")}, {t("Why")}, {t("Compare")}},
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const Pair& pair : pairs) {
                  const Entity entity = pair.candidate.entity;
                  const std::string name = title_of(t, entity, pair.first.body);
                  rows.row();
                  rows.cell(name);
                  rows.cell(title_of(t, entity, pair.second.body));
                  rows.cell(entity_words(t, entity));
                  rows.cell(why_words(t, pair.candidate.reason));
                  rows.link(t("Compare: {0}", {name}), address_of_pair(pair));
                }
              });
}

void write_merges(Markup& out, const Office& office, const Request& request,
                  const trust::Actor& actor) {
  const Words t = out.words();
  const auto merges = office.directory.database().read(
      [&](db::Connection& c) { return papers::merges(c, kMergesShown); });
  if (!merges) return;
  bool begun = false;
  for (const papers::Merge& merge : *merges) {
    // Asked without a trace: the list simply does not hold what is not for this member.
    const auto stored = office.directory.database().read(
        [&](db::Connection& c) { return store::load(c, std::span(&merge.kept, 1)); });
    if (!stored || stored->empty()) continue;
    const Subject subject("directory_record", merge.entity, stored->front().record.body);
    if (!trust::decide(actor, {"edit"}, subject.object(), {}, office.clock.now())) continue;
    if (!begun) html::heading(out, 2, t("Merged lately"));
    begun = true;
    html::paragraph(out, [&] {
      html::link(out, title_of(t, merge.entity, stored->front().record.body),
                 address_of(merge.entity, merge.kept));
      out.text(" · " + date_words(t, merge.at) + " · " + who_words(office, t, merge.who));
    });
    html::action_button(out, {.action = Href("/directory/merges") / merge.id.to_string() / "undo",
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Take this merge back"),
                              .kind = html::ButtonKind::kOutline});
  }
}

Response list_page(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const auto pairs = open_pairs(office, actor);
  if (!pairs) return refuse(office, request, pairs.error(), "/directory");
  return staff_page(office, request, t("Likely duplicates"), {}, [&](Markup& out) {
    html::paragraph(
        out, t("Look for records that may be the same thing. Nothing is merged without you."));
    html::action_button(out, {.action = "/directory/duplicates/find",
                              .csrf_token = visit::csrf_of(request),
                              .text = t("Look for duplicates now"),
                              .kind = html::ButtonKind::kOutline});
    if (pairs->empty())
      html::empty_state(out, {.title = t("No likely duplicates"),
                              .what_to_do = t("Look for records that may be the same thing. "
                                              "Nothing is merged without you."),
                              .action = t("To the records"),
                              .href = "/directory"});
    else
      write_pairs(out, *pairs);
    write_merges(out, office, request, actor);
  });
}

Response find(const Office& office, Request& request) {
  const auto found = find_candidates(office.directory);
  if (!found) return refuse(office, request, found.error(), "/directory/duplicates");
  return visit::redirect(request, "/directory/duplicates");
}

Result<Pair> pair_of(const Office& office, const Request& request) {
  const Uuid first = request.uuid_parameter("first"), second = request.uuid_parameter("second");
  for (Pair& pair : TRY(open_pairs(office, visit::actor_of(request))))
    if (pair.first.id == first && pair.second.id == second) return std::move(pair);
  return fail(ErrorKind::kNotFound, "there is no such pair, or it is not for you");
}

// One of the two as the record that stays, with what the other could give it.
void write_direction(Markup& out, const Request& request, const Pair& pair, const Seen& kept,
                     const Seen& gone) {
  const Words t = out.words();
  const bool first = kept.id == pair.first.id;
  const Entity entity = pair.candidate.entity;
  const auto changes = offered(kept.body, gone.body);
  const std::string name = title_of(t, entity, kept.body);
  // The two often have the same name.
  const std::string title =
      first ? t("Keep the first: {0}", {name}) : t("Keep the second: {0}", {name});
  html::section(out, 2, title, [&] {
    html::paragraph(out, t("Keeps its address and history; the other is archived."));
    html::paragraph(out, [&] { html::link(out, name, address_of(entity, kept.id)); });
    html::post_form(out,
                    {.action = address_of_pair(pair),
                     .csrf_token = visit::csrf_of(request),
                     .label = first ? t("Merge into the first: {0}", {name})
                                    : t("Merge into the second: {0}", {name})},
                    [&] {
                      html::hidden_field(out, "keep", kept.id.to_string());
                      html::hidden_field(out, "revision", std::to_string(kept.revision));
                      html::hidden_field(out, "other-revision", std::to_string(gone.revision));
                      if (changes.empty())
                        html::paragraph(
                            out, t("They say the same; only what points to the other moves."));
                      else
                        html::diff(out, {.caption = t("Take from the other one"),
                                         .changes = shown_changes(t, entity, changes),
                                         .before_label = t("Kept"),
                                         .after_label = t("The other"),
                                         .mode = html::DiffMode::kChoose});
                      html::button(out, {.text = t("The same: merge them")});
                    });
  });
}

Response compare_page(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const auto pair = pair_of(office, request);
  if (!pair) return refuse(office, request, pair.error(), "/directory/duplicates");
  return staff_page(office, request, t("The same thing twice?"),
                    {{std::string(t("Likely duplicates")), Href("/directory/duplicates")}},
                    [&](Markup& out) {
                      html::paragraph(out, why_words(t, pair->candidate.reason));
                      html::post_form(out,
                                      {.action = address_of_pair(*pair),
                                       .csrf_token = visit::csrf_of(request),
                                       .label = t("Different: remember it")},
                                      [&] {
                                        html::hidden_field(out, "different", "yes");
                                        html::button(out, {.text = t("Different: remember it"),
                                                           .kind = html::ButtonKind::kOutline});
                                      });
                      write_direction(out, request, *pair, pair->first, pair->second);
                      write_direction(out, request, *pair, pair->second, pair->first);
                    });
}

Response decide(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  auto pair = pair_of(office, request);
  if (!pair) return refuse(office, request, pair.error(), "/directory/duplicates");
  const http::Fields& form = request.form().fields;
  const Href list = "/directory/duplicates";
  if (form.has("different")) {
    const auto apart = keep_apart(office, actor, pair->first.id, pair->second.id);
    return apart ? visit::redirect(request, list) : refuse(office, request, apart.error(), list);
  }
  const auto revision = to_integer(said(form, "revision")),
             other = to_integer(said(form, "other-revision"));
  const std::string keep = said(form, "keep");
  const bool keeps_first = keep == pair->first.id.to_string();
  if (!revision || !other || (!keeps_first && keep != pair->second.id.to_string()))
    return office.visits.error_page(request, http::Status::kNotFound, "");
  Seen& kept = keeps_first ? pair->first : pair->second;
  Seen& gone = keeps_first ? pair->second : pair->first;
  std::vector<FieldChange> taken;
  const auto changes = offered(kept.body, gone.body);
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (said(form, "field-" + std::to_string(i)) == "take") taken.push_back(changes[i]);
  kept.revision = *revision;
  gone.revision = *other;
  const auto merged = merge_pair(office, actor, kept, gone, taken);
  if (!merged && merged.error().kind == ErrorKind::kNotFound)
    return office.visits.refusal(request, http::Status::kConflict,
                                 t("Some of what belongs to them is confidential: someone cleared "
                                   "must merge them."));
  if (!merged) return refuse(office, request, merged.error(), address_of_pair(*pair));
  return visit::redirect(request, list);
}

Response undo(const Office& office, Request& request) {
  const auto undone = unmerge(office, visit::actor_of(request), request.uuid_parameter("id"));
  if (!undone) return refuse(office, request, undone.error(), "/directory/duplicates");
  return visit::redirect(request, "/directory/duplicates");
}

}  // namespace

void add_duplicate_routes(http::Router& router, const Office& office) {
  const std::string pair = "/directory/duplicates/{first:uuid}/{second:uuid}";
  router.get("/directory/duplicates", Access::signed_in(), for_keepers(office, list_page),
             {.summary = "Records that may be there twice"});
  router.post("/directory/duplicates/find", Access::signed_in(), for_keepers(office, find),
              {.summary = "Looks for records that may be there twice"});
  router.get(pair, Access::signed_in(), for_keepers(office, compare_page),
             {.summary = "Two records side by side"});
  router.post(pair, Access::signed_in(), for_keepers(office, decide),
              {.summary = "Merges two records, or remembers that they are two"});
  router.post("/directory/merges/{id:uuid}/undo", Access::signed_in(), for_keepers(office, undo),
              {.summary = "Takes a merge back"});
  office.visits.add_today_part([office](const trust::Session& session, Markup& out) {
    const Words t = out.words();
    const trust::Actor actor = session.actor("web", "");
    if (!is_keeper(office, actor)) return 0;
    const auto pairs = open_pairs(office, actor);
    if (!pairs || pairs->empty()) return 0;
    html::section(out, 2, t("Duplicates in the directory"), [&] {
      html::link(out,
                 t.plural("{0} likely duplicate", "{0} likely duplicates",
                          static_cast<std::int64_t>(pairs->size())),
                 "/directory/duplicates");
    });
    return static_cast<int>(pairs->size());
  });
}

}  // namespace daybreak::directory::desk
