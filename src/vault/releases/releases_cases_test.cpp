// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases in a vault at their edges, and what the log and the survivor's record hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/releases/releases.hpp"
#include "vault/releases/test_terms.hpp"

namespace daybreak::vault::releases {
namespace {

class ReleaseCases : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), notes::migrations(), migrations()});
    client_ = new_client();
  }
  clients::ClientId new_client() {
    const Work at_work = work();
    return *clients::Clients(at_work).open(
        std::vector<clients::Answer>{
            {.question = "phone", .text = Secret<std::string>("716-555-0142")}},
        kToday);
  }
  ReleaseId signed_release(const Terms& terms = good_terms()) {
    const Work at_work = work();
    const auto id = Releases(at_work).draft(client_);
    EXPECT_TRUE(Releases(at_work).save(*id, terms));
    const auto done = Releases(at_work).sign(*id, kSigned);
    EXPECT_TRUE(done) << done.error().describe();
    return *id;
  }
  ReleaseState state_of(ReleaseId id) {
    const Work at_work = work();
    return Releases(at_work).read(id)->row.state_at(clock_.now());
  }
  std::int64_t leaves(const std::string& part) {
    const std::string log = log_text();
    std::int64_t found = 0;
    for (auto at = log.find(part); at != std::string::npos; at = log.find(part, at + 1)) ++found;
    return found;
  }
  std::int64_t remembered_looks() {
    return (*vault().database().read([](db::Connection& connection) {
             return connection.query_one("SELECT count(*) FROM vault_look");
           }))
        ->integer(0);
  }
  clients::ClientId client_;
};
DAYBREAK_ON_BOTH_ENGINES(ReleaseCases);

TEST_P(ReleaseCases, EachActStandsInTheLog) {
  const ReleaseId id = signed_release();
  const std::string object = "\"object\":\"" + id.to_string();
  EXPECT_EQ(leaves("\"release.draft\",\"type\":\"release\"," + object), 2);  // begun, saved
  EXPECT_EQ(leaves("\"release.sign\",\"type\":\"release\"," + object), 1);
  const Work at_work = work();
  ASSERT_TRUE(Releases(at_work).revoke(id, "written"));
  EXPECT_EQ(leaves("\"release.revoke\",\"type\":\"release\"," + object), 1);
  EXPECT_EQ(leaves("how=written"), 1);
}

TEST_P(ReleaseCases, WhatIsWrongIsNeitherSavedNorSigned) {
  const Work at_work = work();
  Releases releases(at_work);
  const auto id = releases.draft(client_);
  Terms wrong = good_terms();
  wrong.days = 0;
  EXPECT_EQ(place_of(releases.save(*id, wrong)), "field days");
  EXPECT_EQ(releases.read(*id)->row.version, 1);
  EXPECT_EQ(place_of(releases.sign(*id, kSigned)), "field recipient");
  EXPECT_EQ(state_of(*id), ReleaseState::kDraft);
  EXPECT_EQ(kind_of(releases.revoke(*id, "spoken")), ErrorKind::kConflict);  // nothing to stop
  const auto none = ReleaseId::generate(clock_, random_);
  EXPECT_EQ(kind_of(releases.read(none)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(releases.save(none, good_terms())), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(releases.sign(none, kSigned)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(releases.revoke(none, "spoken")), ErrorKind::kNotFound);
}

TEST_P(ReleaseCases, SigningNeedsAFreshConfirmation) {
  const Work at_work = work();
  const auto id = Releases(at_work).draft(client_);
  ASSERT_TRUE(Releases(at_work).save(*id, good_terms()));
  trust::Actor tired = advocate_;
  tired.confirmed_at.reset();
  const Work unconfirmed{vault(), tired, keyring_};
  EXPECT_EQ(place_of(Releases(unconfirmed).sign(*id, kSigned)), "confirmation");
  EXPECT_EQ(state_of(*id), ReleaseState::kDraft);
  EXPECT_TRUE(Releases(at_work).sign(*id, kSigned));
}

TEST_P(ReleaseCases, NobodyButAnAdvocateOfTheOrganizationActs) {
  const ReleaseId id = signed_release();
  const Work at_work = work();
  const auto draft = Releases(at_work).draft(client_);
  for (const trust::Actor& actor : {test_member(2, 5, {Role::kAdvocate}, kTestStart),
                                    test_member(1, 9, {Role::kAdministrator}, kTestStart)}) {
    const Work other{vault(), actor, keyring_};
    Releases releases(other);
    EXPECT_EQ(kind_of(releases.draft(client_)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.save(*draft, good_terms())), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.sign(*draft, kSigned)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.revoke(id, "spoken")), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.read(id)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.of_client(client_)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(releases.record_of(client_)), ErrorKind::kNotFound);
  }
  EXPECT_EQ(state_of(id), ReleaseState::kActive);
}

TEST_P(ReleaseCases, AReplacedOneIsOverForGoodAsAStoppedOneIs) {
  const Work at_work = work();
  const ReleaseId id = signed_release();
  ASSERT_TRUE(Releases(at_work).revoke(id, "replaced"));
  EXPECT_EQ(state_of(id), ReleaseState::kSuperseded);
  for (const char* how : {"spoken", "replaced"})
    EXPECT_EQ(kind_of(Releases(at_work).revoke(id, how)), ErrorKind::kConflict);
  Terms to_one_person = good_terms();
  to_one_person.recipient_role.reset();
  to_one_person.recipient_member = id_number<trust::MemberId>(1006);
  const auto row = Releases(at_work).read(signed_release(to_one_person))->row;
  EXPECT_EQ(row.recipient_role, std::nullopt);
  EXPECT_EQ(row.recipient_member, to_one_person.recipient_member);
  EXPECT_EQ(*row.expires_at - *row.starts_at, std::chrono::days(14));
}

TEST_P(ReleaseCases, ListsAreOfOneClientAndTheRecordIsOfHerLooks) {
  const ReleaseId id = signed_release();
  const auto other = new_client();
  const Work at_work = work();
  Releases releases(at_work);
  ASSERT_TRUE(releases.draft(other));
  ASSERT_EQ(releases.of_client(client_)->size(), 1u);
  EXPECT_EQ(releases.of_client(client_)->front().id, id);

  clients::Clients clients(at_work);
  EXPECT_TRUE(releases.record_of(client_)->looks.empty());  // to draft is not to look
  ASSERT_TRUE(clients.read(client_));
  ASSERT_TRUE(clients.read(other));
  const auto note = notes::Notes(at_work).write(client_, notes::NoteClass::kFactual,
                                                Secret<std::string>("a note"));
  ASSERT_TRUE(note);
  ASSERT_TRUE(notes::Notes(at_work).of_client(client_));
  const trust::Actor stranger = test_member(2, 5, {Role::kAdvocate}, kTestStart);
  const Work denied{vault(), stranger, keyring_};
  EXPECT_FALSE(clients::Clients(denied).read(client_));
  // A look of a recipient, and one that was refused; of this client and of another.
  const auto look = [&](clients::ClientId client, trust::Outcome outcome) {
    ASSERT_TRUE(vault().database().write([&](db::Connection& connection) -> Result<void> {
      TRY(trust::append_audit(connection, stranger,
                              {.action = "released_item.view",
                               .object_type = "released_item",
                               .object = client_.to_string(),
                               .outcome = outcome,
                               .detail = "client=" + client.to_string()},
                              clock_.now()));
      return vault().remember_look(connection, client.uuid());
    }));
  };
  look(client_, trust::Outcome::kDone);
  look(client_, trust::Outcome::kDenied);
  look(other, trust::Outcome::kDone);
  const auto record = releases.record_of(client_);
  ASSERT_TRUE(record);
  std::vector<std::string> actions;
  for (const Look& one : record->looks) actions.push_back(one.action);
  EXPECT_THAT(actions,
              testing::ElementsAre("released_item.view", "client_note.read", "client.read"));
  EXPECT_EQ(record->looks.front().organization, stranger.organization);
  EXPECT_EQ(record->looks.back().member, advocate_.member);
}

TEST_P(ReleaseCases, NumbersCountUpByOne) {
  const Work at_work = work();
  Releases releases(at_work);
  for (std::int64_t number = 1; number <= 3; ++number)
    EXPECT_EQ(releases.read(*releases.draft(client_))->row.number, number);
}

TEST_P(ReleaseCases, TheWordsSayWhyASignedOneIsNotChanged) {
  const ReleaseId id = signed_release();
  const Work at_work = work();
  for (const auto& refused :
       {Releases(at_work).save(id, good_terms()), Releases(at_work).sign(id, kSigned)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "this release was signed: it is never changed");
  }
}

TEST_P(ReleaseCases, IssuedAgainIsForTheSameRecipientAndBeginsAnew) {
  const Work at_work = work();
  Releases releases(at_work);
  Terms long_one = good_terms();
  long_one.days = 60;
  long_one.starts_on = Date(std::chrono::year(2026), std::chrono::month(11), std::chrono::day(20));
  const ReleaseId first = signed_release(long_one);
  const auto again = releases.draft_again(first);
  ASSERT_TRUE(again) << again.error().describe();
  const Terms anew = releases.read(*again)->terms;
  EXPECT_EQ(anew.days, kDefaultDays);
  EXPECT_EQ(anew.starts_on, std::nullopt);
  EXPECT_EQ(anew.again_of, first);
  const auto place = [&](auto change) {
    Terms other = anew;
    change(other);
    const auto saved = releases.save(*again, other);
    return saved ? std::string("saved")
                 : (saved.error().kind == ErrorKind::kNotFound ? "absent" : saved.error().place);
  };
  EXPECT_EQ(place([](Terms&) {}), "saved");
  EXPECT_EQ(place([](Terms& t) { t.recipient_organization = id_number<trust::OrganizationId>(3); }),
            "field recipient");
  EXPECT_EQ(place([](Terms& t) { t.recipient_member = id_number<trust::MemberId>(1006); }),
            "field recipient");
  EXPECT_EQ(place([](Terms& t) { t.recipient_role = Role::kProsecutor; }), "field recipient");
  EXPECT_EQ(place([](Terms& t) { t.method = "paper"; }), "field recipient");
  EXPECT_EQ(place([](Terms& t) { t.again_of = id_number<ReleaseId>(77); }), "absent");
  const ReleaseId unsigned_one = *releases.draft(client_);
  EXPECT_EQ(place([&](Terms& t) {
              t.again_of = unsigned_one;
              t.items.clear();
            }),
            "absent");
  const trust::Actor administrator = test_member(1, 9, {Role::kAdministrator}, kTestStart);
  const Work not_theirs{vault(), administrator, keyring_};
  EXPECT_EQ(kind_of(Releases(not_theirs).draft_again(first)), ErrorKind::kNotFound);
}

TEST_P(ReleaseCases, AFileIsKeptWhileOneOfItsReleasesLives) {
  const auto lives = [&](clients::ClientId client) {
    return *vault().database().read(
        [&](db::Connection& connection) { return has_living(connection, client, clock_.now()); });
  };
  const auto other = new_client();
  const Work at_work = work();
  ASSERT_TRUE(Releases(at_work).draft(client_));
  EXPECT_FALSE(lives(client_));
  const ReleaseId stopped = signed_release();
  EXPECT_TRUE(lives(client_));
  EXPECT_FALSE(lives(other));
  ASSERT_TRUE(Releases(at_work).revoke(stopped, "spoken"));
  EXPECT_FALSE(lives(client_));
  (void)signed_release();
  ASSERT_TRUE(vault().database().write([](db::Connection& connection) {
    return connection.execute(
        "UPDATE releases_release SET state = 'exhausted' WHERE state = 'signed'");
  }));
  EXPECT_TRUE(lives(client_));
  clock_.advance(std::chrono::days(14) - std::chrono::milliseconds(1));
  EXPECT_TRUE(lives(client_));
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(lives(client_));
}

// The log of a store from before looks were remembered is searched word by word.
TEST_P(ReleaseCases, InAnOlderLogOnlyLooksAtThisFileAreLooks) {
  const auto other = new_client();
  const std::string of_her = "client=" + client_.to_string();
  const auto note = [&](const char* type, const char* action, const std::string& object,
                        const std::string& detail) {
    ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
      return vault().note(connection, advocate_, type, action, object, detail);
    }));
  };
  const auto read_by = [&](const std::string& object, const std::string& detail) {
    note("client", "read", object, detail);
    note("client_note", "read", object, detail);
  };
  read_by(client_.to_string(), "");
  read_by(other.to_string(), of_her);  // of another, though she stands in it
  note("client", "edit", client_.to_string(), "");
  note("attachment", "read", "a1", of_her);
  note("attachment", "read_original", "a2", of_her);
  note("attachment", "add", "a3", of_her);
  note("attachment", "read", "a4", "client=" + other.to_string() + ",not=" + client_.to_string());
  EXPECT_EQ(remembered_looks(), 6) << "of each that was looked at";
  note("referral", "read", client_.to_string(), "");
  note("task", "read", "t1", of_her);
  note("attachment", "read", "a5", "friend=" + client_.to_string());
  EXPECT_EQ(remembered_looks(), 6) << "and nothing else";
  const Work at_work = work();
  const auto actions = [&] {
    std::vector<std::string> all;
    const auto record = Releases(at_work).record_of(client_);
    for (const Look& one : record->looks) all.push_back(one.action);
    return all;
  };
  const auto expected = testing::ElementsAre("attachment.read_original", "attachment.read",
                                             "client_note.read", "client.read");
  EXPECT_THAT(actions(), expected);  // remembered
  ASSERT_TRUE(vault().database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM vault_look"));
    TRY(connection.execute(
        "UPDATE vault_look_start SET entry = (SELECT max(number) + 1 FROM audit_entry)"));
    return {};
  }));
  EXPECT_THAT(actions(), expected);  // found
}

TEST_P(ReleaseCases, ItLastsItsDaysFromWhereItBegins) {
  const auto day_after = [&](int days) {
    return Date(std::chrono::floor<std::chrono::days>(clock_.now()) + std::chrono::days(days));
  };
  const auto at = [](Date day) { return Instant(std::chrono::sys_days(day)); };
  const auto signed_from = [&](Date day, int days) {
    Terms terms = good_terms();
    terms.starts_on = day;
    terms.days = days;
    const Work at_work = work();
    Releases releases(at_work);
    const auto id = *releases.draft(client_);
    EXPECT_TRUE(releases.save(id, terms));
    const auto done = releases.sign(id, kSigned);
    return done ? Result<ReleaseRow>(releases.read(id)->row) : tl::make_unexpected(done.error());
  };
  const ReleaseRow past = *signed_from(day_after(-3), 14), later = *signed_from(day_after(10), 14);
  EXPECT_EQ(*past.starts_at, clock_.now());
  EXPECT_EQ(*past.expires_at, clock_.now() + std::chrono::days(14));
  EXPECT_EQ(*later.starts_at, at(day_after(10)));
  EXPECT_EQ(*later.expires_at, at(day_after(24)));
  clock_.set(at(day_after(1)));  // at midnight, to the moment
  advocate_.confirmed_at = clock_.now();
  EXPECT_TRUE(signed_from(day_after(89), 90));
  EXPECT_EQ(place_of(signed_from(day_after(90), 90)), "field starts_on");
  EXPECT_EQ(place_of(signed_from(day_after(91), 90)), "field starts_on");
}

TEST_P(ReleaseCases, ABirthdayEndsOnlyWhatAMinorSigned) {
  const auto today = std::chrono::floor<std::chrono::days>(clock_.now());
  const auto born = [&](Date of_age) {
    const Date day{of_age.year() - std::chrono::years(18), of_age.month(), of_age.day()};
    clients::Answer answer{.question = "date_of_birth",
                           .text = Secret<std::string>(format_date(day))};
    const Work at_work = work();
    ASSERT_TRUE(clients::Clients(at_work).answer(client_, std::vector<clients::Answer>{answer}));
  };
  const auto sign = [&](Signer signer, std::optional<Date> from) {
    Terms terms = good_terms();
    terms.signer = signer;
    terms.minor_law = "a statute";
    terms.guardian = "Eva Ejemplo_";
    terms.guardian_is_not_abuser = true;
    terms.starts_on = from;
    const Work at_work = work();
    const auto id = *Releases(at_work).draft(client_);
    EXPECT_TRUE(Releases(at_work).save(id, terms));
    const auto done =
        Releases(at_work).sign(id, {.name = "Ana Ejemplo_", .guardian_name = "Eva Ejemplo_"});
    return done ? format_instant(*Releases(at_work).read(id)->row.expires_at).substr(0, 10)
                : done.error().place;
  };
  const Date birthday{today + std::chrono::days(10)}, eve{today + std::chrono::days(9)};
  born(birthday);
  EXPECT_EQ(sign(Signer::kMinorAlone, eve), format_date(birthday));
  EXPECT_EQ(sign(Signer::kMinorAlone, birthday), "field starts_on");
  EXPECT_EQ(sign(Signer::kMinorAlone, Date{today + std::chrono::days(11)}), "field starts_on");
  born(Date{std::chrono::year(2020), std::chrono::month(1), std::chrono::day(1)});
  EXPECT_EQ(sign(Signer::kAdult, {}), format_date(Date{today + std::chrono::days(14)}));
}

TEST_P(ReleaseCases, AReplacementStandsInTheLog) {
  const ReleaseId first = signed_release();
  const Work at_work = work();
  const auto again = *Releases(at_work).draft_again(first);
  Terms terms = Releases(at_work).read(again)->terms;
  terms.risks_told = terms.rights_told = true;
  terms.other_ways = "as before";
  ASSERT_TRUE(Releases(at_work).save(again, terms));
  ASSERT_TRUE(Releases(at_work).sign(again, kSigned));
  EXPECT_EQ(leaves("\"release.revoke\",\"type\":\"release\",\"object\":\"" + first.to_string()), 1);
  EXPECT_EQ(leaves("how=replaced"), 1);
}

}  // namespace
}  // namespace daybreak::vault::releases
