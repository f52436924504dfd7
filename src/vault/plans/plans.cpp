// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/plans/plans.hpp"

#include <algorithm>
#include <map>

#include "embedded/vault_plans_migrations.hpp"
#include "vault/plans/rows.hpp"
#include "vault/tasks/tasks.hpp"

namespace daybreak::vault::plans {
namespace {

namespace keys = trust::keys;
using clients::ClientId;

const std::string kGoalJoin = " FROM plans_goal g JOIN plans_goal_version v ON v.goal = g.id";
const std::string kStepJoin = " FROM plans_step s JOIN plans_step_version v ON v.step = s.id";
const std::string kGoalSelect = "SELECT " + std::string(kGoalColumns) + kGoalJoin;
const std::string kStepSelect = "SELECT " + std::string(kStepColumns) + kStepJoin;

Result<std::vector<Goal>> goals_in(const Work& work, const keys::Key* key, const db::Rows& rows) {
  std::vector<Goal> goals;
  for (const db::Row& row : rows) goals.push_back(TRY(goal_of(work, key, row)));
  return goals;
}

Result<std::vector<Step>> steps_in(const Work& work, const keys::Key& key, const db::Rows& rows) {
  std::vector<Step> steps;
  for (const db::Row& row : rows) steps.push_back(TRY(step_of(work, key, row)));
  return steps;
}

Result<std::vector<Review>> reviews_of(db::Connection& connection, ClientId client) {
  std::vector<Review> reviews;
  for (const db::Row& row : TRY(connection.query(
           "SELECT reviewed_on, next_on, made_by FROM plans_review WHERE client = $1"
           " ORDER BY made_at DESC, id DESC",
           {client})))
    reviews.push_back({row.date(0), row.maybe_date(1), row.id<trust::MemberId>(2)});
  return reviews;
}

// What a colleague has to do by a day stands in the list of tasks.
bool is_a_task(const StepTerms& terms) {
  return terms.doer == Doer::kStaff && terms.due_on && !has_ended(terms.state);
}

Result<std::optional<tasks::TaskId>> put_task(db::Connection& connection, const Work& work,
                                              ClientId client, const StepTerms& terms) {
  if (!is_a_task(terms)) return std::nullopt;
  return TRY(tasks::put(
      connection, work,
      {.client = client, .due_on = *terms.due_on, .owner = *terms.owner, .text = terms.words}));
}

// An area that is chosen now must count on the day of the state; what was chosen before stays.
Result<void> check_new_area(db::Connection& connection, GoalId goal, std::int64_t version,
                            const GoalTerms& terms) {
  const auto row = TRY(connection.query_one(
      "SELECT area FROM plans_goal_version WHERE goal = $1 AND version = $2", {goal, version}));
  if (row && row->text(0) == terms.area) return {};
  return codes::check_code_on("goal_area", terms.area, "area", terms.since);
}

}  // namespace

db::ModuleMigrations migrations() { return {"plans", &embedded::vault_plans_migrations()}; }

Result<GoalId> Plans::add_goal(ClientId client, const GoalTerms& terms) {
  TRY(work_.vault.require(work_.actor, "plan", "edit", client.to_string()));
  TRY(check(terms));
  TRY(codes::check_code_on("goal_area", terms.area, "area", terms.since));
  const auto id = GoalId::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    const auto last = TRY(connection.query_one(
        "SELECT coalesce(max(number), 0) FROM plans_goal WHERE client = $1", {client}));
    TRY(connection.execute(
        "INSERT INTO plans_goal (id, client, number, version) VALUES ($1, $2, $3, 1)",
        {id, client, last->integer(0) + 1}));
    TRY(put_goal_version(connection, work_, key, client, id, 1, terms));
    return work_.vault.note(connection, work_.actor, "plan", "edit", client.to_string(),
                            "goal=new,area=" + terms.area);
  }));
  return id;
}

Result<void> Plans::change_goal(ClientId client, GoalId goal, std::int64_t version,
                                const GoalTerms& terms) {
  TRY(work_.vault.require(work_.actor, "plan", "edit", client.to_string()));
  TRY(check(terms));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    TRY(check_goal(connection, client, goal));
    TRY(check_new_area(connection, goal, version, terms));
    const auto changed = TRY(connection.execute(
        "UPDATE plans_goal SET version = version + 1 WHERE id = $1 AND version = $2",
        {goal, version}));
    if (changed != 1) return changed_meanwhile();
    TRY(put_goal_version(connection, work_, key, client, goal, version + 1, terms));
    return work_.vault.note(connection, work_.actor, "plan", "edit", client.to_string(),
                            "goal=" + std::string(code_of(terms.state)));
  });
}

Result<StepId> Plans::add_step(ClientId client, GoalId goal, const StepTerms& terms) {
  TRY(work_.vault.require(work_.actor, "plan", "edit", client.to_string()));
  TRY(check(terms));
  if (is_a_task(terms)) TRY(work_.vault.require(work_.actor, "task", "create"));
  const auto id = StepId::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    TRY(check_goal(connection, client, goal));
    const auto task = TRY(put_task(connection, work_, client, terms));
    TRY(connection.execute(
        "INSERT INTO plans_step (id, goal, client, version, task) VALUES ($1, $2, $3, 1, $4)",
        {id, goal, client, task}));
    TRY(put_step_version(connection, work_, key, client, id, 1, terms));
    return work_.vault.note(connection, work_.actor, "plan", "edit", client.to_string(),
                            "step=new");
  }));
  return id;
}

Result<void> Plans::change_step(ClientId client, GoalId goal, StepId step, std::int64_t version,
                                const StepTerms& terms) {
  TRY(work_.vault.require(work_.actor, "plan", "edit", client.to_string()));
  TRY(check(terms));
  if (is_a_task(terms)) TRY(work_.vault.require(work_.actor, "task", "create"));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    const auto row = TRY(connection.query_one(
        "SELECT version, task FROM plans_step WHERE id = $1 AND goal = $2 AND client = $3",
        {step, goal, client}));
    if (!row) return absent();
    if (row->integer(0) != version) return changed_meanwhile();
    if (const auto task = row->maybe_id<tasks::TaskId>(1))
      TRY(tasks::end(connection, work_, *task));
    const auto task = TRY(put_task(connection, work_, client, terms));
    TRY(connection.execute("UPDATE plans_step SET version = version + 1, task = $2 WHERE id = $1",
                           {step, task}));
    TRY(put_step_version(connection, work_, key, client, step, version + 1, terms));
    return work_.vault.note(connection, work_.actor, "plan", "edit", client.to_string(),
                            "step=" + std::string(code_of(terms.state)));
  });
}

Result<void> Plans::review(ClientId client, Date reviewed_on, const std::optional<Date>& next,
                           const Secret<std::string>& task) {
  TRY(work_.vault.require(work_.actor, "plan", "edit", client.to_string()));
  TRY(check_day(reviewed_on, "reviewed_on"));
  if (std::chrono::sys_days(reviewed_on) > work_.now() + std::chrono::hours(24))
    return fail(ErrorKind::kInvalid, "this day has not come yet", "field reviewed_on",
                "Choose today or an earlier day");
  if (next) TRY(check_day(*next, "next_on"));
  if (next && std::chrono::sys_days(*next) <= std::chrono::sys_days(reviewed_on))
    return fail(ErrorKind::kInvalid, "the next review comes after this one", "field next_on",
                "Choose a later day");
  if (next) TRY(work_.vault.require(work_.actor, "task", "create"));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    (void)TRY(clients::client_key(connection, work_, client));
    const auto last = TRY(connection.query_one(
        "SELECT task FROM plans_review WHERE client = $1 ORDER BY made_at DESC, id DESC LIMIT 1",
        {client}));
    if (last && !last->is_null(0)) TRY(tasks::end(connection, work_, last->id<tasks::TaskId>(0)));
    std::optional<tasks::TaskId> reminder;
    if (next)
      reminder = TRY(tasks::put(
          connection, work_,
          {.client = client, .due_on = *next, .owner = work_.actor.member, .text = task}));
    TRY(connection.execute(
        "INSERT INTO plans_review (id, client, reviewed_on, next_on, task, made_at, made_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        {Uuid::generate(work_.vault.clock(), work_.vault.random()), client, reviewed_on, next,
         reminder, work_.now(), work_.actor.member}));
    return work_.vault.note(connection, work_.actor, "plan", "edit", client.to_string(), "review");
  });
}

Result<Plan> Plans::read(ClientId client) {
  TRY(work_.vault.require(work_.actor, "plan", "read", client.to_string()));
  auto plan = TRY(work_.vault.database().read([&](db::Connection& connection) -> Result<Plan> {
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    Plan found;
    for (Goal& goal : TRY(goals_in(
             work_, &key,
             TRY(connection.query(kGoalSelect + " AND v.version = g.version WHERE g.client = $1"
                                                " ORDER BY g.number",
                                  {client})))))
      found.goals.push_back({std::move(goal), {}});
    const auto rows = TRY(connection.query(
        kStepSelect + " AND v.version = s.version WHERE s.client = $1 ORDER BY s.id", {client}));
    for (const db::Row& row : rows)
      for (GoalWithSteps& one : found.goals)
        if (one.goal.id == row.id<GoalId>(10)) one.steps.push_back(TRY(step_of(work_, key, row)));
    found.reviews = TRY(reviews_of(connection, client));
    return found;
  }));
  std::ranges::stable_sort(plan.goals, {}, [](const GoalWithSteps& one) {
    return has_ended(one.goal.terms.state) ? 1 : 0;
  });
  TRY(work_.vault.note_look(work_.actor, "plan", "read", client.to_string(),
                            "goals=" + std::to_string(plan.goals.size())));
  return plan;
}

Result<GoalHistory> Plans::read_goal(ClientId client, GoalId goal) {
  TRY(work_.vault.require(work_.actor, "plan", "read", client.to_string()));
  auto history = TRY(work_.vault.database().read([&](db::Connection& connection)
                                                     -> Result<GoalHistory> {
    const keys::Key key = TRY(clients::client_key(connection, work_, client));
    TRY(check_goal(connection, client, goal));
    auto versions = TRY(goals_in(
        work_, &key,
        TRY(connection.query(kGoalSelect + " WHERE g.id = $1 ORDER BY v.version DESC", {goal}))));
    if (versions.empty()) return absent();
    GoalHistory found{.goal = std::move(versions.front())};
    versions.erase(versions.begin());
    found.earlier = std::move(versions);
    found.steps = TRY(steps_in(
        work_, key,
        TRY(connection.query(
            kStepSelect + " AND v.version = s.version WHERE s.goal = $1 ORDER BY s.id", {goal}))));
    found.earlier_steps = TRY(steps_in(
        work_, key,
        TRY(connection.query(kStepSelect + " AND v.version < s.version WHERE s.goal = $1"
                                           " ORDER BY v.written_at DESC, s.id, v.version DESC",
                             {goal}))));
    return found;
  }));
  TRY(work_.vault.note_look(work_.actor, "plan", "read", client.to_string(), "goals=1"));
  return history;
}

Result<Outline> Plans::outline(ClientId client) {
  TRY(work_.vault.require(work_.actor, "plan", "list", client.to_string()));
  return work_.vault.database().read([&](db::Connection& connection) -> Result<Outline> {
    Outline found;
    for (const Goal& goal : TRY(goals_in(
             work_, nullptr,
             TRY(connection.query(kGoalSelect + " AND v.version = g.version WHERE g.client = $1"
                                                " ORDER BY g.number",
                                  {client})))))
      found.goals.push_back(
          {goal.id, goal.number, goal.terms.area, goal.terms.state, goal.terms.since});
    const auto reviews = TRY(reviews_of(connection, client));
    if (!reviews.empty()) found.review = reviews.front();
    const auto safety = TRY(connection.query_one(
        "SELECT max(written_at) FROM plans_safety WHERE client = $1", {client}));
    if (safety) found.safety_plan_at = safety->maybe_instant(0);
    return found;
  });
}

Result<void> check_goal(db::Connection& connection, ClientId client, GoalId goal) {
  const auto found = TRY(connection.query_one(
      "SELECT 1 FROM plans_goal WHERE id = $1 AND client = $2", {goal, client}));
  if (!found) return absent();
  return {};
}

Result<std::string> open_goal(db::Connection& connection, const Work& work, const keys::Key& key,
                              ClientId client, GoalId goal) {
  const auto row = TRY(connection.query_one(
      kGoalSelect + " AND v.version = g.version WHERE g.id = $1 AND g.client = $2",
      {goal, client}));
  if (!row) return absent();
  const Goal found = TRY(goal_of(work, &key, *row));
  if (found.terms.words.reveal().empty()) return absent();
  const auto* state =
      codes::Codes::built_in().required("goal_state").find(code_of(found.terms.state));
  return found.terms.words.reveal() + " (" + state->words.en + " · " + state->words.es + ", " +
         format_date(found.terms.since) + ")";
}

Result<std::int64_t> forget_all(db::Connection& connection, ClientId client) {
  connection.leave_no_trace();
  std::int64_t count = 0;
  for (const char* sql :
       {"UPDATE plans_goal_version SET words = NULL WHERE client = $1 AND words IS NOT NULL",
        "UPDATE plans_step_version SET words = NULL WHERE client = $1 AND words IS NOT NULL",
        "DELETE FROM plans_safety_part WHERE client = $1"})
    count += TRY(connection.execute(sql, {client}));
  TRY(connection.execute("DELETE FROM plans_safety WHERE client = $1", {client}));
  return count;
}

}  // namespace daybreak::vault::plans
