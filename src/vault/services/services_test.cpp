// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/services/services.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::services {
namespace {

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};

class ServicesTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), plans::migrations(), migrations()});
    const Work at_work = work();
    for (int i = 0; i < 3; ++i) clients_.push_back(*clients::Clients(at_work).open({}, kToday));
  }
  ServiceEvent event(std::int64_t minutes = 30) {
    return {.client = clients_[0], .day = kToday, .category = "housing", .minutes = minutes};
  }
  std::vector<clients::ClientId> clients_;
};
DAYBREAK_ON_BOTH_ENGINES(ServicesTest);

TEST_P(ServicesTest, AreAddedRepeatedAndCorrected) {
  const Work at_work = work();
  Services services(at_work);
  EXPECT_FALSE(services.last({})->has_value());
  const auto id = services.add(event());
  ASSERT_TRUE(id) << id.error().describe();
  clock_.advance(std::chrono::seconds(1));
  ServiceEvent again = **services.last(clients_[0]);
  EXPECT_EQ(again.category, "housing");
  ASSERT_TRUE(services.add(again));
  EXPECT_EQ(services.of_client(clients_[0])->size(), 2u);
  again.minutes = 45;
  ASSERT_TRUE(services.correct(*id, again));
  EXPECT_EQ(kind_of(services.correct(*id, again)), ErrorKind::kConflict);
  std::int64_t minutes = 0;
  const auto kept = services.of_client(clients_[0]);
  for (const ServiceEvent& one : *kept) minutes += one.minutes;
  EXPECT_EQ(minutes, 75);
  EXPECT_EQ(services.day_sheet(kToday)->size(), 2u);
  EXPECT_TRUE(services.of_client(clients_[1])->empty());
}

TEST_P(ServicesTest, AGroupIsWrittenWholeOrNotAtAll) {
  const Work at_work = work();
  Services services(at_work);
  auto unknown = clients_;
  unknown.push_back(id_number<clients::ClientId>(99));
  EXPECT_EQ(kind_of(services.add_group(event(), unknown)), ErrorKind::kNotFound);
  EXPECT_TRUE(services.day_sheet(kToday)->empty());
  ASSERT_EQ(services.add_group(event(), clients_)->size(), 3u);
  const auto sheet = services.day_sheet(kToday);
  ASSERT_EQ(sheet->size(), 3u);
  EXPECT_TRUE((*sheet)[0].together.has_value());
  EXPECT_EQ((*sheet)[0].together, (*sheet)[2].together);
}

TEST_P(ServicesTest, InAGroupEachPersonAndChildIsCountedOnce) {
  const Work at_work = work();
  Services services(at_work);
  clients::Clients files(at_work);
  const auto child = files.add_relative(clients_[0], "2", "0_8", Secret<std::string>("Nino_"));
  const auto other = files.add_relative(clients_[1], "2", "0_8", Secret<std::string>("Nina_"));
  ASSERT_TRUE(child && other);
  const std::vector<Attendee> there = {{clients_[0], {}},
                                       {clients_[0], *child},
                                       {clients_[0], {}},
                                       {clients_[2], {}},
                                       {clients_[0], *child}};
  ASSERT_EQ(services.add_group(event(), there)->size(), 3u);
  ASSERT_TRUE(services.add_group(event(), there));
  const auto sheet = services.day_sheet(kToday);
  EXPECT_EQ(sheet->size(), 6u);
  EXPECT_EQ(people_in(*sheet), 3u);
  EXPECT_EQ(std::count_if(sheet->begin(), sheet->end(),
                          [](const ServiceEvent& one) { return one.for_family; }),
            2);
  // Somebody else's child.
  const std::vector<Attendee> wrong = {{clients_[0], {}}, {clients_[0], *other}};
  EXPECT_EQ(kind_of(services.add_group(event(), wrong)), ErrorKind::kNotFound);
  EXPECT_EQ(services.day_sheet(kToday)->size(), 6u);
}

TEST_P(ServicesTest, ADaySheetIsKeptWholeAndNamesTheLineThatIsWrong) {
  const Work at_work = work();
  Services services(at_work);
  std::vector<ServiceEvent> lines = {event(10), event(20), event(30)};
  lines[1].client = clients_[1];
  lines[2].minutes = 5000;
  EXPECT_EQ(place_of(services.add_many(lines)), "field minutes_3");
  EXPECT_TRUE(services.day_sheet(kToday)->empty());
  lines[2].minutes = 30;
  lines[2].funder = "OVC-2";
  ASSERT_TRUE(services.add_many(lines));
  EXPECT_EQ(services.day_sheet(kToday)->size(), 3u);
  EXPECT_THAT(*services.my_people(10), testing::UnorderedElementsAre(clients_[0], clients_[1]));
  EXPECT_THAT(*services.funders(), testing::ElementsAre("OVC-2", "none"));
  EXPECT_EQ(place_of(services.add_many({})), "field line");
}

TEST_P(ServicesTest, OnlyTheWriterCorrectsAndTheOldOneStaysInTheStore) {
  const Work at_work = work();
  const auto id = Services(at_work).add(event());
  ASSERT_TRUE(id);
  const trust::Actor colleague = test_member(1, 4, {trust::Role::kAdvocate}, kTestStart);
  const Work other{vault(), colleague, keyring_};
  EXPECT_EQ(kind_of(Services(other).correct(*id, event(45))), ErrorKind::kNotFound);
  const auto right = Services(at_work).correct(*id, event(45));
  ASSERT_TRUE(right);
  EXPECT_EQ(Services(at_work).read(*id)->minutes, 30);
  EXPECT_EQ(Services(at_work).read(*right)->minutes, 45);
  EXPECT_THAT(log_text(), testing::HasSubstr("replaced_by=" + right->to_string()));
}

TEST_P(ServicesTest, AWrongFieldIsNamed) {
  const Work at_work = work();
  Services services(at_work);
  const auto place = [&](auto change) {
    ServiceEvent wrong = event();
    change(wrong);
    const auto added = services.add(wrong);
    return added ? std::string("taken") : added.error().place;
  };
  EXPECT_EQ(place([](ServiceEvent& e) { e.category = "x"; }), "field category");
  EXPECT_EQ(place([](ServiceEvent& e) { e.minutes = -1; }), "field minutes");
  EXPECT_EQ(place([](ServiceEvent& e) { e.minutes = 1441; }), "field minutes");
  EXPECT_EQ(place([](ServiceEvent& e) { e.mode = ""; }), "field mode");
  EXPECT_EQ(place([](ServiceEvent& e) { e.funder = "Ana Ejemplo"; }), "field funder");
  EXPECT_EQ(place([](ServiceEvent& e) { e.day = Date(); }), "field day");
  EXPECT_EQ(place([](ServiceEvent& e) { e.day = kToday + std::chrono::years(1); }), "field day");
}

TEST_P(ServicesTest, AreForTheOrganizationsAdvocatesAlone) {
  const trust::Actor detective = test_member(2, 6, {trust::Role::kInvestigator}, kTestStart);
  const Work at_work{vault(), detective, keyring_};
  EXPECT_EQ(kind_of(Services(at_work).add(event())), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(Services(at_work).of_client(clients_[0])), ErrorKind::kNotFound);
}

TEST_P(ServicesTest, ACodeCountsOnTheDayOfTheEvent) {
  const Work at_work = work();
  Services services(at_work);
  const std::string list =
      "as_of='2026-01-01'\nsource='s'\ncodes=[{code='housing',en='Housing',es='Vivienda',"
      "until='2026-09-30'},{code='shelter',en='Shelter',es='Refugio',from='2026-10-01'}]\n";
  const std::string others =
      "as_of='2026-01-01'\nsource='s'\ncodes=[{code='in_person',en='x',es='x'},"
      "{code='en',en='x',es='x'}]\n";
  auto codes =
      codes::Codes::parse("[[list]]\nid='service_category'\n" + list + "[[list]]\nid='mode'\n" +
                              others + "[[list]]\nid='language'\n" + others,
                          "");
  ASSERT_TRUE(codes) << codes.error().describe();
  ServiceEvent before = event(), after = event();
  {
    const codes::BuiltInForTest replaced(std::move(*codes));
    before.day = Date(std::chrono::year(2026), std::chrono::month(9), std::chrono::day(30));
    after.day = Date(std::chrono::year(2026), std::chrono::month(10), std::chrono::day(1));
    const auto old = services.add(before);
    ASSERT_TRUE(old) << old.error().describe();
    const auto late = services.add(after);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(late.error().place, "field category");
    EXPECT_NE(late.error().message.find("until 2026-09-30, not on 2026-10-01"), std::string::npos)
        << late.error().message;
    after.category = before.category = "shelter";
    EXPECT_TRUE(services.add(after));
    EXPECT_EQ(services.add(before).error().place, "field category");
    // A correction counts on the day of the service, not on today's.
    before.category = "housing";
    before.minutes = 60;
    EXPECT_TRUE(services.correct(*old, before));
  }
}

TEST_P(ServicesTest, AServiceIsTiedToAGoalOfTheSamePerson) {
  const Work at_work = work();
  Services services(at_work);
  const auto goal = plans::Plans(at_work).add_goal(
      clients_[0], {.area = "housing", .since = kToday, .words = Secret<std::string>("a room_")});
  ASSERT_TRUE(goal) << goal.error().describe();
  ServiceEvent one = event();
  one.goal = *goal;
  ASSERT_TRUE(services.add(one));
  EXPECT_EQ(services.of_client(clients_[0])->at(0).goal, *goal);
  one.client = clients_[1];
  EXPECT_EQ(services.add(one).error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace daybreak::vault::services
