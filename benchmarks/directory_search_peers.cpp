// SPDX-License-Identifier: AGPL-3.0-or-later
// The peers of the directory search: PostgreSQL with PostGIS, and SQLite with FTS5 and R*Tree, each
// as a good engineer would set it up: prepared statements, the fitting indexes, analysed tables.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdexcept>

#include "base/text.hpp"
#include "directory_search.hpp"

namespace daybreak::bench {
namespace {

using directory::search::NeedTree;
using directory::search::Point;
using directory::search::Record;

// A record's needs with everything above them, as codes.
std::vector<std::string> needs_of(const Record& record, const NeedTree& needs) {
  std::vector<std::string> codes;
  for (const std::string& code : record.needs)
    for (const std::size_t above : needs.path(code)) codes.push_back(needs.all()[above].code);
  std::ranges::sort(codes);
  codes.erase(std::ranges::unique(codes).begin(), codes.end());
  return codes;
}

std::string body_of(const Record& record, const NeedTree& needs) {
  std::string body = record.organization_name + ' ' + record.text_english;
  for (const std::string& code : record.needs) body += ' ' + needs.find(code)->label_english;
  return body;
}

class Postgres final : public Engine {
 public:
  Postgres(const std::string& url, const std::vector<Record>& records, const NeedTree& needs)
      : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK)
      throw std::runtime_error(PQerrorMessage(connection_));
    execute("create extension if not exists postgis");
    execute(
        "drop schema if exists bench cascade; create schema bench; set search_path = bench, "
        "public; set jit = off");
    execute(
        "create table service (id uuid primary key, name text, words tsvector, needs text[], "
        "languages text[], place geography(point))");
    load(records, needs);
    execute("create index on service using gin (words)");
    execute("create index on service using gin (needs)");
    execute("create index on service using gist (place)");
    execute("vacuum analyze service");
    prepare("text",
            "select id from service, plainto_tsquery('english', $1) q where words @@ q order by "
            "ts_rank(words, q) desc, id limit 20");
    const std::string need =
        "select id from service where needs @> array[$1::text] and "
        "ST_DWithin(place, ST_MakePoint($2::float8, $3::float8)::geography, $4::float8, false) ";
    prepare("need", need +
                        "order by ST_Distance(place, ST_MakePoint($2::float8, "
                        "$3::float8)::geography, false), id limit 20");
    prepare("need_all", need);
    prepare("both",
            "select id from service, plainto_tsquery('english', $1) q where words @@ q and "
            "languages @> array[$5::text] and "
            "ST_DWithin(place, ST_MakePoint($2::float8, $3::float8)::geography, $4::float8, false) "
            "order by ts_rank(words, q) desc, id limit 20");
  }
  ~Postgres() override { PQfinish(connection_); }
  std::string name() const override { return "PostgreSQL 15 + PostGIS"; }

  std::vector<Uuid> run(const SearchTask& task) override {
    switch (task.kind) {
      case SearchTask::Kind::kText:
        return ids("text", {task.text});
      case SearchTask::Kind::kNeedInRadius:
        return ids("need", place(task.need, task));
      default: {
        auto parameters = place(task.text, task);
        parameters.push_back(task.language);
        return ids("both", parameters);
      }
    }
  }
  std::vector<Uuid> run_all(const SearchTask& task) override {
    return ids("need_all", place(task.need, task));
  }

 private:
  static std::vector<std::string> place(const std::string& first, const SearchTask& task) {
    return {first, fmt::format("{}", task.point.longitude), fmt::format("{}", task.point.latitude),
            fmt::format("{}", task.radius_km * 1000)};
  }
  void execute(const std::string& sql) { check(PQexec(connection_, sql.c_str())); }
  void prepare(const char* name, const std::string& sql) {
    check(PQprepare(connection_, name, sql.c_str(), 0, nullptr));
  }
  void check(PGresult* result) {
    const auto status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(PQerrorMessage(connection_));
  }
  void load(const std::vector<Record>& records, const NeedTree& needs) {
    execute(
        "create temp table raw (id uuid, name text, body text, needs text, languages text, lon "
        "float8, lat float8)");
    PQclear(PQexec(connection_, "copy raw from stdin"));
    for (const Record& record : records) {
      const std::string point =
          record.point ? fmt::format("{}\t{}", record.point->longitude, record.point->latitude)
                       : "\\N\t\\N";
      const std::string line = fmt::format(
          "{}\t{}\t{}\t{}\t{}\t{}\n", record.id.to_string(), record.name, body_of(record, needs),
          join(needs_of(record, needs), ","), join(record.languages, ","), point);
      if (PQputCopyData(connection_, line.data(), static_cast<int>(line.size())) != 1)
        throw std::runtime_error("copy failed");
    }
    PQputCopyEnd(connection_, nullptr);
    while (PGresult* result = PQgetResult(connection_)) PQclear(result);
    execute(
        "insert into service select id, name, setweight(to_tsvector('english', name), 'A') || "
        "to_tsvector('english', body), "
        "string_to_array(needs, ','), string_to_array(languages, ','), ST_MakePoint(lon, "
        "lat)::geography from raw");
  }
  std::vector<Uuid> ids(const char* statement, const std::vector<std::string>& parameters) {
    std::vector<const char*> values;
    for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
    PGresult* result = PQexecPrepared(connection_, statement, static_cast<int>(values.size()),
                                      values.data(), nullptr, nullptr, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
      throw std::runtime_error(PQerrorMessage(connection_));
    std::vector<Uuid> found;
    for (int row = 0; row < PQntuples(result); ++row)
      found.push_back(Uuid::parse(PQgetvalue(result, row, 0)).value());
    PQclear(result);
    return found;
  }

  PGconn* connection_;
};

void distance_function(sqlite3_context* context, int, sqlite3_value** values) {
  const Point a{sqlite3_value_double(values[0]), sqlite3_value_double(values[1])};
  const Point b{sqlite3_value_double(values[2]), sqlite3_value_double(values[3])};
  sqlite3_result_double(context, directory::search::distance_km(a, b));
}

class Sqlite final : public Engine {
 public:
  Sqlite(const std::vector<Record>& records, const NeedTree& needs) {
    if (sqlite3_open(":memory:", &database_) != SQLITE_OK) throw std::runtime_error("sqlite");
    sqlite3_create_function(database_, "distance_km", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                            nullptr, distance_function, nullptr, nullptr);
    execute(
        "create table service (n integer primary key, id blob, lat real, lon real) strict;"
        "create virtual table words using fts5 (name, body, tokenize = 'porter unicode61 "
        "remove_diacritics 2', detail = column);"
        "create virtual table area using rtree (n, lat0, lat1, lon0, lon1);"
        "create table need (code text, n integer, primary key (code, n)) strict, without rowid;"
        "create table speaks (language text, n integer, primary key (language, n)) strict, without "
        "rowid; begin");
    load(records, needs);
    execute(
        "commit; insert into words(words, rank) values('rank', 'bm25(5.0, 1.0)'); insert into "
        "words(words) values('optimize'); analyze");
    text_ = prepare(
        "select s.id from words w join service s on s.n = w.rowid where words match $1 order by "
        "rank limit 20");
    const std::string need =
        "select s.id from area a join need h on h.n = a.n and h.code = $1 join service s on s.n = "
        "a.n "
        "where a.lat1 >= $4 and a.lat0 <= $5 and a.lon1 >= $6 and a.lon0 <= $7 and "
        "distance_km(s.lat, s.lon, $2, $3) <= $8 ";
    need_ = prepare(need + "order by distance_km(s.lat, s.lon, $2, $3), s.id limit 20");
    need_all_ = prepare(need);
    both_ = prepare(
        "select s.id from words w join service s on s.n = w.rowid join speaks l on l.language = $9 "
        "and l.n = w.rowid "
        "where words match $1 and s.lat between $4 and $5 and s.lon between $6 and $7 and "
        "distance_km(s.lat, s.lon, $2, $3) <= $8 "
        "order by rank limit 20");
  }
  ~Sqlite() override {
    for (sqlite3_stmt* statement : {text_, need_, need_all_, both_}) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }
  std::string name() const override { return "SQLite FTS5 + R*Tree"; }

  std::vector<Uuid> run(const SearchTask& task) override {
    if (task.kind == SearchTask::Kind::kText) {
      bind(text_, "$1", task.text);
      return ids(text_);
    }
    sqlite3_stmt* statement = task.kind == SearchTask::Kind::kNeedInRadius ? need_ : both_;
    bind(statement, "$1", task.kind == SearchTask::Kind::kNeedInRadius ? task.need : task.text);
    if (statement == both_) bind(statement, "$9", task.language);
    place(statement, task);
    return ids(statement);
  }
  std::vector<Uuid> run_all(const SearchTask& task) override {
    bind(need_all_, "$1", task.need);
    place(need_all_, task);
    return ids(need_all_);
  }

 private:
  void execute(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database_));
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database_));
    return statement;
  }
  static void bind(sqlite3_stmt* statement, const char* name, const std::string& text) {
    sqlite3_bind_text(statement, sqlite3_bind_parameter_index(statement, name), text.data(),
                      static_cast<int>(text.size()), SQLITE_STATIC);
  }
  static void place(sqlite3_stmt* statement, const SearchTask& task) {
    const double latitude = task.radius_km / 111.0,
                 longitude = latitude / std::cos(task.point.latitude * 0.017453292519943295);
    const std::pair<const char*, double> values[] = {{"$2", task.point.latitude},
                                                     {"$3", task.point.longitude},
                                                     {"$4", task.point.latitude - latitude},
                                                     {"$5", task.point.latitude + latitude},
                                                     {"$6", task.point.longitude - longitude},
                                                     {"$7", task.point.longitude + longitude},
                                                     {"$8", task.radius_km}};
    for (const auto& [name, value] : values)
      sqlite3_bind_double(statement, sqlite3_bind_parameter_index(statement, name), value);
  }
  static std::vector<Uuid> ids(sqlite3_stmt* statement) {
    std::vector<Uuid> found;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::array<std::uint8_t, 16> bytes;
      std::copy_n(static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 0)), 16,
                  bytes.begin());
      found.emplace_back(bytes);
    }
    sqlite3_reset(statement);
    return found;
  }
  void load(const std::vector<Record>& records, const NeedTree& needs) {
    sqlite3_stmt* service = prepare("insert into service values ($1, $2, $3, $4)");
    sqlite3_stmt* words = prepare("insert into words (rowid, name, body) values ($1, $2, $3)");
    sqlite3_stmt* area = prepare("insert into area values ($1, $2, $2, $3, $3)");
    sqlite3_stmt* need = prepare("insert or ignore into need values ($1, $2)");
    sqlite3_stmt* speaks = prepare("insert or ignore into speaks values ($1, $2)");
    const auto step = [](sqlite3_stmt* statement) {
      sqlite3_step(statement);
      sqlite3_reset(statement);
    };
    for (std::size_t i = 0; i < records.size(); ++i) {
      const Record& record = records[i];
      const auto n = static_cast<sqlite3_int64>(i + 1);
      sqlite3_bind_int64(service, 1, n);
      sqlite3_bind_blob(service, 2, record.id.bytes().data(), 16, SQLITE_STATIC);
      sqlite3_bind_null(service, 3);
      sqlite3_bind_null(service, 4);
      if (record.point) {
        sqlite3_bind_double(service, 3, record.point->latitude);
        sqlite3_bind_double(service, 4, record.point->longitude);
        sqlite3_bind_int64(area, 1, n);
        sqlite3_bind_double(area, 2, record.point->latitude);
        sqlite3_bind_double(area, 3, record.point->longitude);
        step(area);
      }
      step(service);
      const std::string body = body_of(record, needs);
      sqlite3_bind_int64(words, 1, n);
      bind(words, "$2", record.name);
      bind(words, "$3", body);
      step(words);
      for (const std::string& code : needs_of(record, needs)) {
        bind(need, "$1", code);
        sqlite3_bind_int64(need, 2, n);
        step(need);
      }
      for (const std::string& language : record.languages) {
        bind(speaks, "$1", language);
        sqlite3_bind_int64(speaks, 2, n);
        step(speaks);
      }
    }
    for (sqlite3_stmt* statement : {service, words, area, need, speaks})
      sqlite3_finalize(statement);
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt *text_ = nullptr, *need_ = nullptr, *need_all_ = nullptr, *both_ = nullptr;
};

}  // namespace

std::vector<std::unique_ptr<Engine>> make_peers(const std::vector<Record>& records,
                                                const NeedTree& needs) {
  std::vector<std::unique_ptr<Engine>> peers;
  try {
    if (const char* url = std::getenv("DAYBREAK_TEST_POSTGRES"))
      peers.push_back(std::make_unique<Postgres>(url, records, needs));
    else
      fmt::print(stderr, "PostgreSQL is left out: run through scripts/start-test-postgres\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "PostgreSQL is left out: {}\n", error.what());
  }
  peers.push_back(std::make_unique<Sqlite>(records, needs));
  return peers;
}

}  // namespace daybreak::bench
