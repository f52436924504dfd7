// SPDX-License-Identifier: AGPL-3.0-or-later
// The release gate where something is missing, late, damaged or made up by another side.
#include <fstream>

#include "base/text.hpp"
#include "db/postgres_server.hpp"
#include "gates/release/test_gate.hpp"

namespace daybreak::gates {
namespace {

class ReleaseGateCases : public GateStoreTest {
 protected:
  // Told under a living release of the telephone number, seen by nobody yet.
  vault::inbox::PointerId told() {
    release_ = signed_release();
    const auto disclosure = gate_->disclose(advocate(), release_, {kPhone});
    EXPECT_TRUE(disclosure) << disclosure.error().describe();
    const auto row = house_->vault(1).database().read([&](db::Connection& connection) {
      return connection.query_one("SELECT id FROM releases_projection WHERE disclosure = $1",
                                  {*disclosure});
    });
    return (*row)->uuid(0);
  }
  void change(int number, const std::string& sql) {
    const auto done = house_->vault(number).database().write(
        [&](db::Connection& connection) { return connection.execute(sql); });
    ASSERT_TRUE(done) << done.error().describe();
  }
  // What a sender's program that is not ours could have sealed for the recipient.
  void seal_for_recipient(const vault::inbox::PointerId& projection, const std::string& text) {
    const auto ends = format_instant(kTestStart + std::chrono::days(14));
    const std::string context = "projection " + projection.to_string() + " " +
                                release_.to_string() + " " +
                                vault::id_number<trust::OrganizationId>(2).to_string() + " " + ends;
    const std::string letter = trust::keys::write_letter(
        house_->rings[0]->pair(), house_->rings[1]->pair().public_key(), text, context, random_);
    ASSERT_TRUE(house_->vault(1).database().write([&](db::Connection& connection) {
      return connection.execute("UPDATE releases_projection SET letter = $1", {db::Blob{letter}});
    }));
  }
  Work detective() { return house_->work(2, detective_); }

  ReleaseId release_;
};
DAYBREAK_ON_BOTH_ENGINES(ReleaseGateCases);

TEST_P(ReleaseGateCases, ServicesAreToldAsDayCategoryAndMinutesOfTheSpanAlone) {
  vault::services::Services services(advocate());
  const auto add = [&](unsigned day, const std::string& category) {
    return services.add({.client = client_,
                         .day = Date(kToday.year(), kToday.month(), std::chrono::day(day)),
                         .category = category,
                         .minutes = 30});
  };
  ASSERT_TRUE(add(9, "housing"));
  ASSERT_TRUE(add(10, "housing"));
  const auto wrong = add(12, "health");
  ASSERT_TRUE(add(17, "legal"));
  ASSERT_TRUE(add(18, "legal"));
  ASSERT_TRUE(services.correct(
      *wrong, {.client = client_, .day = kToday, .category = "transportation", .minutes = 45}));
  const Item span{ItemKind::kServices, "2026-11-10..2026-11-17"};
  ASSERT_TRUE(gate_->disclose(advocate(), signed_release({span}), {span}));
  const Work work = detective();
  const auto seen = view_first(work);
  ASSERT_TRUE(seen) << seen.error().describe();
  EXPECT_EQ(seen->lines.at(0).content, "2026-11-10 housing 30\n2026-11-17 legal 30\n");
}

TEST_P(ReleaseGateCases, WhatASenderDamagedIsRefusedOrLeftOut) {
  const auto pointer = told();
  const Work work = detective();
  for (const char* damaged :
       {"{}", "[{}]", R"([{"item":"answer:phone"}])", R"([{"content":"x"}])",
        R"([{"item":3,"content":"x"}])", R"([{"item":"gossip:phone","content":"x"}])", "nothing"}) {
    seal_for_recipient(pointer, damaged);
    const auto seen = gate_->view(work, pointer);
    ASSERT_FALSE(seen) << damaged;
    EXPECT_NE(seen.error().kind, ErrorKind::kNotFound) << damaged;
  }
  for (const char* line :
       {R"({"category":"housing","minutes":1})", R"({"day":"2026-11-10","minutes":1})",
        R"({"day":"2026-11-10","category":"housing"})",
        R"({"day":1,"category":"housing","minutes":1})",
        R"({"day":"2026-11-10","category":1,"minutes":1})",
        R"({"day":"2026-11-10","category":"housing","minutes":"1"})"}) {
    seal_for_recipient(pointer, std::string(R"([{"item":"services:a..b","content":[)") + line +
                                    R"(,{"day":"2026-11-11","category":"legal","minutes":2}]}])");
    const auto seen = gate_->view(work, pointer);
    ASSERT_TRUE(seen) << seen.error().describe();
    EXPECT_EQ(seen->lines.at(0).content, "2026-11-11 legal 2\n") << line;
  }
}

TEST_P(ReleaseGateCases, NothingIsToldToWhoCannotReceiveIt) {
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), ReleaseId::generate(clock_, random_), {kPhone})),
            ErrorKind::kNotFound);
  const ReleaseId release = signed_release();
  change(2, "DELETE FROM vault_identity");  // nobody has founded it yet
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), release, {kPhone})), ErrorKind::kConflict);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_disclosure"), 0);
  const auto elsewhere =
      sign_release(advocate(), client_, terms_for(9, Role::kInvestigator, {kPhone}));
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), *elsewhere, {kPhone})), ErrorKind::kNotFound);
  // By voice it can be told to whom has no vault.
  auto terms = terms_for(9, Role::kInvestigator, {{ItemKind::kTopic, "court_support"}});
  terms.method = "spoken";
  const auto spoken = sign_release(advocate(), client_, terms);
  EXPECT_TRUE(gate_->disclose(advocate(), *spoken, terms.items));
  // Others of the same organization cannot tell at all, nor advocates of another.
  const trust::Actor administrator = test_member(1, 9, {Role::kAdministrator}, kTestStart);
  EXPECT_EQ(kind_of(gate_->disclose(house_->work(1, administrator), *spoken, terms.items)),
            ErrorKind::kNotFound);
}

TEST_P(ReleaseGateCases, WhatWasNotDeliveredComesWhenTheInboxIsOpened) {
  const auto pointer = told();
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE delivered_at IS NOT NULL"), 1);
  change(1, "UPDATE releases_projection SET delivered_at = NULL");
  change(2, "DELETE FROM inbox_pointer");
  const Work work = detective(), other = house_->work(3, detective_);
  const auto inbox = gate_->inbox(work);
  ASSERT_TRUE(inbox) << inbox.error().describe();
  ASSERT_EQ(inbox->size(), 1u);
  EXPECT_EQ(inbox->front().projection, pointer);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE delivered_at IS NOT NULL"), 1);
  // Delivered once: what the recipient removed does not come again.
  change(2, "DELETE FROM inbox_pointer");
  EXPECT_TRUE(gate_->inbox(work)->empty());
  EXPECT_EQ(count(3, "SELECT count(*) FROM inbox_pointer"), 0);
  const trust::Actor administrator = test_member(2, 9, {Role::kAdministrator}, kTestStart);
  EXPECT_EQ(kind_of(gate_->inbox(house_->work(2, administrator))), ErrorKind::kNotFound);
}

TEST_P(ReleaseGateCases, AnInboxShowsOnlyWhatStillLivesAtTheSenders) {
  const auto pointer = told();
  const Work work = detective();
  ASSERT_EQ(gate_->inbox(work)->size(), 1u);
  // A pointer that the recipient's own store made longer, and one to nothing.
  change(2, "UPDATE inbox_pointer SET ends_at = ends_at + 90000000000");
  ASSERT_TRUE(house_->vault(2).database().write([&](db::Connection& connection) {
    return vault::inbox::deliver(
        house_->vault(2), connection,
        {Uuid::generate(clock_, random_), vault::id_number<trust::OrganizationId>(1), 7, kTestStart,
         kTestStart + std::chrono::days(9)});
  }));
  EXPECT_EQ(count(2, "SELECT count(*) FROM inbox_pointer"), 2);
  ASSERT_EQ(gate_->inbox(work)->size(), 1u);
  EXPECT_EQ(count(2, "SELECT count(*) FROM inbox_pointer"), 1);
  clock_.advance(std::chrono::days(14));
  EXPECT_TRUE(gate_->inbox(work)->empty());
  EXPECT_EQ(count(2, "SELECT count(*) FROM inbox_pointer"), 0);
  EXPECT_EQ(kind_of(gate_->view(work, pointer)), ErrorKind::kNotFound);
}

TEST_P(ReleaseGateCases, ACopyThatIsGoneIsNotShown) {
  const auto pointer = told();
  const Work work = detective();
  change(1, "UPDATE releases_projection SET letter = NULL");  // without an end of the release
  EXPECT_EQ(kind_of(gate_->view(work, pointer)), ErrorKind::kNotFound);
  EXPECT_TRUE(gate_->inbox(work)->empty());
  EXPECT_EQ(kind_of(gate_->view(work, Uuid::generate(clock_, random_))), ErrorKind::kNotFound);
}

TEST_P(ReleaseGateCases, EachLookStandsInBothLogs) {
  const auto pointer = told();
  const Work work = detective();
  ASSERT_TRUE(gate_->view(work, pointer));
  const std::string looked =
      "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%released_item.view%";
  EXPECT_EQ(count(1, looked + "\"outcome\":\"done\"%client=" + client_.to_string() + "%'"), 1);
  EXPECT_EQ(count(2, looked + "%'"), 1);
  const trust::Actor prosecutor = test_member(2, 8, {Role::kProsecutor}, kTestStart);
  EXPECT_FALSE(gate_->view(house_->work(2, prosecutor), pointer));
  EXPECT_EQ(count(1, looked + "\"outcome\":\"denied\"%'"), 1);
  EXPECT_EQ(count(2, looked + "%'"), 1);
  EXPECT_EQ(count(2, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%released_item.receive%'"),
            1);
  const std::string told = "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%release.disclose%'";
  EXPECT_EQ(count(1, told), 1);
}

TEST_P(ReleaseGateCases, ASendersExchangedKeyIsNotUsedInSilence) {
  const auto pointer = told();
  const Work work = detective();
  ASSERT_TRUE(gate_->view(work, pointer));
  const auto other = trust::keys::KeyPair::generate(random_);
  ASSERT_TRUE(house_->vault(1).database().write([&](db::Connection& connection) {
    return connection.execute("UPDATE vault_identity SET public_key = $1",
                              {db::Blob{std::string(other.public_key().view())}});
  }));
  EXPECT_EQ(kind_of(gate_->view(work, pointer)), ErrorKind::kConflict);
  change(1, "DELETE FROM vault_identity");
  EXPECT_EQ(kind_of(gate_->view(work, pointer)), ErrorKind::kNotFound);
}

TEST_P(ReleaseGateCases, TheNightDestroysWhatHasEndedAndNothingElse) {
  told();
  const ReleaseId longer = signed_release();
  ASSERT_TRUE(gate_->disclose(advocate(), longer, {kPhone}));
  change(1, "UPDATE releases_projection SET delivered_at = NULL");
  EXPECT_EQ(*gate_->destroy_ended(house_->vault(1)), 0);
  ASSERT_TRUE(Releases(advocate()).revoke(release_, "written"));
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 1);
  clock_.advance(std::chrono::days(14));
  EXPECT_EQ(*gate_->destroy_ended(house_->vault(1)), 1);
  EXPECT_EQ(*gate_->destroy_ended(house_->vault(1)), 0);
  EXPECT_EQ(count(1, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%released_item.destroy%'"),
            2);
  // What ended before it was delivered is never delivered.
  const Work work = detective();
  change(2, "DELETE FROM inbox_pointer");
  EXPECT_TRUE(gate_->inbox(work)->empty());
  EXPECT_EQ(count(2, "SELECT count(*) FROM inbox_pointer"), 0);
}

TEST_P(ReleaseGateCases, ANoteIsToldOnlyWhenSignedAndOfThisFile) {
  const auto other = *vault::clients::Clients(advocate()).open({}, kToday);
  vault::notes::Notes notes(advocate());
  const auto write = [&](vault::clients::ClientId client, bool is_signed) {
    const auto id = notes.write(client, vault::notes::NoteClass::kFactual,
                                Secret<std::string>("went to the clerk"));
    if (is_signed) {
      EXPECT_TRUE(notes.sign(*id));
    }
    return Item{ItemKind::kNote, id->to_string()};
  };
  const Item good = write(client_, true), draft = write(client_, false),
             foreign = write(other, true),
             none{ItemKind::kNote, vault::notes::NoteId::generate(clock_, random_).to_string()};
  const ReleaseId release = signed_release({good, draft, foreign, none});
  for (const Item& wrong : {draft, foreign, none})
    EXPECT_EQ(kind_of(gate_->disclose(advocate(), release, {wrong})), ErrorKind::kInvalid);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_disclosure"), 0);
  ASSERT_TRUE(gate_->disclose(advocate(), release, {good}));
  const Work work = detective();
  EXPECT_EQ(view_first(work)->lines.at(0).content, "went to the clerk");
}

TEST_P(ReleaseGateCases, AGoalIsToldInHerWordsAndOfThisFileOnly) {
  vault::plans::Plans plans(advocate());
  const auto write = [&](vault::clients::ClientId client) {
    const auto id =
        plans.add_goal(client, {.area = "housing",
                                .since = kToday,
                                .words = Secret<std::string>("a door that I can lock")});
    return Item{ItemKind::kGoal, id->to_string()};
  };
  const Item good = write(client_),
             foreign = write(*vault::clients::Clients(advocate()).open({}, kToday));
  const ReleaseId release = signed_release({good, foreign});
  EXPECT_FALSE(gate_->disclose(advocate(), release, {foreign}));
  ASSERT_TRUE(gate_->disclose(advocate(), release, {good}));
  const Work work = detective();
  EXPECT_TRUE(view_first(work)->lines.at(0).content.starts_with("a door that I can lock"));
}

TEST_P(ReleaseGateCases, UsingOneUpLeavesOthersAlone) {
  auto terms = terms_for(2, Role::kInvestigator, {kPhone, kName});
  terms.single_use = true;
  const auto once = sign_release(advocate(), client_, terms);
  const auto other = sign_release(advocate(), client_, terms);
  ASSERT_TRUE(gate_->disclose(advocate(), *once, {kPhone}));
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_release WHERE state = 'exhausted'"), 1);
  EXPECT_TRUE(gate_->disclose(advocate(), *other, {kName}));
  // Stopped, it is not used up but stopped.
  ASSERT_TRUE(Releases(advocate()).revoke(*once, "spoken"));
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_release WHERE state = 'exhausted'"), 1);
}

TEST_P(ReleaseGateCases, ARestoredStoreTellsNothingUnderReleasesOfBefore) {
  const auto pointer = told();
  const auto draft = Releases(advocate()).draft(client_);
  const Work work = detective();
  ASSERT_TRUE(gate_->view(work, pointer));
  const auto restored = [&] {
    return house_->vault(1).database().write([&](db::Connection& connection) {
      return vault::releases::end_restored(house_->vault(1), connection);
    });
  };
  EXPECT_EQ(*restored(), 1);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 0);
  EXPECT_EQ(*restored(), 0);
  EXPECT_EQ(kind_of(gate_->view(work, pointer)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), release_, {kPhone})), ErrorKind::kConflict);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 0);
  EXPECT_EQ(count(1, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%release.end\"%'"), 1);
  EXPECT_TRUE(Releases(advocate()).save(*draft, terms_for(2, Role::kInvestigator, {kPhone})));
}

// What `pg_restore` into another database does, done by the server itself: the same rows elsewhere.
TEST_P(ReleaseGateCases, ADatabaseThatIsNotWhereItWasTellsNothingUnderReleasesOfBefore) {
  if (GetParam() == db::Engine::kSqlite)
    GTEST_SKIP() << "a SQLite store cannot be told from a copy";
  const auto place = folder() / "server";
  const std::string from = "test_restored_" + std::to_string(getpid()), to = from + "_copy";
  auto server = *db::PostgresServer::connect(postgres_url());
  ASSERT_TRUE(server.run("CREATE DATABASE " + from));
  const std::string address = *db::postgres_address(postgres_url(), {.database = from});
  ASSERT_TRUE(db::PostgresServer::connect(address)->run("CREATE SCHEMA vault"));
  auto house =
      std::make_unique<TestHouse>(place, clock_, random_,
                                  address + (address.find('?') == std::string::npos ? "?" : "&") +
                                      "options=-csearch_path%3Dvault");
  const auto rings = house->rings;
  const auto client =
      *vault::clients::Clients(house->work(1, advocate_))
           .open(std::vector<vault::clients::Answer>{{.question = "phone",
                                                      .text = Secret<std::string>("716-555-0142")}},
                 kToday);
  const auto release =
      *sign_release(house->work(1, advocate_), client, terms_for(2, Role::kInvestigator, {kPhone}));
  ASSERT_TRUE(ReleaseGate(house->vaults).disclose(house->work(1, advocate_), release, {kPhone}));
  house.reset();

  const auto one = vault::id_number<trust::OrganizationId>(1),
             two = vault::id_number<trust::OrganizationId>(2);
  const auto see = [&] {
    vault::Vaults vaults(place, rooms_for_tests(), clock_, random_);
    ReleaseGate gate(vaults);
    const Work detective{**vaults.find(two), detective_, rings[1]};
    const auto inbox = gate.inbox(detective);
    return inbox->empty() ? std::optional(ErrorKind::kUnavailable)
                          : kind_of(gate.view(detective, inbox->front().projection));
  };
  const auto living = [&] {
    vault::Vaults vaults(place, rooms_for_tests(), clock_, random_);
    return (*(*vaults.find(one))->database().read([](db::Connection& connection) {
             return connection.query_one(
                 "SELECT count(*) FROM releases_release WHERE ended_at IS NULL");
           }))
        ->integer(0);
  };
  EXPECT_EQ(see(), std::nullopt) << "opened again where it was, it does not tell";
  EXPECT_EQ(living(), 1);

  ASSERT_TRUE(server.run("CREATE DATABASE " + to + " TEMPLATE " + from));
  for (const char* name : {"vault.url", "vault.owner.url"}) {
    const auto file = place / "vaults" / one.to_string() / name;
    std::string url;
    std::getline(std::ifstream(file), url);
    std::ofstream(file) << replace_all(url, from, to) << "\n";
  }
  const auto tell = [&] {
    vault::Vaults vaults(place, rooms_for_tests(), clock_, random_);
    const Work provider{**vaults.find(one), advocate_, rings[0]};
    return kind_of(ReleaseGate(vaults).disclose(provider, release, {kPhone}));
  };
  EXPECT_EQ(tell(), ErrorKind::kConflict);
  EXPECT_EQ(see(), ErrorKind::kNotFound);
  EXPECT_EQ(living(), 0);
  for (const std::string& name : {to, from}) EXPECT_TRUE(server.run("DROP DATABASE " + name));
}

// As if something had ended the release and left the copy where it was.
TEST_P(ReleaseGateCases, AnEndedReleaseShowsNothingEvenWhereItsCopyIsLeft) {
  const auto stopped = told();
  const Work work = detective();
  change(1, "UPDATE releases_release SET state = 'revoked'");
  EXPECT_EQ(kind_of(gate_->view(work, stopped)), ErrorKind::kNotFound);
  EXPECT_TRUE(gate_->inbox(work)->empty());
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 1);
  (void)told();
  change(1, "UPDATE releases_release SET ended_at = " +
                std::to_string(kTestStart.time_since_epoch().count()) + " WHERE state = 'signed'");
  EXPECT_TRUE(gate_->inbox(work)->empty());
}

TEST_P(ReleaseGateCases, APointerToNothingOpensNothingAndTheSenderWritesItDown) {
  told();
  const Work work = detective();
  const auto deliver = [&](const vault::inbox::PointerId& pointer, int sender) {
    ASSERT_TRUE(house_->vault(2).database().write([&](db::Connection& connection) {
      return vault::inbox::deliver(house_->vault(2), connection,
                                   {pointer, vault::id_number<trust::OrganizationId>(sender), 7,
                                    kTestStart, kTestStart + std::chrono::days(9)});
    }));
  };
  const auto nothing = Uuid::generate(clock_, random_), away = Uuid::generate(clock_, random_);
  deliver(nothing, 1);
  EXPECT_EQ(kind_of(gate_->view(work, nothing)), ErrorKind::kNotFound);
  EXPECT_EQ(count(1, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%" + nothing.to_string() +
                         "%\"denied\"%'"),
            1);
  // Of a sender whose vault is not here now: not shown, and not forgotten either.
  deliver(away, 9);
  ASSERT_EQ(gate_->inbox(work)->size(), 1u);
  EXPECT_EQ(count(2, "SELECT count(*) FROM inbox_pointer WHERE sender = '" +
                         vault::id_number<trust::OrganizationId>(9).to_string() + "'"),
            1);
  EXPECT_FALSE(gate_->view(work, away));
}

TEST_P(ReleaseGateCases, WhatOneRecipientFetchesStaysWaitingForTheOther) {
  const auto pointer = told();
  const trust::Actor prosecutor = test_member(3, 8, {Role::kProsecutor}, kTestStart);
  const auto other = sign_release(advocate(), client_, terms_for(3, Role::kProsecutor, {kName}));
  ASSERT_TRUE(gate_->disclose(advocate(), *other, {kName}));
  change(1, "UPDATE releases_projection SET delivered_at = NULL");
  change(2, "DELETE FROM inbox_pointer");
  change(3, "DELETE FROM inbox_pointer");
  const Work work = detective(), others = house_->work(3, prosecutor);
  ASSERT_EQ(gate_->inbox(work)->size(), 1u);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE delivered_at IS NULL"), 1);
  ASSERT_EQ(gate_->inbox(others)->size(), 1u);
  EXPECT_NE(gate_->inbox(others)->front().projection, pointer);
}

TEST_P(ReleaseGateCases, ADeliveryThatIsRepeatedIsOnePointer) {
  told();
  change(1, "UPDATE releases_projection SET delivered_at = NULL");
  const Work work = detective();
  ASSERT_EQ(gate_->inbox(work)->size(), 1u);
  EXPECT_EQ(count(2, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%released_item.receive%'"),
            1);
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE delivered_at IS NULL"), 0);
}

TEST_P(ReleaseGateCases, WhatIsReplacedIsDestroyedAtTheSignature) {
  told();
  Releases releases(advocate());
  const auto again = *releases.draft_again(release_);
  auto terms = releases.read(again)->terms;
  terms.risks_told = terms.rights_told = true;
  terms.other_ways = "as before";
  ASSERT_TRUE(releases.save(again, terms));
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 1);
  ASSERT_TRUE(releases.sign(again, {.name = "Ana Ejemplo_"}));
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_projection WHERE letter IS NOT NULL"), 0);
  // Not in force is no question of keys.
  EXPECT_EQ(kind_of(gate_->disclose(advocate(), release_, {kPhone})), ErrorKind::kConflict);
  EXPECT_EQ(count(1, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%refuse_key%'"), 0);
}

TEST_P(ReleaseGateCases, APointerIsListedUntilItsLastMoment) {
  told();
  const auto listed = [&](std::chrono::milliseconds before) {
    return house_->vault(2)
        .database()
        .read([&](db::Connection& connection) {
          return vault::inbox::list(connection, kTestStart + std::chrono::days(14) - before);
        })
        ->size();
  };
  EXPECT_EQ(listed(std::chrono::milliseconds(1)), 1u);
  EXPECT_EQ(listed(std::chrono::milliseconds(0)), 0u);
}

}  // namespace
}  // namespace daybreak::gates
