// SPDX-License-Identifier: AGPL-3.0-or-later
// The board: what was said decays, only those who may say it, and every saying is written down.
#include "commons/directory/board/board.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "base/test_result.hpp"
#include "db/test_database.hpp"
#include "trust/audit.hpp"
#include "trust/migrations.hpp"

namespace daybreak::directory::board {
namespace {

std::string id(int number) {
  char text[40];
  std::snprintf(text, sizeof text, "0c7d0b44-0000-4000-8000-%012d", number);
  return text;
}
Uuid uuid(int number) { return Uuid::parse(id(number)).value(); }

class BoardTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(store::migrations());
    modules.push_back(migrations());
    migrate_with(modules);
    directory_.emplace(database(), clock_, random_);
    add(Entity::kOrganization,
        R"({"id":")" + id(1) + R"(","name":"Example","description":"Fictional."})");
    add_service(10, "Beds A", "housing.shelter", "");
    add_service(11, "Beds B", "housing.shelter", "");
    add_service(12, "Lawyers", "legal", "");
    add_service(13, "Hidden beds", "housing.shelter", R"(,"visibility":"confidential")");
    std::ifstream file(DAYBREAK_SOURCE_DIR "/data/directory/needs.csv");
    std::stringstream text;
    text << file.rdbuf();
    catalogue_ =
        Catalogue::open(
            *directory_, Audience::task_force(), folder() / "search",
            std::make_shared<const search::NeedTree>(search::NeedTree::parse(text.str()).value()),
            clock_)
            .value();
    boards_.emplace(*catalogue_, clock_);
  }
  void add(Entity entity, const std::string& text) {
    const auto saved = directory_->save(entity, parse_json(text).value(), 0, "test");
    ASSERT_TRUE(saved) << saved.error().describe();
  }
  void add_service(int number, const std::string& name, const std::string& need,
                   const std::string& more) {
    add(Entity::kService, R"({"id":")" + id(number) + R"(","name":")" + name +
                              R"(","status":"active","organization_id":")" + id(1) +
                              R"(","needs":[")" + need + "\"]" + more + "}");
  }
  trust::Actor member(int organization, trust::Roles roles,
                      trust::Standing standing = trust::Standing::kTaskForce) {
    trust::Actor actor;
    actor.kind = trust::Actor::Kind::kMember;
    actor.member = trust::MemberId(uuid(100 + organization));
    actor.organization = trust::OrganizationId(uuid(200 + organization));
    actor.standing = standing;
    actor.roles = roles;
    actor.source = "web";
    return actor;
  }
  std::vector<std::string> names(const trust::Actor& actor, const Filter& filter) {
    clock_.advance(std::chrono::seconds(1));  // the catalogue looks twenty times a second
    EXPECT_TRUE(catalogue_->refresh());
    std::vector<std::string> all;
    const auto board = boards_->list(actor, filter, Order::kRoom, 0, 50);
    if (!board) return {"!" + board.error().describe()};
    for (const Line& line : board->lines) all.push_back(line.name);
    return all;
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  SeededRandom random_{7};
  std::optional<Directory> directory_;
  std::unique_ptr<Catalogue> catalogue_;
  std::optional<Boards> boards_;
  const trust::Actor advocate_ = member(1, {trust::Role::kAdvocate});
  const trust::Actor coordinator_ = member(2, {trust::Role::kCoordinator});
};
DAYBREAK_ON_BOTH_ENGINES(BoardTest);

TEST_P(BoardTest, RoomStandsFirstUntilItsTimeIsOver) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(advocate_, {}), (Names{"Beds A", "Beds B"}));
  ASSERT_TRUE(
      boards_->update(coordinator_, uuid(11), CapacityStatus::kCapacity, std::chrono::hours(4)));
  EXPECT_EQ(names(advocate_, {}), (Names{"Beds B", "Beds A"}));
  EXPECT_EQ(names(advocate_, {.with_room = true}), Names{"Beds B"});
  clock_.advance(std::chrono::hours(4));
  EXPECT_EQ(names(advocate_, {}), (Names{"Beds A", "Beds B"}));
  EXPECT_EQ(names(advocate_, {.with_room = true}), Names{});
  EXPECT_EQ(names(advocate_, {.need = ""}), (Names{"Beds A", "Beds B", "Lawyers"}));
}

TEST_P(BoardTest, OnlyItsOwnPeopleAndTheDirectorysMaySay) {
  const auto refused = boards_->update(advocate_, uuid(10), CapacityStatus::kCapacity, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(kind_of(refused), ErrorKind::kNotFound);
  ASSERT_FALSE(boards_->set_keeper(advocate_, uuid(1), advocate_.organization));
  ASSERT_TRUE(boards_->set_keeper(coordinator_, uuid(1), advocate_.organization));
  EXPECT_TRUE(boards_->update(advocate_, uuid(10), CapacityStatus::kCapacity, {}));
  const Line first = boards_->list(advocate_, {}, Order::kRoom, 0, 9)->lines.front();
  EXPECT_TRUE(first.may_update);
  EXPECT_TRUE(first.is_own);
  ASSERT_TRUE(boards_->set_keeper(coordinator_, uuid(1), {}));
  EXPECT_FALSE(boards_->update(advocate_, uuid(10), CapacityStatus::kCapacity, {}));
}

TEST_P(BoardTest, PartnersAndHiddenRecordsStayOutside) {
  const auto partner = member(3, {trust::Role::kAdvocate}, trust::Standing::kPartner);
  EXPECT_EQ(kind_of(boards_->list(partner, {}, Order::kRoom, 0, 9)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(boards_->update(coordinator_, uuid(13), CapacityStatus::kCapacity, {})),
            ErrorKind::kNotFound);
}

TEST_P(BoardTest, EverySayingAndEveryRefusalIsWrittenDown) {
  ASSERT_TRUE(boards_->update(coordinator_, uuid(10), CapacityStatus::kNoCapacity, {}));
  ASSERT_FALSE(boards_->update(advocate_, uuid(10), CapacityStatus::kCapacity, {}));
  const auto entries =
      database().read([](db::Connection& c) { return trust::audit_entries(c, 0, 10); }).value();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_NE(entries[0].leaf.find("status=no-capacity"), std::string::npos);
  EXPECT_NE(entries[1].leaf.find("\"outcome\":\"denied\""), std::string::npos);
}

}  // namespace
}  // namespace daybreak::directory::board
