// SPDX-License-Identifier: AGPL-3.0-or-later
// A correction reaches everything that quotes the fact, leaves a difference, is recorded, and is
// refused where it would break a page; only keepers may make one.
#include "commons/library/register/register.hpp"

#include <algorithm>
#include <gmock/gmock.h>

#include "base/test_result.hpp"
#include "commons/library/print.hpp"
#include "commons/library/read.hpp"
#include "commons/library/register/fact_json.hpp"
#include "commons/library/upkeep.hpp"
#include "db/test_database.hpp"
#include "doc/plain_text.hpp"
#include "trust/migrations.hpp"

namespace daybreak::library {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kLength = "continued-presence-length";

trust::Actor keeper() {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid({1}));
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = {trust::Role::kCoordinator};
  actor.source = "web";
  return actor;
}

class RegisterTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(register_migrations());
    migrate_with(modules);
    register_.emplace(database(), clock_, built_in_library());
  }
  void TearDown() override {
    register_.reset();
    db::StoreTest::TearDown();
  }
  Fact fact(std::string_view id) { return *register_->library()->fact(id); }
  Result<RegisterChange> save(Fact fact, std::int64_t after = 0) {
    return register_->save(keeper(), {.fact = std::move(fact),
                                      .new_source = {},
                                      .reason = "The agency changed it.",
                                      .after_change = after});
  }
  std::string paper(std::string_view reference, Print print = Print::kPage) {
    const auto library = register_->library();
    return doc::to_plain_text(
        print_document(*library, *library->reference(reference), print,
                       {.language = Language::kEnglish, .today = register_->today()}),
        100000);
  }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  std::optional<Register> register_;
};
DAYBREAK_ON_BOTH_ENGINES(RegisterTest);

TEST_P(RegisterTest, WithoutChangesItIsTheShippedEdition) {
  const auto library = register_->library();
  EXPECT_EQ(library->facts.size(), built_in_library().facts.size());
  EXPECT_TRUE(changes_between(built_in_library(), *library).empty());
  EXPECT_EQ(register_->library(), library) << "nothing is read again";
}

TEST_P(RegisterTest, ACorrectionReachesPageAndPaperAndLeavesADifference) {
  Fact one = fact(kLength);
  const std::string was = one.text.en;
  one.text = {"It is granted for three years at a time and can be renewed.",
              "Se da por tres años y se puede renovar."};
  one.value = {"three years", "tres años"};
  one.as_of = *parse_date("2026-11-20");
  one.review_by = *parse_date("2027-11-20");
  const auto change = save(one);
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_EQ(change->before->text.en, was);
  EXPECT_EQ(fact(kLength).value.es, "tres años");
  EXPECT_THAT(paper("investigators-continued-presence"), HasSubstr("for three years at a time"));
  EXPECT_THAT(paper("investigators-continued-presence"), HasSubstr("as of November 20, 2026"));
  const auto changes = *register_->changes(kLength);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].reason, "The agency changed it.");
  EXPECT_FALSE(changes[0].shipped_since);
  // Another node, or this one after a start, reads the same.
  Register again(database(), clock_, built_in_library());
  EXPECT_EQ(again.library()->fact(kLength)->value.en, "three years");
  // A later edition of the program does not undo it, and is pointed out.
  Library newer = built_in_library();
  std::ranges::find(newer.facts, kLength, &Fact::id)->place = "(c)(3)(A)(ii)";
  Register later(database(), clock_, newer);
  EXPECT_EQ(later.library()->fact(kLength)->value.en, "three years");
  EXPECT_TRUE(later.changes(kLength)->front().shipped_since);
}

TEST_P(RegisterTest, ExpiredAndDisputedShowWhereverTheFactIsUsed) {
  Fact one = fact("labor-trafficking");
  one.expired = {"The section was replaced.", "La sección fue reemplazada."};
  ASSERT_TRUE(save(one));
  EXPECT_THAT(paper("patrol-labor-signs"), HasSubstr("Out of date. The section was replaced."));
  EXPECT_THAT(paper("patrol-labor-signs", Print::kCard), HasSubstr("Some facts are out of date"));
  EXPECT_THAT(paper("patrol-labor-signs", Print::kPoster), HasSubstr("Some facts are out of date"));
  const auto library = register_->library();
  EXPECT_EQ(due_facts(*library, register_->today(), 0).front().standing, Standing::kExpired);
  one.expired = {};
  one.dispute = {"The state says otherwise.", "El estado dice otra cosa."};
  one.dispute_source = "dhs-cp";
  ASSERT_TRUE(save(one, 1));
  EXPECT_THAT(paper("patrol-labor-signs"),
              HasSubstr("Sources disagree. The state says otherwise."));
  EXPECT_THAT(paper("patrol-labor-signs"), Not(HasSubstr("Out of date")));
}

TEST_P(RegisterTest, ANewFactBringsItsSource) {
  Register::Correction correction{
      .fact = {.id = "county-line",
               .text = {"The county line answers at 555-0100.",
                        "La línea del condado contesta al 555-0100."},
               .value = {"555-0100", "555-0100"},
               .as_of = *parse_date("2026-11-01"),
               .review_by = *parse_date("2027-11-01"),
               .owner = "county desk",
               .jurisdiction = "US-NY"},
      .new_source = Source{{}, "Example County", "Telephone list", "https://county.example.org"},
      .reason = "Asked for by the dispatchers."};
  ASSERT_TRUE(register_->save(keeper(), correction));
  const auto library = register_->library();
  EXPECT_EQ(source_of(*library, library->fact("county-line")->source).publisher, "Example County");
  EXPECT_TRUE(uses_of(*library, *library->fact("county-line")).empty());
}

TEST_P(RegisterTest, RefusesWhatWouldBreakAPageAndNamesTheField) {
  const auto refused = [&](auto change) {
    Fact one = fact(kLength);
    change(one);
    const auto saved = save(one);
    EXPECT_FALSE(saved);
    EXPECT_TRUE(saved || saved.error().kind == ErrorKind::kInvalid);
    return saved ? std::string() : saved.error().place;
  };
  EXPECT_EQ(refused([](Fact& one) { one.text.es.clear(); }), "es");
  EXPECT_EQ(refused([](Fact& one) { one.text.es = one.text.en; }), "es");
  EXPECT_EQ(refused([](Fact& one) { one.value.en = "nine years"; }), "value");
  EXPECT_EQ(refused([](Fact& one) { one.source = "hearsay"; }), "source");
  EXPECT_EQ(refused([](Fact& one) { one.owner.clear(); }), "owner");
  EXPECT_EQ(refused([](Fact& one) { one.as_of = *parse_date("2027-01-01"); }), "as_of");
  EXPECT_EQ(refused([](Fact& one) { one.review_by = one.as_of; }), "as_of");
  EXPECT_EQ(refused([](Fact& one) {
              one.dispute = {"No.", "Que no."};
              one.dispute_source = "?";
            }),
            "disputed_source");
  EXPECT_EQ(refused([](Fact& one) { one.expired.en = "Gone."; }), "expired_es");
  EXPECT_EQ(refused([](Fact&) {}), "en") << "nothing is different";
  EXPECT_EQ(refused([](Fact& one) { one.place = std::string(10 << 20, 'x'); }), "place");
  EXPECT_EQ(refused([](Fact& one) {
              for (int i = 0; i < 18; ++i) one.text.en += " And it can be asked for again later.";
            }),
            "en")
      << "too long for the page that quotes it";
  EXPECT_TRUE(register_->changes()->empty());
}

TEST_P(RegisterTest, OfTwoWritersTheSecondIsToldAndTheFirstStands) {
  Fact one = fact(kLength), other = fact(kLength);
  one.place = "(c)(3)(B)";
  other.place = "(c)(3)(C)";
  ASSERT_TRUE(save(one));
  const auto second = save(other);
  ASSERT_FALSE(second);
  EXPECT_EQ(kind_of(second), ErrorKind::kConflict);
  EXPECT_EQ(fact(kLength).place, "(c)(3)(B)");
}

TEST_P(RegisterTest, OnlyKeepersMayAndEveryChangeAndDenialIsRecorded) {
  Fact one = fact(kLength);
  one.place = "(c)";
  trust::Actor reader = keeper();
  reader.roles = {trust::Role::kTrainer};
  trust::Actor partner = keeper();
  partner.standing = trust::Standing::kPartner;
  for (const trust::Actor& actor : {reader, partner, trust::Actor::anyone()}) {
    const auto saved = register_->save(actor, {.fact = one, .new_source = {}, .reason = "No."});
    ASSERT_FALSE(saved);
    EXPECT_EQ(kind_of(saved), ErrorKind::kNotFound);
  }
  ASSERT_TRUE(save(one));
  const auto entries =
      *database().read([](db::Connection& c) { return trust::audit_entries(c, 0, 100); });
  const auto count = [&](std::string_view outcome) {
    return std::ranges::count_if(entries, [&](const trust::AuditEntry& entry) {
      return entry.leaf.find("library_fact.edit") != std::string::npos &&
             entry.leaf.find(outcome) != std::string::npos;
    });
  };
  EXPECT_EQ(count("\"done\""), 1);
  EXPECT_EQ(count("\"denied\""), 2) << "the public leaves no trace";
  EXPECT_TRUE(trust::verify_audit(database())->faults.empty());
}

TEST_P(RegisterTest, AFactComesBackFromJsonAsItWas) {
  for (const Fact& one : built_in_library().facts) {
    const auto back = fact_from_json(to_text(to_json(one)));
    ASSERT_TRUE(back);
    EXPECT_EQ(to_json(*back), to_json(one));
  }
  EXPECT_FALSE(fact_from_json("{}"));
  EXPECT_FALSE(fact_from_json("{\"id\":\"a\",\"as_of\":\"soon\",\"review_by\":\"2027-01-01\"}"));
}

}  // namespace
}  // namespace daybreak::library
