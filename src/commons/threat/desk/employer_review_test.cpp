// SPDX-License-Identifier: AGPL-3.0-or-later
// Names of employers open one pair at a time, to a role, and every look and decision is logged.
#include "commons/threat/desk/employer_review.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "commons/threat/desk/assessments.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/synthesize.hpp"
#include "db/test_database.hpp"
#include "trust/audit.hpp"
#include "trust/migrations.hpp"

namespace daybreak::threat::desk {
namespace {

trust::Actor member(trust::Roles roles) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid::parse("0c7d0b44-0000-4000-8000-000000000090").value());
  actor.organization =
      trust::OrganizationId(Uuid::parse("0c7d0b44-0000-4000-8000-000000000091").value());
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = roles;
  actor.source = "web";
  return actor;
}

class EmployerReviewTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(threat::store::migrations());
    migrate_with(modules);
    const auto made = synthesize(folder_.path(), {.counties = western_new_york(), .cases = 6'000});
    ASSERT_TRUE(made);
    const std::vector<std::filesystem::path> files = {made->whd};
    ASSERT_TRUE(import_files(database(), clock_, files, {}));
    const auto run = link_employers(database(), clock_);
    ASSERT_TRUE(run) << run.error().describe();
    review_.emplace(database(), clock_);
  }
  std::string log() {
    std::string all;
    const auto entries =
        database().read([](db::Connection& c) { return trust::audit_entries(c, 0, 1'000); });
    for (const trust::AuditEntry& entry : *entries) all += entry.leaf;
    return all;
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  db::TestFolder folder_;
  std::optional<EmployerReview> review_;
  trust::Actor analyst_ = member({trust::Role::kAnalyst});
};
DAYBREAK_ON_BOTH_ENGINES(EmployerReviewTest);

TEST_P(EmployerReviewTest, NamesAreForTheRoleAndEachLookIsLogged) {
  const trust::Actor coordinator = member({trust::Role::kCoordinator});
  EXPECT_TRUE(review_->overview(coordinator)) << "counts name nobody";
  EXPECT_FALSE(review_->open(coordinator, 0));
  EXPECT_FALSE(review_->open(member({trust::Role::kAdvocate}), 0));
  EXPECT_FALSE(review_->overview(member({trust::Role::kAdvocate})));
  EXPECT_THAT(log(),
              testing::Not(testing::HasSubstr("\"type\":\"threat_employer_name\",\"object\"")))
      << "nothing was shown";
  const auto opened = review_->open(analyst_, 0);
  ASSERT_TRUE(opened && *opened);
  EXPECT_TRUE((*opened)->synthetic);
  const std::string all = log();
  EXPECT_THAT(all, testing::HasSubstr((*opened)->pair.a));
  EXPECT_THAT(all, testing::HasSubstr((*opened)->pair.b));
  for (const std::string& name : {(*opened)->a.trade_name, (*opened)->b.legal_name})
    EXPECT_THAT(all, testing::Not(testing::HasSubstr(name))) << "keys, no names";
}

TEST_P(EmployerReviewTest, ARecordOpensByItsExactNameToTheRoleAndIsLogged) {
  const auto opened = review_->open(analyst_, 0);
  ASSERT_TRUE(opened && *opened);
  const std::string name = (*opened)->a.trade_name;
  EXPECT_FALSE(review_->find_records(member({trust::Role::kCoordinator}), name));
  EXPECT_EQ(place_of(review_->find_records(analyst_, "x")), "field name");
  EXPECT_TRUE(review_->find_records(analyst_, name.substr(0, name.size() - 2))->matches.empty())
      << "the exact name only";
  const auto found = review_->find_records(analyst_, name);
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->matches.empty());
  const RecordPlace place = found->matches.front().place;
  EXPECT_FALSE(review_->open_record(member({trust::Role::kAdvocate}), place));
  const auto record = review_->open_record(analyst_, place);
  ASSERT_TRUE(record) << record.error().describe();
  EXPECT_EQ(record->file_name, "whd_synthetic.csv");
  EXPECT_TRUE(record->synthetic);
  EXPECT_THAT(record->says, testing::Contains(testing::Field(
                                &std::pair<language::MessageId, std::string>::second, name)));
  EXPECT_EQ(kind_of(review_->open_record(analyst_, {"whd", place.load, 99'999'999})),
            ErrorKind::kNotFound);
  const std::string all = log();
  EXPECT_THAT(all, testing::HasSubstr(place.to_string()));
  EXPECT_THAT(all, testing::HasSubstr("threat_employer_name.search"));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr(name)));
}

TEST_P(EmployerReviewTest, ADecisionIsLoggedAndTheNextPairComes) {
  const auto first = review_->open(analyst_, 0);
  ASSERT_TRUE(first && *first);
  const EmployerPair pair = (*first)->pair;
  EXPECT_FALSE(review_->decide(member({trust::Role::kCoordinator}), pair.a, pair.b, true));
  ASSERT_TRUE(review_->decide(analyst_, pair.a, pair.b, false));
  EXPECT_THAT(log(), testing::HasSubstr("different=" + pair.b));
  const auto next = review_->open(analyst_, 0);
  ASSERT_TRUE(next);
  if (*next) {
    EXPECT_NE((*next)->pair.a + (*next)->pair.b, pair.a + pair.b);
  }
  const auto view = review_->overview(analyst_);
  ASSERT_TRUE(view && view->run);
  EXPECT_EQ(view->run->decisions, 1);
  EXPECT_EQ(view->to_review, (*first)->to_review - 1);
}

}  // namespace
}  // namespace daybreak::threat::desk
