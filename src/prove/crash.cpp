// SPDX-License-Identifier: AGPL-3.0-or-later
// A child writes on several threads, each write two rows that belong together. It notes each write
// that was answered "saved" in memory shared with this process. It is killed at a random moment,
// many times over the same store; then the store must hold every noted write, whole.
#include <atomic>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/random.hpp"
#include "base/scratch_folder.hpp"
#include "db/database.hpp"
#include "db/store_snapshot.hpp"
#include "prove/disclosures.hpp"
#include "prove/fault.hpp"
#include "prove/shared.hpp"

namespace daybreak::prove {
namespace {

using db::Connection;

constexpr int kWriters = 4;
constexpr std::uint64_t kKillsBetweenChecks = 20;

// Survives the child: what it was told is saved, one counter per writing thread.
struct Acknowledged {
  std::atomic<std::int64_t> last[kWriters];
  std::atomic<bool> writing;

  std::int64_t all() const {
    std::int64_t sum = 0;
    for (const auto& one : last) sum += one;
    return sum;
  }
};

void make_store(const std::string& url) {
  const auto store = need(db::Database::open(url), "the store");
  need(store->write([](Connection& c) {
    return c.execute_script(
        "CREATE TABLE note (writer INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,"
        " PRIMARY KEY (writer, number)) STRICT;"
        "CREATE TABLE reply (writer INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY "
        "(writer, number),"
        " FOREIGN KEY (writer, number) REFERENCES note (writer, number)) STRICT;");
  }),
       "its tables");
}

[[noreturn]] void write_until_killed(const std::string& url, Acknowledged& acknowledged) {
  auto store = db::Database::open(url);
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

void run_and_kill(const std::string& url, Acknowledged& acknowledged, Random& random) {
  acknowledged.writing = false;
  const pid_t child = fork();
  if (child == 0) write_until_killed(url, acknowledged);
  expect(child > 0, "cannot start the writer");
  // From before the store is open until well into the writing.
  const auto wait = std::chrono::microseconds(random.below(12'000));
  if (random.below(4) != 0)
    for (int i = 0; i < 4000 && !acknowledged.writing; ++i)
      std::this_thread::sleep_for(std::chrono::microseconds(250));
  std::this_thread::sleep_for(wait);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  expect(!WIFEXITED(status), fmt::format("the writer ended on its own: {}",
                                         WIFEXITED(status) ? WEXITSTATUS(status) : 0));
}

void check(const std::string& path, const Acknowledged& acknowledged, std::uint64_t kills) {
  const std::string after = fmt::format("after kill {}", kills);
  need(db::check_store(path), after.c_str());
  const auto store = need(db::Database::open("sqlite:" + path), after.c_str());
  for (int writer = 0; writer < kWriters; ++writer) {
    const auto row = need(store->read([&](Connection& c) {
      return c.query_one(
          "SELECT (SELECT count(*) FROM note WHERE writer = $1 AND number <= $2),"
          " (SELECT count(*) FROM reply WHERE writer = $1 AND number <= $2)",
          {writer, acknowledged.last[writer].load()});
    }),
                          after.c_str());
    expect(row->integer(0) == acknowledged.last[writer], "an acknowledged write is lost " + after);
    expect(row->integer(1) == acknowledged.last[writer], "an acknowledged write is torn " + after);
  }
}

}  // namespace

Proof prove_crash(std::uint64_t kills, std::uint64_t seed, const ProofProgress& progress) {
  return run_proof("crash", [&](Proof& proof) {
    const ScratchFolder folder;
    const std::string path = (folder.path() / "store.db").string(), url = "sqlite:" + path;
    make_store(url);
    Shared<Acknowledged> shared;
    Acknowledged& acknowledged = *shared;
    SeededRandom random(seed);
    std::int64_t before = 0;
    std::uint64_t while_writing = 0;
    for (std::uint64_t i = 1; i <= kills; ++i) {
      run_and_kill(url, acknowledged, random);
      while_writing += acknowledged.all() > before ? 1 : 0;
      before = acknowledged.all();
      // Each check sees everything that was acknowledged so far.
      if (i % kKillsBetweenChecks == 0 || i == kills) check(path, acknowledged, i);
      if (progress) progress(i, kills);
    }
    expect(while_writing > kills / 2, "most kills came before anything was written");
    proof.figures = {figure("kills", kills), figure("of them while writing", while_writing),
                     figure("acknowledged writes", static_cast<std::uint64_t>(before)),
                     figure("lost or torn", 0)};
    prove_disclosure_rows(proof);
  });
}

}  // namespace daybreak::prove
