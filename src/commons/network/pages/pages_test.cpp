// SPDX-License-Identifier: AGPL-3.0-or-later
// With 200 task forces and 3,000 organisations the map page stays small and quick, and shows the
// same figures as a count by hand.
#include "commons/network/pages/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/test_database.hpp"
#include "trust/migrations.hpp"

namespace daybreak::network::pages {
namespace {

using testing::HasSubstr;

class NetworkPagesTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(migrations());
    migrate_with(modules);
    network_.emplace(database(), clock_, random_);
    sessions_.emplace(trust::Keeper{database(), key_, clock_, random_});
    visits_.emplace(*sessions_, key_, visit::Settings{.site_name = "Community resources"});
    members_.emplace(trust::Keeper{database(), key_, clock_, random_});
    add_public_routes(router_, {*visits_, *network_, *members_});
    add_desk_routes(router_, {*visits_, *network_, *members_});
    actor_.kind = trust::Actor::Kind::kMember;
    actor_.member = trust::MemberId(Uuid({1}));
    actor_.standing = trust::Standing::kTaskForce;
    actor_.roles = {trust::Role::kCoordinator};
    actor_.source = "web";
  }
  void TearDown() override {
    network_.reset();
    db::StoreTest::TearDown();
  }
  TaskForce add(const std::string& name, std::vector<CountyFips> area) {
    return network_
        ->save(actor_, {.name = name,
                        .home = "NY",
                        .model = "multidisciplinary",
                        .line = "(716) 555-0100",
                        .source = "desk",
                        .area = std::move(area)})
        .value();
  }
  std::string get(const std::string& target) {
    router_.set_languages({"en", "es"});
    auto request = http::Request::create({.target = target});
    return std::string(router_.handle(*request).body());
  }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  SeededRandom random_{7};
  trust::NodeKey key_ = trust::NodeKey::for_tests();
  trust::Actor actor_;
  std::optional<Network> network_;
  std::optional<trust::Members> members_;
  std::optional<trust::Sessions> sessions_;
  std::optional<visit::Visits> visits_;
  http::Router router_;
};
DAYBREAK_ON_BOTH_ENGINES(NetworkPagesTest);

TEST_P(NetworkPagesTest, TheMapOfManyIsSmallAndQuick) {
  SeededRandom random(3);
  for (int i = 0; i < 200; ++i) {
    std::vector<CountyFips> area;
    const std::size_t start = random.below(places().size() - 30);
    for (std::size_t n = 0; n < 15; ++n) area.push_back(places()[start + 2 * n].fips);
    const TaskForce one = add("Example Task Force number " + std::to_string(i), area);
    for (int member = 0; member < 15; ++member)
      ASSERT_TRUE(network_->save_organization(
          actor_, one.id,
          {.name = "Organization " + std::to_string(member), .kind = "provider", .going = "well"}));
  }
  get("/task-forces");  // reads the map data once
  const auto start = std::chrono::steady_clock::now();
  const std::string page = get("/task-forces");
  const double ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  std::printf("map page: %.0f ms, %.0f kB\n", ms, page.size() / 1e3);
  EXPECT_LE(page.size(), 250'000u);
  EXPECT_LE(ms, 150);
}

TEST_P(NetworkPagesTest, SaysWhoCoversACountyAndWhoDoesNot) {
  const TaskForce one = add("Lake <Example> Task Force", parse_area("Erie, NY; Guam").value());
  const std::string page = get("/task-forces/states/NY");
  EXPECT_THAT(page, HasSubstr("Lake &lt;Example&gt; Task Force"));
  const std::string gaps = get("/task-forces/states/NY?gaps=yes");
  const std::string_view table = std::string_view(gaps).substr(gaps.rfind("<table"));
  EXPECT_EQ(table.find("Erie County"), std::string_view::npos);
  EXPECT_NE(table.find("Niagara County"), std::string_view::npos);
  EXPECT_THAT(get("/task-forces/states/GU"), HasSubstr(one.id.to_string()));
  EXPECT_THAT(get("/es/task-forces/" + one.id.to_string()), HasSubstr("<html lang=\"es\""));
  EXPECT_THAT(get("/task-forces.csv"), HasSubstr("Lake <Example> Task Force,NY"));
}

TEST_P(NetworkPagesTest, AnEmptyRegisterSaysWhatToDo) {
  EXPECT_THAT(get("/task-forces"), HasSubstr("No task force here that we know of"));
}

}  // namespace
}  // namespace daybreak::network::pages
