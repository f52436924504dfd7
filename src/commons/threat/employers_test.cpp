// SPDX-License-Identifier: AGPL-3.0-or-later
// Spellings become employers; roles stay apart; decisions override and outlive a new import.
#include "commons/threat/employers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "commons/threat/assess.hpp"
#include "commons/threat/cases.hpp"
#include "commons/threat/store.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {
namespace {

class EmployersTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({store::migrations()});
    load("whd", "WHD");
    load("h2a", "OFLC");
    // Fictional firms: each spelled in more than one way, among others of the same kind.
    add_case("Quillfeather Orchards LLC", "Quillfeather Orchards LLC", "Albion", "14411");
    add_case("QUILLFEATHER ORCHARD, L.L.C.", "", "Albion", "14411");
    add_certification("Quillfeather Orchards", "Albion", "14411", "employer", 0);
    add_certification("Quillfeather Orchards Growers Association", "Albion", "14411",
                      "association_agent", 0);
    add_case("Brindlemoor Dairy Inc", "Brindlemoor Dairy Inc", "Warsaw", "14569");
    add_case("Brindlemore Dairy", "Brindlemoor Dairy Inc", "Warsaw", "14569");
    add_case("Tannerwick Farms", "Tannerwick Farms LLC", "Batavia", "14020");
    add_case("Tannerwick Farms", "Tannerwick Farms LLC", "Albion", "14411");
    for (int i = 0; i < 40; ++i)
      add_case("Example Diner " + std::to_string(i), "Example Diner " + std::to_string(i) + " Inc",
               "Buffalo", "14201");
  }
  void load(const char* dataset, const char* program) {
    ASSERT_TRUE(database().write([&](db::Connection& c) {
      return c.execute(
          "INSERT INTO threat_load (dataset, program, slice, name, digest, state, files, rows_in, "
          "rows_kept, rows_rejected, values_set_aside, notes, imported) VALUES ($1, $2, '', $1, "
          "$1, 'current', 1, 0, 0, 0, 0, '', 0)",
          {dataset, program});
    }));
  }
  void add_case(const std::string& trade, const std::string& legal, const char* city,
                const char* zip) {
    ASSERT_TRUE(database().write([&](db::Connection& c) {
      return c.execute(
          "INSERT INTO threat_case (load_id, line, case_id, trade_name, legal_name, "
          "natural_person, city, state, zip, county, naics, naics_2017, violations, employees, "
          "period_end) SELECT id, $1, $1, $2, $3, 0, $4, 'NY', $5, 36037, '112120', '112120', 1, "
          "1, '2020-01-01' FROM threat_load WHERE dataset = 'whd'",
          {++line_, trade, legal.empty() ? db::Value() : db::Value(legal), city, zip});
    }));
  }
  void add_certification(const char* employer, const char* city, const char* zip, const char* filer,
                         int sub_row) {
    ASSERT_TRUE(database().write([&](db::Connection& c) {
      return c.execute(
          "INSERT INTO threat_certification (load_id, line, case_number, sub_row, status, "
          "employer, "
          "natural_person, filer, city, state, zip) SELECT id, $1, $2, $3, 'certified', $4, 0, $5, "
          "$6, 'NY', $7 FROM threat_load WHERE dataset = 'h2a'",
          {++line_, "H-" + std::to_string(line_), sub_row, employer, filer, city, zip});
    }));
  }
  LinkRun link() {
    auto run = link_employers(database(), clock_);
    EXPECT_TRUE(run) << run.error().describe();
    return run ? *run : LinkRun{};
  }
  // The employer of the spelling with these words.
  std::string employer_of(const std::string& trade, const std::string& legal,
                          const std::string& city) {
    const auto row = database().read([&](db::Connection& c) {
      return c.query_one(
          "SELECT employer FROM threat_employer_spelling WHERE trade_name = $1 AND legal_name = $2 "
          "AND city = $3",
          {trade, legal, city});
    });
    EXPECT_TRUE(row && *row) << trade << "/" << legal;
    return row && *row ? (*row)->text(0) : "";
  }
  std::string key_of(const std::string& trade, const std::string& legal, const std::string& city,
                     const std::string& zip) {
    return Spelling{"WHD", EmployerRole::kWorksite, trade, legal, city, "NY", zip, 0}.key();
  }
  void decide(const std::string& a, const std::string& b, bool same) {
    ASSERT_TRUE(database().write(
        [&](db::Connection& c) { return decide_pair(c, a, b, same, clock_.now()); }));
  }

  ManualClock clock_{parse_instant("2026-11-21T12:00:00Z").value()};
  int line_ = 0;
};
DAYBREAK_ON_BOTH_ENGINES(EmployersTest);

TEST_P(EmployersTest, SpellingsOfOneFirmAreOneEmployerAcrossPrograms) {
  const LinkRun run = link();
  EXPECT_EQ(run.spellings, 48);
  const std::string quill =
      employer_of("Quillfeather Orchards LLC", "Quillfeather Orchards LLC", "Albion");
  EXPECT_EQ(quill, employer_of("QUILLFEATHER ORCHARD, L.L.C.", "", "Albion"));
  EXPECT_EQ(quill, employer_of("", "Quillfeather Orchards", "Albion"));
  EXPECT_EQ(employer_of("Brindlemoor Dairy Inc", "Brindlemoor Dairy Inc", "Warsaw"),
            employer_of("Brindlemore Dairy", "Brindlemoor Dairy Inc", "Warsaw"));
  EXPECT_NE(quill, employer_of("Brindlemoor Dairy Inc", "Brindlemoor Dairy Inc", "Warsaw"));
  EXPECT_NE(employer_of("Example Diner 1", "Example Diner 1 Inc", "Buffalo"),
            employer_of("Example Diner 2", "Example Diner 2 Inc", "Buffalo"));
}

TEST_P(EmployersTest, AnAssociationIsNotItsMembers) {
  link();
  EXPECT_NE(employer_of("", "Quillfeather Orchards Growers Association", "Albion"),
            employer_of("", "Quillfeather Orchards", "Albion"));
}

TEST_P(EmployersTest, LinkingAgainGivesTheSame) {
  const LinkRun once = link(), again = link();
  EXPECT_EQ(once.digest, again.digest);
}

TEST_P(EmployersTest, ADecisionOverridesAndOutlivesANewImport) {
  link();
  const std::string a = key_of("Brindlemoor Dairy Inc", "Brindlemoor Dairy Inc", "Warsaw", "14569"),
                    b = key_of("Brindlemore Dairy", "Brindlemoor Dairy Inc", "Warsaw", "14569");
  const std::string diner = key_of("Example Diner 1", "Example Diner 1 Inc", "Buffalo", "14201"),
                    other = key_of("Example Diner 2", "Example Diner 2 Inc", "Buffalo", "14201");
  decide(b, a, false);
  decide(diner, other, true);
  const auto check = [&] {
    EXPECT_NE(employer_of("Brindlemoor Dairy Inc", "Brindlemoor Dairy Inc", "Warsaw"),
              employer_of("Brindlemore Dairy", "Brindlemoor Dairy Inc", "Warsaw"));
    EXPECT_EQ(employer_of("Example Diner 1", "Example Diner 1 Inc", "Buffalo"),
              employer_of("Example Diner 2", "Example Diner 2 Inc", "Buffalo"));
  };
  check();
  // The same firms in a newer file, under other rows.
  ASSERT_TRUE(database().write([](db::Connection& c) -> Result<void> {
    TRY(
        c.execute("INSERT INTO threat_load (dataset, program, slice, name, digest, state, files, "
                  "rows_in, rows_kept, rows_rejected, values_set_aside, notes, imported) SELECT "
                  "dataset, program, slice, name, 'newer', 'loading', 1, 0, 0, 0, 0, '', 1 FROM "
                  "threat_load WHERE dataset = 'whd'"));
    TRY(
        c.execute("UPDATE threat_case SET load_id = (SELECT id FROM threat_load WHERE digest = "
                  "'newer'), line = line + 1000"));
    TRY(c.execute("UPDATE threat_load SET state = 'superseded' WHERE digest = 'whd'"));
    TRY(c.execute("UPDATE threat_load SET state = 'current' WHERE digest = 'newer'"));
    return {};
  }));
  const LinkRun run = link();
  EXPECT_EQ(run.decisions, 2);
  check();
  // And a change of mind puts it back.
  decide(a, b, true);
  EXPECT_EQ(employer_of("Brindlemoor Dairy Inc", "Brindlemoor Dairy Inc", "Warsaw"),
            employer_of("Brindlemore Dairy", "Brindlemoor Dairy Inc", "Warsaw"));
}

TEST_P(EmployersTest, NobodyDecidesAboutWhatIsNotThere) {
  link();
  const auto done = database().write(
      [&](db::Connection& c) { return decide_pair(c, "nothing", "here", true, clock_.now()); });
  ASSERT_FALSE(done);
  EXPECT_EQ(kind_of(done), ErrorKind::kNotFound);
}

TEST_P(EmployersTest, PairsToReviewComeWithReasonsAndGoWhenDecided) {
  link();
  const auto count = database().read([](db::Connection& c) { return count_to_review(c); }).value();
  ASSERT_GT(count, 0);
  const auto pair = database().read([](db::Connection& c) { return pair_to_review(c, 0); }).value();
  ASSERT_TRUE(pair);
  EXPECT_GT(pair->probability, 0);
  EXPECT_GT(pair->reasons.size(), 0u);
  decide(pair->a, pair->b, false);
  EXPECT_EQ(database().read([](db::Connection& c) { return count_to_review(c); }).value(),
            count - 1);
}

TEST_P(EmployersTest, AssessmentsCountEmployersByTheLinkage) {
  AssessRequest request;
  request.region = "Example region";
  request.counties = {36037};
  request.from = parse_date("2015-01-01").value();
  request.to = parse_date("2024-12-31").value();
  const auto employers = [&] {
    const auto set =
        database().read([&](db::Connection& c) { return read_cases(c, request); }).value();
    std::set<std::uint32_t> numbers;
    for (const Case& one : set.cases) numbers.insert(one.employer);
    return numbers.size();
  };
  // By letters: two of Quillfeather, one of Brindlemoor, one of Tannerwick, forty diners.
  EXPECT_EQ(employers(), 44u);
  link();
  const std::size_t linked = employers();
  decide(key_of("Example Diner 1", "Example Diner 1 Inc", "Buffalo", "14201"),
         key_of("Example Diner 2", "Example Diner 2 Inc", "Buffalo", "14201"), true);
  EXPECT_EQ(employers(), linked - 1);
  const auto versions =
      database().read([](db::Connection& c) { return read_versions(c, Program::kWages); }).value();
  EXPECT_THAT(to_text(versions), testing::HasSubstr("\"employers\""));
}

}  // namespace
}  // namespace daybreak::threat
