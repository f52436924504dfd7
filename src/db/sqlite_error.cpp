// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/sqlite_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace daybreak::db {
namespace {

// "UNIQUE constraint failed: directory_service.name" -> "directory_service.name"
std::string after_colon(std::string_view message) {
  const auto colon = message.find(": ");
  return colon == std::string_view::npos ? std::string() : std::string(message.substr(colon + 2));
}

Error constraint_error(int code, std::string_view message) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return {ErrorKind::kConflict,
              "there is already a record with this value",
              after_colon(message),
              {}};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:
      return {ErrorKind::kConflict,
              "a record that this one refers to, or that refers to it, is in the way",
              {},
              {}};
    case SQLITE_CONSTRAINT_NOTNULL:
      return {
          ErrorKind::kInvalid, "a value that must be there is missing", after_colon(message), {}};
    default:
      return {ErrorKind::kInvalid,
              "a value is not one of those allowed here",
              after_colon(message),
              {}};
  }
}

}  // namespace

Error sqlite_error(sqlite3* handle, int code) {
  const std::string message = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return constraint_error(code, message);
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return {ErrorKind::kInvalid, "a value is of the wrong kind or too long", {}, {}};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::kUnavailable,
              "the store is busy with another program's change",
              {},
              "Try again"};
    case SQLITE_FULL:
      return {
          ErrorKind::kUnavailable, "the disk is full; nothing was saved", {}, "Free some space"};
    case SQLITE_NOMEM:
      return {ErrorKind::kUnavailable, "there is not enough memory", {}, {}};
    case SQLITE_IOERR:
      return {ErrorKind::kUnavailable,
              fmt::format("the disk failed ({}); nothing was saved", sqlite3_errstr(code)),
              {},
              "Check the disk and the system log, then start again"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {ErrorKind::kUnavailable,
              "the store cannot be opened",
              {},
              "Check the file and its permissions"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorKind::kCorrupt,
              "the store is damaged",
              {},
              "Restore it from a backup (`daybreak restore`)"};
    case SQLITE_READONLY:
      return {ErrorKind::kInternal, "an attempt to change the store while reading", {}, {}};
    default:
      return {ErrorKind::kInternal, fmt::format("SQLite: {}", message), {}, {}};
  }
}

}  // namespace daybreak::db
