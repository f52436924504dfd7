// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/audit.hpp"

#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/test_result.hpp"
#include "base/text.hpp"
#include "db/test_database.hpp"
#include "trust/audit_archive.hpp"
#include "trust/audit_check.hpp"
#include "trust/merkle.hpp"
#include "trust/migrations.hpp"

namespace daybreak::trust {
namespace {

const Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

class AuditTest : public db::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({audit_migrations()});
  }
  void append(int count, Instant at = kNow) {
    std::vector<AuditEvent> events;
    for (int i = 0; i < count; ++i)
      events.push_back(
          {.action = "service.edit", .object_type = "service", .object = std::to_string(i)});
    const auto done =
        database().write([&](db::Connection& c) { return append_audit(c, actor_, events, at); });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void append_fails() {
    EXPECT_FALSE(record_audit(database(), actor_, {.action = "a", .object_type = "b"}, kNow));
  }
  TreeHead head() {
    return *database().read([](db::Connection& c) { return audit_head(c); });
  }
  AuditReport report(std::span<const TreeHead> earlier = {}) {
    auto verified = verify_audit(database(), earlier);
    EXPECT_TRUE(verified) << verified.error().describe();
    return verified ? *verified : AuditReport{};
  }
  // What someone does who owns the database file.
  void tamper(std::string_view sql, db::Parameters parameters = {}) {
    const auto done =
        database().write([&](db::Connection& c) { return c.execute(sql, parameters); });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void drop_guards() {
    const auto done = database().write([&](db::Connection& c) {
      return c.execute_script(
          c.engine() == db::Engine::kSqlite
              ? "DROP TRIGGER audit_entry_no_update; DROP TRIGGER audit_entry_no_delete;"
                "DROP TRIGGER audit_node_no_update; DROP TRIGGER audit_node_no_delete;"
              : "DROP TRIGGER audit_entry_no_change ON audit_entry; DROP TRIGGER "
                "audit_node_no_change ON audit_node;");
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  Actor actor_ = Actor::system("cli");
};
DAYBREAK_ON_BOTH_ENGINES(AuditTest);

TEST_P(AuditTest, AnEmptyLogIsWhole) {
  const auto found = report();
  EXPECT_EQ(found.entries, 0);
  EXPECT_TRUE(found.faults.empty());
}

TEST_P(AuditTest, EntriesSayWhoDidWhatWhenAndHowItEnded) {
  actor_.kind = Actor::Kind::kMember;
  const auto done = record_audit(database(), actor_,
                                 {.action = "service.read",
                                  .object_type = "service",
                                  .object = "s1",
                                  .outcome = Outcome::kDenied,
                                  .rule = "default-deny",
                                  .detail = "fields=phone"},
                                 kNow);
  ASSERT_TRUE(done) << done.error().describe();
  const auto entries = database().read([](db::Connection& c) { return audit_entries(c, 0, 10); });
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->at(0).leaf,
            "{\"at\":\"2027-01-15T08:00:00.000Z\",\"actor\":\"member:00000000-0000-0000-0000-"
            "000000000000\","
            "\"source\":\"cli\",\"action\":\"service.read\",\"type\":\"service\",\"object\":\"s1\","
            "\"outcome\":\"denied\",\"rule\":\"default-deny\",\"detail\":\"fields=phone\"}");
}

TEST_P(AuditTest, ANameOrAnAddressCannotEnter) {
  for (const char* text : {"Jane Doe_", "a@example.org", "Ñandú", "quote\"", "line\n"})
    EXPECT_THROW((void)record_audit(database(), actor_, {.action = "x", .detail = text}, kNow),
                 std::logic_error)
        << text;
  EXPECT_EQ(head().size, 0);
}

TEST_P(AuditTest, AnEntryExistsExactlyWhenItsChangeDoes) {
  const auto done = database().write([&](db::Connection& c) -> Result<void> {
    TRY(append_audit(c, actor_, AuditEvent{.action = "x"}, kNow));
    return fail(ErrorKind::kConflict, "the change did not happen");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(head().size, 0);
  append(1);
  EXPECT_EQ(head().size, 1);
  EXPECT_TRUE(report().faults.empty());
}

// Writes that are committed together share the work of the log; each still has its own entry or
// none, and what an attempt undid is not told as done.
TEST_P(AuditTest, WritesOfOneGroupHaveTheirOwnEntries) {
  constexpr int kWriters = 24, kEach = 20;
  const auto write = [&](int writer, int number) {
    const std::string object = std::to_string(writer) + "." + std::to_string(number);
    return database().write([this, object, writer, number](db::Connection& c) -> Result<void> {
      const auto event = [&](std::string action) {
        return AuditEvent{.action = std::move(action), .object = object};
      };
      const std::int64_t before = TRY(audit_head(c)).size;
      TRY(append_audit(c, actor_, event("made"), kNow));
      if (TRY(audit_head(c)).size != before + 1)
        return fail(ErrorKind::kInternal, "a write does not see its own entry");
      const auto undone = c.attempt([&](db::Connection& inner) -> Result<void> {
        TRY(append_audit(inner, actor_, event("undone"), kNow));
        return fail(ErrorKind::kConflict, "on purpose");
      });
      if (undone) return fail(ErrorKind::kInternal, "an attempt that fails succeeded");
      if (number % 3 == 0) return fail(ErrorKind::kConflict, "the change did not happen");
      if (number % 7 == 1) throw std::runtime_error("bug");
      TRY(append_audit(c, actor_, event("ended"), kNow));
      return {};
    });
  };
  std::mutex mutex;
  std::set<std::string> saved;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer)
    threads.emplace_back([&, writer] {
      for (int number = 0; number < kEach; ++number) try {
          if (!write(writer, number)) continue;
          const std::lock_guard lock(mutex);
          saved.insert(std::to_string(writer) + "." + std::to_string(number));
        } catch (const std::runtime_error&) {
        }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(saved.size(), kWriters * 11U);
  EXPECT_TRUE(report().faults.empty());
  const auto entries =
      database().read([](db::Connection& c) { return audit_entries(c, 0, 10'000); });
  std::multiset<std::string> told;
  for (const AuditEntry& entry : *entries) {
    EXPECT_EQ(entry.leaf.find("undone"), std::string::npos) << entry.leaf;
    const std::string object = "\"object\":\"";
    const auto from = entry.leaf.find(object) + object.size();
    told.insert(entry.leaf.substr(from, entry.leaf.find('"', from) - from));
  }
  EXPECT_EQ(told.size(), 2 * saved.size());
  for (const std::string& one : saved) EXPECT_EQ(told.count(one), 2U) << one;
}

// An entry that nobody would write is a bug that stops at once.
TEST_P(AuditTest, AReadCannotAppend) {
  EXPECT_THROW((void)database().read([&](db::Connection& c) {
    return append_audit(c, actor_, AuditEvent{.action = "x"}, kNow);
  }),
               std::logic_error);
  EXPECT_EQ(head().size, 0);
}

TEST_P(AuditTest, ProofsHoldAcrossTiles) {
  append(300);
  const TreeHead first = head();
  append(400);
  append(1);
  const TreeHead second = head();
  EXPECT_EQ(second.size, 701);
  EXPECT_TRUE(report(std::vector{first}).faults.empty());
  for (const std::int64_t index : {0, 255, 256, 300, 700}) {
    const auto entry =
        database().read([&](db::Connection& c) { return audit_entries(c, index, 1); });
    const auto proof =
        database().read([&](db::Connection& c) { return inclusion_proof(c, index, 701); });
    ASSERT_TRUE(proof) << proof.error().describe();
    EXPECT_TRUE(
        verify_inclusion(merkle_leaf_hash(entry->at(0).leaf), index, 701, *proof, second.root));
  }
  const auto history =
      database().read([&](db::Connection& c) { return consistency_proof(c, 300, 701); });
  EXPECT_TRUE(verify_consistency(300, first.root, 701, second.root, *history));
  EXPECT_FALSE(database().read([&](db::Connection& c) { return inclusion_proof(c, 0, 702); }));
}

TEST_P(AuditTest, TheStoreItselfRefusesToChangeTheLog) {
  append(3);
  for (const char* sql :
       {"UPDATE audit_entry SET leaf = 'x'", "DELETE FROM audit_entry WHERE number = 2"})
    EXPECT_FALSE(database().write([&](db::Connection& c) { return c.execute(sql); })) << sql;
  EXPECT_TRUE(report().faults.empty());
}

TEST_P(AuditTest, AClockThatWasSetBackStopsTheLog) {
  append(1);
  const auto back =
      record_audit(database(), actor_, {.action = "x"}, kNow - std::chrono::minutes(2));
  EXPECT_EQ(kind_of(back), ErrorKind::kUnavailable);
  append(1, kNow - std::chrono::seconds(
                       5));  // small corrections are normal; time in the log stands still
  EXPECT_TRUE(report().faults.empty());
  EXPECT_EQ(head().size, 2);
}

TEST_P(AuditTest, TheCheckTellsWhatStopsTheLogAndLeavesNothing) {
  append(3);
  const TreeHead before = head();
  EXPECT_TRUE(check_audit(database(), kNow));
  EXPECT_EQ(head(), before);
  // A later moment is not remembered either, or the next entry would be refused.
  EXPECT_TRUE(check_audit(database(), kNow + std::chrono::hours(1)));
  append(1);
  EXPECT_EQ(kind_of(check_audit(database(), kNow - std::chrono::hours(1))),
            ErrorKind::kUnavailable);
  tamper("ALTER TABLE audit_entry RENAME TO audit_away");
  append_fails();
  EXPECT_FALSE(check_audit(database(), kNow));
}

TEST_P(AuditTest, TruncationIsFoundAgainstAHeadThatWasNoted) {
  append(10);
  const TreeHead before = head();
  append(5);
  const TreeHead noted = head();
  // Cut back to ten entries so well that nothing inside the store contradicts it.
  drop_guards();
  tamper("DELETE FROM audit_entry WHERE number >= 10");
  MerkleFrontier cut;
  const auto kept = database().read([](db::Connection& c) { return audit_entries(c, 0, 10); });
  for (const auto& entry : *kept) cut.append(merkle_leaf_hash(entry.leaf));
  tamper("UPDATE audit_tree SET size = 10, frontier = $1, root = $2",
         {db::Blob{cut.bytes()}, db::Blob{cut.root()}});
  EXPECT_TRUE(report(std::vector{before}).faults.empty());
  EXPECT_FALSE(report(std::vector{noted}).faults.empty());
}

// Bar: 10,000 random mutations, all found. Each changes one thing in one row and is undone by
// rolling the transaction back; the log is verified in between, on the same connection.
TEST_P(AuditTest, EveryRandomMutationIsFound) {
  append(260);  // one full tile and a partial one
  drop_guards();
  const int mutations = GetParam() == db::Engine::kSqlite ? 10'000 : 200;
  SeededRandom random(7);
  for (int i = 0; i < mutations; ++i) {
    const auto row = static_cast<std::int64_t>(random.below(260));
    const std::string word = "x" + std::to_string(random.number());
    const db::Blob noise{random.bytes(32)};
    const auto change = [&]() -> std::pair<std::string, std::vector<db::Value>> {
      switch (random.below(10)) {
        case 0:
          return {"UPDATE audit_entry SET leaf = leaf || $1 WHERE number = $2", {word, row}};
        case 1:
          return {"UPDATE audit_entry SET leaf = replace(leaf, 'edit', $1) WHERE number = $2",
                  {word, row}};
        case 2:
          return {"UPDATE audit_entry SET hash = $1 WHERE number = $2", {noise, row}};
        case 3:
          return {"UPDATE audit_entry SET at = at + $1 WHERE number = $2",
                  {1 + static_cast<int>(random.below(9)), row}};
        case 4:
          return {"DELETE FROM audit_entry WHERE number = $1", {row}};
        case 5:
          return {"UPDATE audit_entry SET number = 1000 + $1 WHERE number = $1", {row}};
        case 6:
          return {"UPDATE audit_node SET hash = $1", {noise}};
        case 7:
          return {"DELETE FROM audit_node WHERE level = $1", {1}};
        case 8:
          return {"UPDATE audit_tree SET size = size + $1",
                  {1 + static_cast<int>(random.below(5))}};
        default:
          return {"UPDATE audit_tree SET root = $1", {noise}};
      }
    }();
    std::size_t faults = 0;
    (void)database().write([&](db::Connection& c) -> Result<void> {
      EXPECT_GT(TRY(c.execute(change.first, change.second)), 0) << change.first;
      faults = TRY(verify_audit(c)).faults.size();
      return fail(ErrorKind::kConflict, "undo");
    });
    ASSERT_GT(faults, 0u) << change.first;
  }
  EXPECT_TRUE(report().faults.empty());
}

TEST_P(AuditTest, AppendsTwentyThousandEntriesASecond) {
  const int rounds = GetParam() == db::Engine::kSqlite ? 40 : 10;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) append(500);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  RecordProperty("entries_per_second", static_cast<int>(rounds * 500 / seconds));
  std::printf("[ figure  ] %s: %.0f audit entries/s\n", std::string(name_of(GetParam())).c_str(),
              rounds * 500 / seconds);
  EXPECT_GT(rounds * 500 / seconds,
            2'000);  // a floor for a busy machine; the figure is in docs/benchmarks.md
}

TEST_P(AuditTest, NoArchiveIsMadeOfALogThatLacksAnEntry) {
  append(5000);  // more than are read at once
  const db::TestFolder folder;
  const AuditSigner signer(NodeKey::for_tests());
  const auto whole = write_audit_archive(database(), signer, folder.path() / "whole");
  ASSERT_TRUE(whole) << whole.error().describe();
  EXPECT_EQ(whole->head, head());
  drop_guards();
  for (const int number : {4999, 4200, 17}) {  // at the end, then before it
    tamper("DELETE FROM audit_entry WHERE number = $1", {number});
    const auto refused =
        write_audit_archive(database(), signer, folder.path() / std::to_string(number));
    ASSERT_FALSE(refused);
    EXPECT_EQ(kind_of(refused), ErrorKind::kCorrupt);
    EXPECT_EQ(place_of(refused), "entry " + std::to_string(number));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / std::to_string(number) / "checkpoint"));
  }
}

}  // namespace
}  // namespace daybreak::trust
