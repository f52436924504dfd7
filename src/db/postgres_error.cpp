// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/postgres_error.hpp"

#include <fmt/format.h>

namespace daybreak::db {
namespace {

std::string field(const PGresult* answer, int code) {
  const char* text = PQresultErrorField(answer, code);
  return text ? text : "";
}

// "table.column", "table (constraint)": never the value, which the server's own detail line has.
std::string place_of(const PGresult* answer) {
  const std::string table = field(answer, PG_DIAG_TABLE_NAME);
  const std::string column = field(answer, PG_DIAG_COLUMN_NAME);
  const std::string constraint = field(answer, PG_DIAG_CONSTRAINT_NAME);
  if (!column.empty()) return table + "." + column;
  if (!constraint.empty()) return table + " (" + constraint + ")";
  return table;
}

}  // namespace

Error postgres_error(PGconn* handle, const PGresult* answer) {
  const std::string state = answer ? field(answer, PG_DIAG_SQLSTATE) : "";
  const std::string_view group =
      std::string_view(state).substr(0, std::min<std::size_t>(2, state.size()));
  if (state.empty() || group == "08" || state.starts_with("57P"))
    return {ErrorKind::kUnavailable, "the connection to PostgreSQL was lost", {}, "Try again"};
  if (state == "23505" || state == "23P01")
    return {
        ErrorKind::kConflict, "there is already a record with this value", place_of(answer), {}};
  if (state == "23503" || state == "23001")
    return {ErrorKind::kConflict,
            "a record that this one refers to, or that refers to it, is in the way",
            place_of(answer),
            {}};
  if (state == "23502")
    return {ErrorKind::kInvalid, "a value that must be there is missing", place_of(answer), {}};
  if (group == "23")
    return {ErrorKind::kInvalid, "a value is not one of those allowed here", place_of(answer), {}};
  if (group == "22")
    return {ErrorKind::kInvalid, "a value is of the wrong kind or too long", place_of(answer), {}};
  if (group == "40" || state == "55P03")
    return {ErrorKind::kUnavailable,
            "the store is busy with another program's change",
            {},
            "Try again"};
  if (state == "53100")
    return {ErrorKind::kUnavailable, "the disk is full; nothing was saved", {}, "Free some space"};
  if (group == "53" || group == "57")
    return {ErrorKind::kUnavailable, "PostgreSQL has no room for this now", {}, "Try again"};
  if (group == "58")
    return {ErrorKind::kUnavailable,
            "the disk of PostgreSQL failed; nothing was saved",
            {},
            "See the server's log"};
  if (state == "XX001" || state == "XX002")
    return {ErrorKind::kCorrupt, "the store is damaged", {}, "Restore it from a backup"};
  if (state == "25006")
    return {ErrorKind::kInternal, "an attempt to change the store while reading", {}, {}};
  (void)handle;
  return {ErrorKind::kInternal,
          fmt::format("PostgreSQL: {} ({})", field(answer, PG_DIAG_MESSAGE_PRIMARY), state),
          {},
          {}};
}

}  // namespace daybreak::db
