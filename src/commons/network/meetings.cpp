// SPDX-License-Identifier: AGPL-3.0-or-later
// Meetings of a task force, with who came, what was decided and who does what by when.
#include <algorithm>

#include "base/text.hpp"
#include "commons/network/calendar.hpp"
#include "commons/network/network.hpp"

namespace daybreak::network {
namespace {

constexpr std::size_t kLongest = 20'000;

Result<void> check(const Meeting& meeting) {
  if (trim(meeting.title).empty() || meeting.title.size() > 200)
    return fail(ErrorKind::kInvalid, "a meeting needs a title", "title",
                "Write at most 200 characters");
  for (const std::string* text : {&meeting.place, &meeting.agenda, &meeting.decisions})
    if (text->size() > kLongest)
      return fail(ErrorKind::kInvalid, "the text is too long", "agenda",
                  "Write at most 20,000 characters");
  return {};
}

}  // namespace

Result<void> Network::read_parts(db::Connection& c, Meeting& meeting) {
  TRY(c.query_each("SELECT organization FROM network_attendance WHERE meeting = $1", {meeting.id},
                   [&](const db::Row& row) -> Result<void> {
                     meeting.present.push_back(row.uuid(0));
                     return {};
                   }));
  return c.query_each(
      "SELECT id, words, owner, due, done_at, member FROM network_action WHERE meeting = $1 ORDER "
      "BY due, "
      "id",
      {meeting.id}, [&](const db::Row& row) -> Result<void> {
        Action action{.id = row.uuid(0),
                      .words = row.text(1),
                      .owner = {},
                      .due = row.maybe_date(3),
                      .done = !row.is_null(4),
                      .member = row.maybe_id<trust::MemberId>(5)};
        if (!row.is_null(2)) action.owner = row.uuid(2);
        meeting.actions.push_back(std::move(action));
        return {};
      });
}

Result<std::vector<Meeting>> Network::meetings(const trust::Actor& actor, const Uuid& task_force) {
  TRY(permit(actor, "meet", task_force));
  return database_.read([&](db::Connection& c) -> Result<std::vector<Meeting>> {
    std::vector<Meeting> all;
    TRY(
        c.query_each("SELECT id, title, place, agenda, decisions, starts_at FROM network_meeting "
                     "WHERE task_force = $1 ORDER BY starts_at DESC, id LIMIT 200",
                     {task_force}, [&](const db::Row& row) -> Result<void> {
                       all.push_back({.id = row.uuid(0),
                                      .title = row.text(1),
                                      .place = row.text(2),
                                      .agenda = row.text(3),
                                      .decisions = row.text(4),
                                      .starts_at = row.instant(5),
                                      .present = {},
                                      .actions = {}});
                       return {};
                     }));
    for (Meeting& meeting : all) TRY(read_parts(c, meeting));
    return all;
  });
}

Result<Uuid> Network::save_meeting(const trust::Actor& actor, const Uuid& task_force,
                                   Meeting meeting) {
  TRY(permit(actor, "edit", task_force));
  TRY(check(meeting));
  const bool is_new = meeting.id.is_nil();
  if (is_new) meeting.id = Uuid::generate(clock_, random_);
  return database_.write([&](db::Connection& c) -> Result<Uuid> {
    const std::int64_t done = TRY(c.execute(
        is_new ? "INSERT INTO network_meeting (id, task_force, title, starts_at, place, agenda, "
                 "decisions) VALUES ($1, $2, $3, $4, $5, $6, $7)"
               : "UPDATE network_meeting SET title = $3, starts_at = $4, place = $5, agenda = $6, "
                 "decisions = $7 WHERE id = $1 AND task_force = $2",
        {meeting.id, task_force, meeting.title, meeting.starts_at, meeting.place, meeting.agenda,
         meeting.decisions}));
    if (done != 1) return fail(ErrorKind::kNotFound, "there is no such meeting");
    TRY(c.execute("DELETE FROM network_attendance WHERE meeting = $1", {meeting.id}));
    for (const Uuid& organization : meeting.present)
      TRY(c.execute("INSERT INTO network_attendance (meeting, organization) VALUES ($1, $2)",
                    {meeting.id, organization}));
    TRY(write_actions(c, meeting));
    TRY(record(c, actor, "edit", task_force));
    return meeting.id;
  });
}

// An action of the same words is the same action: it keeps who took it on and when it was done.
Result<void> Network::write_actions(db::Connection& c, const Meeting& meeting) {
  std::vector<db::Row> before = TRY(c.query(
      "SELECT id, words, member, done_at FROM network_action WHERE meeting = $1", {meeting.id}));
  TRY(c.execute("DELETE FROM network_action WHERE meeting = $1", {meeting.id}));
  for (const Action& action : meeting.actions) {
    const auto same = std::ranges::find_if(
        before, [&](const db::Row& row) { return row.text(1) == action.words; });
    const bool known = same != before.end();
    db::Value done;
    if (action.done) done = known && !same->is_null(3) ? same->at(3) : db::Value(clock_.now());
    TRY(c.execute(
        "INSERT INTO network_action (id, meeting, words, owner, due, done_at, member) VALUES ($1, "
        "$2, $3, $4, $5, $6, $7)",
        {known ? same->uuid(0) : Uuid::generate(clock_, random_), meeting.id, action.words,
         action.owner, action.due, done, known ? same->at(2) : db::Value()}));
    if (known) before.erase(same);
  }
  return {};
}

Result<void> Network::finish_action(const trust::Actor& actor, const Uuid& action) {
  TRY(permit(actor, "meet", action));
  return database_.write([&](db::Connection& c) -> Result<void> {
    if (TRY(c.execute("UPDATE network_action SET done_at = $2 WHERE id = $1 AND done_at IS NULL",
                      {action, clock_.now()})) == 0)
      return fail(ErrorKind::kNotFound, "there is no such open action");
    return record(c, actor, "finish", action);
  });
}

std::string to_icalendar(std::span<const Meeting> meetings, std::string_view name, Instant now) {
  std::vector<CalendarEvent> events;
  for (const Meeting& meeting : meetings) events.push_back(event_of(meeting));
  return daybreak::to_icalendar(events, name, now);
}

CalendarEvent event_of(const Meeting& meeting) {
  return {.id = meeting.id.to_string(),
          .title = meeting.title,
          .place = meeting.place,
          .about = meeting.agenda,
          .at = meeting.starts_at};
}

}  // namespace daybreak::network
