// SPDX-License-Identifier: AGPL-3.0-or-later
// An earlier state of a store, put back in its place: what was stopped since stays stopped. SQLite:
// the old file is copied over the new one. PostgreSQL: every table has its old rows again, in the
// same database of the same server, as after a snapshot of its disk.
#include <fstream>

#include "db/postgres_server.hpp"
#include "db/store_snapshot.hpp"
#include "gates/release/test_gate.hpp"

namespace daybreak::gates {
namespace {

namespace fs = std::filesystem;

class PutBack : public GateStoreTest {
 protected:
  // A program of its own with the house's vaults open.
  struct Program {
    Program(PutBack& test, Log* log = nullptr)
        : vaults(test.folder() / "house", rooms_for_tests(), test.clock_, test.random_, log),
          gate(vaults),
          test_(test) {}
    Work work(int number) {
      return {**vaults.find(vault::id_number<trust::OrganizationId>(number)),
              number == 1 ? test_.advocate_ : test_.detective_,
              test_.rings_[static_cast<std::size_t>(number - 1)]};
    }
    std::optional<ErrorKind> tell(ReleaseId release) {
      return kind_of(gate.disclose(work(1), release, {kPhone}));
    }
    std::optional<ErrorKind> see(const vault::inbox::PointerId& pointer) {
      return kind_of(gate.view(work(2), pointer));
    }
    Result<void> stop(ReleaseId release) {
      const Work own = work(1);
      return Releases(own).revoke(release, "spoken");
    }
    std::int64_t count(const std::string& sql) {
      return (*work(1).vault.database().read(
                  [&](db::Connection& connection) { return connection.query_one(sql); }))
          ->integer(0);
    }
    std::int64_t living() {
      return count("SELECT count(*) FROM releases_release WHERE ended_at IS NULL");
    }
    std::int64_t endings() { return count("SELECT endings FROM releases_endings"); }
    std::int64_t rows_of_restoring() {
      return count("SELECT count(*) FROM audit_entry WHERE leaf LIKE '%\"release.end\"%'");
    }

    vault::Vaults vaults;
    ReleaseGate gate;

   private:
    PutBack& test_;
  };

  void SetUp() override {
    GateStoreTest::SetUp();
    if (IsSkipped()) return;
    rings_ = house_->rings;
    release_ = signed_release();
    const auto disclosure = gate_->disclose(advocate(), release_, {kPhone});
    ASSERT_TRUE(disclosure) << disclosure.error().describe();
    const auto row = house_->vault(1).database().read([&](db::Connection& connection) {
      return connection.query_one("SELECT id FROM releases_projection WHERE disclosure = $1",
                                  {*disclosure});
    });
    pointer_ = (*row)->uuid(0);
    other_ = signed_release({kPhone, kName});
    advocate_work_.reset();
    gate_.reset();
    house_.reset();
  }
  void TearDown() override {
    if (!saved_schema_.empty()) on_server("DROP SCHEMA " + saved_schema_ + " CASCADE");
    GateStoreTest::TearDown();
  }

  fs::path own_folder() const {
    return folder() / "house" / "vaults" / vault::id_number<trust::OrganizationId>(1).to_string();
  }
  fs::path endings_file() const { return own_folder() / "vault.endings"; }

  void save() {
    if (GetParam() == db::Engine::kSqlite) {
      std::ofstream(folder() / "saved.db").close();
      ASSERT_TRUE(db::copy_store(own_folder() / "vault.db", folder() / "saved.db"));
      return;
    }
    saved_schema_ = schema() + "_saved";
    on_server("CREATE SCHEMA " + saved_schema_);
    for_each_table("CREATE TABLE " + saved_schema_ + ".%1$I AS TABLE " + schema() + ".%1$I");
  }
  // With no program running on SQLite.
  void put_back() {
    if (GetParam() == db::Engine::kSqlite) {
      for (const char* beside : {"vault.db-wal", "vault.db-shm"}) fs::remove(own_folder() / beside);
      fs::copy_file(folder() / "saved.db", own_folder() / "vault.db",
                    fs::copy_options::overwrite_existing);
      return;
    }
    for_each_table("DELETE FROM " + schema() + ".%1$I");
    for_each_table("INSERT INTO " + schema() + ".%1$I SELECT * FROM " + saved_schema_ + ".%1$I");
  }

  // On PostgreSQL, with the schema for %s.
  void change_home(std::string statement) const {
    on_server(statement.replace(statement.find("%s"), 2, schema()));
  }

  std::vector<std::shared_ptr<const trust::keys::Keyring>> rings_;
  ReleaseId release_, other_;  // the first was told
  vault::inbox::PointerId pointer_;

 private:
  std::string schema() const { return url().substr(url().rfind("%3D") + 3); }
  static void on_server(const std::string& statement) {
    auto server = db::PostgresServer::connect(postgres_url());
    ASSERT_TRUE(server && server->run("SET session_replication_role = replica"));  // no triggers
    const auto done = server->run(statement);
    ASSERT_TRUE(done) << done.error().describe();
  }
  void for_each_table(const std::string& format) const {
    on_server(
        "DO $$ DECLARE name text; BEGIN FOR name IN SELECT tablename FROM pg_tables WHERE"
        " schemaname = '" +
        schema() + "' LOOP EXECUTE format('" + format + "', name); END LOOP; END $$");
  }
  std::string saved_schema_;
};
DAYBREAK_ON_BOTH_ENGINES(PutBack);

TEST_P(PutBack, WhatWasStoppedStaysStoppedAndAllElseEnds) {
  save();
  ASSERT_TRUE(Program(*this).stop(release_));
  const auto known = Program(*this).endings();
  for (int time = 0; time < 2; ++time) {  // the second time is noticed too
    put_back();
    ASSERT_LT(Program(*this).endings(), known) << "it is not of before";
    Program program(*this);
    EXPECT_EQ(program.living(), 2);
    EXPECT_EQ(program.tell(release_), ErrorKind::kConflict);
    EXPECT_EQ(program.tell(other_), ErrorKind::kConflict);
    EXPECT_EQ(program.see(pointer_), ErrorKind::kNotFound);
    EXPECT_EQ(program.living(), 0);
    EXPECT_EQ(program.count("SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"),
              0);
    EXPECT_EQ(program.rows_of_restoring(), 1);
    EXPECT_GT(program.endings(), known);
  }
  // Asked again, the survivor may sign again.
  Program program(*this);
  const Work own = program.work(1);
  const auto anew = sign_release(own, client_, terms_for(2, Role::kInvestigator, {kPhone}));
  ASSERT_TRUE(anew);
  EXPECT_EQ(program.tell(*anew), std::nullopt);
}

TEST_P(PutBack, ItEndsWhenTheVaultIsOpened) {
  std::string logged;
  const auto log = Log::to_function(clock_, [&](std::string_view line) { logged += line; });
  save();
  ASSERT_TRUE(Program(*this).stop(release_));
  put_back();
  Program program(*this, log.get());
  program.vaults.when_opened(vault::releases::check_opened);
  EXPECT_EQ(program.living(), 0);
  EXPECT_EQ(program.rows_of_restoring(), 1);
  EXPECT_THAT(logged, ::testing::HasSubstr("warning store_put_back"));
}

// The count of the old state must not grow to what is known before it is asked.
TEST_P(PutBack, AnEndingInAStoreThatIsPutBackDoesNotHideIt) {
  save();
  ASSERT_TRUE(Program(*this).stop(release_));
  put_back();
  Program program(*this);
  ASSERT_TRUE(program.stop(other_));
  EXPECT_EQ(program.living(), 0);
  EXPECT_EQ(program.tell(release_), ErrorKind::kConflict);
}

TEST_P(PutBack, TheMemoryOfARunningProgramKnowsWithoutTheFile) {
  if (GetParam() == db::Engine::kSqlite)
    GTEST_SKIP() << "a SQLite file is not replaced while it is open";
  save();
  Program program(*this);
  ASSERT_TRUE(program.stop(release_));
  fs::remove(endings_file());
  put_back();
  EXPECT_EQ(program.see(pointer_), ErrorKind::kNotFound);
  EXPECT_EQ(program.living(), 0);
  EXPECT_TRUE(fs::exists(endings_file()));
}

TEST_P(PutBack, AnEndingStandsWhenItsFileCannotBeWritten) {
  std::string logged;
  const auto log = Log::to_function(clock_, [&](std::string_view line) { logged += line; });
  save();
  {
    Program program(*this, log.get());
    program.vaults.when_opened(vault::releases::check_opened);
    ASSERT_EQ(program.living(), 2);
    fs::remove(endings_file());
    fs::create_directories(endings_file() / "in the way");
    ASSERT_TRUE(program.stop(release_));
    EXPECT_THAT(logged, ::testing::HasSubstr("endings_not_written"));
    EXPECT_EQ(program.tell(other_), std::nullopt);
    if (GetParam() == db::Engine::kPostgres) {
      put_back();
      EXPECT_EQ(program.see(pointer_), ErrorKind::kNotFound);
    }
  }
  Program program(*this);
  EXPECT_EQ(program.tell(other_), ErrorKind::kUnavailable) << "it cannot be known";
}

TEST_P(PutBack, EveryWayOfEndingCountsAndNoOtherActDoes) {
  Program program(*this);
  const Work own = program.work(1);
  Releases releases(own);
  const auto sign = [&](const vault::releases::Terms& terms) {
    return *sign_release(own, client_, terms);
  };
  auto terms = terms_for(2, Role::kInvestigator, {kPhone});
  auto counts_one = [&, last = program.endings()](const char* what) mutable {
    EXPECT_EQ(program.endings(), ++last) << what;
    vault::Endings kept(endings_file(), own.vault.organization(), nullptr);
    EXPECT_EQ(kept.read()->count, last) << what;
  };
  ASSERT_TRUE(releases.revoke(release_, "spoken"));
  counts_one("stopped");
  ASSERT_TRUE(releases.revoke(other_, "event"));
  counts_one("what it waited for");
  terms.single_use = true;
  const auto once = sign(terms);
  EXPECT_EQ(program.tell(once), std::nullopt);
  counts_one("used up");
  terms.single_use = false;
  const auto replaced = sign(terms);
  EXPECT_EQ(program.tell(replaced), std::nullopt);
  const auto again = releases.draft_again(replaced);
  ASSERT_TRUE(again);
  auto same = releases.read(*again)->terms;
  same.risks_told = same.rights_told = true;
  same.other_ways = "she prefers that we do it";
  same.days = 2;
  ASSERT_TRUE(releases.save(*again, same));
  ASSERT_TRUE(releases.sign(*again, {.name = "Ana Ejemplo_"}));
  counts_one("replaced");
  clock_.advance(std::chrono::days(3));
  EXPECT_TRUE(program.gate.destroy_ended(own.vault));
  counts_one("late");
}

TEST_P(PutBack, WithNothingLivingItIsWrittenDownToo) {
  ASSERT_TRUE(Program(*this).stop(other_));
  ASSERT_TRUE(Program(*this).stop(release_));
  save();
  {
    Program program(*this);
    const Work own = program.work(1);
    const auto id = *sign_release(own, client_, terms_for(2, Role::kInvestigator, {kPhone}));
    ASSERT_TRUE(program.stop(id));
  }
  put_back();
  Program program(*this);
  program.vaults.when_opened(vault::releases::check_opened);
  EXPECT_EQ(program.living(), 0);
  EXPECT_EQ(program.rows_of_restoring(), 1);
}

TEST_P(PutBack, AStoreThatCannotSayHowManyEndedIsDamaged) {
  if (GetParam() == db::Engine::kPostgres)
    GTEST_SKIP() << "the vault's role may not take the row away";
  Program program(*this);
  ASSERT_TRUE(program.work(1).vault.database().write([](db::Connection& connection) {
    return connection.execute("DELETE FROM releases_endings");
  }));
  EXPECT_EQ(program.tell(release_), ErrorKind::kCorrupt);
}

// Another server, database or timeline: what is known of the old one says nothing here.
TEST_P(PutBack, AnotherPlaceIsAnotherLifeOfTheStore) {
  if (GetParam() == db::Engine::kSqlite) GTEST_SKIP() << "a file is in no place of its own";
  const auto places = [](Program& program, const char* which) {
    return program.count("SELECT count(*) FROM releases_home" + std::string(which));
  };
  change_home("DELETE FROM %s.releases_home");
  {
    Program program(*this);  // the first time that it is asked where it is
    EXPECT_EQ(program.tell(release_), std::nullopt);
    EXPECT_EQ(program.living(), 2);
    EXPECT_EQ(places(program, ""), 1);
  }
  change_home("UPDATE %s.releases_home SET place = 'elsewhere'");
  std::string logged;
  const auto log = Log::to_function(clock_, [&](std::string_view line) { logged += line; });
  Program program(*this, log.get());
  program.vaults.when_opened(vault::releases::check_opened);
  EXPECT_EQ(program.living(), 0);
  EXPECT_EQ(program.rows_of_restoring(), 1);
  EXPECT_THAT(logged, ::testing::HasSubstr("store_put_back"));
  EXPECT_EQ(places(program, " WHERE place = 'elsewhere'"), 0);
  const Work own = program.work(1);
  const auto anew = *sign_release(own, client_, terms_for(2, Role::kInvestigator, {kPhone}));
  EXPECT_EQ(program.tell(anew), std::nullopt) << "it is at home now";
}

TEST_P(PutBack, ARestoreThatEndsNothingIsCountedAndLeavesNoRow) {
  std::string logged;
  const auto log = Log::to_function(clock_, [&](std::string_view line) { logged += line; });
  Program now(*this, log.get());
  ASSERT_TRUE(now.stop(release_));
  ASSERT_TRUE(now.stop(other_));
  const auto before = now.endings();
  const auto ended = now.work(1).vault.database().write([&](db::Connection& connection) {
    return vault::releases::end_restored(now.work(1).vault, connection);
  });
  ASSERT_TRUE(ended) << ended.error().describe();
  EXPECT_EQ(*ended, 0);
  EXPECT_EQ(now.endings(), before + 1);
  EXPECT_EQ(now.rows_of_restoring(), 0);
  EXPECT_EQ(logged, "");
}

TEST_P(PutBack, AStoreWithMoreEndingsThanWereWrittenDownIsTrusted) {
  ASSERT_TRUE(Program(*this).stop(release_));
  fs::copy_file(endings_file(), folder() / "earlier");
  const auto third = [&] {
    Program program(*this);
    const Work own = program.work(1);
    const auto id = *sign_release(own, client_, terms_for(2, Role::kInvestigator, {kPhone}));
    EXPECT_TRUE(program.stop(other_));
    return id;
  }();
  fs::copy_file(folder() / "earlier", endings_file(), fs::copy_options::overwrite_existing);
  Program program(*this);  // after a crash between the commit and the file
  program.vaults.when_opened(vault::releases::check_opened);
  EXPECT_EQ(program.tell(third), std::nullopt);
  EXPECT_EQ(program.rows_of_restoring(), 0);
  vault::Endings kept(endings_file(), vault::id_number<trust::OrganizationId>(1), nullptr);
  EXPECT_EQ(kept.read()->count, program.endings());
}

TEST_P(PutBack, AMissingFileIsWrittenAnewAndADamagedOneEndsAll) {
  ASSERT_TRUE(Program(*this).stop(other_));
  fs::remove(endings_file());
  {
    Program program(*this);
    program.vaults.when_opened(vault::releases::check_opened);
    EXPECT_EQ(program.tell(release_), std::nullopt);
  }
  ASSERT_TRUE(fs::exists(endings_file()));
  std::ofstream(endings_file(), std::ios::trunc) << "torn";
  {
    Program program(*this);
    program.vaults.when_opened(vault::releases::check_opened);
    EXPECT_EQ(program.living(), 0);
    EXPECT_EQ(program.see(pointer_), ErrorKind::kNotFound);
    EXPECT_EQ(program.rows_of_restoring(), 1);
  }
  Program program(*this);
  program.vaults.when_opened(vault::releases::check_opened);
  const Work own = program.work(1);
  const auto anew = *sign_release(own, client_, terms_for(2, Role::kInvestigator, {kPhone}));
  EXPECT_EQ(program.tell(anew), std::nullopt);
  EXPECT_EQ(program.rows_of_restoring(), 1);
}

TEST_P(PutBack, TwoProgramsOnOneVaultDoNoHarm) {
  Program one(*this), other(*this);
  ASSERT_TRUE(one.stop(release_));
  EXPECT_EQ(other.tell(other_), std::nullopt);
  const Work own = other.work(1);
  const auto third = *sign_release(own, client_, terms_for(2, Role::kInvestigator, {kPhone}));
  ASSERT_TRUE(other.stop(other_));
  EXPECT_EQ(one.tell(third), std::nullopt);
  EXPECT_EQ(one.rows_of_restoring(), 0);
}

TEST_P(PutBack, NothingIsWrittenDownForADayOfOrdinaryWork) {
  Program program(*this);
  ASSERT_EQ(program.see(pointer_), std::nullopt);
  ASSERT_EQ(program.tell(other_), std::nullopt);
  EXPECT_FALSE(fs::exists(endings_file()));
}

}  // namespace
}  // namespace daybreak::gates
