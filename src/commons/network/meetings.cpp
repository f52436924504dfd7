// SPDX-License-Identifier: AGPL-3.0-or-later
// Meetings of a task force, with who came, what was decided and who does what by when.
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
      "SELECT id, words, owner, due, done_at FROM network_action WHERE meeting = $1 ORDER BY due, "
      "id",
      {meeting.id}, [&](const db::Row& row) -> Result<void> {
        Action action{.id = row.uuid(0),
                      .words = row.text(1),
                      .owner = {},
                      .due = row.maybe_date(3),
                      .done = !row.is_null(4)};
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
  if (meeting.id.is_nil()) meeting.id = Uuid::generate(clock_, random_);
  return database_.write([&](db::Connection& c) -> Result<Uuid> {
    TRY(c.execute("DELETE FROM network_meeting WHERE id = $1 AND task_force = $2",
                  {meeting.id, task_force}));
    TRY(
        c.execute("INSERT INTO network_meeting (id, task_force, title, starts_at, place, agenda, "
                  "decisions) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  {meeting.id, task_force, meeting.title, meeting.starts_at, meeting.place,
                   meeting.agenda, meeting.decisions}));
    for (const Uuid& organization : meeting.present)
      TRY(c.execute("INSERT INTO network_attendance (meeting, organization) VALUES ($1, $2)",
                    {meeting.id, organization}));
    for (const Action& action : meeting.actions)
      TRY(c.execute(
          "INSERT INTO network_action (id, meeting, words, owner, due, done_at) VALUES ($1, "
          "$2, $3, $4, $5, $6)",
          {Uuid::generate(clock_, random_), meeting.id, action.words,
           action.owner ? db::Value(*action.owner) : db::Value(), action.due,
           action.done ? db::Value(clock_.now()) : db::Value()}));
    TRY(record(c, actor, "edit", task_force));
    return meeting.id;
  });
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

namespace {

// Text in an iCalendar property (RFC 5545 3.3.11).
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == ',' || c == ';' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out;
}

// Lines of at most 75 octets, cut between characters.
void add_line(std::string& out, std::string line) {
  std::size_t room = 75;
  while (line.size() > room) {
    std::size_t at = room;
    while (at > 0 && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80) --at;
    out += line.substr(0, at) + "\r\n ";
    line.erase(0, at);
    room = 74;
  }
  out += line + "\r\n";
}

std::string stamp(Instant at) {
  std::string text = replace_all(replace_all(format_instant(at), "-", ""), ":", "");
  return text.substr(0, 15) + "Z";
}

}  // namespace

std::string to_icalendar(std::span<const Meeting> meetings, std::string_view name, Instant now) {
  std::string out = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Daybreak//Network//EN\r\n";
  add_line(out, "X-WR-CALNAME:" + escaped(name));
  for (const Meeting& meeting : meetings) {
    out += "BEGIN:VEVENT\r\n";
    add_line(out, "UID:" + meeting.id.to_string());
    add_line(out, "DTSTAMP:" + stamp(now));
    add_line(out, "DTSTART:" + stamp(meeting.starts_at));
    add_line(out, "DURATION:PT1H");
    add_line(out, "SUMMARY:" + escaped(meeting.title));
    if (!meeting.place.empty()) add_line(out, "LOCATION:" + escaped(meeting.place));
    if (!meeting.agenda.empty()) add_line(out, "DESCRIPTION:" + escaped(meeting.agenda));
    out += "END:VEVENT\r\n";
  }
  return out + "END:VCALENDAR\r\n";
}

}  // namespace daybreak::network
