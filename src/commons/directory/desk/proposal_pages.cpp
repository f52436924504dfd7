// SPDX-License-Identifier: AGPL-3.0-or-later
// What others propose: sources that were read again, providers, the public. Each field is taken or
// rejected by itself; what changed since it was proposed is shown three ways.
#include <algorithm>

#include "base/text.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/parts.hpp"
#include "commons/directory/desk/store.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kLongestReason = 2000;

Href address_of_proposal(const Uuid& id) { return Href("/directory/proposals") / id.to_string(); }

Response list_page(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const auto found = open_proposals(office, visit::actor_of(request));
  if (!found) return refuse(office, request, found.error(), "/directory");
  return staff_page(office, request, t("Proposals"), {}, [&](Markup& out) {
    if (found->empty()) {
      html::empty_state(out, {.title = t("No proposal waits"),
                              .what_to_do = t("When a provider, a source or anyone proposes a "
                                              "change, it stands here."),
                              .action = t("To the records"),
                              .href = "/directory"});
      return;
    }
    html::paragraph(out, t("The oldest first. Nothing is changed until you take it."));
    html::table(out,
                {.caption = t("Proposals"),
                 .columns = {{t("Record")}, {t("From")}, {t("Fields")}, {t("Since")}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  for (const Proposed& one : *found) {
                    rows.row();
                    rows.link(title_of(t, one.seen.entity, one.seen.body),
                              address_of_proposal(one.proposal.id));
                    rows.cell(who_words(office, t, one.proposal.origin));
                    std::vector<std::string> fields;
                    for (const FieldChange& change : one.proposal.changes)
                      fields.push_back(path_words(t, one.seen.entity, change.path));
                    rows.cell(fields.empty() ? std::string(t("A note")) : join(fields, "; "));
                    rows.cell(date_words(t, one.proposal.created));
                  }
                });
  });
}

// What stands now against what is proposed; and what changed since.
struct Compared {
  std::vector<FieldChange> changes;
  std::vector<Clash> clashes;
};

Compared compare(const Proposed& one) {
  Compared compared;
  for (const FieldChange& change : one.proposal.changes) {
    const Json& now = at_path(one.seen.body, change.path);
    compared.changes.push_back({change.path, now, change.after});
    if (now != change.before && now != change.after)
      compared.clashes.push_back({change.path, change.before, now, change.after});
  }
  return compared;
}

void write_reason(Markup& out, std::span<const html::FieldError> errors,
                  const std::string& reason) {
  const Words t = out.words();
  html::text_area(out, {.words = {.name = "reason",
                                  .label = t("Reason"),
                                  .hint = t("Needed when you reject something. Do not write about "
                                            "a person."),
                                  .error = html::error_of(errors, "reason")},
                        .value = reason,
                        .rows = 3,
                        .max_length = kLongestReason});
}

Response proposal_page(const Office& office, const Request& request, const Proposed& one,
                       std::span<const html::FieldError> errors) {
  const Words t(visit::language_of(request));
  const Href record = address_of(one.seen.entity, one.seen.id);
  const Compared compared = compare(one);
  return staff_page(
      office, request, t("Proposal"), {{std::string(t("Proposals")), Href("/directory/proposals")}},
      [&](Markup& out) {
        html::error_summary(out, errors);
        html::description_list(out, [&](html::Descriptions& list) {
          list.add(t("Record"),
                   [&] { html::link(out, title_of(t, one.seen.entity, one.seen.body), record); });
          list.add(t("From"), who_words(office, t, one.proposal.origin));
          list.add(t("Since"), date_words(t, one.proposal.created));
          if (!one.proposal.note.empty()) list.add(t("Note"), one.proposal.note);
        });
        if (one.has_more)
          html::alert(out, {.text = t("Some fields of this proposal are confidential: someone "
                                      "cleared decides on them.")});
        if (!compared.clashes.empty()) {
          html::alert(out, {.kind = html::AlertKind::kWarning,
                            .text = t("The record was changed since this was proposed.")});
          write_three_ways(out, one.seen.entity, t("Changed since"), t("When proposed"),
                           t("Proposed"), compared.clashes);
        }
        html::post_form(
            out,
            {.action = address_of_proposal(one.proposal.id),
             .csrf_token = visit::csrf_of(request),
             .label = t("Decide")},
            [&] {
              html::hidden_field(out, "revision", std::to_string(one.seen.revision));
              if (compared.changes.empty()) {
                html::paragraph(out, t("This is a note. If it is right, edit the record first, "
                                       "then close the note."));
              } else {
                html::diff(out, {.caption = t("Field by field"),
                                 .changes = shown_changes(t, one.seen.entity, compared.changes),
                                 .mode = html::DiffMode::kChoose});
              }
              write_reason(out, errors, said(request.form().fields, "reason"));
              if (compared.changes.empty()) {
                html::button_group(out, [&] {
                  html::button(out, {.text = t("Done"), .name = "note", .value = "done"});
                  html::button(out, {.text = t("Reject"),
                                     .kind = html::ButtonKind::kOutline,
                                     .name = "note",
                                     .value = "reject"});
                });
              } else {
                html::button(out, {.text = t("Decide")});
              }
            });
      },
      errors.empty() ? http::Status::kOk : http::Status::kUnprocessable);
}

Response show(const Office& office, Request& request) {
  const auto one = see_proposal(office, visit::actor_of(request), request.uuid_parameter("id"));
  if (!one) return refuse(office, request, one.error(), "/directory/proposals");
  return proposal_page(office, request, *one, {});
}

struct Verdicts {
  std::vector<FieldChange> taken;
  std::vector<papers::Decision> decisions;
  std::string state;  // of the proposal afterwards
};

// What the form says of each field; a field without a word stays open.
Verdicts read_verdicts(const Office& office, const http::Fields& form, const Proposed& one,
                       const std::string& who) {
  Verdicts verdicts;
  const std::string reason = shorten(said(form, "reason"), kLongestReason);
  const auto& changes = one.proposal.changes;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string word = said(form, "field-" + std::to_string(i));
    if (word != "take" && word != "keep") continue;
    if (word == "take") verdicts.taken.push_back(changes[i]);
    verdicts.decisions.push_back(
        {changes[i].path, word == "take", reason, who, office.clock.now()});
  }
  const std::string note = said(form, "note");
  const bool whole = verdicts.decisions.size() == changes.size() && !one.has_more;
  verdicts.state = "open";
  if (changes.empty() && (note == "done" || note == "reject")) {
    verdicts.state = note == "done" ? "accepted" : "rejected";
    verdicts.decisions.push_back({"", note == "done", reason, who, office.clock.now()});
  } else if (whole && !changes.empty()) {
    verdicts.state = verdicts.taken.empty() ? "rejected" : "accepted";
  }
  return verdicts;
}

Result<void> keep_verdicts(const Office& office, const trust::Actor& actor, const Proposed& one,
                           std::int64_t revision, const Verdicts& verdicts) {
  return office.directory.database().write([&](db::Connection& c) -> Result<void> {
    if (!verdicts.taken.empty())
      TRY(change_in(c, office, actor,
                    {.entity = one.seen.entity,
                     .id = one.seen.id,
                     .revision = revision,
                     .action = "accept",
                     .make = [&](Json& body) -> Result<void> {
                       for (const FieldChange& change : verdicts.taken)
                         TRY(apply_change(body, change));
                       return {};
                     }}));
    std::size_t taken = 0;
    bool earlier = false;  // a field was taken on an earlier day
    for (const papers::Decision& old : TRY(papers::decisions(c, one.proposal.id)))
      earlier = earlier || old.taken;
    for (const papers::Decision& decision : verdicts.decisions) {
      TRY(papers::put_decision(c, one.proposal.id, decision));
      taken += decision.taken ? 1 : 0;
    }
    if (verdicts.state != "open")
      TRY(store::decide_proposal(c, one.proposal.id, earlier ? "accepted" : verdicts.state,
                                 who_of(actor), office.clock.now()));
    return trust::append_audit(c, actor,
                               {.action = "directory_proposal.decide",
                                .object_type = "directory_proposal",
                                .object = one.proposal.id.to_string(),
                                .detail = "taken=" + std::to_string(taken) + ",rejected=" +
                                          std::to_string(verdicts.decisions.size() - taken)},
                               office.clock.now());
  });
}

Response decide(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const auto one = see_proposal(office, actor, request.uuid_parameter("id"));
  if (!one) return refuse(office, request, one.error(), "/directory/proposals");
  const http::Fields& form = request.form().fields;
  const auto revision = to_integer(said(form, "revision"));
  if (!revision) return office.visits.error_page(request, http::Status::kNotFound, "");
  const Verdicts verdicts = read_verdicts(office, form, *one, who_of(actor));
  const bool rejects =
      std::ranges::any_of(verdicts.decisions, [](const auto& decision) { return !decision.taken; });
  std::vector<html::FieldError> errors;
  if (verdicts.decisions.empty())
    errors.push_back({"field-0", std::string(t("Choose for at least one field."))});
  if (rejects && said(form, "reason").empty())
    errors.push_back({"reason", std::string(t("Say why you reject it."))});
  if (!errors.empty()) return proposal_page(office, request, *one, errors);
  const auto kept = keep_verdicts(office, actor, *one, *revision, verdicts);
  if (!kept) return refuse(office, request, kept.error(), address_of_proposal(one->proposal.id));
  return visit::redirect(request, "/directory/proposals");
}

}  // namespace

void add_proposal_routes(http::Router& router, const Office& office) {
  router.get("/directory/proposals", Access::signed_in(), for_keepers(office, list_page),
             {.summary = "What others propose to change"});
  router.get("/directory/proposals/{id:uuid}", Access::signed_in(), for_keepers(office, show),
             {.summary = "One proposal, field by field"});
  router.post("/directory/proposals/{id:uuid}", Access::signed_in(), for_keepers(office, decide),
              {.summary = "Takes or rejects fields of a proposal"});
  office.visits.add_today_part([office](const trust::Session& session, Markup& out) {
    const Words t = out.words();
    const trust::Actor actor = session.actor("web", "");
    if (!is_keeper(office, actor)) return 0;
    const auto found = open_proposals(office, actor);
    if (!found || found->empty()) return 0;
    html::section(out, 2, t("Proposals for the directory"), [&] {
      html::paragraph(
          out, t("The oldest waits since {0}.", {date_words(t, found->front().proposal.created)}));
      html::link(out,
                 t.plural("{0} proposal waits", "{0} proposals wait",
                          static_cast<std::int64_t>(found->size())),
                 "/directory/proposals");
    });
    return static_cast<int>(found->size());
  });
}

}  // namespace daybreak::directory::desk
