// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/icalendar.hpp"

#include "base/text.hpp"

namespace daybreak {
namespace {

// Text in a property (RFC 5545 3.3.11).
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
  const std::string text = replace_all(replace_all(format_instant(at), "-", ""), ":", "");
  return text.substr(0, 15) + "Z";
}

std::string stamp(Date day) { return replace_all(format_date(day), "-", ""); }

}  // namespace

std::string to_icalendar(std::span<const CalendarEvent> events, std::string_view name,
                         Instant now) {
  std::string out = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Daybreak//Network//EN\r\n";
  add_line(out, "X-WR-CALNAME:" + escaped(name));
  for (const CalendarEvent& event : events) {
    out += "BEGIN:VEVENT\r\n";
    add_line(out, "UID:" + escaped(event.id));
    add_line(out, "DTSTAMP:" + stamp(now));
    if (event.day) {
      add_line(out, "DTSTART;VALUE=DATE:" + stamp(*event.day));
      add_line(out, "DTEND;VALUE=DATE:" +
                        stamp(Date(std::chrono::sys_days(*event.day) + std::chrono::days(1))));
      out += "TRANSP:TRANSPARENT\r\n";
    } else {
      add_line(out, "DTSTART:" + stamp(event.at));
      out += "DURATION:PT1H\r\n";
    }
    add_line(out, "SUMMARY:" + escaped(event.title));
    if (!event.place.empty()) add_line(out, "LOCATION:" + escaped(event.place));
    if (!event.about.empty()) add_line(out, "DESCRIPTION:" + escaped(event.about));
    out += "END:VEVENT\r\n";
  }
  return out + "END:VCALENDAR\r\n";
}

}  // namespace daybreak
