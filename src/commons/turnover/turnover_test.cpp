// SPDX-License-Identifier: AGPL-3.0-or-later
// Who leaves leaves nothing behind: duties go to a colleague and can come back; every account is
// confirmed once a year by somebody else.
#include "commons/turnover/turnover.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/test_result.hpp"
#include "db/test_database.hpp"
#include "trust/demonstration.hpp"
#include "trust/migrations.hpp"

namespace daybreak::turnover {
namespace {

using testing::HasSubstr;

class TurnoverTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(migrations());
    migrate_with(modules);
    const trust::Keeper keeper{database(), key_, clock_, random_};
    ASSERT_TRUE(trust::seed_demonstration(keeper));
    members_.emplace(keeper);
    turnover_.emplace(database(), clock_, random_, *members_,
                      std::vector<Holder>{things(), mail()});
  }
  void TearDown() override {
    turnover_.reset();
    members_.reset();
    db::StoreTest::TearDown();
  }
  // Things that members look after, kept in memory.
  Holder things() {
    return {.code = "thing",
            .words = language::to_translate("Actions"),
            .duties = [this](const trust::Actor&,
                             const trust::Member& one) -> Result<std::vector<Duty>> {
              std::vector<Duty> duties;
              for (const auto& [id, owner] : owners_)
                if (owner == one.id) duties.push_back({id.to_string(), "/"});
              return duties;
            },
            .pass_on = [this](db::Connection&, trust::MemberId from, trust::MemberId to,
                              std::span<const Uuid> only) -> Result<std::vector<Uuid>> {
              std::vector<Uuid> moved;
              for (auto& [id, owner] : owners_)
                if (owner == from && (only.empty() || std::ranges::find(only, id) != only.end())) {
                  owner = to;
                  moved.push_back(id);
                }
              return moved;
            }};
  }
  Holder mail() {
    return {.code = "mail",
            .words = language::to_translate("Actions"),
            .duties = [this](const trust::Actor&,
                             const trust::Member& one) -> Result<std::vector<Duty>> {
              if (ended_.contains(one.id)) return std::vector<Duty>();
              return std::vector<Duty>{{"a list", "/"}};
            },
            .end = [this](db::Connection&, trust::MemberId one) -> Result<void> {
              ended_.insert(one);
              return {};
            }};
  }
  trust::Member who(trust::Role role) {
    const auto all = members_->list(trust::Actor::system("test")).value();
    for (const trust::Member& one : all)
      if (one.roles.has(role)) return one;
    ADD_FAILURE() << "nobody has the role " << code_of(role);
    return {};
  }
  trust::Actor actor(const trust::Member& member, bool confirmed = true) {
    trust::Actor actor;
    actor.kind = trust::Actor::Kind::kMember;
    actor.member = member.id;
    actor.organization = member.organization;
    actor.standing = trust::Standing::kTaskForce;
    actor.roles = member.roles;
    if (confirmed) actor.confirmed_at = clock_.now();
    actor.source = "web";
    return actor;
  }
  trust::Member colleague_of(const trust::Member& member) {
    auto invited =
        members_->invite(trust::Actor::system("test"),
                         {.organization = member.organization,
                          .name = "Colleague",
                          .email = "colleague" + std::to_string(++count_) + "@example.org",
                          .roles = {trust::Role::kAnalyst}});
    EXPECT_TRUE(invited);
    EXPECT_TRUE(database().write([&](db::Connection& c) -> Result<void> {
      TRY(c.execute("UPDATE trust_member SET state = 'active' WHERE id = $1", {invited->member}));
      return {};
    }));
    return members_->find(invited->member).value().value();
  }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  SeededRandom random_{7};
  trust::NodeKey key_ = trust::NodeKey::for_tests();
  std::optional<trust::Members> members_;
  std::optional<Turnover> turnover_;
  std::map<Uuid, trust::MemberId> owners_;
  std::set<trust::MemberId> ended_;
  int count_ = 0;
};
DAYBREAK_ON_BOTH_ENGINES(TurnoverTest);

TEST_P(TurnoverTest, WhoLeavesHandsOverInOneStepAndBack) {
  const trust::Member leaver = who(trust::Role::kCoordinator);
  const trust::Member next = colleague_of(leaver);
  const trust::Actor administrator = actor(who(trust::Role::kAdministrator));
  owners_ = {{Uuid({1}), leaver.id}, {Uuid({2}), leaver.id}, {Uuid({3}), next.id}};
  EXPECT_EQ(turnover_->held_by(administrator, leaver.id)->size(), 2u);
  EXPECT_EQ(place_of(turnover_->leave(administrator, leaver.id, std::nullopt)), "successor");
  EXPECT_EQ(place_of(turnover_->leave(administrator, leaver.id, leaver.id)), "successor");
  EXPECT_EQ(members_->find(leaver.id).value()->state, trust::MemberState::kActive);
  const Leaving leaving = turnover_->leave(administrator, leaver.id, next.id).value();
  EXPECT_EQ(leaving.moved, 2);
  EXPECT_EQ(members_->find(leaver.id).value()->state, trust::MemberState::kDisabled);
  EXPECT_TRUE(turnover_->held_by(administrator, leaver.id)->empty());
  EXPECT_TRUE(ended_.contains(leaver.id));
  // One was given on meanwhile: it stays where it is, and what was the successor's before too.
  owners_[Uuid({2})] = administrator.member;
  EXPECT_EQ(turnover_->take_back(administrator, leaving.id).value(), 1);
  EXPECT_EQ(owners_[Uuid({1})], leaver.id);
  EXPECT_EQ(owners_[Uuid({2})], administrator.member);
  EXPECT_EQ(owners_[Uuid({3})], next.id);
  EXPECT_EQ(kind_of(turnover_->take_back(administrator, leaving.id)), ErrorKind::kConflict);
  EXPECT_TRUE(turnover_->leavings(administrator, leaver.id)->front().undone);
}

TEST_P(TurnoverTest, OnlyWhoMayCloseAccountsMayHandOver) {
  const trust::Member leaver = who(trust::Role::kCoordinator);
  const trust::Member next = colleague_of(leaver);
  const auto leave = [&](const trust::Actor& by) {
    return turnover_->leave(by, leaver.id, next.id);
  };
  EXPECT_FALSE(leave(actor(who(trust::Role::kAdvocate))));
  EXPECT_FALSE(leave(actor(leaver))) << "closed the own account";
  EXPECT_FALSE(leave(actor(who(trust::Role::kAdministrator), /*confirmed=*/false)));
  EXPECT_FALSE(turnover_->held_by(trust::Actor::anyone(), leaver.id));
  EXPECT_EQ(members_->find(leaver.id).value()->state, trust::MemberState::kActive);
}

TEST_P(TurnoverTest, OnceAYearEveryAccountIsLookedAt) {
  EXPECT_TRUE(turnover_->daily()->empty()) << "a young node reviews nothing";
  clock_.advance(std::chrono::days(336));
  const auto whom = turnover_->daily().value();
  ASSERT_FALSE(whom.empty());
  EXPECT_TRUE(turnover_->daily()->empty()) << "reminded twice on one day";
  clock_.advance(std::chrono::days(7));
  EXPECT_FALSE(turnover_->daily()->empty());
  const Review review = turnover_->latest_review().value().value();
  const trust::Actor administrator = actor(who(trust::Role::kAdministrator));
  const trust::Actor coordinator = actor(who(trust::Role::kCoordinator));
  const auto lines = turnover_->lines(administrator, review.id).value();
  EXPECT_EQ(static_cast<std::int64_t>(lines.size()), review.open_lines);
  EXPECT_FALSE(turnover_->confirm(administrator, review.id, administrator.member))
      << "confirmed the own access";
  EXPECT_FALSE(
      turnover_->confirm(actor(who(trust::Role::kAnalyst)), review.id, coordinator.member));
  const trust::Member closed = who(trust::Role::kTrainer);
  for (const ReviewLine& line : lines) {
    if (line.member.id == closed.id)
      ASSERT_TRUE(turnover_->leave(administrator, closed.id, std::nullopt));
    else
      ASSERT_TRUE(
          turnover_->confirm(line.member.id == administrator.member ? coordinator : administrator,
                             review.id, line.member.id));
  }
  EXPECT_TRUE(turnover_->latest_review().value()->closed);
  EXPECT_FALSE(turnover_->confirm(administrator, review.id, coordinator.member));
  const auto answered = turnover_->lines(administrator, review.id).value();
  for (const ReviewLine& line : answered)
    EXPECT_EQ(line.verdict, line.member.id == closed.id ? Verdict::kClose : Verdict::kKeep);
  EXPECT_TRUE(turnover_->daily()->empty());
  clock_.advance(std::chrono::days(336));
  EXPECT_FALSE(turnover_->daily()->empty()) << "the next year's review did not open";
}

}  // namespace
}  // namespace daybreak::turnover
