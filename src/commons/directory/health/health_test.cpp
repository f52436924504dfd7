// SPDX-License-Identifier: AGPL-3.0-or-later
// The dashboard counts what nobody checked in time, by group of fields, and where a need has no
// service; what one member may not know of is not counted for that member.
#include "commons/directory/health/health.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "db/test_database.hpp"

namespace daybreak::directory::health {
namespace {

std::string id(int number) {
  char text[40];
  std::snprintf(text, sizeof text, "0c7d0b44-0000-4000-8000-%012d", number);
  return text;
}
constexpr Date kToday{std::chrono::year(2026) / 11 / 21};
constexpr std::uint32_t kErie = 36029, kMonroe = 36055;

class HealthTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({store::migrations()});
    directory_.emplace(database(), clock_, random_);
    std::ifstream file(DAYBREAK_SOURCE_DIR "/data/directory/needs.csv");
    std::stringstream text;
    text << file.rdbuf();
    dashboard_ = std::make_unique<Dashboard>(
        *directory_,
        std::make_shared<const search::NeedTree>(search::NeedTree::parse(text.str()).value()));
    add(10, "Fresh",
        R"(,"assured_date":"2026-11-01","needs":["housing.shelter"],"counties":["36029"])");
    add(11, "Old", R"(,"assured_date":"2026-01-01","needs":["legal"],"counties":["36055"],
                     "verifications":{"hours":{"date":"2026-11-01","by":"x"}})");
    add(12, "Never", R"(,"needs":["legal"],"level":"statewide")");
    add(13, "Night", R"(,"assured_date":"2026-08-01","open_24_hours":true)");
    add(14, "Hidden",
        R"(,"visibility":"confidential","needs":["housing.shelter"],"counties":["36001"])");
    add(15, "Gone", R"(,"status":"inactive")");
  }
  void add(int number, const std::string& name, const std::string& more) {
    const std::string status = more.find("\"status\"") == more.npos ? R"(,"status":"active")" : "";
    const auto saved = directory_->save(
        Entity::kService,
        parse_json(R"({"id":")" + id(number) + R"(","name":")" + name + "\"" + status + more + "}")
            .value(),
        0, "test");
    ASSERT_TRUE(saved) << saved.error().describe();
  }
  const Standing& named(const Snapshot& snapshot, std::string_view name) {
    for (const Standing& one : snapshot.services)
      if (one.name == name) return one;
    throw std::logic_error("no such service");
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  SeededRandom random_{7};
  std::optional<Directory> directory_;
  std::unique_ptr<Dashboard> dashboard_;
};
DAYBREAK_ON_BOTH_ENGINES(HealthTest);

TEST_P(HealthTest, KnowsWhatIsOverdueGroupByGroup) {
  const auto snapshot = dashboard_->look().value();
  EXPECT_EQ(snapshot->services.size(), 5u);  // without the one that is gone
  const Standing& fresh = named(*snapshot, "Fresh");
  const Standing& old = named(*snapshot, "Old");
  EXPECT_FALSE(fresh.is_overdue(fresh.group[0], kToday));
  EXPECT_TRUE(old.is_overdue(old.group[0], kToday));
  EXPECT_FALSE(old.is_overdue(old.group[1], kToday)) << "its hours were checked";
  EXPECT_FALSE(named(*snapshot, "Never").checked);
  const Standing& night = named(*snapshot, "Night");
  EXPECT_TRUE(night.is_overdue(night.checked, kToday)) << "90 days for what is open day and night";
}

TEST_P(HealthTest, FindsCountiesWithoutAServiceForANeed) {
  const auto snapshot = dashboard_->look().value();
  EXPECT_EQ(snapshot->counties, (std::vector<std::uint32_t>{kErie, kMonroe}))
      << "a county that only a confidential record names shows";
  const auto all = dashboard_->coverage(
      *snapshot, [](const Standing& one) { return one.audience == trust::Audience::kPublic; });
  for (const Coverage& one : all) {
    const std::string& need = dashboard_->roots()[one.root]->code;
    if (need == "housing") {
      EXPECT_EQ(one.services, 1);
      EXPECT_TRUE(one.by_county.contains(kErie));
      EXPECT_FALSE(one.by_county.contains(kMonroe));
    }
    if (need == "legal") {
      EXPECT_EQ(one.services, 2);
      EXPECT_EQ(one.everywhere, 1);
      EXPECT_FALSE(one.by_county.contains(kErie));
    }
  }
}

TEST_P(HealthTest, FollowsTheStoreAndReadsItOnlyWhenItChanged) {
  const auto first = dashboard_->look().value();
  EXPECT_EQ(dashboard_->look().value(), first);
  ASSERT_TRUE(directory_->verify(Uuid::parse(id(12)).value(), "all", "test"));
  const auto second = dashboard_->look().value();
  EXPECT_NE(second, first);
  EXPECT_TRUE(named(*second, "Never").checked);
}

}  // namespace
}  // namespace daybreak::directory::health
