// SPDX-License-Identifier: AGPL-3.0-or-later
// One goal of a plan: its steps, what it was before, and the forms that change it.
#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/desk/plan_parts.hpp"
#include "vault/services/services.hpp"

namespace daybreak::vault::desk {
namespace {

using clients::ClientId;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using language::Words;
using plans::Goal;
using plans::GoalId;
using plans::Plans;
using plans::Step;
using plans::StepId;

void write_earlier(Markup& out, const PlanRoom& room, const plans::GoalHistory& history) {
  const Words t = out.words();
  if (history.earlier.empty() && history.earlier_steps.empty())
    return html::note(out, t("Nothing was changed yet."));
  MemberNames names(room.desk, t);
  const auto line = [&](const plans::Written& written, plans::State state, Date since,
                        const Secret<std::string>& words) {
    out.text(time_words(t, written.at) + " · " + names.of(written.by) + " · " +
             state_words(t, state, since) + ": " + said_words(t, words));
  };
  html::list(out, html::ListKind::kPlain, history.earlier.size(), [&](std::size_t i) {
    const Goal& one = history.earlier[i];
    line(one.written, one.terms.state, one.terms.since, one.terms.words);
  });
  if (history.earlier_steps.empty()) return;
  html::heading(out, 3, t("Earlier steps"));
  html::list(out, html::ListKind::kPlain, history.earlier_steps.size(), [&](std::size_t i) {
    const Step& one = history.earlier_steps[i];
    line(one.written, one.terms.state, one.terms.since, one.terms.words);
  });
}

void write_services_for(Markup& out, const PlanRoom& room, GoalId goal) {
  const Words t = out.words();
  const auto events = services::Services(room.work).of_client(room.client);
  if (!events) return write_damage(out);
  std::int64_t count = 0, minutes = 0;
  for (const auto& event : *events)
    if (event.goal == goal) ++count, minutes += event.minutes;
  html::note(out, count == 0 ? std::string(t("No service is tied to this goal yet."))
                             : t.plural("{0} service", "{0} services", count) + ", " +
                                   t.plural("{0} minute", "{0} minutes", minutes));
}

Response goal_page(const PlanRoom& room, GoalId id) {
  const Words t(visit::language_of(room.request));
  const auto history = Plans(room.work).read_goal(room.client, id);
  if (!history)
    return room.desk.visits.failure(room.request, history.error(), plan_address(room.client));
  const Goal& goal = history->goal;
  const Href here = goal_address(room.client, id);
  return file_subpage(
      room.desk, room.request, room.work, room.client, goal_title(t, goal.number, goal.terms.area),
      [&](Markup& out) {
        html::lead(out, said_words(t, goal.terms.words));
        html::note(out, state_words(t, goal.terms.state, goal.terms.since));
        html::link(out, t("The whole plan"), plan_address(room.client));
        html::section(out, 2, t("Steps"), [&] {
          write_steps(out, room, id, history->steps);
          html::post_form(out,
                          {.action = here / "steps",
                           .csrf_token = visit::csrf_of(room.request),
                           .label = t("Add a step")},
                          [&] {
                            step_fields(out, room, nullptr);
                            html::button(out, {.text = t("Add the step")});
                          });
        });
        html::section(out, 2, t("Services for it"), [&] { write_services_for(out, room, id); });
        html::section(out, 2, t("Change the goal"), [&] {
          html::link(out, t("Change its words or how it stands"), here / "change");
        });
        html::section(out, 2, t("What it was before"), [&] { write_earlier(out, room, *history); });
      });
}

// One form on a page of its own: of a goal, or of one of its steps.
Response form_page(const PlanRoom& room, const Href& action, std::string_view title,
                   std::int64_t version, const std::function<void(Markup&)>& fields) {
  const Words t(visit::language_of(room.request));
  return file_subpage(room.desk, room.request, room.work, room.client, title, [&](Markup& out) {
    html::note(out, t("What stood here before stays in the history."));
    html::post_form(out,
                    {.action = action,
                     .csrf_token = visit::csrf_of(room.request),
                     .guard_changes = true,
                     .label = title},
                    [&] {
                      html::hidden_field(out, "version", std::to_string(version));
                      fields(out);
                      html::button(out, {.text = t("Save")});
                    });
  });
}

Response change_goal_page(const PlanRoom& room, GoalId id) {
  const Words t(visit::language_of(room.request));
  const auto history = Plans(room.work).read_goal(room.client, id);
  if (!history)
    return room.desk.visits.failure(room.request, history.error(), plan_address(room.client));
  return form_page(room, goal_address(room.client, id) / "change", t("Change the goal"),
                   history->goal.written.version,
                   [&](Markup& out) { goal_fields(out, room, &history->goal); });
}

Response change_step_page(const PlanRoom& room, GoalId id, StepId step) {
  const Words t(visit::language_of(room.request));
  const auto history = Plans(room.work).read_goal(room.client, id);
  if (!history)
    return room.desk.visits.failure(room.request, history.error(), plan_address(room.client));
  for (const Step& one : history->steps)
    if (one.id == step)
      return form_page(room, goal_address(room.client, id) / "steps" / step.to_string(),
                       t("Change a step"), one.written.version,
                       [&](Markup& out) { step_fields(out, room, &one); });
  return room.desk.visits.failure(
      room.request, Error{ErrorKind::kNotFound, "there is no such record, or it is not for you"},
      plan_address(room.client));
}

std::int64_t version_in(const Request& request) {
  return to_integer(request.form().fields.get("version").raw()).value_or(0);
}

using GoalAct = std::function<Result<void>(const Work&, const Request&, ClientId, GoalId)>;

// A POST on one goal: back to it.
void post_to_goal(http::Router& router, const Desk& desk, const char* path, GoalAct act) {
  router.post(path, http::Access::signed_in(), [desk, act = std::move(act)](Request& request) {
    return with_work(desk, request, [&](const Work& work) {
      const ClientId id(request.uuid_parameter("id"));
      const GoalId goal(request.uuid_parameter("goal"));
      return after(desk, request, act(work, request, id, goal), goal_address(id, goal));
    });
  });
}

}  // namespace

void add_goal_routes(http::Router& router, const Desk& desk) {
  get_plan(router, desk, "/vault/clients/{id:uuid}/plan/goals/{goal:uuid}",
           [](const PlanRoom& room) {
             return goal_page(room, GoalId(room.request.uuid_parameter("goal")));
           });
  get_plan(router, desk, "/vault/clients/{id:uuid}/plan/goals/{goal:uuid}/change",
           [](const PlanRoom& room) {
             return change_goal_page(room, GoalId(room.request.uuid_parameter("goal")));
           });
  get_plan(router, desk, "/vault/clients/{id:uuid}/plan/goals/{goal:uuid}/steps/{step:uuid}",
           [](const PlanRoom& room) {
             return change_step_page(room, GoalId(room.request.uuid_parameter("goal")),
                                     StepId(room.request.uuid_parameter("step")));
           });
  post_to_goal(
      router, desk, "/vault/clients/{id:uuid}/plan/goals/{goal:uuid}/change",
      [desk](const Work& work, const Request& request, ClientId id, GoalId goal) -> Result<void> {
        return Plans(work).change_goal(id, goal, version_in(request),
                                       TRY(read_goal_terms(desk, request.form().fields)));
      });
  post_to_goal(
      router, desk, "/vault/clients/{id:uuid}/plan/goals/{goal:uuid}/steps",
      [desk](const Work& work, const Request& request, ClientId id, GoalId goal) -> Result<void> {
        TRY(Plans(work).add_step(id, goal,
                                 TRY(read_step_terms(desk, work, request.form().fields))));
        return {};
      });
  post_to_goal(
      router, desk, "/vault/clients/{id:uuid}/plan/goals/{goal:uuid}/steps/{step:uuid}",
      [desk](const Work& work, const Request& request, ClientId id, GoalId goal) -> Result<void> {
        return Plans(work).change_step(id, goal, StepId(request.uuid_parameter("step")),
                                       version_in(request),
                                       TRY(read_step_terms(desk, work, request.form().fields)));
      });
}

}  // namespace daybreak::vault::desk
