// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/releases/releases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/test_result.hpp"
#include "vault/releases/test_terms.hpp"

namespace daybreak::vault::releases {
namespace {

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

TEST_P(ReleasesTest, ASignatureHoldsWaysAndTopicsOfItsDayAlone) {
  const Work at_work = work();
  const auto list = [](const std::string& id, const std::string& old, const std::string& now) {
    return "[[list]]\nid='" + id + "'\nas_of='2026-01-01'\nsource='s'\ncodes=[{code='" + old +
           "',en='x',es='x',until='2026-01-31'},{code='" + now + "',en='x',es='x'}]\n";
  };
  auto codes = codes::Codes::parse(
      list("method", "paper", "spoken") + list("topic", "housing", "safety"), "");
  ASSERT_TRUE(codes) << codes.error().describe();
  const codes::BuiltInForTest replaced(std::move(*codes));
  const auto place = [&](const std::string& method, Item item) {
    Terms terms = good_terms();
    terms.method = method;
    terms.items = {std::move(item)};
    Releases releases(at_work);
    const auto id = releases.draft(client_);
    EXPECT_TRUE(id && releases.save(*id, terms));
    return place_of(releases.sign(*id, {.name = "Ana Ejemplo_"}));
  };
  EXPECT_EQ(place("spoken", {ItemKind::kTopic, "safety"}), "(it succeeded)");
  EXPECT_EQ(place("spoken", {ItemKind::kTopic, "housing"}), "field items");
  EXPECT_EQ(place("paper", {ItemKind::kServices, "2026-11-01..2026-11-02"}), "field method");
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

TEST_P(ReleasesTest, EachChangeOfADraftIsOneVersion) {
  const Work at_work = work();
  Releases releases(at_work);
  const auto id = *releases.draft(client_);
  const auto version = [&] { return releases.read(id)->row.version; };
  const auto first = version();
  ASSERT_TRUE(releases.save(id, good_terms()));
  EXPECT_EQ(version(), first + 1);
  ASSERT_TRUE(releases.sign(id, {.name = "Ana Ejemplo_"}));
  EXPECT_EQ(version(), first + 2);
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

TEST_P(ReleasesTest, OnPaperThePaperIsNeeded) {
  Signature paper{.kind = SignatureKind::kPaper, .name = "Ana Ejemplo_"};
  EXPECT_EQ(place_of(check_complete(good_terms(), paper)), "field paper");
  paper.paper = id_number<ReleaseId>(5).uuid();
  EXPECT_TRUE(check_complete(good_terms(), paper));
}

TEST_P(ReleasesTest, ATaskForceIsNoRecipient) {
  for (const char* words : {"The Task Force", "todo el grupo de trabajo"}) {
    Terms terms = good_terms();
    terms.recipient_person = words;
    EXPECT_EQ(place_of(check_complete(terms, {.name = "A_"})), "field recipient_person");
  }
}

TEST_P(ReleasesTest, ItBeginsOnALaterDayAndLastsNoLongerThanNinetyDays) {
  Terms terms = good_terms();
  const Date in_ten =
      Date(std::chrono::floor<std::chrono::days>(clock_.now()) + std::chrono::days(10));
  terms.starts_on = in_ten;
  terms.days = 90;
  const auto id = signed_release(terms);
  const Work at_work = work();
  const ReleaseRow row = Releases(at_work).read(id)->row;
  EXPECT_EQ(row.state_at(clock_.now()), ReleaseState::kWaiting);
  EXPECT_FALSE(row.may_disclose(clock_.now()));
  EXPECT_EQ(*row.starts_at, Instant(std::chrono::sys_days(in_ten)));
  EXPECT_EQ(*row.expires_at, clock_.now() + std::chrono::days(90));
  EXPECT_EQ(row.signed_by, advocate_.member);
  EXPECT_EQ(row.state_at(*row.starts_at), ReleaseState::kActive);
}

TEST_P(ReleasesTest, AnEventEndsItAsItsDayDoes) {
  Terms terms = good_terms();
  terms.until_event = "the hearing is over";
  const auto id = signed_release(terms);
  const Work at_work = work();
  ASSERT_TRUE(Releases(at_work).revoke(id, "event"));
  EXPECT_EQ(state_of(id), ReleaseState::kExpired);
  EXPECT_EQ(Releases(at_work).read(id)->row.ended_how, "event");
  EXPECT_EQ(kind_of(Releases(at_work).revoke(id, "event")), ErrorKind::kConflict);
}

TEST_P(ReleasesTest, IssuedAgainItIsNeverWider) {
  Terms terms = good_terms();
  terms.items = {{ItemKind::kAnswer, "phone"}, {ItemKind::kAnswer, "language"}};
  const auto first = signed_release(terms);
  const Work at_work = work();
  Releases releases(at_work);
  ASSERT_TRUE(releases.revoke(first, "spoken"));
  const auto again = releases.draft_again(first);
  ASSERT_TRUE(again) << again.error().describe();
  Terms drafted = releases.read(*again)->terms;
  EXPECT_EQ(drafted.items, terms.items);
  EXPECT_FALSE(drafted.risks_told || drafted.rights_told) << "it is talked about anew";
  EXPECT_EQ(drafted.other_ways, "");
  drafted.risks_told = drafted.rights_told = true;
  drafted.other_ways = "as before";
  const auto refused = [&](auto change) {
    Terms wider = drafted;
    change(wider);
    const auto saved = releases.save(*again, wider);
    return saved ? std::string("saved") : saved.error().place;
  };
  EXPECT_EQ(refused([](Terms& t) { t.items.push_back({ItemKind::kAnswer, "safe_contact"}); }),
            "field items");
  EXPECT_EQ(refused([](Terms& t) { t.recipient_role = Role::kProsecutor; }), "field recipient");
  EXPECT_EQ(refused([](Terms& t) { t.recipient_role.reset(); }), "field recipient");
  EXPECT_EQ(refused([](Terms& t) { t.items.pop_back(); }), "saved");
  ASSERT_TRUE(releases.sign(*again, {.name = "Ana Ejemplo_"}));
  EXPECT_EQ(state_of(first), ReleaseState::kRevoked);
  EXPECT_EQ(state_of(*again), ReleaseState::kActive);
}

TEST_P(ReleasesTest, ALivingOneIsReplacedAtTheSignatureAndNotBefore) {
  const auto first = signed_release();
  const Work at_work = work();
  Releases releases(at_work);
  const auto again = *releases.draft_again(first);
  Terms terms = releases.read(again)->terms;
  terms.risks_told = terms.rights_told = true;
  terms.other_ways = "as before";
  ASSERT_TRUE(releases.save(again, terms));
  EXPECT_EQ(state_of(first), ReleaseState::kActive);
  ASSERT_TRUE(releases.sign(again, {.name = "Ana Ejemplo_"}));
  EXPECT_EQ(state_of(first), ReleaseState::kSuperseded);
  EXPECT_EQ(kind_of(releases.draft_again(*releases.draft(client_))), ErrorKind::kConflict);
}

TEST_P(ReleasesTest, WhatTheFileSaysOfAgeDecidesWhoSigns) {
  const Work at_work = work();
  const auto told = [&](const char* question, const std::string& text, const char* code = nullptr) {
    clients::Answer answer{.question = question};
    if (code != nullptr)
      answer.codes = {code};
    else
      answer.text = Secret<std::string>(text);
    ASSERT_TRUE(clients::Clients(at_work).answer(client_, std::vector<clients::Answer>{answer}));
  };
  const auto sign = [&](Signer signer) {
    Releases releases(at_work);
    Terms terms = good_terms();
    terms.signer = signer;
    terms.guardian = "Guardian_";
    terms.guardian_is_not_abuser = true;
    terms.minor_law = "a statute";
    terms.days = 90;
    const auto id = *releases.draft(client_);
    EXPECT_TRUE(releases.save(id, terms));
    const auto done = releases.sign(id, {.name = "A_", .guardian_name = "Guardian_"});
    if (!done) return done.error().place;
    return format_instant(*releases.read(id)->row.expires_at).substr(0, 10);
  };
  told("age_group", "", "9_17");
  EXPECT_EQ(sign(Signer::kAdult), "field signer");
  const std::string ninety = format_instant(clock_.now() + std::chrono::days(90)).substr(0, 10);
  EXPECT_EQ(sign(Signer::kMinorAndGuardian), ninety);
  told("age_group", "", "24_26");
  EXPECT_EQ(sign(Signer::kMinorAlone), "field signer");
  EXPECT_EQ(sign(Signer::kAdult), ninety);
  // Of age in twenty days: what was signed with a guardian ends then.
  const Date birthday =
      Date(std::chrono::floor<std::chrono::days>(clock_.now()) + std::chrono::days(20));
  told("date_of_birth", format_date(Date{birthday.year() - std::chrono::years(18), birthday.month(),
                                         birthday.day()}));
  EXPECT_EQ(sign(Signer::kAdult), "field signer");
  EXPECT_EQ(sign(Signer::kMinorAndGuardian), format_date(birthday));
}

TEST_P(ReleasesTest, AnyoneOfTheOrganizationStopsIt) {
  const auto id = signed_release();
  const trust::Actor clerk = test_member(1, 8, {Role::kGrantManager});
  const Work clerks{vault(), clerk, keyring_};
  EXPECT_FALSE(Releases(clerks).read(id));
  EXPECT_TRUE(Releases(clerks).revoke(id, "spoken"));
  EXPECT_EQ(state_of(id), ReleaseState::kRevoked);
}

}  // namespace
}  // namespace daybreak::vault::releases
