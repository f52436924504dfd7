// SPDX-License-Identifier: AGPL-3.0-or-later
// Bar: a full disk and a failing disk, at every call that writes or flushes, give no false "saved".
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "db/fault_vfs.hpp"
#include "db/store_snapshot.hpp"
#include "db/test_database.hpp"

namespace daybreak::db {
namespace {

class FaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    heal();
    path_ = (folder_.path() / "store.db").string();
    open();
    ASSERT_TRUE(store_->write([](Connection& c) {
      return c.execute_script(
          "CREATE TABLE note (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;");
    }));
  }
  void TearDown() override { heal(); }

  static void heal() {
    fault_plan().fault = SQLITE_OK;
    fault_plan().calls_until_fault = -1;
    fault_plan().fault_stays = false;
  }
  void open() {
    store_.reset();
    auto opened = Database::open(OpenOptions{.url = "sqlite:" + path_, .sqlite_vfs = fault_vfs()});
    ASSERT_TRUE(opened) << opened.error().describe();
    store_ = std::move(*opened);
  }
  Result<void> write(std::int64_t number) {
    return store_->write([&](Connection& c) -> Result<void> {
      TRY(c.execute("INSERT INTO note (number, text) VALUES ($1, $2)",
                    {number, std::string(40'000, 'n')}));
      return {};
    });
  }
  bool has(std::int64_t number) {
    const auto rows = store_->read(
        [&](Connection& c) { return c.query("SELECT 1 FROM note WHERE number = $1", {number}); });
    return rows && rows->size() == 1;
  }
  // Fails the nth call from here on; writes until it happened; returns what was answered "saved".
  std::vector<std::int64_t> write_through_fault(int code, int nth, bool stays) {
    fault_plan().faults = 0;
    fault_plan().calls_until_fault = nth;
    fault_plan().fault_stays = stays;
    fault_plan().fault = code;
    std::vector<std::int64_t> saved;
    int more = 3;  // writes after the fault: what is answered then counts too
    while (more > 0) {
      const std::int64_t number = ++last_;
      if (write(number)) saved.push_back(number);
      if (fault_plan().faults > 0) --more;
    }
    heal();
    return saved;
  }
  void expect_kept(const std::vector<std::int64_t>& saved, int nth) {
    open();  // as after a restart
    for (const std::int64_t number : saved)
      ASSERT_TRUE(has(number)) << number << " lost, fault at call " << nth;
    ASSERT_TRUE(check_store(path_)) << "fault at call " << nth;
    ASSERT_TRUE(write(++last_)) << "a healed disk takes writes again";
  }

  TestFolder folder_;
  std::string path_;
  std::unique_ptr<Database> store_;
  std::int64_t last_ = 0;
};

// 1,300 calls go past one automatic checkpoint, so that writes to the store's main file fail too.
std::vector<int> call_sites() {
  std::vector<int> sites;
  for (int i = 0; i < 60; ++i) sites.push_back(i);
  for (int i = 60; i < 2600; i += 97) sites.push_back(i);
  return sites;
}

TEST_F(FaultTest, AFullDiskNeverSaysSaved) {
  for (const int nth : call_sites()) expect_kept(write_through_fault(SQLITE_FULL, nth, true), nth);
}

TEST_F(FaultTest, AFailingWriteNeverSaysSaved) {
  for (const int nth : call_sites())
    expect_kept(write_through_fault(SQLITE_IOERR_WRITE, nth, false), nth);
}

TEST_F(FaultTest, AFailingFlushNeverSaysSaved) {
  for (const int nth : call_sites())
    expect_kept(write_through_fault(SQLITE_IOERR_FSYNC, nth, false), nth);
}

TEST_F(FaultTest, AfterAnIoErrorNothingIsWrittenAnyMore) {
  ASSERT_TRUE(write(1));
  fault_plan().calls_until_fault = 0;
  fault_plan().fault = SQLITE_IOERR_FSYNC;
  EXPECT_FALSE(write(2));
  heal();
  const auto again = write(3);
  EXPECT_EQ(kind_of(again), ErrorKind::kUnavailable);
  EXPECT_NE(again.error().message.find("stopped writing"), std::string::npos);
  EXPECT_TRUE(store_->stopped());
  EXPECT_TRUE(has(1));
  EXPECT_FALSE(has(3));
  open();
  EXPECT_TRUE(has(1));
  EXPECT_TRUE(write(4));
}

TEST_F(FaultTest, AFullDiskRefusesAndGoesOnWhenThereIsRoomAgain) {
  fault_plan().calls_until_fault = 0;
  fault_plan().fault_stays = true;
  fault_plan().fault = SQLITE_FULL;
  const auto refused = write(1);
  EXPECT_EQ(kind_of(refused), ErrorKind::kUnavailable) << refused.error().describe();
  heal();
  open();
  EXPECT_FALSE(has(1));
  EXPECT_TRUE(write(2));
}

}  // namespace
}  // namespace daybreak::db
