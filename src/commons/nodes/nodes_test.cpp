// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/nodes/nodes.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "db/test_database.hpp"
#include "line/elsewhere/elsewhere.hpp"
#include "trust/migrations.hpp"

namespace daybreak::nodes {
namespace {

class NodesTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(line::migrations());
    modules.push_back(line::elsewhere::migrations());
    modules.push_back(migrations());
    migrate_with(modules);
    for (const auto& one : {provider_, shelter_})
      ASSERT_TRUE(database().write([&](db::Connection& connection) {
        return connection.execute(
            "INSERT INTO trust_organization (id, name, kind, standing, active, created_at)"
            " VALUES ($1, $1, 'housing', 'partner', 1, 0)",
            {one});
      }));
    register_.emplace(database(), clock_, random_);
  }
  static std::string pin(char digit) { return std::string(64, digit); }
  std::string log() {
    std::string all;
    const auto entries = database().read(
        [](db::Connection& connection) { return trust::audit_entries(connection, 0, 1000); });
    for (const auto& entry : *entries) all += entry.leaf + "\n";
    return all;
  }

  ManualClock clock_{Instant(std::chrono::milliseconds(1'790'000'000'000))};
  SystemRandom random_;
  trust::OrganizationId provider_ = trust::OrganizationId::generate(clock_, random_),
                        shelter_ = trust::OrganizationId::generate(clock_, random_);
  trust::Actor operator_ = trust::Actor::system("cli");
  std::optional<Register> register_;
};
DAYBREAK_ON_BOTH_ENGINES(NodesTest);

TEST_P(NodesTest, ANodeSpeaksForItsOrganizationsUntilItIsTakenOff) {
  const auto id = register_->add(operator_, "Harbor_", pin('a'), {provider_});
  ASSERT_TRUE(id) << id.error().describe();
  const auto found = register_->find_by_pin(pin('a'));
  ASSERT_TRUE(found && *found);
  EXPECT_TRUE((*found)->speaks_for(provider_));
  EXPECT_FALSE((*found)->speaks_for(shelter_));
  EXPECT_EQ(*register_->node_of(provider_), *id);
  ASSERT_TRUE(register_->was_seen(*id));
  EXPECT_TRUE(register_->list(operator_)->at(0).last_seen_at);
  ASSERT_TRUE(database().write([&](db::Connection& connection) {
    return line::enqueue(connection, {Uuid::generate(clock_, random_), "x", {}, {}, "", {}},
                         clock_.now(), *id);
  }));
  EXPECT_EQ(register_->list(operator_)->at(0).waiting, 1);
  ASSERT_TRUE(register_->remove(operator_, "Harbor_"));
  EXPECT_FALSE(*register_->find_by_pin(pin('a')));
  EXPECT_FALSE(*register_->node_of(provider_));
  EXPECT_EQ(
      *database().read([&](db::Connection& connection) { return line::waiting(connection, *id); }),
      0);
  EXPECT_EQ(kind_of(register_->remove(operator_, "Harbor_")), ErrorKind::kNotFound);
  EXPECT_NE(log().find("node.add"), std::string::npos);
  EXPECT_NE(log().find("node.remove"), std::string::npos);
}

TEST_P(NodesTest, NoTwoNodesShareANamePinOrOrganization) {
  ASSERT_TRUE(register_->add(operator_, "Harbor_", pin('a'), {provider_}));
  EXPECT_EQ(kind_of(register_->add(operator_, "Harbor_", pin('b'), {shelter_})),
            ErrorKind::kConflict);
  EXPECT_EQ(kind_of(register_->add(operator_, "Other_", pin('a'), {shelter_})),
            ErrorKind::kConflict);
  EXPECT_EQ(kind_of(register_->add(operator_, "Other_", pin('b'), {shelter_, provider_})),
            ErrorKind::kConflict);
  EXPECT_FALSE(*register_->node_of(shelter_));  // nothing is left of it
  EXPECT_EQ(kind_of(register_->add(operator_, "Other_", "abc", {shelter_})), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(register_->add(operator_, "Other_", pin('b'), {})), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(register_->add(operator_, "Other_", pin('b'),
                                   {trust::OrganizationId::generate(clock_, random_)})),
            ErrorKind::kInvalid);
  EXPECT_TRUE(register_->add(operator_, "Other_", pin('B'), {shelter_}));
  EXPECT_TRUE(*register_->find_by_pin(pin('b')));
}

TEST_P(NodesTest, OnlyWhoOwnsTheDataDirectoryChangesTheRegister) {
  trust::Actor administrator;
  administrator.kind = trust::Actor::Kind::kMember;
  administrator.member = trust::MemberId::generate(clock_, random_);
  administrator.organization = provider_;
  administrator.roles = {trust::Role::kAdministrator, trust::Role::kCoordinator};
  EXPECT_EQ(kind_of(register_->add(administrator, "Harbor_", pin('a'), {provider_})),
            ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(register_->list(administrator)), ErrorKind::kNotFound);
  EXPECT_NE(log().find("\"denied\""), std::string::npos);
}

}  // namespace
}  // namespace daybreak::nodes
