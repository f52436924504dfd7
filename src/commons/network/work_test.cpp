// SPDX-License-Identifier: AGPL-3.0-or-later
// What hangs on a task force keeps its place when it is changed; actions of all meetings; calendars
// that nobody can guess; tables of any kind, looked at before they are imported.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "base/text.hpp"
#include "base/xlsx.hpp"
#include "commons/network/import.hpp"
#include "db/test_database.hpp"
#include "trust/migrations.hpp"

namespace daybreak::network {
namespace {

using testing::HasSubstr;

trust::Actor member(std::uint8_t number, trust::Roles roles = {}) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid({number}));
  actor.organization = trust::OrganizationId(Uuid({100}));
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = roles;
  actor.source = "web";
  return actor;
}

Date day(std::string_view text) { return parse_date(text).value(); }

class WorkTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(migrations());
    migrate_with(modules);
    network_.emplace(database(), clock_, random_);
    one_ = network_->save(keeper_, {.name = "One", .home = "NY", .model = "unknown"})->id;
    house_ = network_
                 ->save_organization(keeper_, one_,
                                     {.name = "Example House",
                                      .kind = "provider",
                                      .going = "new",
                                      .account = Uuid({100})})
                 .value();
  }
  void TearDown() override {
    network_.reset();
    db::StoreTest::TearDown();
  }
  Meeting meet(std::vector<Action> actions) {
    Meeting meeting{.title = "Monthly",
                    .starts_at = clock_.now(),
                    .present = {house_.id},
                    .actions = std::move(actions)};
    meeting.id = network_->save_meeting(keeper_, one_, meeting).value();
    return meeting;
  }
  std::vector<AgreedAction> actions() { return network_->actions(keeper_).value(); }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  SeededRandom random_{7};
  trust::Actor keeper_ = member(1, {trust::Role::kCoordinator});
  std::optional<Network> network_;
  Uuid one_;
  Organization house_;
};
DAYBREAK_ON_BOTH_ENGINES(WorkTest);

TEST_P(WorkTest, AChangedOrganizationKeepsItsPlaceInMeetings) {
  meet({{.words = "Print", .owner = house_.id, .due = day("2026-12-01")}});
  Organization changed = house_;
  changed.name = "Example Home";
  changed.going = "well";
  ASSERT_TRUE(network_->save_organization(keeper_, one_, changed));
  const auto all = actions();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].owner_name, "Example Home");
  EXPECT_EQ(network_->meetings(keeper_, one_).value()[0].present, std::vector<Uuid>{house_.id});
  changed.id = Uuid({9});
  EXPECT_EQ(kind_of(network_->save_organization(keeper_, one_, changed)), ErrorKind::kNotFound);
}

TEST_P(WorkTest, AnActionOfTheSameWordsStaysTheSame) {
  Meeting meeting = meet({{.words = "Print", .owner = house_.id}, {.words = "Call"}});
  const auto before = actions();
  const auto print =
      std::ranges::find(before, "Print", [](const AgreedAction& one) { return one.action.words; });
  ASSERT_TRUE(network_->give_action(keeper_, print->action.id, trust::MemberId(Uuid({2}))));
  ASSERT_TRUE(network_->finish_action(keeper_, print->action.id));
  meeting.actions = {{.words = "Print", .owner = house_.id, .due = {}, .done = true},
                     {.words = "Write"}};
  ASSERT_TRUE(network_->save_meeting(keeper_, one_, meeting));
  const auto after = actions();
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[1].action.id, print->action.id);
  EXPECT_EQ(after[1].action.member, trust::MemberId(Uuid({2})));
  EXPECT_TRUE(after[1].action.done);
  EXPECT_EQ(after[0].action.words, "Write");
}

TEST_P(WorkTest, ActionsAreThePersonsOrElseTheOrganizations) {
  meet({{.words = "Ours", .owner = house_.id}, {.words = "Hers"}, {.words = "Nobody's"}});
  for (const AgreedAction& one : actions())
    if (one.action.words == "Hers")
      ASSERT_TRUE(network_->give_action(keeper_, one.action.id, trust::MemberId(Uuid({2}))));
  std::vector<std::string> mine, hers;
  for (const AgreedAction& one : actions()) {
    if (one.is_of(member(1))) mine.push_back(one.action.words);
    if (one.is_of(member(2))) hers.push_back(one.action.words);
  }
  EXPECT_EQ(mine, std::vector<std::string>{"Ours"});
  EXPECT_EQ(hers, (std::vector<std::string>{"Hers", "Ours"}));
  std::vector<Uuid> moved;
  ASSERT_TRUE(database().write([&](db::Connection& c) -> Result<void> {
    moved = TRY(Network::pass_on(c, trust::MemberId(Uuid({2})), trust::MemberId(Uuid({3}))));
    return {};
  }));
  EXPECT_EQ(moved.size(), 1u);
  EXPECT_TRUE(network_->actions_of(trust::MemberId(Uuid({2}))).value().empty());
  EXPECT_EQ(network_->actions_of(trust::MemberId(Uuid({3}))).value().size(), 1u);
  EXPECT_FALSE(network_->actions(trust::Actor::anyone()));
}

TEST_P(WorkTest, KeepsCommitteesProtocolsAndLiaisons) {
  const Uuid two = network_->save(keeper_, {.name = "Two", .home = "PA", .model = "unknown"})->id;
  Arrangement protocol{.id = {},
                       .kind = ArrangementKind::kProtocol,
                       .title = "Referral",
                       .purpose = "First contact",
                       .address = "https://example.org/referral",
                       .since = day("2026-01-01"),
                       .review = day("2026-11-01"),
                       .members = {house_.id, Uuid({77})}};
  protocol = network_->save_arrangement(keeper_, one_, protocol).value();
  ASSERT_TRUE(network_->save_arrangement(keeper_, one_,
                                         {.id = {},
                                          .kind = ArrangementKind::kLiaison,
                                          .title = "To Two",
                                          .purpose = "Intake",
                                          .peer = two}));
  auto all = network_->arrangements(member(5), one_).value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].peer, two);
  EXPECT_EQ(all[1].members, std::vector<Uuid>{house_.id}) << "an organization of nobody was taken";
  EXPECT_EQ(network_->protocols(one_).value().size(), 1u);
  protocol.until = day("2026-11-21");
  ASSERT_TRUE(network_->save_arrangement(keeper_, one_, protocol));
  EXPECT_TRUE(network_->protocols(one_).value().empty()) << "it ended yesterday";
  protocol.address = "javascript:alert(1)";
  EXPECT_EQ(place_of(network_->save_arrangement(keeper_, one_, protocol)), "address");
  EXPECT_FALSE(network_->save_arrangement(member(5), one_, protocol));
  EXPECT_FALSE(network_->arrangements(trust::Actor::anyone(), one_));
}

TEST_P(WorkTest, ACalendarIsKnownByItsAddressAlone) {
  meet({{.words = "Print", .owner = house_.id, .due = day("2026-12-01")}, {.words = "No day"}});
  const auto token = network_->make_feed(member(5)).value();
  EXPECT_EQ(network_->feed_owner(token).value(), trust::MemberId(Uuid({5})));
  const auto events = network_->events(member(5)).value();
  const std::string calendar = daybreak::to_icalendar(events, "Site", clock_.now());
  EXPECT_THAT(calendar, HasSubstr("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\n"));
  EXPECT_THAT(calendar, HasSubstr("SUMMARY:Due: Print\r\n"));
  EXPECT_THAT(calendar, testing::Not(HasSubstr("No day")));
  const auto again = network_->make_feed(member(5)).value();
  EXPECT_FALSE(network_->feed_owner(token).value()) << "the old address still works";
  ASSERT_TRUE(network_->end_feed(member(5)));
  EXPECT_FALSE(network_->feed_owner(again).value());
  EXPECT_FALSE(network_->make_feed(trust::Actor::anyone()));
}

TEST_P(WorkTest, AWorkbookIsLookedAtBeforeItIsImported) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("network-" + Uuid::generate(clock_, random_).to_string());
  std::filesystem::create_directories(folder);
  const auto file = folder / "list.xlsx";
  auto writer = XlsxWriter::create(file).value();
  ASSERT_TRUE(writer.add_sheet("List", std::vector<std::string>{"Task Force", "ST", "Counties"}));
  for (const auto& [name, area] :
       {std::pair("First", "Erie, NY"), std::pair("Wrong", "Atlantis")}) {
    writer.text(name);
    writer.text("NY");
    writer.text(area);
    writer.end_row();
  }
  ASSERT_TRUE(writer.finish());
  const std::string table = to_plain_table(file).value();
  std::filesystem::remove_all(folder);
  PlainTable seen = look_at(table).value();
  EXPECT_EQ(seen.columns.size(), 3u);
  EXPECT_EQ(seen.mapping.at("name"), "Task Force");
  EXPECT_EQ(seen.mapping.at("area"), "Counties");
  EXPECT_FALSE(seen.mapping.contains("state")) << "ST was guessed";
  seen.mapping["state"] = "ST";
  ImportOptions options{.mapping = seen.mapping, .only_look = true};
  const std::size_t before = network_->all().value().size();
  const auto look = import_table(*network_, keeper_, open_memory(table, "table"), options).value();
  EXPECT_EQ(look.count(Outcome::kAdded), 1);
  EXPECT_EQ(look.count(Outcome::kRejected), 1);
  EXPECT_THAT(look.rows[1].place, HasSubstr("list.xlsx:List!"));
  EXPECT_EQ(network_->all().value().size(), before) << "looking changed something";
  options.only_look = false;
  const auto taken = import_table(*network_, keeper_, open_memory(table, "table"), options).value();
  EXPECT_EQ(taken.counts, look.counts);
  EXPECT_EQ(network_->all().value().size(), before + 1);
}

TEST_P(WorkTest, ATableWaitsForItsOwnerForADay) {
  const Uuid id = network_->keep_upload(keeper_, "table", "name,state\n").value();
  EXPECT_TRUE(network_->find_upload(keeper_, id));
  EXPECT_FALSE(network_->find_upload(member(2, {trust::Role::kCoordinator}), id));
  clock_.advance(std::chrono::hours(25));
  EXPECT_FALSE(network_->find_upload(keeper_, id));
}

}  // namespace
}  // namespace daybreak::network
