// SPDX-License-Identifier: AGPL-3.0-or-later
// A survivor's file in which every sealed field holds a word of its own; then the words, the keys
// and whatever could stand for them are looked for in every byte that is elsewhere: other stores,
// the own store's file, exports, backups, mails, logs, pages of every other account, and the memory
// of a server that serves others. $DAYBREAK names the program.
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "gates/demonstration/demonstration.hpp"
#include "prove/files.hpp"
#include "tests/http/client.hpp"
#include "tests/wall/paths.hpp"
#include "tests/wall/planted.hpp"
#include "tests/wall/served.hpp"
#include "trust/demonstration.hpp"
#include "web/site.hpp"

namespace daybreak::wall {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
namespace fs = std::filesystem;

class CanariesTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* program = std::getenv("DAYBREAK");
    if (program == nullptr) GTEST_SKIP() << "DAYBREAK is not set: it names the program";
    program_ = program;
    run(fmt::format("init --demonstration --data '{}'", data().string()));
    planted_ = std::make_unique<Planted>(data());
    planted_->plant();
  }
  fs::path data() const { return folder_.path() / "data"; }
  void run(const std::string& command) {
    ASSERT_EQ(std::system(fmt::format("'{}' {} > /dev/null 2>&1", program_, command).c_str()), 0)
        << command;
  }
  // The GET routes that anyone could ask for, with these ids where they take some.
  std::vector<std::string> paths() {
    SystemClock clock;
    SystemRandom random;
    const auto log = Log::silent();
    const auto site = web::Site::open({.data = data()}, clock, random, *log);
    if (!site) throw std::runtime_error(site.error().describe());
    std::vector<std::string> all;
    for (const auto& route : (*site)->router().routes()) {
      if (route->method != http::Method::kGet) continue;
      if (route->pattern.find('{') == std::string::npos) all.push_back(route->pattern);
      for (const Uuid& id : planted_->ids())
        if (const auto path = path_of(route->pattern, planted_->client(), id)) all.push_back(*path);
    }
    return all;
  }

  ScratchFolder folder_{memory_place()};
  std::string program_;
  std::unique_ptr<Planted> planted_;
};

TEST_F(CanariesTest, EverySealedFieldOfEveryRoomHoldsAWord) {
  EXPECT_THAT(planted_->column_faults(), IsEmpty());
  EXPECT_GE(planted_->sealed_columns(), 4u);
  fmt::print("[ figure  ] {} sealed columns, {} words, {} keys\n", planted_->sealed_columns(),
             planted_->words().size(), planted_->keys().size());
  // A sealed column that nobody planted a word in is named.
  ASSERT_TRUE(planted_->vault().database().write([](db::Connection& connection) {
    return connection.execute_script(
        "ALTER TABLE clients_relative ADD COLUMN nickname BLOB;"
        "CREATE TABLE diary_page (id TEXT NOT NULL PRIMARY KEY, body BLOB NOT NULL) STRICT;");
  }));
  const auto faults = planted_->column_faults();
  EXPECT_THAT(faults, Contains(StartsWith("column clients_relative.nickname lacks a canary")));
  EXPECT_THAT(faults, Contains(StartsWith("column diary_page.body lacks a canary")));
  EXPECT_THAT(faults, Contains(StartsWith("table diary_page has no row")));
}

TEST_F(CanariesTest, NoStoreExportOrBackupHoldsOne) {
  const Finder secrets = planted_->secrets(), identifiers = planted_->identifiers();
  const fs::path own = planted_->own_folder();
  ASSERT_TRUE(fs::exists(own / "vault.db-wal"));  // the newest writes lie there
  EXPECT_THAT(secrets.find_below(own), IsEmpty());
  EXPECT_THAT(identifiers.find_below(data(), own), IsEmpty());
  // In the own store the survivor's id is found, so the search works there too.
  EXPECT_THAT(identifiers.find_below(own), Contains(StartsWith("the survivor's id in vault.db")));

  run(fmt::format("backup --to '{0}/a.backup' --data '{0}/data'", folder_.path().string()));
  run(fmt::format("restore '{0}/a.backup' --into '{0}/restored'", folder_.path().string()));
  EXPECT_THAT(secrets.find(prove::read_file(folder_.path() / "a.backup")), IsEmpty());
  const fs::path restored = folder_.path() / "restored";
  EXPECT_THAT(secrets.find_below(restored), IsEmpty());
  const fs::path restored_own = restored / "vaults" / own.filename();
  EXPECT_TRUE(fs::exists(restored_own / "vault.db"));
  EXPECT_THAT(identifiers.find_below(restored, restored_own), IsEmpty());

  run(fmt::format("audit export '{0}/log' --data '{0}/data'", folder_.path().string()));
  EXPECT_THAT(identifiers.find_below(folder_.path() / "log"), IsEmpty());
}

TEST_F(CanariesTest, WhatIsPlantedInTheClearIsFound) {
  const std::string& word = planted_->words().front();
  const Finder secrets = planted_->secrets();
  ASSERT_TRUE(planted_->commons().write([&](db::Connection& connection) {
    return connection.execute_script(
        "CREATE TABLE plain (text TEXT, bytes BLOB);"
        "INSERT INTO plain VALUES ('" +
        word + "', x'" + to_hex(planted_->keys().front().second) + "');");
  }));
  const auto found = secrets.find_below(data());
  EXPECT_THAT(found, Contains(StartsWith(word + " in commons.db")));
  EXPECT_THAT(found, Contains(StartsWith("the organization's secret key in commons.db")));
  prove::write_file(data() / "outbox" / "mail.eml", "x" + to_hex(word));
  EXPECT_THAT(secrets.find_below(data()), Contains(StartsWith(word + " in hexadecimal in outbox")));
}

TEST_F(CanariesTest, NoPageLogOrMemoryOfOthersHoldsOne) {
  const Finder secrets = planted_->secrets(), identifiers = planted_->identifiers();
  const std::vector<std::string> all = paths();
  const std::string told = planted_->told(),
                    file = "/vault/clients/" + planted_->ids().front().to_string();
  const std::string inbox = "/vault/inbox/" + planted_->projection().to_string();
  const std::string picture = inbox + "/files/" + planted_->picture().to_string(),
                    picture_word = planted_->shown();
  const fs::path log = folder_.path() / "server.log";
  const std::string passphrase = planted_->passphrase();
  const std::vector<std::string> shown = planted_->words();
  planted_.reset();
  const Served served(program_, data(), log);
  std::uint64_t pages = 0, bytes = 0;
  const auto expect_nothing_of = [&](const Visitor& visitor, const std::string& who) {
    for (const std::string& path : all) {
      if (path == inbox || path == picture) continue;
      // A page may repeat the id that it was asked for in its address.
      const std::string page =
          replace_all(visitor.get(path), file.substr(file.rfind('/') + 1), "ID");
      ++pages;
      bytes += page.size();
      EXPECT_THAT(identifiers.find(page), IsEmpty()) << path << " to " << who;
    }
  };
  expect_nothing_of(Visitor(served), "nobody");
  std::vector<Visitor> others;
  std::optional<Visitor> detective;
  for (const auto& account : trust::demonstration_accounts()) {
    if (account.email.starts_with("advocate@")) continue;
    Visitor visitor(served);
    ASSERT_TRUE(visitor.sign_in(account.email)) << account.email;
    visitor.unlock(std::string(gates::kDemonstrationPassphrase));
    expect_nothing_of(visitor, account.email);
    if (account.email.starts_with("detective@")) detective = visitor;
  }
  const auto before = identifiers.find_in_memory(served.process());
  // The ids are in the addresses just asked for; words, keys and terms are nowhere.
  for (const auto& [name, count] : before.found)
    EXPECT_THAT(name, StartsWith("the survivor's id")) << "in memory, " << count << " times";
  EXPECT_GT(before.bytes, 1u << 20);

  ASSERT_TRUE(detective);
  const std::string seen = detective->get(inbox);
  EXPECT_THAT(secrets.find(seen), testing::ElementsAre(told));
  const std::string file_seen = detective->get(picture);
  EXPECT_THAT(secrets.find(file_seen), testing::ElementsAre(picture_word)) << file_seen;

  Visitor advocate(served);
  ASSERT_TRUE(advocate.sign_in("advocate@demonstration.example.org"));
  ASSERT_TRUE(advocate.unlock(passphrase));
  EXPECT_THAT(advocate.get(file), HasSubstr(told));
  for (const char* part : {"/answers", "/household", "/attachments", "/retention"})
    EXPECT_THAT(secrets.find(advocate.get(file + part)), testing::Not(IsEmpty())) << part;
  advocate.keep_open(file);
  const auto open = secrets.find_in_memory(served.process());
  EXPECT_THAT(open.found, Contains(testing::Key("the organization's secret key")));
  std::uint64_t opened = 0;
  for (const auto& [name, count] : open.found) opened += count;
  advocate.post("/vault/lock", "");
  EXPECT_THAT(advocate.get(file), testing::Not(HasSubstr(told)));
  // Keys, the passphrase as it was typed and every word of the pages that were shown are gone: of
  // this member, of the detective, and with a connection that is kept open. Connections that were
  // closed linger for two seconds.
  std::uint64_t left = 0;
  for (const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(6);;) {
    const auto locked = secrets.find_in_memory(served.process());
    left = 0;
    for (const auto& [name, count] : locked.found) left += count;
    if (left == 0) break;
    if (std::chrono::steady_clock::now() > until) {
      for (const auto& [name, count] : locked.found)
        ADD_FAILURE() << name
                      << (name == told           ? " (told)"
                          : name == picture_word ? " (a picture)"
                                                 : "")
                      << " is in memory after locking, " << count << " times";
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  expect_nothing_of(*detective, "a detective afterwards");
  EXPECT_THAT(identifiers.find(replace_all(prove::read_file(log), file, "")), IsEmpty());
  fmt::print(
      "[ figure  ] {} pages of others, {} MB, 0 words; {} MB of memory of a server that "
      "served others, 0; after locking 0 keys, {} places with what was shown or typed (after "
      "opening: {})\n",
      pages, bytes >> 20, before.bytes >> 20, left, opened);
}

}  // namespace
}  // namespace daybreak::wall
