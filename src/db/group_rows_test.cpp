// SPDX-License-Identifier: AGPL-3.0-or-later
// Rows that go with the group: they are there for whoever could meet them, a write that fails takes
// its own with it and no others, and a refusal costs the group, never half of it.
#include "db/group_rows.hpp"

#include <atomic>
#include <gtest/gtest.h>
#include <set>
#include <thread>

#include "base/test_result.hpp"
#include "db/engine.hpp"
#include "db/test_database.hpp"

namespace daybreak::db {
namespace {

constexpr std::string_view kIntoBed = "bed (id, room)";

// One write after the other of a group, as the writer of a store runs them.
class GroupRowsTest : public StoreTest {
 protected:
  using Action = std::function<Result<void>(Connection&)>;

  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    const auto done = database().write([](Connection& c) {
      const std::string sql =
          "CREATE TABLE bed (id INTEGER PRIMARY KEY, room TEXT NOT NULL CHECK (room <> ''))"
          " STRICT; CREATE TABLE guest (id INTEGER PRIMARY KEY) STRICT;";
      return c.execute_script(c.engine() == Engine::kPostgres ? to_postgres(sql) : sql);
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void begin() {
    const OpenOptions options{.url = url()};
    auto connected = GetParam() == Engine::kSqlite ? connect_sqlite(options, Access::kWrite)
                                                   : connect_postgres(options, Access::kWrite);
    ASSERT_TRUE(connected) << connected.error().describe();
    connection_ = std::move(*connected);
    ASSERT_TRUE(connection_->begin());
    connection_->begin_group();
  }
  Result<void> write(const Action& action) {
    connection_->clear_spoiled();
    connection_->begin_write(true);
    Result<void> done = action(*connection_);
    connection_->clear_spoiled();
    if (const auto ended = connection_->end_write(done); !ended)
      return tl::make_unexpected(ended.error());
    return done;
  }
  Result<void> commit() {
    Result<void> done = connection_->finish_group();
    if (done) done = connection_->commit();
    if (!done) {
      connection_->drop_group();
      connection_->rollback();
    }
    return done;
  }
  static Action add(std::int64_t id, std::string room = "blue") {
    return [=](Connection& c) { return c.insert_with_group(kIntoBed, {id, room}); };
  }
  static std::int64_t count(Connection& c) {
    const auto row = c.query_one("SELECT count(*) FROM bed");
    EXPECT_TRUE(row) << row.error().describe();
    return row ? (*row)->integer(0) : -1;
  }
  std::int64_t saved() {
    return *database().read([](Connection& c) -> Result<std::int64_t> { return count(c); });
  }

  std::unique_ptr<EngineConnection> connection_;
};
DAYBREAK_ON_BOTH_ENGINES(GroupRowsTest);

TEST_P(GroupRowsTest, AnyNumberOfRowsIsInserted) {
  begin();
  for (std::int64_t id = 1; id <= 203; ++id) ASSERT_TRUE(write(add(id)));
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 203);
}

TEST_P(GroupRowsTest, AWriteThatFailsTakesItsRowsAndNoOthers) {
  begin();
  ASSERT_TRUE(write(add(1)));
  EXPECT_FALSE(write([](Connection& c) -> Result<void> {
    TRY(c.insert_with_group(kIntoBed, {2, "red"}));
    return fail(ErrorKind::kNotFound, "no");
  }));
  ASSERT_TRUE(write(add(3)));
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 2);
}

TEST_P(GroupRowsTest, WhoLooksFindsThemThoughItsWriteFails) {
  begin();
  ASSERT_TRUE(write(add(1)));
  EXPECT_FALSE(write([](Connection& c) -> Result<void> {
    // First a look that is apart from them, for which the savepoint begins before they are there.
    TRY(c.query("SELECT id FROM guest"));
    TRY(c.insert_with_group(kIntoBed, {2, "red"}));
    EXPECT_EQ(count(c), 2);
    TRY(c.insert_with_group(kIntoBed, {3, "red"}));
    EXPECT_EQ(TRY(c.execute("UPDATE bed SET room = 'green'")), 3);
    return fail(ErrorKind::kNotFound, "no");
  }));
  ASSERT_TRUE(write([](Connection& c) -> Result<void> {
    EXPECT_EQ(count(c), 1);
    EXPECT_EQ(TRY(c.query_one("SELECT room FROM bed"))->text(0), "blue");
    return {};
  }));
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 1);
}

TEST_P(GroupRowsTest, WhatIsDeletedAfterwardsIsGone) {
  begin();
  ASSERT_TRUE(write(add(1)));
  ASSERT_TRUE(write([](Connection& c) -> Result<void> {
    EXPECT_EQ(TRY(c.execute("DELETE FROM bed WHERE id = $1", {1})), 1);
    return {};
  }));
  ASSERT_TRUE(write(add(1, "yellow")));  // and comes again after it
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 1);
}

TEST_P(GroupRowsTest, AnAttemptKeepsOrUndoesThem) {
  begin();
  ASSERT_TRUE(write([](Connection& c) -> Result<void> {
    TRY(c.insert_with_group(kIntoBed, {1, "blue"}));
    EXPECT_FALSE(c.attempt([](Connection& inner) -> Result<void> {
      TRY(inner.insert_with_group(kIntoBed, {2, "blue"}));
      return fail(ErrorKind::kNotFound, "no");
    }));
    return c.attempt(
        [](Connection& inner) { return inner.insert_with_group(kIntoBed, {3, "blue"}); });
  }));
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 2);
}

TEST_P(GroupRowsTest, ARefusalAtTheEndCostsTheWholeGroup) {
  begin();
  ASSERT_TRUE(write(add(1)));
  ASSERT_TRUE(write(add(2, "")));  // which no room may be called
  const auto done = commit();
  EXPECT_EQ(kind_of(done), ErrorKind::kInvalid);
  EXPECT_EQ(saved(), 0);
}

TEST_P(GroupRowsTest, ARefusalMetByAnotherWriteCostsTheWholeGroupToo) {
  begin();
  ASSERT_TRUE(write(add(1)));
  ASSERT_TRUE(write(add(1)));
  const auto looked = write([](Connection& c) -> Result<void> {
    TRY(c.query("SELECT id FROM guest"));
    TRY(c.execute("INSERT INTO guest (id) VALUES (1)"));
    return {};
  });
  EXPECT_EQ(kind_of(looked), ErrorKind::kConflict);
  connection_->drop_group();
  connection_->rollback();
  EXPECT_EQ(saved(), 0);
}

TEST_P(GroupRowsTest, TextThatNoStoreTakesIsRefusedToTheOneWhoWritesIt) {
  begin();
  ASSERT_TRUE(write(add(1)));
  EXPECT_EQ(kind_of(write(add(2, "\xff"))), ErrorKind::kInvalid);
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 1);
}

// What was got ahead is given as it was only while nothing could have changed it.
TEST_P(GroupRowsTest, AnAnswerIsAsItStandsWhenItIsGiven) {
  ASSERT_TRUE(database().write([](Connection& c) {
    return c.execute("INSERT INTO bed (id, room) VALUES (1, 'blue'), (2, 'blue')");
  }));
  const Question one{"SELECT room FROM bed WHERE id = $1", {1}};
  const Question two{"SELECT room FROM bed WHERE id = $1", {2}};
  const Question none{"SELECT room FROM bed WHERE id = $1", {3}};
  const auto told = [](Connection& c, const Question& question) {
    const auto rows = c.ask(question);
    EXPECT_TRUE(rows) << rows.error().describe();
    return rows && !rows->empty() ? rows->front().text(0) : std::string();
  };
  begin();
  const std::vector<const Question*> questions = {&one, &two, &none};
  ASSERT_TRUE(connection_->ask_ahead(questions));
  ASSERT_TRUE(write([&](Connection& c) -> Result<void> {
    EXPECT_EQ(told(c, one), "blue");
    EXPECT_EQ(told(c, none), "");
    return c.insert_with_group("guest (id)", {7});
  }));
  ASSERT_TRUE(write([&](Connection& c) -> Result<void> {
    EXPECT_EQ(told(c, two), "blue");
    return c.insert_with_group(kIntoBed, {3, "red"});
  }));
  ASSERT_TRUE(write([&](Connection& c) -> Result<void> {
    EXPECT_EQ(told(c, none), "red") << "another write's row, which waits";
    TRY(c.execute("UPDATE bed SET room = 'green' WHERE id = 1"));
    EXPECT_EQ(told(c, one), "green");
    return {};
  }));
  ASSERT_TRUE(write([&](Connection& c) -> Result<void> {
    EXPECT_EQ(told(c, one), "green");
    EXPECT_EQ(told(c, two), "blue");
    return {};
  }));
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 3);
}

// It is not asked again for nothing, in the first group or a later one.
TEST_P(GroupRowsTest, AnAnswerGotAheadIsGivenAsItCame) {
  if (GetParam() == Engine::kSqlite) GTEST_SKIP() << "SQLite has no exchange to save";
  const Question dice{"SELECT random()", {}};
  const std::vector<const Question*> questions = {&dice};
  begin();
  for (std::int64_t group = 1; group <= 2; ++group) {
    ASSERT_TRUE(connection_->ask_ahead(questions));
    ASSERT_TRUE(write([&](Connection& c) -> Result<void> {
      const double first = TRY(c.ask(dice)).at(0).number(0);
      TRY(c.insert_with_group(kIntoBed, {group, "blue"}));
      EXPECT_EQ(TRY(c.ask(dice)).at(0).number(0), first);
      TRY(c.execute("UPDATE bed SET room = 'red'"));
      EXPECT_NE(TRY(c.ask(dice)).at(0).number(0), first);
      return {};
    }));
    ASSERT_TRUE(commit());
    ASSERT_TRUE(connection_->begin());
    connection_->begin_group();
  }
  connection_->drop_group();
  connection_->rollback();
  EXPECT_EQ(saved(), 2);
}

// Many at once begin with one: each gets its own answer, one that cannot be asked fails alone.
TEST_P(GroupRowsTest, EachWriteGetsTheAnswerToItsOwnQuestion) {
  ASSERT_TRUE(database().write([](Connection& c) -> Result<void> {
    for (int id = 0; id < 100; ++id)
      TRY(c.execute("INSERT INTO bed (id, room) VALUES ($1, $2)", {id, std::to_string(id)}));
    return {};
  }));
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 10; ++writer)
    threads.emplace_back([&, writer] {
      for (int id = writer; id < 100; id += 10) {
        const bool broken = id % 20 == 3;
        const Question question{
            broken ? "SELECT rooom FROM bed WHERE id = $1" : "SELECT room FROM bed WHERE id = $1",
            {id}};
        const auto done = database().write(
            question, [&](Connection& c, const Rows& answer) -> Result<std::string> {
              TRY(c.insert_with_group("guest (id)", {id}));
              return answer.at(0).text(0);
            });
        right += broken ? kind_of(done) == ErrorKind::kInternal : done == std::to_string(id);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 100);
  const auto guests =
      database().read([](Connection& c) { return c.query_one("SELECT count(*) FROM guest"); });
  EXPECT_EQ((*guests)->integer(0), 95);
}

TEST_P(GroupRowsTest, AScriptIsUndoneWithItsWriteToo) {
  begin();
  ASSERT_TRUE(write(add(1)));
  EXPECT_FALSE(write([](Connection& c) -> Result<void> {
    TRY(c.execute_script("DELETE FROM bed; INSERT INTO guest (id) VALUES (1);"));
    return fail(ErrorKind::kNotFound, "no");
  }));
  ASSERT_TRUE(commit());
  EXPECT_EQ(saved(), 1);
}

// Sixteen at once, each of another kind: there is what was answered, and nothing else.
TEST_P(GroupRowsTest, WhatWasAnsweredIsThere) {
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 16; ++writer)
    threads.emplace_back([&, writer] {
      for (int i = 0; i < 30; ++i) {
        const std::int64_t id = writer * 1000 + i;
        const auto done = database().write([&](Connection& c) -> Result<void> {
          if (writer % 4 == 3) TRY(c.query("SELECT id FROM guest"));
          TRY(c.insert_with_group(kIntoBed, {id, "blue"}));
          if (writer % 4 == 1) {
            EXPECT_EQ(TRY(c.execute("UPDATE bed SET room = 'red' WHERE id = $1", {id})), 1);
          }
          if (writer % 4 == 2) {
            EXPECT_TRUE(TRY(c.query_one("SELECT id FROM bed WHERE id = $1", {id})).has_value());
            if (i % 2 == 0) return fail(ErrorKind::kNotFound, "no");
          }
          return {};
        });
        right += done.has_value() == (writer % 4 != 2 || i % 2 != 0) ? 1 : 0;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 480);
  EXPECT_EQ(saved(), 480 - 60);
  EXPECT_EQ(*database().read([](Connection& c) -> Result<std::int64_t> {
    return TRY(c.query_one("SELECT count(*) FROM bed WHERE room = 'red'"))->integer(0);
  }),
            120);
}

}  // namespace
}  // namespace daybreak::db
