// SPDX-License-Identifier: AGPL-3.0-or-later
// Bar: 2,000 kill -9 at random points of writing lose no acknowledged change and leave every store
// whole.
//
// A child writes on several threads, each write two rows that belong together. It notes each write
// that was answered "saved" in memory shared with this process. It is killed at a random moment,
// many times over the same store; then the store must hold every noted write, whole, and pass
// SQLite's integrity check.
#include <atomic>
#include <cstdlib>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/random.hpp"
#include "db/store_snapshot.hpp"
#include "db/test_database.hpp"

namespace daybreak::db {
namespace {

constexpr int kWriters = 4;

// Survives the child: what it was told is saved, one counter per writing thread.
struct Acknowledged {
  std::atomic<std::int64_t> last[kWriters];
  std::atomic<bool> writing;
};

[[noreturn]] void write_until_killed(const std::string& url, Acknowledged& acknowledged) {
  auto store = Database::open(url);
  if (!store) _exit(3);
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer)
    threads.emplace_back([&, writer] {
      for (std::int64_t number = acknowledged.last[writer] + 1;; ++number) {
        const auto saved = (*store)->write([&](Connection& c) -> Result<void> {
          TRY(
              c.execute("INSERT INTO note (writer, number, text) VALUES ($1, $2, $3)"
                        " ON CONFLICT (writer, number) DO UPDATE SET text = excluded.text",
                        {writer, number, std::string(600, 'n')}));
          TRY(c.execute("INSERT INTO reply (writer, number) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                        {writer, number}));
          return {};
        });
        if (!saved) _exit(4);
        acknowledged.last[writer] = number;
        acknowledged.writing = true;
      }
    });
  for (std::thread& thread : threads) thread.join();
  _exit(5);
}

// Returns the child's exit status when it ended on its own.
int run_and_kill(const std::string& url, Acknowledged& acknowledged, Random& random) {
  acknowledged.writing = false;
  const pid_t child = fork();
  if (child == 0) write_until_killed(url, acknowledged);
  // From before the store is open until well into the writing.
  const auto wait = std::chrono::microseconds(random.below(12'000));
  if (random.below(4) != 0)
    for (int i = 0; i < 4000 && !acknowledged.writing; ++i)
      std::this_thread::sleep_for(std::chrono::microseconds(250));
  std::this_thread::sleep_for(wait);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

TEST(Crash, TwoThousandKillsLoseNoAcknowledgedWrite) {
  const char* wanted = std::getenv("DAYBREAK_KILLS");
  const int kills = wanted ? std::atoi(wanted) : 2000;
  const TestFolder folder;
  const std::string path = (folder.path() / "store.db").string(), url = "sqlite:" + path;
  {
    const auto store = Database::open(url);
    ASSERT_TRUE((*store)->write([](Connection& c) {
      return c.execute_script(
          "CREATE TABLE note (writer INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,"
          " PRIMARY KEY (writer, number)) STRICT;"
          "CREATE TABLE reply (writer INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY "
          "(writer, number),"
          " FOREIGN KEY (writer, number) REFERENCES note (writer, number)) STRICT;");
    }));
  }
  void* shared = mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto& acknowledged = *new (shared) Acknowledged();
  SeededRandom random(11);
  std::int64_t before = 0;
  int kills_in_writing = 0;
  for (int i = 1; i <= kills; ++i) {
    ASSERT_EQ(run_and_kill(url, acknowledged, random), 0)
        << "the writer ended on its own at kill " << i;
    std::int64_t all = 0;
    for (const auto& last : acknowledged.last) all += last;
    kills_in_writing += all > before ? 1 : 0;
    before = all;
    if (i % 20 != 0 && i != kills)
      continue;  // each check sees everything that was acknowledged so far
    ASSERT_TRUE(check_store(path)) << "after kill " << i;
    const auto store = Database::open(url);
    ASSERT_TRUE(store);
    for (int writer = 0; writer < kWriters; ++writer) {
      const auto row = (*store)->read([&](Connection& c) {
        return c.query_one(
            "SELECT (SELECT count(*) FROM note WHERE writer = $1 AND number <= $2),"
            " (SELECT count(*) FROM reply WHERE writer = $1 AND number <= $2)",
            {writer, acknowledged.last[writer].load()});
      });
      ASSERT_EQ((*row)->integer(0), acknowledged.last[writer]) << "lost at kill " << i;
      ASSERT_EQ((*row)->integer(1), acknowledged.last[writer]) << "torn at kill " << i;
    }
  }
  std::printf("[ figure  ] %d kills, %d of them while writing, %lld acknowledged writes, 0 lost\n",
              kills, kills_in_writing, static_cast<long long>(before));
  EXPECT_GT(kills_in_writing, kills / 2);
  munmap(shared, sizeof(Acknowledged));
}

}  // namespace
}  // namespace daybreak::db
