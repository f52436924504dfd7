// SPDX-License-Identifier: AGPL-3.0-or-later
#include <atomic>
#include <thread>

#include "base/test_result.hpp"
#include "gates/release/test_gate.hpp"
#include "vault/known_keys.hpp"
#include "vault/plans/safety.hpp"

namespace daybreak::gates {
namespace {

using testing::ElementsAre;

class ReleaseGateTest : public GateStoreTest {};
DAYBREAK_ON_BOTH_ENGINES(ReleaseGateTest);

TEST_P(ReleaseGateTest, WhatIsListedReachesTheRecipientAndNothingElse) {
  const ReleaseId release = signed_release({kPhone, kName});
  const auto disclosure = gate_->disclose(advocate(), release, {kPhone});
  ASSERT_TRUE(disclosure) << disclosure.error().describe();
  const Work detective = house_->work(2, detective_);
  const auto inbox = gate_->inbox(detective);
  ASSERT_TRUE(inbox) << inbox.error().describe();
  ASSERT_EQ(inbox->size(), 1u);
  const auto seen = gate_->view(detective, inbox->front().projection);
  ASSERT_TRUE(seen) << seen.error().describe();
  ASSERT_EQ(seen->lines.size(), 1u);
  EXPECT_EQ(seen->lines[0].content, "716-555-0142");
  EXPECT_EQ(seen->ends_at, kTestStart + std::chrono::days(14));

  // The survivor's own record: what left, and who looked.
  const auto record = Releases(advocate()).record_of(client_);
  ASSERT_TRUE(record) << record.error().describe();
  ASSERT_EQ(record->disclosures.size(), 1u);
  EXPECT_THAT(record->disclosures[0].items, ElementsAre(kPhone));
  ASSERT_FALSE(record->looks.empty());
  EXPECT_EQ(record->looks[0].action, "released_item.view");
  EXPECT_EQ(record->looks[0].member, detective_.member);
}

TEST_P(ReleaseGateTest, WhatIsForOnePersonStandsInHerInboxAlone) {
  auto terms = terms_for(2, Role::kInvestigator, {kPhone});
  terms.recipient_member = detective_.member;
  const auto release = sign_release(advocate(), client_, terms);
  ASSERT_TRUE(release) << release.error().describe();
  ASSERT_TRUE(gate_->disclose(advocate(), *release, {kPhone}));
  const trust::Actor partner = test_member(2, 9, {Role::kInvestigator}, kTestStart);
  const Work partners = house_->work(2, partner), detectives = house_->work(2, detective_);
  EXPECT_TRUE(gate_->inbox(partners)->empty());
  const auto own = *gate_->inbox(detectives);
  ASSERT_EQ(own.size(), 1u) << "another's look at the inbox took the pointer away";
  EXPECT_EQ(kind_of(gate_->view(partners, own[0].projection)), ErrorKind::kNotFound);
  EXPECT_TRUE(gate_->view(detectives, own[0].projection));
}

TEST_P(ReleaseGateTest, LooksOfAnOlderStoreAreFoundToo) {
  ASSERT_TRUE(vault::clients::Clients(advocate()).read(client_));
  // As a store that was filled before looks were remembered: they are in the log alone.
  ASSERT_TRUE(house_->vault(1).database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM vault_look"));
    TRY(
        connection.execute("UPDATE vault_look_start SET entry ="
                           " (SELECT max(number) + 1 FROM audit_entry)"));
    return {};
  }));
  ASSERT_TRUE(vault::clients::Clients(advocate()).read(client_));
  ASSERT_TRUE(gate_->disclose(advocate(), signed_release(), {kPhone}));
  ASSERT_TRUE(view_first(house_->work(2, detective_)));
  const auto looks = Releases(advocate()).record_of(client_)->looks;
  ASSERT_EQ(looks.size(), 3u);
  EXPECT_EQ(looks[0].action, "released_item.view");
  EXPECT_EQ(looks[2].action, "client.read");
}

TEST_P(ReleaseGateTest, LooksAtPlansStandInTheRecordToo) {
  using vault::plans::SafetyPart;
  vault::plans::SafetyPlans safety(advocate());
  const SafetyPart parts[] = {
      {.section = "safe_places", .skip = {}, .words = Secret<std::string>("the library")}};
  ASSERT_TRUE(safety.save(client_, 0, parts));
  ASSERT_TRUE(vault::plans::Plans(advocate()).read(client_));
  ASSERT_TRUE(safety.read(client_, vault::plans::Looking::kOnScreen));
  std::vector<std::string> actions;
  const auto record = Releases(advocate()).record_of(client_);
  for (const auto& look : record->looks) actions.push_back(look.action);
  EXPECT_THAT(actions, testing::ElementsAre("safety_plan.read", "plan.read"));
}

TEST_P(ReleaseGateTest, OnlyTheOrganizationPersonAndRoleOnItMayLook) {
  ASSERT_TRUE(gate_->disclose(advocate(), signed_release(), {kPhone}));
  const Work detective = house_->work(2, detective_);
  const auto pointer = gate_->inbox(detective)->front().projection;
  const trust::Actor clerk = test_member(2, 7, {Role::kCourtStaff}, kTestStart);
  const trust::Actor prosecutor =
      test_member(3, 8, {Role::kProsecutor, Role::kInvestigator}, kTestStart);
  const trust::Actor administrator = test_member(2, 9, {Role::kAdministrator}, kTestStart);
  EXPECT_EQ(kind_of(gate_->view(house_->work(2, clerk), pointer)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(gate_->view(house_->work(3, prosecutor), pointer)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(gate_->view(house_->work(2, administrator), pointer)), ErrorKind::kNotFound);
  // Not even with a pointer put into another organisation's inbox.
  ASSERT_TRUE(house_->vault(3).database().write([&](db::Connection& connection) {
    return vault::inbox::deliver(house_->vault(3), connection,
                                 {pointer, vault::id_number<trust::OrganizationId>(1), 1,
                                  kTestStart, kTestStart + std::chrono::days(9)});
  }));
  EXPECT_EQ(kind_of(gate_->view(house_->work(3, prosecutor), pointer)), ErrorKind::kNotFound);
  EXPECT_TRUE(gate_->view(detective, pointer));
  EXPECT_EQ(count(1, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%denied%'"), 2);
}

TEST_P(ReleaseGateTest, AKeyThatChangedStopsTheGateInBothDirections) {
  const ReleaseId release = signed_release();
  ASSERT_TRUE(gate_->disclose(advocate(), release, {kPhone}));
  const Work detective = house_->work(2, detective_);
  const auto pointer = gate_->inbox(detective)->front().projection;
  ASSERT_TRUE(gate_->view(detective, pointer));
  const auto exchange = [&](int number) {
    const auto other = trust::keys::KeyPair::generate(random_).public_key();
    ASSERT_TRUE(house_->vault(number).database().write([&](db::Connection& connection) {
      return connection.execute("UPDATE vault_identity SET public_key = $1",
                                {db::Blob{std::string(other.view())}});
    }));
  };
  exchange(2);
  const auto told = gate_->disclose(advocate(), release, {kPhone});
  ASSERT_FALSE(told);
  EXPECT_EQ(place_of(told), vault::kKeyChanged);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_disclosure"), 1);  // the first alone
  EXPECT_EQ(count(1, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%vault.refuse_key%'"), 1);
  exchange(1);
  EXPECT_EQ(place_of(gate_->view(detective, pointer)), vault::kKeyChanged);
  EXPECT_EQ(count(2, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%vault.refuse_key%'"), 1);
}

TEST_P(ReleaseGateTest, ARevocationActsOnTheNextRequestAndLeavesNothing) {
  const ReleaseId release = signed_release();
  ASSERT_TRUE(gate_->disclose(advocate(), release, {kPhone}));
  const Work detective = house_->work(2, detective_);
  const auto pointer = gate_->inbox(detective)->front().projection;
  ASSERT_TRUE(gate_->view(detective, pointer));
  ASSERT_TRUE(Releases(advocate()).revoke(release, "spoken"));
  EXPECT_EQ(kind_of(gate_->view(detective, pointer)), ErrorKind::kNotFound);
  EXPECT_TRUE(gate_->inbox(detective)->empty());
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), release, {kPhone})), ErrorKind::kConflict);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 0);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_disclosure"), 1);  // that it was stays
}

TEST_P(ReleaseGateTest, TheSecondOfExpiryEndsItAndAClockSetBackRevivesNothing) {
  const ReleaseId release = signed_release();
  ASSERT_TRUE(gate_->disclose(advocate(), release, {kPhone}));
  const Work detective = house_->work(2, detective_);
  const auto pointer = gate_->inbox(detective)->front().projection;
  clock_.set(kTestStart + std::chrono::days(14) - std::chrono::milliseconds(1));
  EXPECT_TRUE(gate_->view(detective, pointer));
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(kind_of(gate_->view(detective, pointer)), ErrorKind::kNotFound);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 0);
  clock_.advance(-std::chrono::seconds(30));  // within the tolerance of the log
  EXPECT_FALSE(gate_->view(detective, pointer));
  EXPECT_FALSE(gate_->disclose(advocate(), release, {kPhone}));
  clock_.set(kTestStart);  // days back: nothing is written any more
  EXPECT_FALSE(gate_->view(detective, pointer));
  EXPECT_FALSE(gate_->disclose(advocate(), release, {kPhone}));
}

TEST_P(ReleaseGateTest, WhatIsNotOnTheReleaseIsRefusedAndNothingIsWritten) {
  const ReleaseId release = signed_release({kPhone, kGoals});
  for (const std::vector<Item>& wrong : {std::vector<Item>{},
                                         {kName},
                                         {kPhone, kName},
                                         {kPhone, kPhone},
                                         {{ItemKind::kAnswer, "legal_name"}},
                                         {kGoals}})  // goals were skipped: there is nothing
    EXPECT_EQ(kind_of(gate_->disclose(advocate(), release, wrong)), ErrorKind::kInvalid);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_disclosure"), 0);
  EXPECT_TRUE(gate_->inbox(house_->work(2, detective_))->empty());

  trust::Actor unconfirmed = advocate_;
  unconfirmed.confirmed_at.reset();
  EXPECT_EQ(place_of(gate_->disclose(house_->work(1, unconfirmed), release, {kPhone})),
            "confirmation");
  const auto draft = Releases(advocate()).draft(client_);
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), *draft, {kPhone})), ErrorKind::kConflict);
}

TEST_P(ReleaseGateTest, OnceMeansOnce) {
  auto terms = terms_for(2, Role::kInvestigator, {kPhone, kName});
  terms.single_use = true;
  const auto release = sign_release(advocate(), client_, terms);
  ASSERT_TRUE(gate_->disclose(advocate(), *release, {kPhone}));
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), *release, {kName})), ErrorKind::kConflict);
  EXPECT_TRUE(view_first(house_->work(2, detective_)));
}

TEST_P(ReleaseGateTest, SpokenIsRecordedWithoutContent) {
  auto terms = terms_for(2, Role::kInvestigator, {{ItemKind::kTopic, "court_support"}});
  terms.method = "spoken";
  const auto release = sign_release(advocate(), client_, terms);
  ASSERT_TRUE(release) << release.error().describe();
  ASSERT_TRUE(gate_->disclose(advocate(), *release, terms.items));
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection"), 0);
  EXPECT_EQ(Releases(advocate()).record_of(client_)->disclosures.at(0).method, "spoken");
  EXPECT_TRUE(gate_->inbox(house_->work(2, detective_))->empty());
}

TEST_P(ReleaseGateTest, ARecipientsExchangedKeyIsNotUsedInSilence) {
  const ReleaseId release = signed_release({kPhone, kName});
  ASSERT_TRUE(gate_->disclose(advocate(), release, {kPhone}));
  const auto other = trust::keys::KeyPair::generate(random_);
  ASSERT_TRUE(house_->vault(2).database().write([&](db::Connection& connection) {
    return connection.execute("UPDATE vault_identity SET public_key = $1",
                              {db::Blob{std::string(other.public_key().view())}});
  }));
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), release, {kName})), ErrorKind::kConflict);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_disclosure"), 1);
}

TEST_P(ReleaseGateTest, AProjectionMovedToAnotherReleaseDoesNotOpen) {
  ASSERT_TRUE(gate_->disclose(advocate(), signed_release({kPhone}), {kPhone}));
  const ReleaseId wide = signed_release({kName});
  ASSERT_TRUE(gate_->disclose(advocate(), wide, {kName}));
  const Work detective = house_->work(2, detective_);
  ASSERT_TRUE(house_->vault(1).database().write([&](db::Connection& connection) {
    return connection.execute("UPDATE releases_projection SET release = $1", {wide});
  }));
  int opened = 0;
  const auto inbox = gate_->inbox(detective);
  ASSERT_EQ(inbox->size(), 2u);
  for (const auto& pointer : *inbox) opened += gate_->view(detective, pointer.projection) ? 1 : 0;
  EXPECT_EQ(opened, 1);
}

TEST_P(ReleaseGateTest, NothingOfTheItemsIsInTheRecipientsStoreOrInAnyLog) {
  ASSERT_TRUE(gate_->disclose(advocate(), signed_release({kPhone, kName}), {kPhone, kName}));
  ASSERT_TRUE(view_first(house_->work(2, detective_)));
  for (int number = 1; number <= 3; ++number)
    for (const char* word : {"716-555-0142", "Ejemplo", "hearing"})
      EXPECT_EQ(count(number, std::string("SELECT count(*) FROM audit_entry WHERE leaf LIKE '%") +
                                  word + "%'"),
                0)
          << number << word;
  EXPECT_EQ(count(2, "SELECT count(*) FROM inbox_pointer"), 1);
  EXPECT_EQ(count(2, "SELECT count(*) FROM clients_client"), 0);
  EXPECT_EQ(count(2, std::string("SELECT count(*) FROM audit_entry WHERE leaf LIKE '%") +
                         client_.to_string() + "%'"),
            0);
}

// A view that began before the revocation returned may end either way; one that begins after must
// fail.
TEST_P(ReleaseGateTest, WinsNoRaceAgainstARevocation) {
  const Work detective = house_->work(2, detective_);
  int won = 0;
  for (int round = 0; round < 12; ++round) {
    const ReleaseId release = signed_release();
    ASSERT_TRUE(gate_->disclose(advocate(), release, {kPhone}));
    const auto pointer = gate_->inbox(detective)->front().projection;
    std::atomic<bool> revoked = false, stop = false;
    std::atomic<int> late = 0, early = 0;
    std::thread viewer([&] {
      while (!stop) {
        const bool began_after = revoked;
        const auto seen = gate_->view(detective, pointer);
        if (seen && began_after) ++late;
        if (seen && !began_after) ++early;
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(Releases(advocate()).revoke(release, "spoken"));
    revoked = true;
    for (int i = 0; i < 3; ++i) (void)gate_->view(detective, pointer);
    stop = true;
    viewer.join();
    EXPECT_EQ(late, 0);
    won += early > 0 ? 1 : 0;
  }
  EXPECT_GT(won, 0) << "no view ever succeeded: the test shows nothing";
}

}  // namespace
}  // namespace daybreak::gates
