// SPDX-License-Identifier: AGPL-3.0-or-later
// The plan of one person: goals in her or his words with their steps, and the review.
#include "base/text.hpp"
#include "vault/desk/file_parts.hpp"
#include "vault/desk/plan_parts.hpp"

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

void write_goal(Markup& out, const PlanRoom& room, const plans::GoalWithSteps& one) {
  const Words t = out.words();
  const Goal& goal = one.goal;
  html::section(out, 3, goal_title(t, goal.number, goal.terms.area), [&] {
    html::paragraph(out, said_words(t, goal.terms.words));
    html::note(out, state_words(t, goal.terms.state, goal.terms.since));
    write_steps(out, room, goal.id, one.steps);
    html::button_group(out, [&] {
      html::link_button(out, {.text = t("Open goal {0}", {std::to_string(goal.number)}),
                              .href = goal_address(room.client, goal.id),
                              .kind = html::ButtonKind::kOutline});
    });
  });
}

void write_review(Markup& out, const PlanRoom& room, const std::vector<plans::Review>& reviews) {
  const Words t = out.words();
  if (reviews.empty()) html::note(out, t("It was not talked over yet."));
  MemberNames names(room.desk, t);
  if (!reviews.empty())
    html::list(out, html::ListKind::kPlain, reviews.size(), [&](std::size_t i) {
      const plans::Review& one = reviews[i];
      const std::string& by = names.of(one.by);
      out.text(one.next_on ? t("Talked over on {0} with {1}; again on {2}",
                               {day_words(t, one.reviewed_on), by, day_words(t, *one.next_on)})
                           : t("Talked over on {0} with {1}", {day_words(t, one.reviewed_on), by}));
    });
  const Date day = today(room.desk.clock);
  html::post_form(
      out,
      {.action = plan_address(room.client) / "review",
       .csrf_token = visit::csrf_of(room.request),
       .label = t("Talked over")},
      [&] {
        html::date_picker(
            out, {.words = {.name = "reviewed_on", .label = t("Talked over on"), .required = true},
                  .value = format_date(day),
                  .latest = format_date(day)});
        html::date_picker(
            out, {.words = {.name = "next_on",
                            .label = t("Again on (leave empty for no day)"),
                            .hint = t("It stands in your tasks.")},
                  .value = format_date(Date(std::chrono::sys_days(day) + std::chrono::days(30)))});
        html::button(out, {.text = t("Write it down")});
      });
}

Response plan_page(const PlanRoom& room) {
  const Words t(visit::language_of(room.request));
  const auto plan = Plans(room.work).read(room.client);
  if (!plan) return room.desk.visits.failure(room.request, plan.error(), file_address(room.client));
  return file_subpage(room.desk, room.request, room.work, room.client, t("Plan"), [&](Markup& out) {
    html::lead(out, t("What she or he wants to reach comes first. Nothing here is a condition for "
                      "help, and everything can change."));
    html::section(out, 2, t("Goals"), [&] {
      if (plan->goals.empty())
        html::empty_state(out, {.title = t("No goal is written down yet"),
                                .what_to_do = t("Ask what she or he would like to be different, "
                                                "and write it below in the same words.")});
      for (const auto& one : plan->goals) write_goal(out, room, one);
    });
    html::section(out, 2, t("Add a goal"), [&] {
      html::post_form(out,
                      {.action = plan_address(room.client) / "goals",
                       .csrf_token = visit::csrf_of(room.request),
                       .guard_changes = true,
                       .label = t("Add a goal")},
                      [&] {
                        goal_fields(out, room, nullptr);
                        html::button(out, {.text = t("Add the goal")});
                      });
    });
    html::section(out, 2, t("Review"), [&] { write_review(out, room, plan->reviews); });
  });
}

Result<void> add_review(const Work& work, const Request& request, ClientId id) {
  const auto& fields = request.form().fields;
  std::optional<Date> next;
  if (!trim(fields.get("next_on").raw()).empty())
    next = parse_date(fields.get("next_on").raw()).value_or(Date());
  const Words t(visit::language_of(request));
  return Plans(work).review(id, parse_date(fields.get("reviewed_on").raw()).value_or(Date()), next,
                            Secret<std::string>(std::string(t("Talk the plan over"))));
}

}  // namespace

void write_plan(Markup& out, const OpenFile& open) {
  const Words t = out.words();
  const auto outline = Plans(open.work).outline(open.id());
  if (!outline) return write_damage(out);
  if (outline->goals.empty())
    html::note(out, t("No goal is written down yet."));
  else
    html::list(out, html::ListKind::kPlain, outline->goals.size(), [&](std::size_t i) {
      const plans::GoalLine& one = outline->goals[i];
      html::link(out, goal_title(t, one.number, one.area), goal_address(open.id(), one.id));
      out.text(" · " + state_words(t, one.state, one.since));
    });
  if (outline->review)
    html::note(out, outline->review->next_on
                        ? t("Talked over on {0}; again on {1}",
                            {day_words(t, outline->review->reviewed_on),
                             day_words(t, *outline->review->next_on)})
                        : t("Talked over on {0}", {day_words(t, outline->review->reviewed_on)}));
  html::note(out, outline->safety_plan_at
                      ? t("Safety plan of {0}", {time_words(t, *outline->safety_plan_at)})
                      : std::string(t("There is no safety plan yet.")));
  html::button_group(out, [&] {
    html::link_button(out, {.text = t("Open the plan"),
                            .href = plan_address(open.id()),
                            .kind = html::ButtonKind::kOutline});
    html::link_button(out, {.text = t("Safety plan"),
                            .href = file_address(open.id()) / "safety-plan",
                            .kind = html::ButtonKind::kOutline});
  });
}

std::vector<html::Option> goal_options(Words t, const Work& work, ClientId client,
                                       const std::optional<GoalId>& chosen) {
  std::vector<html::Option> options;
  const auto outline = Plans(work).outline(client);
  if (!outline) return options;
  for (const plans::GoalLine& one : outline->goals)
    if (!plans::has_ended(one.state) || one.id == chosen)
      options.push_back({.value = one.id.to_string(),
                         .label = goal_title(t, one.number, one.area),
                         .selected = one.id == chosen});
  return options;
}

Result<std::optional<GoalId>> goal_in(const http::Fields& fields) {
  const std::string text = fields.get("for_goal").raw();
  if (text.empty()) return std::nullopt;
  const auto id = GoalId::parse(text);
  if (!id) return fail(ErrorKind::kInvalid, "there is no such goal", "field for_goal");
  return *id;
}

void add_plan_routes(http::Router& router, const Desk& desk) {
  get_plan(router, desk, "/vault/clients/{id:uuid}/plan", plan_page);
  post_to_file(router, desk, "/vault/clients/{id:uuid}/plan/goals", "plan",
               [desk](const Work& work, const Request& request, ClientId id) -> Result<void> {
                 TRY(Plans(work).add_goal(id, TRY(read_goal_terms(desk, request.form().fields))));
                 return {};
               });
  post_to_file(router, desk, "/vault/clients/{id:uuid}/plan/review", "plan",
               [](const Work& work, const Request& request, ClientId id) {
                 return add_review(work, request, id);
               });
  add_goal_routes(router, desk);
}

}  // namespace daybreak::vault::desk
