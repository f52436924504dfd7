// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <thread>
#include <unistd.h>

#include "base/scratch_folder.hpp"
#include "db/database.hpp"
#include "db/store_snapshot.hpp"
#include "prove/fault.hpp"
#include "prove/files.hpp"
#include "prove/recording_vfs.hpp"

namespace daybreak::prove {
namespace {

namespace fs = std::filesystem;
using db::Connection;

constexpr int kWriters = 4, kEach = 150;
constexpr std::uint64_t kWeakLosses = 60;  // to see that the harness sees

struct Recording {
  std::map<std::string, std::string> start;  // the files before the first operation
  std::vector<DiskOperation> operations;

  bool past_a_checkpoint() const {
    return std::any_of(operations.begin(), operations.end(), [](const auto& one) {
      return one.kind == DiskOperation::Kind::kFlush && one.file == "store.db";
    });
  }
};

// Writes on several threads and notes what was answered "saved" and when.
Recording record(bool flushes_rarely) {
  const ScratchFolder folder;
  const fs::path path = folder.path() / "store.db";
  const db::OpenOptions options{.url = "sqlite:" + path.string(),
                                .sqlite_vfs = recording_vfs(),
                                .sqlite_flushes_rarely = flushes_rarely};
  need(need(db::Database::open(options), "the store")->write([](Connection& c) {
    return c.execute_script(
        "CREATE TABLE note (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
        "CREATE INDEX note_text ON note (text);");
  }),
       "its table");
  Recording recording{{{"store.db", read_file(path)}}, {}};
  disk_recorder().start();
  const auto store = need(db::Database::open(options), "the store");
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer)
    threads.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        const int number = writer * kEach + i;
        const auto saved = store->write([&](Connection& c) {
          return c.execute("INSERT INTO note (number, text) VALUES ($1, $2)",
                           {number, std::to_string(number * 7919 % 1000) + std::string(3000, 'n')});
        });
        refused += saved ? 0 : 1;
        if (saved) disk_recorder().note({DiskOperation::Kind::kAcknowledged, {}, number, {}});
      }
    });
  for (std::thread& thread : threads) thread.join();
  recording.operations = disk_recorder().stop();
  expect(refused == 0, "writes were refused");
  expect(recording.past_a_checkpoint(), "the recording does not go past a checkpoint");
  return recording;
}

struct Losses {
  std::uint64_t count = 0, lost = 0, damaged = 0;
};

// What the store holds after a power loss; nothing when it is damaged.
std::optional<std::set<std::int64_t>> numbers_in(const fs::path& file) {
  const auto store = db::Database::open("sqlite:" + file.string());
  if (!store || !db::check_store(file)) return {};
  const auto rows =
      (*store)->read([](Connection& c) { return c.query("SELECT number FROM note"); });
  if (!rows) return {};
  std::set<std::int64_t> numbers;
  for (const db::Row& row : *rows) numbers.insert(row.integer(0));
  return numbers;
}

// The machine loses power at `count` random moments of the recording.
Losses lose_power(const Recording& recording, DiskImage::Flushes flushes, std::uint64_t count,
                  std::uint64_t seed, const ProofProgress& progress = {}) {
  SeededRandom random(seed);
  std::vector<std::size_t> moments;
  for (std::uint64_t i = 0; i < count; ++i)
    moments.push_back(random.below(recording.operations.size()));
  std::sort(moments.begin(), moments.end());
  DiskImage disk(recording.start, flushes);
  std::vector<std::int64_t> acknowledged;
  Losses losses;
  std::size_t next = 0;
  for (const std::size_t moment : moments) {
    for (; next <= moment; ++next) {
      const DiskOperation& operation = recording.operations[next];
      disk.apply(operation);
      if (operation.kind == DiskOperation::Kind::kAcknowledged)
        acknowledged.push_back(operation.at);
    }
    const ScratchFolder folder(memory_place());  // a thousand images are several gigabytes
    for (const auto& [name, bytes] : disk.after_power_loss(random))
      write_file(folder.path() / name, bytes);
    const auto kept = numbers_in(folder.path() / "store.db");
    if (!kept)
      ++losses.damaged;
    else if (!std::all_of(acknowledged.begin(), acknowledged.end(),
                          [&](std::int64_t number) { return kept->contains(number); }))
      ++losses.lost;
    ++losses.count;
    if (progress) progress(losses.count, count);
  }
  return losses;
}

std::string describe(const Losses& losses) {
  return fmt::format("{} of {} with a loss, {} damaged", losses.lost, losses.count, losses.damaged);
}

}  // namespace

Proof prove_power(std::uint64_t count, std::uint64_t seed, const ProofProgress& progress) {
  return run_proof("power", [&](Proof& proof) {
    const Recording recording = record(false);
    const Losses honest = lose_power(recording, DiskImage::Flushes::kHonest, count, seed, progress);
    const Losses lying = lose_power(recording, DiskImage::Flushes::kLogIgnored, kWeakLosses, seed);
    const Losses rarely = lose_power(record(true), DiskImage::Flushes::kHonest, kWeakLosses, seed);
    proof.figures = {figure("power losses", honest.count),
                     {"on an honest disk", describe(honest)},
                     {"on a disk that lies about flushing (must lose)", describe(lying)},
                     {"with synchronous=NORMAL (must lose)", describe(rarely)}};
    expect(honest.lost + honest.damaged == 0, "power losses: " + describe(honest));
    expect(lying.lost + lying.damaged > kWeakLosses / 2,
           "the harness does not see what a lying disk loses");
    expect(rarely.lost > kWeakLosses / 2, "the harness does not see what synchronous=NORMAL loses");
  });
}

}  // namespace daybreak::prove
