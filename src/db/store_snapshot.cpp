// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/store_snapshot.hpp"

#include <fstream>
#include <memory>
#include <sqlite3.h>

#include "db/sqlite_error.hpp"

namespace daybreak::db {
namespace {

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Result<Handle> open(const std::filesystem::path& path, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) return tl::make_unexpected(sqlite_error(raw, code));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 10'000);
  return handle;
}

// The first column of the first row, or "" when there is none.
Result<std::string> first_answer(sqlite3* handle, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (const int code = sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr); code != SQLITE_OK)
    return tl::make_unexpected(sqlite_error(handle, code));
  const int code = sqlite3_step(statement);
  std::string answer;
  if (code == SQLITE_ROW && sqlite3_column_text(statement, 0))
    answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return tl::make_unexpected(sqlite_error(handle, code));
  return answer;
}

}  // namespace

bool is_sqlite_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string start(16, '\0');
  return file.read(start.data(), 16) && start == std::string("SQLite format 3\0", 16);
}

Result<void> copy_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  const Handle source = TRY(open(from, SQLITE_OPEN_READWRITE));
  const Handle target = TRY(open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
  if (backup == nullptr)
    return tl::make_unexpected(sqlite_error(target.get(), sqlite3_errcode(target.get())));
  // All pages in one step: one read transaction, so one moment; writers go on meanwhile (WAL).
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) return tl::make_unexpected(sqlite_error(target.get(), stepped));
  if (finished != SQLITE_OK) return tl::make_unexpected(sqlite_error(target.get(), finished));
  return {};
}

Result<void> check_store(const std::filesystem::path& path) {
  const Handle handle = TRY(open(path, SQLITE_OPEN_READWRITE));
  const std::string integrity = TRY(first_answer(handle.get(), "PRAGMA integrity_check(1)"));
  if (integrity != "ok")
    return fail(ErrorKind::kCorrupt, "the store is damaged: " + integrity,
                path.filename().string());
  const std::string broken = TRY(first_answer(handle.get(), "PRAGMA foreign_key_check"));
  if (!broken.empty())
    return fail(ErrorKind::kCorrupt, "a record refers to one that is missing",
                path.filename().string() + " table " + broken);
  return {};
}

}  // namespace daybreak::db
