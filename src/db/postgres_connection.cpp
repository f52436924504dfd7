// SPDX-License-Identifier: AGPL-3.0-or-later
// A connection to PostgreSQL through libpq. One thread at a time.
#include <cstring>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <stdexcept>
#include <unordered_map>

#include "base/text.hpp"
#include "db/engine.hpp"
#include "db/postgres_error.hpp"

namespace daybreak::db {
namespace {

constexpr std::size_t kCachedStatements = 512;
// So few that neither side's buffer fills while the other waits.
constexpr std::size_t kMostWaiting = 32;
constexpr std::size_t kLarge = 48;  // parameters of one statement

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

enum TypeOid : Oid {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kOid = 26,
  kFloat4 = 700,
  kFloat8 = 701,
  kNumeric = 1700
};

Value to_value(PGresult* answer, int row, int column) {
  if (PQgetisnull(answer, row, column)) return nullptr;
  const std::string_view text(PQgetvalue(answer, row, column),
                              static_cast<std::size_t>(PQgetlength(answer, row, column)));
  switch (PQftype(answer, column)) {
    case kBool:
      return text == "t" ? 1 : 0;
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return to_integer(text).value_or(0);
    case kFloat4:
    case kFloat8:
      return std::strtod(text.data(), nullptr);
    case kNumeric:  // what sum() makes of whole numbers stays whole, as on SQLite
      if (const auto whole = to_integer(text)) return *whole;
      return std::strtod(text.data(), nullptr);
    case kBytea:
      return Blob{from_hex(text.substr(std::min<std::size_t>(2, text.size()))).value_or("")};
    default:
      return text;
  }
}

Row to_row(PGresult* answer, int row) {
  const int columns = PQnfields(answer);
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) values.push_back(to_value(answer, row, i));
  return Row(std::move(values));
}

// The parameters of one call in libpq's form: text, but bytes as they are. Views of the values.
struct BoundParameters {
  explicit BoundParameters(std::span<const Value> parameters) {
    numbers.reserve(parameters.size());  // so that none of them moves
    for (const Value& parameter : parameters) {
      const auto& value = parameter.variant();
      if (const auto* number = std::get_if<std::int64_t>(&value))
        add(numbers.emplace_back(fmt::to_string(*number)), 0);
      else if (const auto* real = std::get_if<double>(&value))
        add(numbers.emplace_back(fmt::to_string(*real)), 0);
      else if (const auto* text = std::get_if<std::string>(&value))
        add(*text, 0);
      else if (const auto* blob = std::get_if<Blob>(&value))
        add(blob->bytes, 1);
      else
        add(kNothing, 0, nullptr);
    }
  }
  std::vector<const char*> pointers;
  std::vector<int> lengths, formats;

 private:
  static inline const std::string kNothing;
  void add(const std::string& text, int format) { add(text, format, text.c_str()); }
  void add(const std::string& text, int format, const char* pointer) {
    pointers.push_back(pointer);
    lengths.push_back(static_cast<int>(text.size()));
    formats.push_back(format);
  }

  std::vector<std::string> numbers;
};

class PostgresConnection final : public EngineConnection {
 public:
  PostgresConnection(PGconn* handle, Access access) : handle_(handle), access_(access) {}
  ~PostgresConnection() override { PQfinish(handle_); }

  Result<void> configure();
  Engine engine() const override { return Engine::kPostgres; }
  Result<void> run_script(std::string_view sql) override;
  Result<void> begin() override;
  Result<void> commit() override;
  void rollback() override {
    (void)settle();
    if (is_usable() && in_transaction()) Answer(PQexec(handle_, "ROLLBACK"));
  }
  bool in_transaction() const override {
    if (waiting_ > 0) return true;  // as far as is known: what waits runs in one
    const auto status = PQtransactionStatus(handle_);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
  }
  bool is_usable() const override { return PQstatus(handle_) == CONNECTION_OK; }
  // The server itself stops when its disk fails, and no commit is answered then.
  std::optional<Error> fatal() const override { return std::nullopt; }
  Result<void> ask_ahead(std::span<const Question* const> questions) override;

 protected:
  Result<std::int64_t> run(std::string_view sql, std::span<const Value> parameters,
                           const EachRow* each, Answers answers) override;
  Result<void> run_later(std::string_view sql, std::span<const Value> parameters) override;
  Result<void> settle() override;
  bool is_settled() const override { return waiting_ == 0; }

 private:
  struct Prepared {
    std::string name;
    std::size_t parameters = 0;
  };
  Result<const Prepared*> prepare(std::string_view sql);
  Result<void> send(std::string_view sql, std::span<const Value> parameters);
  Result<std::int64_t> read_answers(const EachRow* each);
  Result<void> read_waiting();
  Result<void> leave_pipeline();
  Result<void> simple(const char* sql) {
    TRY(settle());
    const Answer answer(PQexec(handle_, sql));
    return check(answer.get());
  }
  Result<void> check(PGresult* answer) {
    const auto status = PQresultStatus(answer);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE)
      return {};
    return tl::make_unexpected(postgres_error(handle_, answer));
  }

  PGconn* handle_;
  Access access_;
  std::unordered_map<std::string, Prepared> statements_;
  std::size_t prepared_so_far_ = 0;
  std::size_t waiting_ = 0;  // statements that were sent and not yet answered: a pipeline is open
};

Result<void> PostgresConnection::configure() {
  PQsetNoticeProcessor(handle_, [](void*, const char*) {}, nullptr);
  TRY(
      simple("SET TimeZone = 'UTC'; SET bytea_output = 'hex'; SET lock_timeout = '10s';"
             "SET idle_in_transaction_session_timeout = '60s'"));
  const std::function<Result<void>(const Row&)> look = [](const Row& row) -> Result<void> {
    if (row.text(0) != "UTF8")
      return fail(
          ErrorKind::kUnsupported, "the PostgreSQL database is not in UTF8", {},
          "Create it with `createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0`");
    const std::string& collation = row.text(1);
    if (collation != "C" && collation != "POSIX" && collation != "C.UTF-8" && collation != "C.utf8")
      return fail(
          ErrorKind::kUnsupported,
          fmt::format("the PostgreSQL database sorts by \"{}\", not by character codes", collation),
          {}, "Create it with `createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0`");
    return {};
  };
  TRY(
      run("SELECT pg_encoding_to_char(encoding)::text, datcollate::text FROM pg_database"
          " WHERE datname = current_database()",
          {}, &look, Answers::kFew));
  return {};
}

// All writers of a store, on every node, wait for one lock: a write sees all that were committed
// before.
Result<void> PostgresConnection::begin() {
  if (access_ == Access::kRead) return simple("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return simple(
      "BEGIN ISOLATION LEVEL READ COMMITTED;"
      "SELECT pg_advisory_xact_lock(hashtextextended('daybreak writer ' || "
      "coalesce(current_schema(), ''), 0))");
}

Result<void> PostgresConnection::commit() {
  const bool in_one_exchange = waiting_ > 0;
  if (in_one_exchange &&
      (!PQsendQueryParams(handle_, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 0) ||
       !PQpipelineSync(handle_)))
    return tl::make_unexpected(postgres_error(handle_, nullptr));
  Result<void> before = read_waiting();
  const Answer answer(in_one_exchange ? PQgetResult(handle_) : PQexec(handle_, "COMMIT"));
  if (in_one_exchange) {
    while (Answer(PQgetResult(handle_))) {
    }
  }
  Result<void> left = in_one_exchange ? leave_pipeline() : Result<void>();
  TRY(std::move(before));
  TRY(std::move(left));
  TRY(check(answer.get()));
  // A transaction in which a statement failed is rolled back by COMMIT, which still answers "done".
  if (std::strcmp(PQcmdStatus(answer.get()), "COMMIT") != 0)
    return fail(ErrorKind::kInternal, "the transaction was rolled back; nothing was saved");
  return {};
}

Result<const PostgresConnection::Prepared*> PostgresConnection::prepare(std::string_view sql) {
  std::string key(sql);
  if (auto found = statements_.find(key); found != statements_.end()) return &found->second;
  TRY(settle());
  if (statements_.size() >= kCachedStatements) {
    statements_.clear();
    TRY(simple("DEALLOCATE ALL"));
  }
  Prepared prepared{fmt::format("daybreak_{}", ++prepared_so_far_), 0};
  TRY(check(Answer(PQprepare(handle_, prepared.name.c_str(), key.c_str(), 0, nullptr)).get()));
  const Answer description(PQdescribePrepared(handle_, prepared.name.c_str()));
  TRY(check(description.get()));
  prepared.parameters = static_cast<std::size_t>(PQnparams(description.get()));
  return &statements_.emplace(std::move(key), std::move(prepared)).first->second;
}

Result<void> PostgresConnection::send(std::string_view sql, std::span<const Value> parameters) {
  const Prepared* prepared = TRY(prepare(sql));
  if (prepared->parameters != parameters.size())
    throw std::logic_error(fmt::format("a statement with {} parameters was given {} values",
                                       prepared->parameters, parameters.size()));
  const BoundParameters bound(parameters);
  if (!PQsendQueryPrepared(handle_, prepared->name.c_str(), static_cast<int>(parameters.size()),
                           bound.pointers.data(), bound.lengths.data(), bound.formats.data(), 0))
    return tl::make_unexpected(postgres_error(handle_, nullptr));
  return {};
}

Result<void> PostgresConnection::ask_ahead(std::span<const Question* const> questions) {
  TRY(settle());
  for (const Question* question : questions) TRY(prepare(question->sql));
  while (!questions.empty()) {
    const auto piece = questions.first(std::min(kMostWaiting, questions.size()));
    questions = questions.subspan(piece.size());
    if (!PQenterPipelineMode(handle_)) return tl::make_unexpected(postgres_error(handle_, nullptr));
    Result<void> asked;
    std::size_t sent = 0;
    for (; asked && sent < piece.size(); ++sent)
      asked = send(piece[sent]->sql, piece[sent]->values);
    if (!PQpipelineSync(handle_)) return tl::make_unexpected(postgres_error(handle_, nullptr));
    for (const Question* question : piece.first(asked ? sent : sent - 1)) {
      Rows rows;
      const EachRow keep = [&](const Row& row) -> Result<void> {
        rows.push_back(row);
        return {};
      };
      const auto answered = read_answers(&keep);
      if (answered) keep_answer(*question, std::move(rows));
      if (!answered && asked) asked = tl::make_unexpected(answered.error());
    }
    Result<void> left = leave_pipeline();
    TRY(std::move(asked));
    TRY(std::move(left));
  }
  return {};
}

// What waits is answered together with this statement, in one exchange.
Result<std::int64_t> PostgresConnection::run(std::string_view sql,
                                             std::span<const Value> parameters, const EachRow* each,
                                             Answers answers) {
  if (each && answers == Answers::kMany) TRY(settle());  // row by row only outside of a pipeline
  TRY(send(sql, parameters));
  if (waiting_ == 0) {
    if (each && answers == Answers::kMany) PQsetSingleRowMode(handle_);
    return read_answers(each);
  }
  if (!PQpipelineSync(handle_)) return tl::make_unexpected(postgres_error(handle_, nullptr));
  const Result<void> before = read_waiting();
  Result<std::int64_t> outcome = read_answers(before ? each : nullptr);
  const Result<void> left = leave_pipeline();
  if (!before) return tl::make_unexpected(before.error());
  if (outcome && !left) return tl::make_unexpected(left.error());
  return outcome;
}

Result<void> PostgresConnection::run_later(std::string_view sql,
                                           std::span<const Value> parameters) {
  if (waiting_ >= kMostWaiting) TRY(settle());
  TRY(prepare(sql));  // which waits when the statement is new
  if (waiting_ == 0 && !PQenterPipelineMode(handle_))
    return tl::make_unexpected(postgres_error(handle_, nullptr));
  ++waiting_;
  TRY(send(sql, parameters));
  // What is large is worked on by the server while the next statement is written here.
  if (parameters.size() >= kLarge && PQflush(handle_) < 0)
    return tl::make_unexpected(postgres_error(handle_, nullptr));
  return {};
}

Result<void> PostgresConnection::settle() {
  if (waiting_ == 0) return {};
  if (!PQpipelineSync(handle_)) return tl::make_unexpected(postgres_error(handle_, nullptr));
  const Result<void> before = read_waiting();
  const Result<void> left = leave_pipeline();
  return before ? left : before;
}

// The first failure; the server skips what was sent after it.
Result<void> PostgresConnection::read_waiting() {
  Result<void> first;
  for (; waiting_ > 0; --waiting_)
    if (const auto answer = read_answers(nullptr); !answer && first)
      first = tl::make_unexpected(answer.error());
  return first;
}

Result<void> PostgresConnection::leave_pipeline() {
  while (const Answer answer{PQgetResult(handle_)})
    if (PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) break;
  if (PQexitPipelineMode(handle_)) return {};
  return tl::make_unexpected(postgres_error(handle_, nullptr));
}

// Reads to the end even after an error, so that the connection is ready for the next statement.
Result<std::int64_t> PostgresConnection::read_answers(const EachRow* each) {
  Result<std::int64_t> outcome = 0;
  std::exception_ptr thrown;
  while (const Answer answer{PQgetResult(handle_)}) {
    if (!outcome || thrown) continue;
    if (Result<void> good = check(answer.get()); !good) {
      outcome = tl::make_unexpected(std::move(good).error());
      continue;
    }
    for (int row = 0; each && row < PQntuples(answer.get()) && outcome && !thrown; ++row) {
      try {
        if (Result<void> taken = (*each)(to_row(answer.get(), row)); !taken)
          outcome = tl::make_unexpected(std::move(taken).error());
      } catch (...) {
        thrown = std::current_exception();
      }
    }
    const std::string_view tag = PQcmdStatus(answer.get());
    if (outcome && !tag.starts_with("SELECT"))
      outcome = to_integer(PQcmdTuples(answer.get())).value_or(0);
  }
  if (thrown) std::rethrow_exception(thrown);
  return outcome;
}

Result<void> PostgresConnection::run_script(std::string_view sql) {
  TRY(settle());
  statements_.clear();
  TRY(simple("DEALLOCATE ALL"));
  return simple(std::string(sql).c_str());
}

}  // namespace

Result<std::unique_ptr<EngineConnection>> connect_postgres(const OpenOptions& options,
                                                           Access access) {
  const char* const names[] = {"dbname", "client_encoding", "connect_timeout",
                               "fallback_application_name", nullptr};
  const char* const values[] = {options.url.c_str(), "UTF8", "10", "daybreak", nullptr};
  PGconn* handle = PQconnectdbParams(names, values, /*expand_dbname=*/1);
  auto connection = std::make_unique<PostgresConnection>(handle, access);
  if (!connection->is_usable())
    return fail(ErrorKind::kUnavailable, "PostgreSQL cannot be reached",
                fmt::format("{}:{}", PQhost(handle) ? PQhost(handle) : "",
                            PQport(handle) ? PQport(handle) : ""),
                "Check that it runs, and the user, password and database of the address");
  TRY(connection->configure());
  return connection;
}

}  // namespace daybreak::db
