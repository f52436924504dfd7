// SPDX-License-Identifier: AGPL-3.0-or-later
// What a survivor wants to reach, in her or his own words, the steps to it and who does them; when
// the plan was talked over. Words are sealed; areas, states and days are not. Every change is kept
// as another version. A step of a colleague with a day, and the next review, stand in the list of
// tasks. Made for one request; used by its thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vault/clients/clients.hpp"

namespace daybreak::vault::plans {

using GoalId = Id<struct GoalTag>;
using StepId = Id<struct StepTag>;

enum class State : std::uint8_t { kOpen, kUnderWay, kReached, kChanged, kSetAside };
std::string_view code_of(State state);  // of list goal_state
std::optional<State> state_from(std::string_view code);
inline bool has_ended(State state) { return state >= State::kReached; }

enum class Doer : std::uint8_t { kClient, kStaff };
std::string_view code_of(Doer doer);  // of list goal_doer
std::optional<Doer> doer_from(std::string_view code);

// Who wrote this version, and when.
struct Written {
  std::int64_t version = 1;
  Instant at;
  trust::MemberId by;
};

struct GoalTerms {
  std::string area;  // list goal_area
  State state = State::kOpen;
  Date since{};               // the day of this state
  Secret<std::string> words;  // her own; empty after a purge
};
struct Goal {
  GoalId id;
  std::int64_t number = 0;  // of this client's goals
  GoalTerms terms;
  Written written;
};

struct StepTerms {
  Doer doer = Doer::kClient;
  std::optional<trust::MemberId> owner;  // of a step of staff
  std::optional<Date> due_on;
  State state = State::kOpen;
  Date since{};
  Secret<std::string> words;
};
struct Step {
  StepId id;
  StepTerms terms;
  Written written;
};

struct Review {
  Date reviewed_on{};
  std::optional<Date> next_on;
  trust::MemberId by;
};

struct GoalWithSteps {
  Goal goal;
  std::vector<Step> steps;
};
struct Plan {
  std::vector<GoalWithSteps> goals;  // what is open first, then by number
  std::vector<Review> reviews;       // newest first
};

// One goal with all its versions, newest first; of each step too.
struct GoalHistory {
  Goal goal;
  std::vector<Step> steps;
  std::vector<Goal> earlier;
  std::vector<Step> earlier_steps;
};

// Without any word of hers: for headings and choices.
struct GoalLine {
  GoalId id;
  std::int64_t number = 0;
  std::string area;
  State state = State::kOpen;
  Date since{};
};
struct Outline {
  std::vector<GoalLine> goals;
  std::optional<Review> review;           // the last one
  std::optional<Instant> safety_plan_at;  // written last
};

class Plans {
 public:
  explicit Plans(const Work& work) : work_(work) {}

  // kInvalid names the field. kNotFound for what is not of this client, or not in this vault.
  Result<GoalId> add_goal(clients::ClientId client, const GoalTerms& terms);
  // `version`: the one that was changed. kConflict when there is a newer one.
  Result<void> change_goal(clients::ClientId client, GoalId goal, std::int64_t version,
                           const GoalTerms& terms);
  Result<StepId> add_step(clients::ClientId client, GoalId goal, const StepTerms& terms);
  Result<void> change_step(clients::ClientId client, GoalId goal, StepId step, std::int64_t version,
                           const StepTerms& terms);
  // The next review becomes a task of the actor, with these words; the task of the last one ends.
  Result<void> review(clients::ClientId client, Date reviewed_on, const std::optional<Date>& next,
                      const Secret<std::string>& task);
  // Looks: each stands in the record of who opened the file.
  Result<Plan> read(clients::ClientId client);
  Result<GoalHistory> read_goal(clients::ClientId client, GoalId goal);
  Result<Outline> outline(clients::ClientId client);

 private:
  const Work& work_;
};

// Inside the reads and writes of the other rooms of this vault.
// kNotFound unless the goal is of this client.
Result<void> check_goal(db::Connection& connection, clients::ClientId client, GoalId goal);
// A goal as it stands now, for a release: words and state. kNotFound without words.
Result<std::string> open_goal(db::Connection& connection, const Work& work,
                              const trust::keys::Key& key, clients::ClientId client, GoalId goal);
// For the end of retention: all words of plans and safety plans go, areas and states stay; returns
// how many there were.
Result<std::int64_t> forget_all(db::Connection& connection, clients::ClientId client);

db::ModuleMigrations migrations();

}  // namespace daybreak::vault::plans
