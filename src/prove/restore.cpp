// SPDX-License-Identifier: AGPL-3.0-or-later
#include <atomic>
#include <fmt/format.h>
#include <thread>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/scratch_folder.hpp"
#include "db/backup.hpp"
#include "db/database.hpp"
#include "db/store_snapshot.hpp"
#include "prove/disclosures.hpp"
#include "prove/fault.hpp"
#include "prove/files.hpp"

namespace daybreak::prove {
namespace {

namespace fs = std::filesystem;
using db::Connection;

// A data directory in use: each write adds a note and its reply, so that a copy that is not of one
// moment has more of one than of the other.
class BusyDirectory {
 public:
  BusyDirectory(const fs::path& folder, Random& random) : data_(folder / "data") {
    write_file(data_ / "node.key", random.bytes(32));
    write_file(data_ / "attachments" / "one", attachment_ = random.bytes(200'000));
    store_ = need(db::Database::open("sqlite:" + (data_ / "commons.db").string()), "the store");
    need(store_->write([](Connection& c) {
      return c.execute_script(
          "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
          "CREATE TABLE reply (note INTEGER NOT NULL REFERENCES note (id)) STRICT;");
    }),
         "its tables");
    writer_ = std::thread([this] { write(); });
  }
  ~BusyDirectory() {
    stop_ = true;
    writer_.join();
  }
  BusyDirectory(const BusyDirectory&) = delete;
  BusyDirectory& operator=(const BusyDirectory&) = delete;

  const fs::path& data() const { return data_; }
  const std::string& attachment() const { return attachment_; }
  std::int64_t saved() const { return saved_; }

 private:
  void write() {
    for (std::int64_t id = 1; !stop_; ++id) {
      const auto done = store_->write([&](Connection& c) -> Result<void> {
        TRY(c.execute("INSERT INTO note (id, text) VALUES ($1, $2)", {id, std::string(2000, 'y')}));
        TRY(c.execute("INSERT INTO reply (note) VALUES ($1)", {id}));
        return {};
      });
      if (done) saved_ = id;
    }
  }

  fs::path data_;
  std::string attachment_;
  std::unique_ptr<db::Database> store_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::int64_t> saved_ = 0;
  std::thread writer_;
};

void check_restored(const fs::path& folder, const BusyDirectory& busy, std::int64_t at_least) {
  need(db::check_store(folder / "commons.db"), "the restored store");
  expect(read_file(folder / "attachments" / "one") == busy.attachment(), "a restored file differs");
  expect(read_file(folder / "node.key") == read_file(busy.data() / "node.key"),
         "the restored key differs");
  const auto store =
      need(db::Database::open("sqlite:" + (folder / "commons.db").string()), "the restored store");
  const auto row = need(store->read([](Connection& c) {
    return c.query_one(
        "SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM reply),"
        " (SELECT coalesce(max(id), 0) FROM note)",
        {});
  }),
                        "the restored rows");
  expect(row->integer(0) == row->integer(1), "the backup is not of one moment");
  expect(row->integer(0) == row->integer(2), "the backup lost a row");
  expect(row->integer(0) >= at_least, "what was saved before the backup is not in it");
}

// A bit of the backup is turned: it must be refused, or come back the same all the same (a bit
// that the archive does not use).
bool damage_is_refused(const fs::path& backup, const fs::path& folder, Random& random) {
  std::string bytes = read_file(backup);
  const std::size_t at = random.below(bytes.size());
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
  const fs::path damaged = folder / "damaged.backup";
  write_file(damaged, bytes);
  const auto verified = db::verify_backup(damaged);
  const auto original = need(db::verify_backup(backup), "the backup");
  fs::remove(damaged);
  if (!verified) return true;
  const auto same = [](const db::BackupFile& a, const db::BackupFile& b) {
    return a.name == b.name && a.sha256 == b.sha256;
  };
  expect(std::equal(verified->files.begin(), verified->files.end(), original.files.begin(),
                    original.files.end(), same),
         fmt::format("a backup with a changed bit at {} was taken for whole", at));
  return false;
}

}  // namespace

Proof prove_restore(std::uint64_t rounds, std::uint64_t seed, const ProofProgress& progress) {
  return run_proof("restore", [&](Proof& proof) {
    const ScratchFolder folder;
    SeededRandom random(seed);
    const SystemClock clock;
    const BusyDirectory busy(folder.path(), random);
    std::uint64_t refused = 0, damaged = 0;
    std::int64_t at_first = 0;
    for (std::uint64_t i = 1; i <= rounds; ++i) {
      const fs::path backup = folder.path() / fmt::format("{}.backup", i),
                     into = folder.path() / fmt::format("restored-{}", i);
      const std::int64_t saved = busy.saved();
      if (i == 1) at_first = saved;
      need(db::back_up(busy.data(), backup, clock), "the backup");
      need(db::restore(backup, into), "the restore");
      check_restored(into, busy, saved);
      for (int turn = 0; turn < 5; ++turn, ++damaged)
        refused += damage_is_refused(backup, folder.path(), random) ? 1 : 0;
      fs::remove_all(into);
      fs::remove(backup);
      if (progress) progress(i, rounds);
    }
    expect(busy.saved() > at_first, "nothing was written meanwhile");
    expect(refused > damaged / 2, "most damaged backups were taken");
    proof.figures = {figure("backups restored and compared", rounds),
                     figure("rows written meanwhile", static_cast<std::uint64_t>(busy.saved())),
                     figure("backups damaged by one bit", damaged),
                     figure("of them refused (the rest came back the same)", refused)};
    prove_shredding(proof);
  });
}

}  // namespace daybreak::prove
