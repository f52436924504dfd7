// SPDX-License-Identifier: AGPL-3.0-or-later
// A connection to SQLite with the house's settings. One thread at a time.
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sqlite3.h>
#include <stdexcept>
#include <unistd.h>
#include <unordered_map>

#include "db/engine.hpp"
#include "db/sqlite_error.hpp"

namespace daybreak::db {
namespace {

constexpr std::size_t kCachedStatements = 512;
constexpr int kBusyMilliseconds = 5000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

struct CachedStatement {
  Statement handle;
  std::vector<std::size_t> bound;  // per SQLite index: which parameter ($3 -> 2)
  std::size_t parameters = 0;      // how many values a call must bring
};

// Denies what no statement of this program needs: other files, extensions, pragmas that change how
// the store is kept. Asked when a statement is prepared, so it costs nothing later.
int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_ATTACH:
      // VACUUM INTO and the online backup attach an unnamed file of their own.
      return first == nullptr || *first == '\0' ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA: {
      static constexpr const char* kReadable[] = {"integrity_check",   "quick_check",
                                                  "foreign_key_check", "table_info",
                                                  "page_count",        "user_version"};
      for (const char* name : kReadable)
        if (std::strcmp(first, name) == 0 &&
            (second == nullptr || std::strcmp(name, "user_version") != 0))
          return SQLITE_OK;
      if (std::strcmp(first, "wal_checkpoint") == 0) return SQLITE_OK;
      return SQLITE_DENY;
    }
    case SQLITE_FUNCTION:
      return second != nullptr && std::strcmp(second, "load_extension") == 0 ? SQLITE_DENY
                                                                             : SQLITE_OK;
    default:
      return SQLITE_OK;
  }
}

class SqliteConnection final : public EngineConnection {
 public:
  SqliteConnection(sqlite3* handle, Access access) : handle_(handle), access_(access) {}
  ~SqliteConnection() override {
    statements_.clear();
    sqlite3_close_v2(handle_);
  }

  Result<void> configure(const OpenOptions& options);
  Engine engine() const override { return Engine::kSqlite; }
  Result<void> run_script(std::string_view sql) override;
  Result<void> begin() override {
    return simple(access_ == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  Result<void> commit() override { return simple("COMMIT"); }
  void rollback() override {
    if (in_transaction()) (void)simple("ROLLBACK");
  }
  bool in_transaction() const override { return sqlite3_get_autocommit(handle_) == 0; }
  bool is_usable() const override { return !fatal_; }
  std::optional<Error> fatal() const override { return fatal_; }
  bool empty_log() override;
  void tidy() override;
  sqlite3* handle() const { return handle_; }

 protected:
  Result<std::int64_t> run(std::string_view sql, std::span<const Value> parameters,
                           const EachRow* each, Answers answers) override;

 private:
  Result<void> simple(const char* sql) {
    return run(sql, {}, nullptr, Answers::kFew).map([](std::int64_t) {});
  }
  static int after_commit(void* self, sqlite3* handle, const char* name, int pages);
  Result<CachedStatement*> prepare(std::string_view sql);
  void bind(CachedStatement& statement, std::span<const Value> parameters);
  Row current_row(sqlite3_stmt* statement) const;
  tl::unexpected<Error> failure(int code) {
    Error error = sqlite_error(handle_, code);
    const int kind = code & 0xff;
    if (access_ == Access::kWrite &&
        (kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB))
      fatal_ = error;
    return tl::make_unexpected(std::move(error));
  }

  sqlite3* handle_;
  Access access_;
  std::optional<Error> fatal_;
  int log_pages_ = 0;
  std::unordered_map<std::string, CachedStatement> statements_;
};

Result<void> SqliteConnection::configure(const OpenOptions& options) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  std::string mode;
  const std::function<Result<void>(const Row&)> keep = [&](const Row& row) -> Result<void> {
    mode = row.text(0);
    return {};
  };
  TRY(run("PRAGMA journal_mode=WAL", {}, &keep, Answers::kFew));
  if (mode != "wal")
    return fail(ErrorKind::kUnavailable, "the file system cannot keep the store safely (no WAL)",
                {}, "Put the data directory on a local disk");
  // case_sensitive_like: LIKE means the same as on PostgreSQL.
  TRY(run_script(
      "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cell_size_check=ON;"
      "PRAGMA case_sensitive_like=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096;"
      "PRAGMA journal_size_limit=67108864;"));
  if (options.sqlite_flushes_rarely) TRY(simple("PRAGMA synchronous=NORMAL"));
  if (access_ == Access::kRead) TRY(simple("PRAGMA query_only=ON"));
  if (access_ == Access::kWrite) sqlite3_wal_hook(handle_, after_commit, this);
  sqlite3_set_authorizer(handle_, authorize, nullptr);
  return {};
}

// Moves what was committed from the log into the store itself, after those who wrote were answered:
// they need not wait for it. SQLite's own hook ignores a disk that fails here; a second try could
// then succeed although the first lost data, so it stops the store. What was committed is safe in
// the log, and is moved after the next start.
void SqliteConnection::tidy() {
  constexpr int kPages = 300;  // few enough that those who come meanwhile wait little longer
  if (log_pages_ < kPages) return;
  log_pages_ = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK && code != SQLITE_BUSY) (void)failure(code);
}

int SqliteConnection::after_commit(void* self, sqlite3*, const char*, int pages) {
  static_cast<SqliteConnection*>(self)->log_pages_ = pages;
  return SQLITE_OK;
}

// The deleted rows are overwritten in the store itself (secure_delete); the log is cut to nothing.
bool SqliteConnection::empty_log() {
  sqlite3_busy_timeout(handle_, 20);
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
  if (code == SQLITE_OK) return true;
  if (code != SQLITE_BUSY) (void)failure(code);
  return false;
}

Result<CachedStatement*> SqliteConnection::prepare(std::string_view sql) {
  std::string key(sql);
  if (auto found = statements_.find(key); found != statements_.end()) return &found->second;
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, &rest);
  if (code != SQLITE_OK) return failure(code);
  CachedStatement statement{Statement(raw), {}, 0};
  if (raw == nullptr) return fail(ErrorKind::kInternal, "an empty SQL statement");
  for (const char* at = rest; at != sql.data() + sql.size(); ++at)
    if (!std::strchr(" \n\r\t;", *at)) throw std::logic_error("two SQL statements in one call");
  const int count = sqlite3_bind_parameter_count(raw);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(raw, i);
    const int number = name && name[0] == '$' ? std::atoi(name + 1) : 0;
    if (number < 1)
      throw std::logic_error("a parameter of a statement is not written as $1, $2, …");
    statement.bound.push_back(static_cast<std::size_t>(number - 1));
    statement.parameters = std::max(statement.parameters, static_cast<std::size_t>(number));
  }
  if (statements_.size() >= kCachedStatements) statements_.clear();
  return &statements_.emplace(std::move(key), std::move(statement)).first->second;
}

// The values outlive the step that reads them, so SQLite need not copy them.
void SqliteConnection::bind(CachedStatement& statement, std::span<const Value> parameters) {
  if (statement.parameters != parameters.size() || statement.bound.size() != parameters.size())
    throw std::logic_error(fmt::format("a statement with {} parameters was given {} values",
                                       statement.bound.size(), parameters.size()));
  sqlite3_stmt* handle = statement.handle.get();
  for (std::size_t i = 0; i < statement.bound.size(); ++i) {
    const auto& value = parameters[statement.bound[i]].variant();
    const int index = static_cast<int>(i + 1);
    if (const auto* number = std::get_if<std::int64_t>(&value))
      sqlite3_bind_int64(handle, index, *number);
    else if (const auto* real = std::get_if<double>(&value))
      sqlite3_bind_double(handle, index, *real);
    else if (const auto* text = std::get_if<std::string>(&value))
      sqlite3_bind_text64(handle, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    else if (const auto* blob = std::get_if<Blob>(&value))
      sqlite3_bind_blob64(handle, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
    else
      sqlite3_bind_null(handle, index);
  }
}

Row SqliteConnection::current_row(sqlite3_stmt* statement) const {
  const int columns = sqlite3_column_count(statement);
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_INTEGER:
        values.emplace_back(sqlite3_column_int64(statement, i));
        break;
      case SQLITE_FLOAT:
        values.emplace_back(sqlite3_column_double(statement, i));
        break;
      case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        values.emplace_back(
            std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))));
        break;
      }
      case SQLITE_BLOB: {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
        values.emplace_back(Blob{size == 0 ? std::string() : std::string(bytes, size)});
        break;
      }
      default:
        values.emplace_back(nullptr);
    }
  }
  return Row(std::move(values));
}

Result<std::int64_t> SqliteConnection::run(std::string_view sql, std::span<const Value> parameters,
                                           const EachRow* each, Answers) {
  CachedStatement* statement = TRY(prepare(sql));
  sqlite3_stmt* handle = statement->handle.get();
  struct Reset {
    sqlite3_stmt* handle;
    ~Reset() {
      sqlite3_reset(handle);
      sqlite3_clear_bindings(handle);
    }
  } reset{handle};
  bind(*statement, parameters);
  const std::int64_t before = sqlite3_total_changes64(handle_);
  for (;;) {
    const int code = sqlite3_step(handle);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return failure(code);
    if (each) TRY((*each)(current_row(handle)));
  }
  if (sqlite3_stmt_readonly(handle)) return 0;
  return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
}

Result<void> SqliteConnection::run_script(std::string_view sql) {
  const std::string text(sql);
  statements_.clear();
  const int code = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

// A new store is readable by its owner alone, and its name survives a power loss.
Result<void> create_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0)
    return fail(ErrorKind::kUnavailable,
                fmt::format("cannot create the store: {}", std::strerror(errno)), path.string(),
                "Check the folder and its permissions");
  ::fsync(file);
  ::close(file);
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<EngineConnection>> connect_sqlite(const OpenOptions& options,
                                                         Access access) {
  const std::filesystem::path path = options.url.substr(std::string_view("sqlite:").size());
  if (path.empty()) return fail(ErrorKind::kInvalid, "the store has no file name", options.url);
  if (!std::filesystem::exists(path)) {
    if (!options.create_if_missing)
      return fail(ErrorKind::kUnavailable, "there is no such store", path.string(),
                  "Check the data directory, or start with `daybreak init`");
    TRY(create_file(path));
  }
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                      options.sqlite_vfs.empty() ? nullptr : options.sqlite_vfs.c_str());
  auto connection = std::make_unique<SqliteConnection>(handle, access);
  if (code != SQLITE_OK) {
    Error error = sqlite_error(handle, code);
    error.place = path.string();
    return tl::make_unexpected(std::move(error));
  }
  Result<void> configured = connection->configure(options);
  if (!configured) {
    Error error = std::move(configured).error();
    error.place = path.string();
    return tl::make_unexpected(std::move(error));
  }
  return connection;
}

}  // namespace daybreak::db
