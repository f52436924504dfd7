// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/releases/releases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/test_result.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::releases {
namespace {

using trust::Role;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};

Terms good_terms() {
  Terms terms;
  terms.recipient_organization = id_number<trust::OrganizationId>(2);
  terms.recipient_role = Role::kInvestigator;
  terms.items = {{ItemKind::kAnswer, "phone"}};
  terms.purpose = "so that they can call me about the hearing";
  terms.risks_told = true;
  terms.other_ways = "she prefers that we do it";
  terms.rights_told = true;
  return terms;
}

class ReleasesTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), notes::migrations(), migrations()});
    const Work at_work = work();
    client_ = *clients::Clients(at_work).open(
        std::vector<clients::Answer>{
            {.question = "phone", .text = Secret<std::string>("716-555-0142")}},
        kToday);
  }
  ReleaseId signed_release(const Terms& terms = good_terms()) {
    const Work at_work = work();
    Releases releases(at_work);
    const auto id = releases.draft(client_);
    EXPECT_TRUE(id) << id.error().describe();
    EXPECT_TRUE(releases.save(*id, terms));
    const auto done = releases.sign(*id, {.name = "Ana Ejemplo_"});
    EXPECT_TRUE(done) << done.error().describe();
    return *id;
  }
  ReleaseState state_of(ReleaseId id) {
    const Work at_work = work();
    const auto release = Releases(at_work).read(id);
    EXPECT_TRUE(release) << release.error().describe();
    return release->row.state_at(clock_.now());
  }
  Result<std::int64_t> change(const std::string& sql) {
    return vault().database().write(
        [&](db::Connection& connection) { return connection.execute(sql); });
  }
  clients::ClientId client_;
};
DAYBREAK_ON_BOTH_ENGINES(ReleasesTest);

TEST_P(ReleasesTest, ADraftHasNothingTickedAndFourteenDays) {
  const Work at_work = work();
  Releases releases(at_work);
  const auto id = releases.draft(client_);
  ASSERT_TRUE(id);
  const auto draft = releases.read(*id);
  ASSERT_TRUE(draft) << draft.error().describe();
  EXPECT_TRUE(draft->terms.items.empty());
  EXPECT_FALSE(draft->terms.recipient_organization);
  EXPECT_EQ(draft->terms.days, 14);
  EXPECT_FALSE(draft->terms.risks_told || draft->terms.rights_told || draft->terms.single_use);
  EXPECT_EQ(draft->row.state_at(clock_.now()), ReleaseState::kDraft);
}

TEST_P(ReleasesTest, EachElementIsNeededAndTheMissingOneIsNamed) {
  const auto missing = [](auto change, Signature signature = {.name = "Ana Ejemplo_"}) {
    Terms terms = good_terms();
    change(terms);
    const auto checked = check_complete(terms, signature);
    return checked ? std::string("complete") : checked.error().place;
  };
  EXPECT_EQ(missing([](Terms&) {}), "complete");
  EXPECT_EQ(missing([](Terms& t) { t.recipient_organization.reset(); }), "field recipient");
  EXPECT_EQ(missing([](Terms& t) { t.recipient_elsewhere = "Another agency_"; }),
            "field recipient");
  EXPECT_EQ(missing([](Terms& t) { t.recipient_role.reset(); }), "field recipient_person");
  EXPECT_EQ(missing([](Terms& t) {
              t.recipient_role.reset();
              t.recipient_person = "Detective on duty";
            }),
            "field method");  // a copy is opened by a member or a role, not by words
  EXPECT_EQ(missing([](Terms& t) { t.items.clear(); }), "field items");
  EXPECT_EQ(missing([](Terms& t) { t.items[0].subject = "everything"; }), "field items");
  EXPECT_EQ(missing([](Terms& t) { t.items.push_back({ItemKind::kTopic, "housing"}); }),
            "field items");
  EXPECT_EQ(missing([](Terms& t) { t.items = {{ItemKind::kServices, "2026-11-30..2026-11-01"}}; }),
            "field items");
  EXPECT_EQ(missing([](Terms& t) { t.purpose = " "; }), "field purpose");
  EXPECT_EQ(missing([](Terms& t) { t.risks_told = false; }), "field risks_told");
  EXPECT_EQ(missing([](Terms& t) { t.other_ways = ""; }), "field other_ways");
  EXPECT_EQ(missing([](Terms& t) { t.rights_told = false; }), "field rights_told");
  EXPECT_EQ(missing([](Terms& t) { t.days = 91; }), "field days");
  EXPECT_EQ(missing([](Terms& t) { t.days = 0; }), "field days");
  EXPECT_EQ(missing([](Terms&) {}, {}), "field signature");
  EXPECT_EQ(missing([](Terms& t) { t.signer = Signer::kMinorAlone; }), "field minor_law");
  EXPECT_EQ(missing([](Terms& t) { t.signer = Signer::kMinorAndGuardian; }), "field guardian");
  const Signature both{.name = "Ana Ejemplo_", .guardian_name = "Eva Ejemplo_"};
  EXPECT_EQ(missing(
                [](Terms& t) {
                  t.signer = Signer::kMinorAndGuardian;
                  t.guardian = "Eva Ejemplo_";
                },
                both),
            "field guardian_is_not_abuser");
  EXPECT_EQ(missing(
                [](Terms& t) {
                  t.signer = Signer::kMinorAndGuardian;
                  t.guardian = "Eva Ejemplo_";
                  t.guardian_is_not_abuser = true;
                },
                both),
            "complete");
}

TEST_P(ReleasesTest, LiveFromSigningToTheSecondOfExpiry) {
  const ReleaseId id = signed_release();
  EXPECT_EQ(state_of(id), ReleaseState::kActive);
  clock_.advance(std::chrono::days(14) - std::chrono::milliseconds(1));
  EXPECT_EQ(state_of(id), ReleaseState::kActive);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(state_of(id), ReleaseState::kExpired);
}

TEST_P(ReleasesTest, KeepsTheFormThatWasRead) {
  Terms terms = good_terms();
  terms.language = "es";
  terms.interpreter = "Iris Intérprete_";
  const ReleaseId id = signed_release(terms);
  const Work at_work = work();
  const auto release = Releases(at_work).read(id);
  EXPECT_EQ(release->row.form_version, "Versión 2026-11-01");
  EXPECT_EQ(release->row.form_hash, sha256_hex(form_text("es")));
  EXPECT_EQ(release->terms.interpreter, "Iris Intérprete_");
  EXPECT_EQ(release->signature->name, "Ana Ejemplo_");
  EXPECT_THAT(log_text(), testing::Not(testing::HasSubstr("Ejemplo")));
}

TEST_P(ReleasesTest, IsEndedAtOnceByAnyAdvocateAndNeverLivesAgain) {
  const ReleaseId id = signed_release();
  const trust::Actor colleague = test_member(1, 4, {Role::kAdvocate});  // no confirmation needed
  const Work other{vault(), colleague, keyring_};
  EXPECT_EQ(place_of(Releases(other).revoke(id, "")), "field how");
  ASSERT_TRUE(Releases(other).revoke(id, "spoken"));
  EXPECT_EQ(state_of(id), ReleaseState::kRevoked);
  EXPECT_EQ(kind_of(Releases(other).revoke(id, "spoken")), ErrorKind::kConflict);
  const std::string where = " WHERE id = '" + id.to_string() + "'";
  EXPECT_FALSE(change("UPDATE releases_release SET state = 'signed'" + where));
  EXPECT_FALSE(change("DELETE FROM releases_release" + where));
}

TEST_P(ReleasesTest, ASignedOneIsNeverChangedNotEvenInTheStore) {
  const ReleaseId id = signed_release();
  const Work at_work = work();
  EXPECT_EQ(kind_of(Releases(at_work).save(id, good_terms())), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(Releases(at_work).sign(id, {.name = "Ana Ejemplo_"})), ErrorKind::kConflict);
  const std::string where = " WHERE id = '" + id.to_string() + "'";
  for (const char* set :
       {"expires_at = expires_at + 1", "recipient_role = NULL", "recipient_organization = 'x'",
        "recipient_member = 'x'", "document = NULL", "method = 'paper'", "state = 'draft'",
        "starts_at = 0", "single_use = 1", "client = 'x'", "signed_at = NULL"})
    EXPECT_FALSE(change("UPDATE releases_release SET " + std::string(set) + where)) << set;
  EXPECT_FALSE(change("INSERT INTO releases_item VALUES ('" + id.to_string() +
                      "', 2, 'answer', 'legal_name')"));
  EXPECT_FALSE(change("UPDATE releases_item SET subject = 'legal_name'"));
  EXPECT_EQ(state_of(id), ReleaseState::kActive);
}

TEST_P(ReleasesTest, IsForTheOrganizationPersonAndRoleOnIt) {
  ReleaseRow row;
  row.recipient_organization = id_number<trust::OrganizationId>(2);
  const trust::Actor detective = test_member(2, 6, {Role::kInvestigator});
  EXPECT_FALSE(row.is_for(detective));  // an organisation alone is no recipient
  row.recipient_role = Role::kInvestigator;
  EXPECT_TRUE(row.is_for(detective));
  EXPECT_FALSE(row.is_for(test_member(2, 7, {Role::kProsecutor})));
  EXPECT_FALSE(row.is_for(test_member(3, 6, {Role::kInvestigator})));
  row.recipient_member = detective.member;
  EXPECT_TRUE(row.is_for(detective));
  EXPECT_FALSE(row.is_for(test_member(2, 8, {Role::kInvestigator})));
  EXPECT_FALSE(row.is_for(trust::Actor::anyone()));
  EXPECT_FALSE(row.is_for(trust::Actor::system("cli")));
}

TEST_P(ReleasesTest, AreNobodysBusinessOutsideOfTheOrganization) {
  const ReleaseId id = signed_release();
  for (const trust::Actor& actor : {test_member(2, 6, {Role::kInvestigator}, kTestStart),
                                    test_member(2, 5, {Role::kAdvocate}, kTestStart),
                                    test_member(1, 9, {Role::kAdministrator}, kTestStart)}) {
    const Work at_work{vault(), actor, keyring_};
    Releases releases(at_work);
    EXPECT_EQ(kind_of(releases.read(id)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.of_client(client_)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.record_of(client_)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.draft(client_)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.revoke(id, "spoken")), ErrorKind::kNotFound);
  }
}

}  // namespace
}  // namespace daybreak::vault::releases
