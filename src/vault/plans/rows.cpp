// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/plans/rows.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace daybreak::vault::plans {
namespace {

namespace keys = trust::keys;

constexpr std::array<std::string_view, 5> kStates = {"open", "under_way", "reached", "changed",
                                                     "set_aside"};
constexpr std::array<std::string_view, 2> kDoers = {"client", "staff"};

db::Blob seal_words(const Work& work, const keys::Key& key, std::string_view table, const Uuid& row,
                    std::int64_t version, const Secret<std::string>& words) {
  return {keys::seal(keys::record_key(key, table, row), trim(words.reveal()),
                     work.vault.place(table, row, "words", version), work.vault.random())};
}

// Empty after a purge.
Result<Secret<std::string>> open_words(const Work& work, const keys::Key& key,
                                       std::string_view table, const Uuid& id, std::int64_t version,
                                       const db::Row& row, std::size_t column) {
  if (row.is_null(column)) return Secret<std::string>();
  return keys::open(keys::record_key(key, table, id), row.blob(column),
                    work.vault.place(table, id, "words", version));
}

Result<State> state_of(const std::string& code) {
  const auto state = state_from(code);
  if (!state) return fail(ErrorKind::kCorrupt, "a plan has a state that is none");
  return *state;
}

}  // namespace

std::string_view code_of(State state) { return kStates.at(static_cast<std::size_t>(state)); }
std::optional<State> state_from(std::string_view code) {
  const auto found = std::find(kStates.begin(), kStates.end(), code);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<State>(found - kStates.begin());
}
std::string_view code_of(Doer doer) { return kDoers.at(static_cast<std::size_t>(doer)); }
std::optional<Doer> doer_from(std::string_view code) {
  const auto found = std::find(kDoers.begin(), kDoers.end(), code);
  if (found == kDoers.end()) return std::nullopt;
  return static_cast<Doer>(found - kDoers.begin());
}

Result<void> check_words(const Secret<std::string>& words, std::string_view field) {
  const std::string& text = words.reveal();
  if (!trim(text).empty() && text.size() <= kMostWords && is_valid_utf8(text) &&
      text.find('\0') == std::string::npos)
    return {};
  return fail(ErrorKind::kInvalid, "it has 1 to 4000 bytes of text", "field " + std::string(field),
              "Write it, or shorten it");
}

Result<void> check_day(const Date& day, std::string_view field) {
  if (day.ok() && day.year() >= std::chrono::year(2000) && day.year() <= std::chrono::year(2100))
    return {};
  return fail(ErrorKind::kInvalid, "this day does not exist", "field " + std::string(field),
              "Choose a day");
}

Result<void> check(const GoalTerms& terms) {
  TRY(codes::check_code("goal_area", terms.area, "area"));
  TRY(check_day(terms.since, "since"));
  return check_words(terms.words, "goal");
}

Result<void> check(const StepTerms& terms) {
  TRY(check_day(terms.since, "since"));
  if (terms.due_on) TRY(check_day(*terms.due_on, "due_on"));
  if (terms.doer == Doer::kStaff && !terms.owner)
    return fail(ErrorKind::kInvalid, "a step of staff is someone's", "field owner",
                "Choose a colleague");
  return check_words(terms.words, "step");
}

Result<void> put_goal_version(db::Connection& connection, const Work& work, const keys::Key& key,
                              clients::ClientId client, GoalId id, std::int64_t version,
                              const GoalTerms& terms) {
  TRY(connection.execute(
      "INSERT INTO plans_goal_version (goal, version, client, area, state, since, words,"
      " written_at, written_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {id, version, client, terms.area, code_of(terms.state), terms.since,
       seal_words(work, key, "plans_goal_version", id.uuid(), version, terms.words), work.now(),
       work.actor.member}));
  return {};
}

Result<void> put_step_version(db::Connection& connection, const Work& work, const keys::Key& key,
                              clients::ClientId client, StepId id, std::int64_t version,
                              const StepTerms& terms) {
  TRY(connection.execute(
      "INSERT INTO plans_step_version (step, version, client, doer, owner, due_on, state, since,"
      " words, written_at, written_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {id, version, client, code_of(terms.doer),
       terms.doer == Doer::kStaff ? db::Value(terms.owner) : db::Value(), terms.due_on,
       code_of(terms.state), terms.since,
       seal_words(work, key, "plans_step_version", id.uuid(), version, terms.words), work.now(),
       work.actor.member}));
  return {};
}

Result<Goal> goal_of(const Work& work, const keys::Key* key, const db::Row& row) {
  Goal goal{
      .id = row.id<GoalId>(0),
      .number = row.integer(1),
      .terms = {.area = row.text(3), .state = TRY(state_of(row.text(4))), .since = row.date(5)},
      .written = {row.integer(2), row.instant(7), row.id<trust::MemberId>(8)}};
  if (key != nullptr)
    goal.terms.words = TRY(
        open_words(work, *key, "plans_goal_version", goal.id.uuid(), goal.written.version, row, 6));
  return goal;
}

Result<Step> step_of(const Work& work, const keys::Key& key, const db::Row& row) {
  Step step{.id = row.id<StepId>(0),
            .terms = {.doer = doer_from(row.text(2)).value_or(Doer::kStaff),
                      .owner = row.maybe_id<trust::MemberId>(3),
                      .due_on = row.maybe_date(4),
                      .state = TRY(state_of(row.text(5))),
                      .since = row.date(6)},
            .written = {row.integer(1), row.instant(8), row.id<trust::MemberId>(9)}};
  step.terms.words = TRY(
      open_words(work, key, "plans_step_version", step.id.uuid(), step.written.version, row, 7));
  return step;
}

}  // namespace daybreak::vault::plans
