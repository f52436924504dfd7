// SPDX-License-Identifier: AGPL-3.0-or-later
#include "web/audit_watch.hpp"

#include <gtest/gtest.h>

#include "db/test_database.hpp"
#include "trust/audit_check.hpp"
#include "trust/migrations.hpp"

namespace daybreak::web {
namespace {

const Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

class AuditWatchTest : public db::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({trust::audit_migrations()});
    const auto written =
        trust::record_audit(database(), trust::Actor::system("test"),
                            {.action = "service.edit", .object_type = "service"}, kNow);
    ASSERT_TRUE(written) << written.error().describe();
  }
  // Of a watch that remembers nothing.
  std::vector<AuditWatch::Fault> faults() {
    vault::Vaults none(folder(), {}, clock, random);
    return AuditWatch(database(), none, clock).faults();
  }

  ManualClock clock{kNow};
  SeededRandom random{1};
};
DAYBREAK_ON_BOTH_ENGINES(AuditWatchTest);

TEST_P(AuditWatchTest, SaysNothingWhileAllIsWell) { EXPECT_TRUE(faults().empty()); }

TEST_P(AuditWatchTest, TellsAClockThatWasSetBack) {
  clock.advance(-std::chrono::hours(1));
  const auto found = faults();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].cause, Cause::kClock);
  EXPECT_FALSE(found[0].vault);
}

TEST_P(AuditWatchTest, TellsALogThatWasChangedFromOutside) {
  ASSERT_TRUE(database().write([](db::Connection& connection) {
    return connection.execute_script("ALTER TABLE audit_entry RENAME TO audit_away");
  }));
  const auto found = faults();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].cause, Cause::kChanged);
}

TEST(CauseOfAFault, IsTheFirstThatSomebodyCanCure) {
  const Error full{ErrorKind::kUnavailable, "the disk is full", "vault.db", ""};
  EXPECT_EQ(cause_of(full, false), Cause::kOutOfReach);
  EXPECT_EQ(cause_of(full, true), Cause::kStopped);
  EXPECT_EQ(
      cause_of({ErrorKind::kCorrupt, "a part is missing", std::string(trust::kAuditLogPlace), ""},
               false),
      Cause::kChanged);
}

}  // namespace
}  // namespace daybreak::web
