// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/plans/ only: rows as values, and sealing them.
#pragma once

#include "trust/keys/seal.hpp"
#include "vault/plans/plans.hpp"

namespace daybreak::vault::plans {

inline tl::unexpected<Error> absent() {
  return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
}
inline tl::unexpected<Error> changed_meanwhile() {
  return fail(ErrorKind::kConflict, "this was changed meanwhile", {}, "Open it again");
}

inline constexpr std::size_t kMostWords = 4000;
// kInvalid names the field.
Result<void> check_words(const Secret<std::string>& words, std::string_view field);
Result<void> check(const GoalTerms& terms);
Result<void> check(const StepTerms& terms);
Result<void> check_day(const Date& day, std::string_view field);

Result<void> put_goal_version(db::Connection& connection, const Work& work,
                              const trust::keys::Key& key, clients::ClientId client, GoalId id,
                              std::int64_t version, const GoalTerms& terms);
Result<void> put_step_version(db::Connection& connection, const Work& work,
                              const trust::keys::Key& key, clients::ClientId client, StepId id,
                              std::int64_t version, const StepTerms& terms);

// `key` null: without words.
inline constexpr std::string_view kGoalColumns =
    "g.id, g.number, v.version, v.area, v.state, v.since, v.words, v.written_at, v.written_by";
Result<Goal> goal_of(const Work& work, const trust::keys::Key* key, const db::Row& row);
inline constexpr std::string_view kStepColumns =
    "s.id, v.version, v.doer, v.owner, v.due_on, v.state, v.since, v.words, v.written_at,"
    " v.written_by, s.goal";
Result<Step> step_of(const Work& work, const trust::keys::Key& key, const db::Row& row);

}  // namespace daybreak::vault::plans
