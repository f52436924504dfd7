// SPDX-License-Identifier: AGPL-3.0-or-later
// The same statements, answers and errors on both engines.
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>

#include "base/test_result.hpp"
#include "db/test_database.hpp"

namespace daybreak::db {
namespace {

class ConnectionTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    script(
        "CREATE TABLE shelter (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, beds INTEGER "
        "CHECK (beds >= 0),"
        " score REAL, picture BLOB) STRICT;"
        "CREATE TABLE bed (id INTEGER PRIMARY KEY, shelter INTEGER NOT NULL REFERENCES "
        "shelter(id)) STRICT;");
  }
  void script(const std::string& sql) {
    const std::string text = GetParam() == Engine::kPostgres ? to_postgres(sql) : sql;
    const auto done = database().write([&](Connection& c) { return c.execute_script(text); });
    ASSERT_TRUE(done) << done.error().describe();
  }
  Result<std::int64_t> execute(std::string_view sql, Parameters parameters = {}) {
    return database().write([&](Connection& c) { return c.execute(sql, parameters); });
  }
  ErrorKind kind_of(std::string_view sql, Parameters parameters = {}) {
    const auto done = execute(sql, parameters);
    EXPECT_FALSE(done) << sql;
    last_error_ = done ? Error{} : done.error();
    return last_error_.kind;
  }
  std::int64_t count() {
    return database()
        .read([](Connection& c) { return c.query("SELECT count(*) FROM shelter"); })
        ->at(0)
        .integer(0);
  }
  Error last_error_;
};
DAYBREAK_ON_BOTH_ENGINES(ConnectionTest);

TEST_P(ConnectionTest, EveryKindOfValueComesBackAsItWas) {
  const std::string bytes("\0\xff\x01", 3);
  ASSERT_TRUE(
      execute("INSERT INTO shelter (id, name, beds, score, picture) VALUES ($1, $2, $3, $4, $5)",
              {std::numeric_limits<std::int64_t>::max(), "Casa Ñandú 'x' \"y\"", nullptr, 0.1,
               Blob{bytes}}));
  const auto row = database().read([](Connection& c) {
    return c.query_one("SELECT id, name, beds, score, picture, beds IS NULL FROM shelter");
  });
  ASSERT_TRUE(row) << row.error().describe();
  EXPECT_EQ((*row)->integer(0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ((*row)->text(1), "Casa Ñandú 'x' \"y\"");
  EXPECT_TRUE((*row)->is_null(2));
  EXPECT_EQ((*row)->number(3), 0.1);
  EXPECT_EQ((*row)->blob(4), bytes);
  EXPECT_TRUE((*row)->boolean(5));
  EXPECT_THROW((*row)->text(0), std::logic_error);
  EXPECT_THROW((*row)->integer(2), std::logic_error);
  EXPECT_THROW((*row)->at(6), std::logic_error);
}

TEST_P(ConnectionTest, ParametersMayRepeatAndComeInAnyOrder) {
  ASSERT_TRUE(
      execute("INSERT INTO shelter (id, name) VALUES ($2, $1), ($2 + 1, $1 || '!')", {"North", 7}));
  const auto rows = database().read(
      [](Connection& c) { return c.query("SELECT id, name FROM shelter ORDER BY id"); });
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ(rows->at(1).integer(0), 8);
  EXPECT_EQ(rows->at(1).text(1), "North!");
}

TEST_P(ConnectionTest, AWrongNumberOfValuesIsABug) {
  EXPECT_THROW((void)execute("INSERT INTO shelter (id, name) VALUES ($1, $2)", {1}),
               std::logic_error);
  EXPECT_THROW((void)execute("INSERT INTO shelter (id, name) VALUES (1, $1)", {"a", "b"}),
               std::logic_error);
  EXPECT_EQ(count(), 0);
}

TEST_P(ConnectionTest, ErrorsAreTheSameOnBothEngines) {
  ASSERT_TRUE(execute("INSERT INTO shelter (id, name) VALUES (1, 'North')"));
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name) VALUES (2, 'North')"), ErrorKind::kConflict);
  EXPECT_NE(last_error_.place.find("shelter"), std::string::npos) << last_error_.describe();
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name) VALUES (1, 'South')"), ErrorKind::kConflict);
  EXPECT_EQ(kind_of("INSERT INTO bed (id, shelter) VALUES (1, 99)"), ErrorKind::kConflict);
  ASSERT_TRUE(execute("INSERT INTO bed (id, shelter) VALUES (1, 1)"));
  EXPECT_EQ(kind_of("DELETE FROM shelter WHERE id = 1"), ErrorKind::kConflict);
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name) VALUES (3, $1)", {nullptr}),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name, beds) VALUES (3, 'x', -1)"),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name, beds) VALUES (3, 'x', $1)", {"secret word"}),
            ErrorKind::kInvalid);
  EXPECT_EQ(last_error_.describe().find("secret word"), std::string::npos);
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name) VALUES (3, $1)", {"bad \xff"}),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name) VALUES (3, $1)", {std::string("a\0b", 3)}),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of("INSERT INTO shelter (id, name, score) VALUES (3, 'x', $1)", {std::nan("")}),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of("SELEC 1"), ErrorKind::kInternal);
  EXPECT_EQ(count(), 1);
}

TEST_P(ConnectionTest, AWriteThatFailsLeavesNothing) {
  const auto done = database().write([](Connection& c) -> Result<void> {
    TRY(c.execute("INSERT INTO shelter (id, name) VALUES (1, 'North')"));
    return fail(ErrorKind::kConflict, "changed my mind");
  });
  EXPECT_EQ(done.error().message, "changed my mind");
  EXPECT_EQ(count(), 0);
}

TEST_P(ConnectionTest, AnExceptionInAWriteLeavesNothingAndReachesTheCaller) {
  EXPECT_THROW((void)database().write([](Connection& c) -> Result<void> {
    TRY(c.execute("INSERT INTO shelter (id, name) VALUES (1, 'North')"));
    throw std::runtime_error("bug");
  }),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
}

TEST_P(ConnectionTest, AFailedStatementThatIsIgnoredFailsTheWrite) {
  const auto done = database().write([](Connection& c) -> Result<void> {
    (void)c.execute("INSERT INTO shelter (id, name) VALUES (1, $1)", {nullptr});
    (void)c.execute("INSERT INTO shelter (id, name) VALUES (2, 'South')");
    return {};
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(count(), 0);
}

TEST_P(ConnectionTest, AnAttemptMayFailAndTheRestIsKept) {
  const auto done = database().write([](Connection& c) -> Result<void> {
    TRY(c.execute("INSERT INTO shelter (id, name) VALUES (1, 'North')"));
    const auto tried = c.attempt([](Connection& inner) -> Result<void> {
      TRY(inner.execute("INSERT INTO shelter (id, name) VALUES (2, 'South')"));
      TRY(inner.execute("INSERT INTO shelter (id, name) VALUES (3, 'North')"));
      return {};
    });
    EXPECT_EQ(daybreak::kind_of(tried), ErrorKind::kConflict);
    TRY(c.execute("INSERT INTO shelter (id, name) VALUES (4, 'East')"));
    return {};
  });
  EXPECT_TRUE(done) << done.error().describe();
  EXPECT_EQ(count(), 2);
}

Result<void> insert_later(Connection& c, std::int64_t id, std::string_view name) {
  return c.execute_later("INSERT INTO shelter (id, name) VALUES ($1, $2)", {id, name});
}

TEST_P(ConnectionTest, WhatIsExecutedLaterIsThereForTheNextStatementAndInOrder) {
  ASSERT_TRUE(database().write([](Connection& c) -> Result<void> {
    for (std::int64_t id = 1; id <= 100; ++id) TRY(insert_later(c, id, std::to_string(id)));
    TRY(c.execute_later("UPDATE shelter SET beds = id WHERE id > $1", {50}));
    const auto row = TRY(c.query_one("SELECT count(*), sum(beds) FROM shelter"));
    EXPECT_EQ(row->integer(0), 100);
    EXPECT_EQ(row->integer(1), 3775);
    TRY(insert_later(c, 101, "101"));
    std::int64_t seen = 0;
    TRY(c.query_each("SELECT id FROM shelter ORDER BY id", {}, [&](const Row& one) -> Result<void> {
      EXPECT_EQ(one.integer(0), ++seen);
      return {};
    }));
    EXPECT_EQ(seen, 101);
    TRY(insert_later(c, 102, "102"));
    EXPECT_EQ(TRY(c.execute("UPDATE shelter SET beds = 1 WHERE id > $1", {100})), 2);
    return insert_later(c, 103, "103");  // nothing waits for it but the end of the write
  }));
  EXPECT_EQ(count(), 103);
}

TEST_P(ConnectionTest, WhatFailsLaterFailsTheWriteWithItsOwnReason) {
  ASSERT_TRUE(execute("INSERT INTO shelter (id, name) VALUES (1, 'one')"));
  const auto at_the_end = database().write([](Connection& c) -> Result<void> {
    TRY(insert_later(c, 2, "two"));
    return insert_later(c, 3, "one");
  });
  ASSERT_FALSE(at_the_end);
  EXPECT_EQ(daybreak::kind_of(at_the_end), ErrorKind::kConflict);
  const auto before_another = database().write([](Connection& c) -> Result<void> {
    TRY(insert_later(c, 2, "one"));
    TRY(c.query("SELECT 1"));
    return insert_later(c, 3, "three");
  });
  ASSERT_FALSE(before_another);
  EXPECT_EQ(daybreak::kind_of(before_another), ErrorKind::kConflict);
  const auto by_its_own_fault = database().write([](Connection& c) -> Result<void> {
    TRY(insert_later(c, 4, "four"));
    return fail(ErrorKind::kNotFound, "no");
  });
  EXPECT_EQ(daybreak::kind_of(by_its_own_fault), ErrorKind::kNotFound);
  EXPECT_EQ(count(), 1);
  ASSERT_TRUE(execute("INSERT INTO shelter (id, name) VALUES (2, 'two')"));  // goes on as before
}

TEST_P(ConnectionTest, AnAttemptTakesBackWhatFailsLater) {
  ASSERT_TRUE(database().write([](Connection& c) -> Result<void> {
    TRY(insert_later(c, 1, "one"));
    const auto tried = c.attempt([](Connection& inner) -> Result<void> {
      TRY(insert_later(inner, 2, "two"));
      return insert_later(inner, 3, "one");
    });
    EXPECT_FALSE(tried);
    EXPECT_EQ(daybreak::kind_of(tried), ErrorKind::kConflict);
    const auto given_up = c.attempt([](Connection& inner) -> Result<void> {
      TRY(insert_later(inner, 4, "four"));
      return fail(ErrorKind::kInvalid, "given up");
    });
    EXPECT_EQ(daybreak::kind_of(given_up), ErrorKind::kInvalid);
    return c.attempt([](Connection& inner) { return insert_later(inner, 5, "five"); });
  }));
  EXPECT_EQ(count(), 2);
}

TEST_P(ConnectionTest, AReadSeesOneMomentAndCannotWrite) {
  const auto seen = database().read([&](Connection& c) -> Result<std::int64_t> {
    const auto before = TRY(c.query("SELECT count(*) FROM shelter")).at(0).integer(0);
    EXPECT_TRUE(execute("INSERT INTO shelter (id, name) VALUES (1, 'North')"));
    const auto after = TRY(c.query("SELECT count(*) FROM shelter")).at(0).integer(0);
    return after - before;
  });
  EXPECT_EQ(*seen, 0);
  const auto write =
      database().read([](Connection& c) { return c.execute("DELETE FROM shelter"); });
  EXPECT_FALSE(write);
  EXPECT_EQ(count(), 1);
}

TEST_P(ConnectionTest, QueryEachStopsAtTheFirstErrorAndTheConnectionGoesOn) {
  ASSERT_TRUE(execute("INSERT INTO shelter (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')"));
  int seen = 0;
  const auto done = database().read([&](Connection& c) -> Result<void> {
    const auto stopped =
        c.query_each("SELECT id FROM shelter ORDER BY id", {}, [&](const Row&) -> Result<void> {
          if (++seen == 2) return fail(ErrorKind::kNotFound, "enough");
          return {};
        });
    EXPECT_EQ(stopped.error().message, "enough");
    EXPECT_EQ(TRY(c.query("SELECT id FROM shelter")).size(), 3u);
    return {};
  });
  EXPECT_TRUE(done) << done.error().describe();
  EXPECT_EQ(seen, 2);
}

TEST_P(ConnectionTest, ChangedRowsAreCounted) {
  EXPECT_EQ(*execute("INSERT INTO shelter (id, name) VALUES (1, 'a'), (2, 'b')"), 2);
  EXPECT_EQ(*execute("UPDATE shelter SET beds = 3"), 2);
  EXPECT_EQ(*execute("UPDATE shelter SET beds = 3 WHERE id = 9"), 0);
  EXPECT_EQ(*execute("DELETE FROM shelter WHERE id = 1"), 1);
}

TEST_P(ConnectionTest, SumsOfWholeNumbersAreWholeAndTextIsOrderedByCharacterCode) {
  ASSERT_TRUE(
      execute("INSERT INTO shelter (id, name, beds) VALUES (1, 'b', 2), (2, 'B', 3), (3, 'á', 4), "
              "(4, 'a', 5)"));
  const auto rows = database().read([](Connection& c) {
    return c.query("SELECT name, (SELECT sum(beds) FROM shelter) FROM shelter ORDER BY name");
  });
  EXPECT_EQ(rows->at(0).integer(1), 14);
  EXPECT_EQ(rows->at(0).text(0) + rows->at(1).text(0) + rows->at(2).text(0) + rows->at(3).text(0),
            "Babá");
  const auto like = database().read(
      [](Connection& c) { return c.query("SELECT 1 FROM shelter WHERE name LIKE 'B%'"); });
  EXPECT_EQ(like->size(), 1u);
}

TEST_P(ConnectionTest, AWriteInsideAWriteIsABug) {
  EXPECT_THROW((void)database().write([&](Connection&) { return execute("DELETE FROM shelter"); }),
               std::logic_error);
}

TEST_P(ConnectionTest, WhatWasWrittenIsThereAfterARestart) {
  ASSERT_TRUE(execute("INSERT INTO shelter (id, name) VALUES (1, 'North')"));
  reopen();
  EXPECT_EQ(count(), 1);
}

TEST_P(ConnectionTest, ConnectionsThatTheServerCutAreReplaced) {
  if (GetParam() == Engine::kSqlite) GTEST_SKIP() << "SQLite has no server";
  const auto own_pid = [](Connection& c) { return c.query("SELECT pg_backend_pid()"); };
  const auto server = Database::open(postgres_url());
  for (int round = 0; round < 2; ++round) {
    const auto reader = database().read(own_pid), writer = database().write(own_pid);
    ASSERT_TRUE(reader && writer);
    ASSERT_TRUE((*server)->write([&](Connection& c) {
      return c.query(
          "SELECT pg_terminate_backend(CAST($1 AS INTEGER), 5000), pg_terminate_backend(CAST($2 AS "
          "INTEGER), 5000)",
          {reader->at(0).integer(0), writer->at(0).integer(0)});
    }));
    EXPECT_EQ(count(), round);
    const auto written =
        execute("INSERT INTO shelter (id, name) VALUES ($1, $2)", {round, std::to_string(round)});
    EXPECT_TRUE(written) << written.error().describe();
  }
}

TEST(Database, RefusesAnAddressItDoesNotKnow) {
  EXPECT_EQ(daybreak::kind_of(Database::open("mysql://x")), ErrorKind::kInvalid);
  EXPECT_EQ(daybreak::kind_of(Database::open(OpenOptions{.url = "sqlite:/nonexistent/store.db"})),
            ErrorKind::kUnavailable);
  const auto unreachable = Database::open("postgres://someone:secret@127.0.0.1:1/none");
  EXPECT_EQ(daybreak::kind_of(unreachable), ErrorKind::kUnavailable);
  EXPECT_EQ(unreachable.error().describe().find("secret"), std::string::npos);
}

TEST(SqliteStore, IsReadableByItsOwnerAloneAndOpensNoOtherFile) {
  const TestFolder folder;
  const auto path = folder.path() / "store.db";
  const auto store = Database::open("sqlite:" + path.string());
  ASSERT_TRUE(store);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions() & (perms::group_all | perms::others_all),
            perms::none);
  EXPECT_FALSE((*store)->write([&](Connection& c) {
    return c.execute("ATTACH '" + (folder.path() / "other.db").string() + "' AS other");
  }));
  EXPECT_FALSE((*store)->write([](Connection& c) { return c.execute("PRAGMA synchronous=OFF"); }));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "other.db"));
}

}  // namespace
}  // namespace daybreak::db
