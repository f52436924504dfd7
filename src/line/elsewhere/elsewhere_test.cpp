// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/elsewhere/elsewhere.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "db/test_database.hpp"
#include "trust/migrations.hpp"

namespace daybreak::line::elsewhere {
namespace {

using trust::OrganizationKind;
using trust::Standing;

class ElsewhereTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(migrations());
    migrate_with(modules);
    own_ = organization("Harbor_");
    ASSERT_TRUE(database().write([&](db::Connection& connection) -> Result<void> {
      TRY(take_organizations(connection, {own_}, now_));
      TRY(connection.execute(
          "INSERT INTO trust_member (id, organization, name, email, roles, state, language,"
          " created_at) VALUES ($1, $2, 'Ada Example_', 'ada@example.org', '', 'active', 'en', 0)",
          {member_, own_.id}));
      return {};
    }));
  }
  trust::Organization organization(std::string name) {
    return {trust::OrganizationId::generate(clock_, random_), std::move(name),
            OrganizationKind::kVictimServiceProvider, Standing::kTaskForce, true};
  }
  Result<void> take(const std::vector<trust::Organization>& all) {
    return database().write(
        [&](db::Connection& connection) { return take_organizations(connection, all, now_); });
  }
  // name/kind/active
  std::string shown(trust::OrganizationId id) {
    const auto row = *database().read([&](db::Connection& connection) {
      return connection.query_one("SELECT name, kind, active FROM trust_organization WHERE id = $1",
                                  {id});
    });
    return row->text(0) + "/" + row->text(1) + "/" + std::to_string(row->integer(2));
  }

  SystemClock clock_;
  SystemRandom random_;
  Instant now_ = clock_.now();
  trust::Organization own_;
  trust::MemberId member_ = trust::MemberId::generate(clock_, random_);
};
DAYBREAK_ON_BOTH_ENGINES(ElsewhereTest);

TEST_P(ElsewhereTest, OrganizationsAreThoseOfTheCommonsAlsoWhenNamesChangePlaces) {
  auto first = organization("Sheriff_"), second = organization("Court_");
  ASSERT_TRUE(take({own_, first, second}));
  std::swap(first.name, second.name);
  ASSERT_TRUE(take({own_, first, second}));
  EXPECT_EQ(shown(first.id), "Court_/victim_service_provider/1");
  EXPECT_EQ(shown(second.id), "Sheriff_/victim_service_provider/1");
  ASSERT_TRUE(take({own_, second}));
  EXPECT_EQ(shown(first.id), "Court_/victim_service_provider/0");
}

TEST_P(ElsewhereTest, TheCommonsCannotShutOutOrChangeAnOrganizationThatHasMembersHere) {
  trust::Organization changed = own_;
  changed.active = false;
  changed.kind = OrganizationKind::kLawEnforcement;
  ASSERT_TRUE(take({changed}));
  EXPECT_EQ(shown(own_.id), "Harbor_/victim_service_provider/1");
  ASSERT_TRUE(take({}));
  EXPECT_EQ(shown(own_.id), "Harbor_/victim_service_provider/1");
}

TEST_P(ElsewhereTest, NamesOfWorkersAreOnlyTheirOwnOrganizationsToChange) {
  const auto other = trust::OrganizationId::generate(clock_, random_);
  const auto worker = trust::MemberId::generate(clock_, random_);
  const auto put = [&](trust::OrganizationId organization, const char* name) {
    return database().write([&](db::Connection& connection) {
      return put_person(connection, worker, organization, name, now_);
    });
  };
  const auto name = [&](trust::MemberId member) {
    return *database().read(
        [&](db::Connection& connection) { return shown_name(connection, member); });
  };
  ASSERT_TRUE(put(own_.id, "Bea Example_"));
  ASSERT_TRUE(put(own_.id, "Bea Other_"));
  EXPECT_EQ(name(worker), "Bea Other_");
  EXPECT_EQ(kind_of(put(other, "Mallory_")), ErrorKind::kConflict);
  EXPECT_EQ(name(worker), "Bea Other_");
  EXPECT_EQ(name(member_), "Ada Example_");
  EXPECT_EQ(name(trust::MemberId::generate(clock_, random_)), "");
}

TEST_P(ElsewhereTest, AListHasTheNamesOfBothInOneQuestion) {
  const auto worker = trust::MemberId::generate(clock_, random_);
  ASSERT_TRUE(database().write([&](db::Connection& connection) -> Result<void> {
    TRY(put_person(connection, worker, own_.id, "Bea Example_", now_));
    return put_person(connection, member_, own_.id, "Another name_", now_);
  }));
  const auto names =
      *database().read([](db::Connection& connection) { return shown_names(connection); });
  EXPECT_EQ(names.at(worker), "Bea Example_");
  EXPECT_EQ(names.at(member_), "Ada Example_") << "a member of this node has the own name";
}

TEST_P(ElsewhereTest, AKeyIsTheLastOneTold) {
  ASSERT_TRUE(database().write([&](db::Connection& connection) -> Result<void> {
    TRY(put_key(connection, {own_.id, std::string(32, 'a')}, now_));
    return put_key(connection, {own_.id, std::string(32, 'b')}, now_);
  }));
  const auto known = *database().read([](db::Connection& connection) { return keys(connection); });
  EXPECT_EQ(known, (std::vector<Key>{{own_.id, std::string(32, 'b')}}));
}

}  // namespace
}  // namespace daybreak::line::elsewhere
