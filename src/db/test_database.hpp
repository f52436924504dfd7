// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: every store test runs on both engines, each test in a store of its own.
//
//   class DirectoryStore : public db::StoreTest { … SetUp() { db::StoreTest::SetUp(); … } };
//   DAYBREAK_ON_BOTH_ENGINES(DirectoryStore);
//   TEST_P(DirectoryStore, KeepsAName) { database().write(…); }
//
// PostgreSQL is the one at $DAYBREAK_TEST_POSTGRES (scripts/start-test-postgres COMMAND sets it);
// the PostgreSQL half is skipped, and says so, when that is not set.
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unistd.h>

#include "base/scratch_folder.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"

namespace daybreak::db {

// A folder that lives as long as the test.
using TestFolder = ScratchFolder;

class StoreTest : public ::testing::TestWithParam<Engine> {
 public:
  static const char* postgres_url() { return std::getenv("DAYBREAK_TEST_POSTGRES"); }

 protected:
  void SetUp() override {
    if (GetParam() == Engine::kPostgres) {
      if (postgres_url() == nullptr)
        GTEST_SKIP() << "PostgreSQL half skipped: DAYBREAK_TEST_POSTGRES is not set "
                        "(run through scripts/start-test-postgres)";
      create_schema();
    } else {
      url_ = "sqlite:" + (folder_.path() / "store.db").string();
    }
    reopen();
  }
  void TearDown() override {
    database_.reset();
    if (!schema_.empty()) on_server("DROP SCHEMA " + schema_ + " CASCADE");
  }

  Database& database() { return *database_; }
  const std::string& url() const { return url_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  // Closes the store and opens it again, as a restart would.
  void reopen() {
    database_.reset();
    auto opened = Database::open(url_);
    ASSERT_TRUE(opened) << opened.error().describe();
    database_ = std::move(*opened);
  }
  void migrate_with(std::vector<ModuleMigrations> modules) {
    const SystemClock clock;
    const auto done = migrate(*database_, modules, clock);
    ASSERT_TRUE(done) << done.error().describe();
  }

 private:
  void create_schema() {
    static std::atomic<int> count{0};
    schema_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    on_server("CREATE SCHEMA " + schema_);
    const std::string base = postgres_url();
    url_ = base + (base.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" +
           schema_;
  }
  void on_server(const std::string& sql) {
    auto server = Database::open(postgres_url());
    ASSERT_TRUE(server) << server.error().describe();
    const auto done = (*server)->write([&](Connection& c) { return c.execute_script(sql); });
    ASSERT_TRUE(done) << done.error().describe();
  }

  TestFolder folder_;
  std::string url_;
  std::string schema_;
  std::unique_ptr<Database> database_;
};

}  // namespace daybreak::db

#define DAYBREAK_ON_BOTH_ENGINES(Suite)                                                      \
  INSTANTIATE_TEST_SUITE_P(                                                                  \
      Both, Suite,                                                                           \
      ::testing::Values(::daybreak::db::Engine::kSqlite, ::daybreak::db::Engine::kPostgres), \
      [](const auto& info) { return std::string(::daybreak::db::name_of(info.param)); })
