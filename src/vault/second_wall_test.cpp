// SPDX-License-Identifier: AGPL-3.0-or-later
// The second wall on a real PostgreSQL: one database for each organisation, every table held,
// nothing seen without the organisation's name, and no worker that could pass.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "db/postgres_server.hpp"
#include "vault/test_vault.hpp"
#include "vault/vaults.hpp"

namespace daybreak::vault {
namespace {

const auto kOne = id_number<trust::OrganizationId>(61), kTwo = id_number<trust::OrganizationId>(62);
constexpr const char* kNone = "the PostgreSQL half is skipped: DAYBREAK_TEST_POSTGRES is not set";

std::int64_t number_in(db::Database& database, const std::string& sql) {
  const auto row = database.read([&](db::Connection& c) { return c.query_one(sql); });
  EXPECT_TRUE(row) << row.error().describe();
  return row && *row ? (*row)->integer(0) : -1;
}

class SecondWall : public testing::Test {
 protected:
  void SetUp() override {
    if (db::StoreTest::postgres_url() == nullptr) GTEST_SKIP() << kNone;
    server_ = db::StoreTest::postgres_url();
    for (const auto organization : {kOne, kTwo}) {
      const auto made = vaults_.create_on_server(organization, server_);
      ASSERT_TRUE(made) << made.error().describe();
      const auto filled = (*vaults_.find(organization))->database().write([](db::Connection& c) {
        return c.execute("INSERT INTO vault_failure (member, at) VALUES ('x', 1)");
      });
      ASSERT_TRUE(filled) << filled.error().describe();
    }
  }
  void TearDown() override {
    if (server_.empty()) return;
    for (const auto organization : {kOne, kTwo}) (void)vaults_.destroy(organization);
    auto server = db::PostgresServer::connect(server_);
    ASSERT_TRUE(server);
    for (const auto organization : {kOne, kTwo}) {
      std::string id = organization.to_string();
      std::erase(id, '-');
      EXPECT_TRUE(server->run("DROP DATABASE daybreak_vault_" + id + " WITH (FORCE)"));
      for (const char* role : {"owner_", "worker_"})
        EXPECT_TRUE(server->run("DROP ROLE daybreak_" + (role + id)));
    }
  }
  std::string line(trust::OrganizationId organization, const char* file) {
    std::ifstream in(folder_.path() / "vaults" / organization.to_string() / file);
    std::string text;
    std::getline(in, text);
    return text;
  }
  std::string worker(trust::OrganizationId organization) { return line(organization, "vault.url"); }
  std::string owner(trust::OrganizationId organization) {
    return line(organization, "vault.owner.url");
  }
  // In the vault's own database and schema, with every right.
  db::PostgresServer superuser(trust::OrganizationId organization) {
    return std::move(*db::PostgresServer::connect(superuser_url(organization)));
  }
  std::string superuser_url(trust::OrganizationId organization) {
    std::string id = organization.to_string();
    std::erase(id, '-');
    return *db::postgres_address(server_, {.database = "daybreak_vault_" + id, .schema = "vault"});
  }
  // The server may hold other suites' roles.
  static std::string roles_of(trust::OrganizationId organization) {
    std::string id = organization.to_string();
    std::erase(id, '-');
    return "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'daybreak_%" + id + "'";
  }
  Result<std::unique_ptr<Vault>> open(const std::string& url) {
    return Vault::open({.url = url}, kOne, clock_, random_);
  }

  db::TestFolder folder_;
  ManualClock clock_{kTestStart};
  SystemRandom random_;
  std::string server_;
  Vaults vaults_{folder_.path(), {}, clock_, random_};
};

TEST_F(SecondWall, GivesEachOrganizationADatabaseAndTwoPlainRoles) {
  EXPECT_NE((*vaults_.find(kOne))->database().location(),
            (*vaults_.find(kTwo))->database().location());
  auto as_superuser = db::Database::open(superuser_url(kOne));
  ASSERT_TRUE(as_superuser);
  EXPECT_EQ(
      number_in(**as_superuser,
                "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'daybreak_%' AND (rolsuper OR"
                " rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"),
      0);
  for (const auto organization : {kOne, kTwo})
    EXPECT_EQ(number_in(**as_superuser, roles_of(organization)), 2);
  // Nobody comes into another's database, by name and password of the own.
  const std::string id = kTwo.to_string();
  std::string plain = id;
  std::erase(plain, '-');
  const auto into_two = db::postgres_address(worker(kOne), {.database = "daybreak_vault_" + plain});
  ASSERT_TRUE(into_two);
  EXPECT_FALSE(db::PostgresServer::connect(*into_two));
  EXPECT_EQ(
      std::filesystem::status(folder_.path() / "vaults" / id / "vault.owner.url").permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// As vaults were made before the setting was asked once per statement; for none but its own.
TEST_F(SecondWall, KnowsThePolicyOfEarlierVaults) {
  const auto rewrite = [&](trust::OrganizationId organization) {
    const std::string condition =
        "(current_setting('daybreak.organization', true) = '" + organization.to_string() + "')";
    ASSERT_TRUE(db::PostgresServer::connect(owner(kOne))
                    ->run("ALTER POLICY daybreak_organization ON vault_failure USING " + condition +
                          " WITH CHECK " + condition));
  };
  rewrite(kOne);
  const auto opened = open(worker(kOne));
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(number_in((*opened)->database(), "SELECT count(*) FROM vault_failure"), 1);
  rewrite(kTwo);
  EXPECT_EQ(kind_of(open(worker(kOne))), ErrorKind::kConflict);
}

TEST_F(SecondWall, ForcesRowSecurityOnEveryTable) {
  auto as_superuser = db::Database::open(superuser_url(kOne));
  ASSERT_TRUE(as_superuser);
  const std::string tables =
      "SELECT count(*) FROM pg_class WHERE relnamespace = 'vault'::regnamespace AND relkind = 'r'";
  EXPECT_GT(number_in(**as_superuser, tables), 8);
  EXPECT_EQ(number_in(**as_superuser, tables + " AND NOT (relrowsecurity AND relforcerowsecurity)"),
            0);
  ASSERT_TRUE(second_wall::check(**second_wall::open(worker(kOne), kOne, false), kOne));

  for (const std::string& opening :
       {std::string("ALTER TABLE vault_failure NO FORCE ROW LEVEL SECURITY"),
        std::string("ALTER TABLE vault_failure DISABLE ROW LEVEL SECURITY"),
        std::string("DROP POLICY daybreak_organization ON vault_failure"),
        std::string("ALTER POLICY daybreak_organization ON vault_failure USING (true)"),
        std::string("ALTER POLICY daybreak_organization ON vault_failure WITH CHECK (true)"),
        std::string("CREATE POLICY another ON vault_failure USING (true)"),
        std::string("CREATE TABLE vault_new (x INT)")}) {
    ASSERT_TRUE(db::PostgresServer::connect(owner(kOne))->run(opening));
    const auto refused = open(worker(kOne));
    ASSERT_FALSE(refused) << opening;
    EXPECT_EQ(kind_of(refused), ErrorKind::kCorrupt) << opening;
    EXPECT_THAT(refused.error().cure, testing::HasSubstr("daybreak vault secure"));
    // Never quietly put right at a start; by the owner's command only.
    EXPECT_EQ(kind_of(Vaults(folder_.path(), {}, clock_, random_).check_walls()),
              ErrorKind::kCorrupt);
    (void)superuser(kOne).run("DROP POLICY another ON vault_failure");
    const auto secured = vaults_.secure(kOne);
    ASSERT_TRUE(secured) << opening << secured.error().describe();
    EXPECT_TRUE(open(worker(kOne))) << opening;
  }
  ASSERT_TRUE(superuser(kOne).run("CREATE VIEW a_view AS SELECT * FROM vault_failure"));
  EXPECT_EQ(place_of(open(worker(kOne))), "a_view");
}

TEST_F(SecondWall, ShowsNothingWithoutTheOrganization) {
  const std::string rows = "SELECT count(*) FROM vault_failure";
  auto right = second_wall::open(worker(kOne), kOne, false);
  ASSERT_TRUE(right);
  EXPECT_EQ(number_in(**right, rows), 1);
  for (const std::string& url : {worker(kOne), owner(kOne)}) {
    auto silent = db::Database::open(url);
    ASSERT_TRUE(silent);
    EXPECT_EQ(number_in(**silent, rows), 0);
    auto other = second_wall::open(url, kTwo, false);
    ASSERT_TRUE(other);
    EXPECT_EQ(number_in(**other, rows), 0);
    for (const char* change : {"UPDATE vault_failure SET at = 2", "DELETE FROM vault_failure"}) {
      const auto changed = (*silent)->write([&](db::Connection& c) { return c.execute(change); });
      EXPECT_EQ(changed.value_or(-1), 0) << change;
    }
    EXPECT_FALSE((*silent)->write([](db::Connection& c) {
      return c.execute("INSERT INTO vault_failure (member, at) VALUES ('y', 2)");
    }));
  }
  EXPECT_EQ(number_in(**right, rows), 1);
}

TEST_F(SecondWall, LetsTheWorkerChangeNoPolicyAndNoTable) {
  auto hand = db::PostgresServer::connect(worker(kOne));
  ASSERT_TRUE(hand);
  std::string id = kOne.to_string();
  std::erase(id, '-');
  for (const std::string& statement :
       {std::string("ALTER TABLE vault_failure DISABLE ROW LEVEL SECURITY"),
        std::string("ALTER TABLE vault_failure NO FORCE ROW LEVEL SECURITY"),
        std::string("DROP POLICY daybreak_organization ON vault_failure"),
        std::string("CREATE POLICY mine ON vault_failure USING (true)"),
        std::string("ALTER POLICY daybreak_organization ON vault_failure USING (true)"),
        std::string("SET SESSION AUTHORIZATION daybreak_owner_") + id,
        std::string("SET ROLE daybreak_owner_") + id,
        std::string("ALTER ROLE CURRENT_USER BYPASSRLS"), std::string("CREATE TABLE mine (x INT)"),
        std::string("CREATE TEMP TABLE mine (x INT)"), std::string("TRUNCATE vault_failure"),
        std::string("DROP TABLE vault_failure"), std::string("CREATE VIEW mine AS SELECT 1")}) {
    EXPECT_FALSE(hand->run(statement)) << statement;
  }
}

TEST_F(SecondWall, RefusesARoleThatCouldPassIt) {
  const auto as_superuser = open(superuser_url(kOne));
  ASSERT_FALSE(as_superuser);
  EXPECT_EQ(kind_of(as_superuser), ErrorKind::kDenied);
  EXPECT_THAT(as_superuser.error().cure, testing::HasSubstr("worker role"));
  EXPECT_EQ(kind_of(open(owner(kOne))), ErrorKind::kDenied);
  std::string id = kOne.to_string();
  std::erase(id, '-');
  const std::string role = "daybreak_worker_" + id;
  for (const auto& [given, taken] :
       {std::pair("ALTER ROLE " + role + " BYPASSRLS", "ALTER ROLE " + role + " NOBYPASSRLS"),
        std::pair("ALTER ROLE " + role + " SUPERUSER", "ALTER ROLE " + role + " NOSUPERUSER"),
        std::pair("ALTER ROLE " + role + " CREATEROLE", "ALTER ROLE " + role + " NOCREATEROLE"),
        std::pair("GRANT daybreak_owner_" + id + " TO " + role,
                  "REVOKE daybreak_owner_" + id + " FROM " + role)}) {
    ASSERT_TRUE(superuser(kOne).run(given));
    EXPECT_EQ(kind_of(open(worker(kOne))), ErrorKind::kDenied) << given;
    ASSERT_TRUE(superuser(kOne).run(taken));
    EXPECT_TRUE(open(worker(kOne))) << taken;
  }
}

TEST_F(SecondWall, LeavesNothingBehindWhenMakingFails) {
  SystemRandom random;
  const auto again = second_wall::make_store(server_, kOne, random);  // its roles are there
  ASSERT_FALSE(again);
  EXPECT_TRUE(open(worker(kOne)));
  // A worker is no administrator.
  const auto three = id_number<trust::OrganizationId>(63);
  EXPECT_FALSE(second_wall::make_store(worker(kOne), three, random));
  auto database = db::Database::open(server_);
  EXPECT_EQ(number_in(**database, roles_of(kOne)), 2);
  EXPECT_EQ(number_in(**database, roles_of(three)), 0);
}

}  // namespace
}  // namespace daybreak::vault
