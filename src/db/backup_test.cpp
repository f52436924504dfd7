// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/backup.hpp"

#include <atomic>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>

#include "base/random.hpp"
#include "base/test_result.hpp"
#include "db/test_database.hpp"

namespace daybreak::db {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}
void write_file(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

class BackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write_file(data() / "node.key", "a key");
    write_file(data() / "attachments" / "form.pdf", std::string(200'000, 'x'));
    write_file(data() / "search" / "index", "made again");
    store_ = std::move(*Database::open("sqlite:" + (data() / "commons.db").string()));
    ASSERT_TRUE(store_->write([](Connection& c) {
      return c.execute_script(
          "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
          "CREATE TABLE reply (note INTEGER NOT NULL REFERENCES note (id)) STRICT;");
    }));
    add(1);
  }
  void add(int id) {
    ASSERT_TRUE(store_->write([&](Connection& c) {
      return c.execute("INSERT INTO note (id, text) VALUES ($1, 'word')", {id});
    }));
  }
  static std::int64_t count(const fs::path& folder) {
    const auto store = Database::open("sqlite:" + (folder / "commons.db").string());
    return (*store)
        ->read([](Connection& c) { return c.query("SELECT count(*) FROM note"); })
        ->at(0)
        .integer(0);
  }
  fs::path data() const { return folder_.path() / "data"; }
  fs::path at(const char* name) const { return folder_.path() / name; }

  TestFolder folder_;
  SystemClock clock_;
  std::unique_ptr<Database> store_;
};

TEST_F(BackupTest, ComesBackAsItWas) {
  const auto made = back_up(data(), at("b.backup"), clock_);
  ASSERT_TRUE(made) << made.error().describe();
  add(2);
  const auto back = restore(at("b.backup"), at("new"));
  ASSERT_TRUE(back) << back.error().describe();
  EXPECT_EQ(back->files.size(), 3u);
  EXPECT_EQ(read_file(at("new") / "node.key"), "a key");
  EXPECT_EQ(read_file(at("new") / "attachments" / "form.pdf"), std::string(200'000, 'x'));
  EXPECT_FALSE(fs::exists(at("new") / "search"));
  EXPECT_EQ(count(at("new")), 1);
  struct stat status{};
  ::stat(at("b.backup").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(BackupTest, NeverWritesOverAnything) {
  write_file(at("there.backup"), "other");
  EXPECT_EQ(kind_of(back_up(data(), at("there.backup"), clock_)), ErrorKind::kConflict);
  EXPECT_EQ(read_file(at("there.backup")), "other");
  ASSERT_TRUE(back_up(data(), at("b.backup"), clock_));
  fs::create_directories(at("empty"));
  EXPECT_EQ(kind_of(restore(at("b.backup"), at("empty"))), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(restore(at("b.backup"), data())), ErrorKind::kConflict);
}

TEST_F(BackupTest, TakenWhileOthersWriteItIsOneMoment) {
  // Each write adds a note and its reply: a copy that is not of one moment has more of one than of
  // the other.
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int id = 10; !stop; ++id)
      (void)store_->write([&](Connection& c) -> Result<void> {
        TRY(c.execute("INSERT INTO note (id, text) VALUES ($1, $2)", {id, std::string(2000, 'y')}));
        TRY(c.execute("INSERT INTO reply (note) VALUES ($1)", {id}));
        return {};
      });
  });
  for (int i = 0; i < 3; ++i) {
    const auto file = at(("b" + std::to_string(i)).c_str()),
               into = at(("r" + std::to_string(i)).c_str());
    const auto made = back_up(data(), file, clock_);
    EXPECT_TRUE(made) << made.error().describe();
    EXPECT_TRUE(restore(file, into));
    const auto store = Database::open("sqlite:" + (into / "commons.db").string());
    const auto row = (*store)->read([](Connection& c) {
      return c.query_one("SELECT (SELECT count(*) FROM note), (SELECT count(*) FROM reply)");
    });
    EXPECT_EQ((*row)->integer(0), (*row)->integer(1) + 1);
  }
  stop = true;
  writer.join();
}

TEST_F(BackupTest, EveryDamageIsFoundAndNothingIsLeftBehind) {
  ASSERT_TRUE(back_up(data(), at("b.backup"), clock_));
  const std::string good = read_file(at("b.backup"));
  SeededRandom random(5);
  for (int i = 0; i < 60; ++i) {
    std::string bad = good;
    if (i % 3 == 0) {
      bad.resize(random.below(bad.size()));
    } else {
      bad[random.below(bad.size())] ^= static_cast<char>(1 << random.below(8));
    }
    write_file(at("bad.backup"), bad);
    const auto back = restore(at("bad.backup"), at("bad"));
    // A flipped bit of the tar padding or of a time stamp changes no file: then all bytes are
    // right.
    if (back) {
      EXPECT_EQ(read_file(at("bad") / "node.key"), "a key");
      EXPECT_EQ(count(at("bad")), 1);
      fs::remove_all(at("bad"));
    }
    EXPECT_FALSE(fs::exists(at("bad")));
  }
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    EXPECT_EQ(entry.path().string().find(".partial"), std::string::npos) << entry.path();
}

TEST_F(BackupTest, ADamagedStoreIsNotBackedUp) {
  store_.reset();
  std::fstream file(data() / "commons.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);
  file << std::string(4096, '\x55');
  file.close();
  EXPECT_EQ(kind_of(back_up(data(), at("b.backup"), clock_)), ErrorKind::kCorrupt);
  EXPECT_FALSE(fs::exists(at("b.backup")));
}

TEST_F(BackupTest, ANameThatLeavesTheDirectoryIsRefused) {
  EXPECT_FALSE(restore(at("none.backup"), at("new")));
  write_file(at("text.backup"), "not an archive");
  EXPECT_EQ(kind_of(restore(at("text.backup"), at("new"))), ErrorKind::kCorrupt);
  // A tar made by hand with "../evil".
  const std::string command =
      "cd " + folder_.path().string() +
      " && mkdir -p in && echo x > evil && tar -C in -cPf evil.backup ../evil";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(kind_of(restore(at("evil.backup"), at("new"))), ErrorKind::kCorrupt);
  EXPECT_FALSE(fs::exists(at("new")));
}

}  // namespace
}  // namespace daybreak::db
