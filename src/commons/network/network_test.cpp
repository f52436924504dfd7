// SPDX-License-Identifier: AGPL-3.0-or-later
// Coverage is a plain count; an import tells what became of every row; only coordinators change the
// register.
#include "commons/network/network.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/test_result.hpp"
#include "base/text.hpp"
#include "commons/network/calendar.hpp"
#include "commons/network/import.hpp"
#include "db/test_database.hpp"
#include "trust/migrations.hpp"

namespace daybreak::network {
namespace {

using testing::HasSubstr;

trust::Actor coordinator() {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid({1}));
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = {trust::Role::kCoordinator};
  actor.source = "web";
  return actor;
}

class NetworkTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(migrations());
    migrate_with(modules);
    network_.emplace(database(), clock_, random_);
  }
  void TearDown() override {
    network_.reset();
    db::StoreTest::TearDown();
  }
  TaskForce make(const std::string& name, const std::string& area) {
    return {.name = name,
            .home = "NY",
            .model = "multidisciplinary",
            .disciplines = {"police", "services"},
            .languages = {"en"},
            .line = "(716) 555-0100",
            .website = "https://example.org",
            .about = "Fictional.",
            .source = "desk",
            .ends = {},
            .area = parse_area(area).value(),
            .contacts = {{"coordinator", "(716) 555-0101", "desk@example.org"}}};
  }
  Result<ImportReport> take(const std::string& csv, ImportKind kind = ImportKind::kSpreadsheet) {
    return import_table(*network_, coordinator(), open_memory(csv, "file.csv"), {.kind = kind});
  }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  SeededRandom random_{7};
  std::optional<Network> network_;
};
DAYBREAK_ON_BOTH_ENGINES(NetworkTest);

TEST(Area, ReadsWhatPeopleWriteAndWritesItBack) {
  const auto area = parse_area("Erie, NY; 36063; niagara county, New York;Guam").value();
  EXPECT_EQ(area.size(), 3u);
  EXPECT_EQ(write_area(area), "Guam, GU; Erie County, NY; Niagara County, NY");
  EXPECT_EQ(parse_area("NY: all")->size(), 62u);
  EXPECT_EQ(write_area(parse_area("NY").value()), "NY: all");
  EXPECT_EQ(parse_area(write_area(parse_area("VI; AS").value()))->size(), 8u);
  for (const char* wrong : {"Atlantis, NY", "99999", "Erie", "ZZ: all"})
    EXPECT_FALSE(parse_area(wrong)) << wrong;
}

TEST_P(NetworkTest, KeepsATaskForceWhole) {
  const TaskForce saved =
      network_->save(coordinator(), make("Example Task Force", "Erie, NY; Niagara, NY")).value();
  const TaskForce found = network_->find(saved.id).value();
  EXPECT_EQ(found.area.size(), 2u);
  EXPECT_EQ(found.contacts.at(0).email, "desk@example.org");
  EXPECT_EQ(found.disciplines, (std::vector<std::string>{"police", "services"}));
  TaskForce changed = found;
  changed.line.clear();
  ASSERT_TRUE(network_->save(coordinator(), changed));
  EXPECT_EQ(kind_of(network_->save(coordinator(), found)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(network_->save(coordinator(), make("Example Task Force", ""))),
            ErrorKind::kConflict);
  ASSERT_TRUE(network_->remove(coordinator(), saved.id));
  EXPECT_FALSE(network_->find(saved.id));
}

TEST_P(NetworkTest, OnlyCoordinatorsChangeIt) {
  trust::Actor other = coordinator();
  other.roles = {trust::Role::kInvestigator};
  EXPECT_EQ(kind_of(network_->save(other, make("A", ""))), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(network_->save(trust::Actor::anyone(), make("A", ""))), ErrorKind::kNotFound);
}

TEST_P(NetworkTest, RefusesWhatIsWrongAndNamesTheField) {
  const auto place_of = [&](auto change) {
    TaskForce one = make("A", "");
    change(one);
    const auto saved = network_->save(coordinator(), one);
    return saved ? std::string("saved") : saved.error().place;
  };
  EXPECT_EQ(place_of([](TaskForce& one) { one.name = " "; }), "name");
  EXPECT_EQ(place_of([](TaskForce& one) { one.home = "ZZ"; }), "home");
  EXPECT_EQ(place_of([](TaskForce& one) { one.model = "secret"; }), "model");
  EXPECT_EQ(place_of([](TaskForce& one) { one.website = "javascript:alert(1)"; }), "website");
  EXPECT_EQ(place_of([](TaskForce& one) { one.area = {CountyFips(99999)}; }), "area");
}

// 200 task forces with random areas, some ended: the coverage against a count by hand.
TEST_P(NetworkTest, CoverageIsAPlainCount) {
  SeededRandom random(3);
  std::map<std::uint32_t, int> expected;
  for (int i = 0; i < 200; ++i) {
    TaskForce one = make("Task Force " + std::to_string(i), "");
    if (i % 7 == 0) one.ends = parse_date(i % 2 == 0 ? "2026-11-21" : "2026-11-22").value();
    std::set<std::uint32_t> area;
    const std::size_t start = random.below(places().size() - 30);
    for (std::uint64_t n = random.below(25); n > 0; --n)
      area.insert(places()[start + random.below(30)].fips.number());
    for (const std::uint32_t fips : area) {
      one.area.emplace_back(fips);
      if (!one.ends || format_date(*one.ends) != "2026-11-21") ++expected[fips];
    }
    ASSERT_TRUE(network_->save(coordinator(), one));
  }
  const Coverage coverage = network_->coverage().value();
  std::int64_t covered = 0, counties = 0;
  for (const Place& place : places()) {
    const auto found = expected.find(place.fips.number());
    ASSERT_EQ(coverage.count(place.fips), found == expected.end() ? 0u : found->second);
  }
  for (const StateCoverage& state : by_state(coverage)) {
    covered += state.covered;
    counties += state.counties;
  }
  EXPECT_EQ(covered, static_cast<std::int64_t>(expected.size()));
  EXPECT_EQ(counties, static_cast<std::int64_t>(places().size()));
}

TEST_P(NetworkTest, ASpreadsheetsRowsAreAllAccountedFor) {
  const std::string csv =
      "name,state,model,area,line,ends\n"
      "One,NY,multidisciplinary,\"Erie, NY\",(716) 555-0100,\n"
      "Two,New York,,NY: all,,2027-01-01\n"
      "Bad area,NY,,\"Atlantis, NY\",,\n"
      "Bad day,NY,,,,2027-13-01\n"
      ",NY,,,,\n"
      "Short,NY\n";
  const ImportReport first = take(csv).value();
  EXPECT_EQ(first.rows.size(), 6u);
  EXPECT_EQ(first.count(Outcome::kAdded), 2);
  EXPECT_EQ(first.count(Outcome::kRejected), 4);
  EXPECT_THAT(first.rows[2].words, HasSubstr("Atlantis"));
  EXPECT_EQ(first.rows[2].place, "file.csv:4");
  const ImportReport second = take(csv).value();
  EXPECT_EQ(second.count(Outcome::kUnchanged), 2);
  const ImportReport third = take("name,state,line\nOne,NY,(716) 555-0199\n").value();
  EXPECT_EQ(third.count(Outcome::kChanged), 1);
  const auto all = network_->all().value();
  for (const TaskForce& one : all)
    if (one.name == "One") {
      EXPECT_EQ(one.area.size(), 1u) << "a file without areas emptied one";
    }
}

TEST_P(NetworkTest, WhatWasWrittenOutReadsInUnchanged) {
  ASSERT_TRUE(network_->save(coordinator(), make("One", "Erie, NY")));
  ASSERT_TRUE(network_->save(coordinator(), make("Two", "NY: all; Guam")));
  const ImportReport again = take(export_csv(network_->all().value())).value();
  EXPECT_EQ(again.count(Outcome::kUnchanged), 2) << again.rows[0].words;
}

TEST_P(NetworkTest, TheUsaSpendingExtractIsAccountedForRowByRow) {
  const char* shared = std::getenv("DAYBREAK_SHARED");
  const std::filesystem::path file =
      std::filesystem::path(shared == nullptr ? "../shared" : shared) /
      "data/grants/usaspending_16320_awards_sample.csv";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no extract at " << file;
  const auto run = [&] {
    return import_table(*network_, coordinator(), open_plain_file(file).value(),
                        {.kind = ImportKind::kUsaSpending})
        .value();
  };
  // The rows, counted by another reader of the file.
  CsvReader reader = CsvReader::open(open_plain_file(file).value()).value();
  std::size_t rows = 0;
  while (*reader.next() != nullptr) ++rows;
  const ImportReport report = run();
  std::int64_t sum = 0;
  for (const std::int64_t count : report.counts) sum += count;
  EXPECT_EQ(report.rows.size(), rows);
  EXPECT_EQ(sum, static_cast<std::int64_t>(rows));
  EXPECT_EQ(report.count(Outcome::kRejected), 0);
  EXPECT_EQ(report.count(Outcome::kAdded),
            static_cast<std::int64_t>(network_->all().value().size()));
  EXPECT_GE(report.count(Outcome::kAdded), 10);
  std::printf("%zu rows: %lld added, %lld joined, %lld other\n", rows,
              static_cast<long long>(report.count(Outcome::kAdded)),
              static_cast<long long>(report.count(Outcome::kJoined)),
              static_cast<long long>(report.count(Outcome::kOther)));
  const ImportReport again = run();
  EXPECT_EQ(again.count(Outcome::kAdded), 0);
  EXPECT_EQ(again.count(Outcome::kChanged), 0) << "the second run changed something";
}

TEST_P(NetworkTest, AMeetingKeepsWhoCameAndWhoDoesWhat) {
  const Uuid id = network_->save(coordinator(), make("One", "Erie, NY"))->id;
  const Organization shelter =
      network_
          ->save_organization(coordinator(), id,
                              {.name = "Example House", .kind = "provider", .going = "well"})
          .value();
  Meeting meeting{.title = "Monthly; first, of many",
                  .place = "Room 1",
                  .agenda = "Welcome\nReferrals",
                  .decisions = "One number for all",
                  .starts_at = clock_.now() + std::chrono::days(3),
                  .present = {shelter.id},
                  .actions = {{.words = "Print the number",
                               .owner = shelter.id,
                               .due = parse_date("2026-12-01").value()}}};
  ASSERT_TRUE(network_->save_meeting(coordinator(), id, meeting));
  const auto meetings = network_->meetings(coordinator(), id).value();
  ASSERT_EQ(meetings.size(), 1u);
  EXPECT_EQ(meetings[0].present, std::vector<Uuid>{shelter.id});
  ASSERT_EQ(meetings[0].actions.size(), 1u);
  ASSERT_TRUE(network_->finish_action(coordinator(), meetings[0].actions[0].id));
  EXPECT_TRUE(network_->meetings(coordinator(), id).value()[0].actions[0].done);
  EXPECT_FALSE(network_->meetings(trust::Actor::anyone(), id));
  const std::string calendar = to_icalendar(meetings, "One", clock_.now());
  EXPECT_THAT(calendar, HasSubstr("DTSTART:20261125T120000Z\r\n"));
  EXPECT_THAT(calendar, HasSubstr("SUMMARY:Monthly\\; first\\, of many\r\n"));
  EXPECT_THAT(calendar, HasSubstr("DESCRIPTION:Welcome\\nReferrals\r\n"));
  EXPECT_THAT(calendar, testing::Not(HasSubstr("One number")));
}

TEST(Calendar, FoldsLongLinesBetweenCharacters) {
  Meeting meeting{.title = std::string(), .starts_at = {}};
  for (int i = 0; i < 80; ++i) meeting.title += "ñ";
  const std::string calendar = to_icalendar(std::span(&meeting, 1), "x", {});
  for (const std::string_view line : split(calendar, '\n')) {
    EXPECT_LE(line.size(), 76u);
    EXPECT_TRUE(is_valid_utf8(line));
  }
}

}  // namespace
}  // namespace daybreak::network
