// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/desk/plan_parts.hpp"

#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"

namespace daybreak::vault::desk {

using clients::ClientId;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using plans::Goal;
using plans::GoalId;
using plans::GoalTerms;
using plans::Step;
using plans::StepTerms;

namespace {

std::string doer_words(Words t, const StepTerms& terms, MemberNames& names) {
  return terms.doer == plans::Doer::kStaff && terms.owner
             ? names.of(*terms.owner)
             : code_words(t, "goal_doer", plans::code_of(plans::Doer::kClient));
}

void state_fields(Markup& out, const PlanRoom& room, plans::State state) {
  const Words t = out.words();
  html::select(out, {.words = {.name = "state", .label = t("How it stands"), .required = true},
                     .options = options_of(t, "goal_state", plans::code_of(state))});
  html::date_picker(out, {.words = {.name = "since", .label = t("Since"), .required = true},
                          .value = format_date(today(room.desk.clock))});
}

}  // namespace

Href plan_address(ClientId id) { return file_address(id) / "plan"; }
Href goal_address(ClientId id, GoalId goal) {
  return plan_address(id) / "goals" / goal.to_string();
}

// "Under way · 2026-11-18"
std::string state_words(Words t, plans::State state, Date since) {
  return code_words(t, "goal_state", plans::code_of(state)) + " · " + day_words(t, since);
}

std::string said_words(Words t, const Secret<std::string>& words) {
  return words.reveal().empty() ? std::string(t("Purged")) : words.reveal();
}

std::string goal_title(Words t, std::int64_t number, std::string_view area) {
  return t("Goal {0}: {1}", {std::to_string(number), code_words(t, "goal_area", area)});
}

void goal_fields(Markup& out, const PlanRoom& room, const Goal* goal) {
  const Words t = out.words();
  html::text_area(out, {.words = {.name = "goal",
                                  .label = t("What she or he wants to reach"),
                                  .hint = t("In her or his own words. It is sealed like a note."),
                                  .required = true},
                        .value = goal == nullptr ? std::string_view()
                                                 : std::string_view(goal->terms.words.reveal()),
                        .rows = 3});
  html::select(out, {.words = {.name = "area", .label = t("Area"), .required = true},
                     .options = options_of(t, "goal_area", goal == nullptr ? "" : goal->terms.area,
                                           today(room.desk.clock))});
  if (goal == nullptr)
    html::hidden_field(out, "state", "open");
  else
    state_fields(out, room, goal->terms.state);
}

void step_fields(Markup& out, const PlanRoom& room, const Step* step) {
  const Words t = out.words();
  html::text_input(out, {.words = {.name = "step", .label = t("Step"), .required = true},
                         .value = step == nullptr ? std::string_view()
                                                  : std::string_view(step->terms.words.reveal()),
                         .autocomplete = "off"});
  auto doers =
      member_options(room.desk, t, room.work, step == nullptr ? std::nullopt : step->terms.owner);
  html::select(out, {.words = {.name = "owner",
                               .label = t("Who does it"),
                               .hint = t("A colleague's step with a day stands in the list of "
                                         "tasks.")},
                     .options = doers,
                     .empty_choice = code_words(t, "goal_doer", "client")});
  html::date_picker(
      out, {.words = {.name = "due_on", .label = t("By (leave empty for no day)")},
            .value = step == nullptr || !step->terms.due_on ? std::string()
                                                            : format_date(*step->terms.due_on)});
  if (step == nullptr)
    html::hidden_field(out, "state", "open");
  else
    state_fields(out, room, step->terms.state);
}

Result<GoalTerms> read_goal_terms(const Desk& desk, const http::Fields& fields) {
  const auto state = plans::state_from(fields.get("state").raw());
  if (!state) return fail(ErrorKind::kInvalid, "no such state", "field state");
  return GoalTerms{.area = fields.get("area").raw(),
                   .state = *state,
                   .since = fields.has("since")
                                ? parse_date(fields.get("since").raw()).value_or(Date())
                                : today(desk.clock),
                   .words = Secret<std::string>(fields.get("goal").raw())};
}

Result<StepTerms> read_step_terms(const Desk& desk, const Work& work, const http::Fields& fields) {
  const auto state = plans::state_from(fields.get("state").raw());
  if (!state) return fail(ErrorKind::kInvalid, "no such state", "field state");
  StepTerms terms{.state = *state,
                  .since = fields.has("since")
                               ? parse_date(fields.get("since").raw()).value_or(Date())
                               : today(desk.clock),
                  .words = Secret<std::string>(fields.get("step").raw())};
  if (!fields.get("owner").raw().empty()) {
    terms.doer = plans::Doer::kStaff;
    terms.owner = TRY(member_in(work, fields, "owner"));
  }
  if (!trim(fields.get("due_on").raw()).empty())
    terms.due_on = parse_date(fields.get("due_on").raw()).value_or(Date());
  return terms;
}

void write_steps(Markup& out, const PlanRoom& room, GoalId goal, const std::vector<Step>& steps) {
  const Words t = out.words();
  if (steps.empty()) return html::note(out, t("No step yet. Open the goal to add one."));
  MemberNames names(room.desk, t);
  html::table(
      out,
      {.caption = t("Steps"),
       .columns = {{t("Step")}, {t("Who does it")}, {t("By")}, {t("How it stands")}, {t("Change")}},
       .compact = true},
      [&](html::Rows& rows) {
        for (const Step& step : steps) {
          rows.row();
          rows.cell(said_words(t, step.terms.words));
          rows.cell(doer_words(t, step.terms, names));
          rows.cell(step.terms.due_on ? day_words(t, *step.terms.due_on) : std::string("–"));
          rows.cell(state_words(t, step.terms.state, step.terms.since));
          rows.link(t("Change"), goal_address(room.client, goal) / "steps" / step.id.to_string());
        }
      });
}

void get_plan(http::Router& router, const Desk& desk, const char* path,
              std::function<Response(const PlanRoom&)> answer) {
  router.get(path, http::Access::signed_in(), [desk, answer = std::move(answer)](Request& request) {
    return with_work(desk, request, [&](const Work& work) {
      return answer({desk, request, work, ClientId(request.uuid_parameter("id"))});
    });
  });
}

}  // namespace daybreak::vault::desk
