// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/referral/referral_gate.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "trust/migrations.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::gates {
namespace {

using referrals::Referrals;
using referrals::State;
using trust::Role;
using vault::kTestStart;
using vault::test_member;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};

// The commons and the provider's vault, each in a store of its own; the commons' on both engines.
class ReferralGateTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(referrals::migrations());
    migrate_with(modules);
    for (int number = 1; number <= 3; ++number)
      ASSERT_TRUE(database().write([&](db::Connection& connection) {
        return connection.execute(
            "INSERT INTO trust_organization (id, name, kind, standing, active, created_at)"
            " VALUES ($1, $2, 'housing', 'partner', 1, 0)",
            {vault::id_number<trust::OrganizationId>(number),
             "Example " + std::to_string(number) + "_"});
      }));
    rooms_ = {vault::clients::migrations(), vault::referred::migrations()};
    auto opened = vault::Vault::open(
        {.url = "sqlite:" + (folder() / "vault.db").string(), .create = true, .modules = rooms_},
        vault::id_number<trust::OrganizationId>(1), clock_, random_);
    ASSERT_TRUE(opened) << opened.error().describe();
    vault_ = std::move(*opened);
    keyring_ = vault::test_keyring(vault_->organization(), random_);
    referrals_.emplace(database(), clock_);
    const vault::Work at_work = work();
    client_ = *vault::clients::Clients(at_work).open(
        std::vector<vault::clients::Answer>{
            {.question = "preferred_name", .text = Secret<std::string>("Ana Ejemplo_")}},
        kToday);
  }
  vault::Work work() { return {*vault_, advocate_, keyring_}; }
  referrals::Request request() {
    return {.receiver = vault::id_number<trust::OrganizationId>(2),
            .service = "safety.tonight",
            .language = "es",
            .accessibility = {"wheelchair"}};
  }
  referrals::TokenId sent() {
    const vault::Work at_work = work();
    const auto token = ReferralGate(*referrals_).send(at_work, client_, request());
    EXPECT_TRUE(token) << token.error().describe();
    return *token;
  }
  std::string state_in_vault() {
    const vault::Work at_work = work();
    return ReferralGate(*referrals_).of_client(at_work, client_)->at(0).referred.state;
  }

  ManualClock clock_{kTestStart};
  SystemRandom random_;
  std::vector<db::ModuleMigrations> rooms_;
  std::unique_ptr<vault::Vault> vault_;
  std::shared_ptr<const trust::keys::Keyring> keyring_;
  std::optional<Referrals> referrals_;
  vault::clients::ClientId client_;
  trust::Actor advocate_ = test_member(1, 1, {Role::kAdvocate}, kTestStart);
  trust::Actor shelter_ = test_member(2, 2, {Role::kAdvocate}, kTestStart);
  trust::Actor stranger_ = test_member(3, 3, {Role::kAdvocate}, kTestStart);
};
DAYBREAK_ON_BOTH_ENGINES(ReferralGateTest);

TEST_P(ReferralGateTest, GoesFromSentToConnectedAndIsGoneADayLater) {
  const auto token = sent();
  const auto waiting = referrals_->received(shelter_);
  ASSERT_EQ(waiting->size(), 1u);
  EXPECT_EQ(waiting->at(0).worker, advocate_.member);
  EXPECT_EQ(state_in_vault(), "sent");
  ASSERT_TRUE(referrals_->decide(shelter_, token, State::kAccepted));
  EXPECT_EQ(state_in_vault(), "accepted");
  ASSERT_TRUE(referrals_->decide(shelter_, token, State::kConnected));
  EXPECT_EQ(kind_of(referrals_->decide(shelter_, token, State::kDeclined)), ErrorKind::kConflict);
  EXPECT_EQ(state_in_vault(), "connected");
  clock_.advance(std::chrono::hours(24) - std::chrono::milliseconds(1));
  ASSERT_TRUE(ReferralGate(*referrals_).settle(*vault_));
  EXPECT_EQ(*referrals_->tidy(), 0);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(*referrals_->tidy(), 1);
  EXPECT_TRUE(referrals_->received(shelter_)->empty());
  const auto counts = referrals_->counts();
  ASSERT_EQ(counts->size(), 1u);
  EXPECT_EQ(counts->at(0).outcome, "connected");
  EXPECT_EQ(state_in_vault(), "connected");
}

TEST_P(ReferralGateTest, AcceptingTellsEachWorkerWhoTheOtherIsAndEitherSaysThatTheyMet) {
  const auto token = sent();
  const vault::Work at_work = work();
  ReferralGate gate(*referrals_);
  EXPECT_TRUE(gate.of_client(at_work, client_)->at(0).token->answered_by.is_nil());
  EXPECT_EQ(kind_of(gate.connected(at_work, token)), ErrorKind::kConflict);
  ASSERT_TRUE(referrals_->decide(shelter_, token, State::kAccepted));
  const auto accepted = gate.of_client(at_work, client_);
  EXPECT_EQ(accepted->at(0).token->answered_by, shelter_.member);
  EXPECT_EQ(accepted->at(0).token->request.hand_over, "together");
  ASSERT_TRUE(gate.connected(at_work, token));
  EXPECT_EQ(state_in_vault(), "connected");
  EXPECT_EQ(referrals_->received(shelter_)->at(0).answered_by, shelter_.member);
  EXPECT_EQ(kind_of(gate.connected(at_work, token)), ErrorKind::kConflict);
}

TEST_P(ReferralGateTest, EveryReferralOfTheVaultStandsInOneListNewestFirst) {
  const auto first = sent();
  clock_.advance(std::chrono::minutes(1));
  const auto second = sent();
  const vault::Work at_work = work();
  const auto all = ReferralGate(*referrals_).all(at_work);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->at(0).referred.token, second.uuid());
  EXPECT_EQ(all->at(1).referred.token, first.uuid());
  EXPECT_EQ(all->at(0).referred.client, client_);
}

TEST_P(ReferralGateTest, ReadingChangesNothingTheClockDoes) {
  const auto token = sent();
  const auto kept_in_vault = [&] {
    return (*vault_->database().read([](db::Connection& connection) {
             return connection.query_one("SELECT state FROM referred_client");
           }))
        ->text(0);
  };
  const auto kept_in_commons = [&] {
    return (*database().read([](db::Connection& connection) {
             return connection.query_one("SELECT state FROM referrals_token");
           }))
        ->text(0);
  };
  ASSERT_TRUE(referrals_->decide(shelter_, token, State::kAccepted));
  EXPECT_EQ(state_in_vault(), "accepted");
  EXPECT_EQ(kept_in_vault(), "sent");
  ReferralGate gate(*referrals_);
  ASSERT_TRUE(gate.settle(*vault_));
  EXPECT_EQ(kept_in_vault(), "accepted");
  // Late: both sides read that it expired, until the clock writes it down.
  clock_.advance(std::chrono::hours(72));
  EXPECT_EQ(state_in_vault(), "expired");
  EXPECT_EQ(referrals_->received(shelter_)->at(0).state, State::kExpired);
  EXPECT_EQ(kept_in_commons(), "accepted");
  EXPECT_TRUE(referrals_->counts()->empty());
  ASSERT_TRUE(gate.settle(*vault_));
  EXPECT_EQ(kept_in_vault(), "expired");
  EXPECT_EQ(*referrals_->tidy(), 0);
  EXPECT_EQ(kept_in_commons(), "expired");
  EXPECT_EQ(referrals_->counts()->size(), 1u);
  // What nobody settled in time is told as ended, and no more is made up.
  const auto lost = sent();
  clock_.advance(std::chrono::hours(24));
  (void)*referrals_->tidy();
  clock_.advance(std::chrono::hours(24));
  (void)*referrals_->tidy();
  const vault::Work at_work = work();
  EXPECT_EQ(gate.of_client(at_work, client_)->at(0).referred.token, lost.uuid());
  EXPECT_EQ(state_in_vault(), "ended");
}

TEST_P(ReferralGateTest, ExpiresByItsUrgency) {
  const auto token = sent();
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(kind_of(referrals_->decide(shelter_, token, State::kAccepted)), ErrorKind::kConflict);
  EXPECT_EQ(state_in_vault(), "expired");
}

TEST_P(ReferralGateTest, EachSideDoesItsOwnPart) {
  const auto token = sent();
  EXPECT_EQ(kind_of(referrals_->decide(advocate_, token, State::kAccepted)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(referrals_->withdraw(shelter_, token)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(referrals_->decide(stranger_, token, State::kAccepted)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(referrals_->withdraw(stranger_, token)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(referrals_->decide(shelter_, token, State::kConnected)),
            ErrorKind::kConflict);  // not before it was accepted
  EXPECT_TRUE(referrals_->received(stranger_)->empty());
  EXPECT_FALSE(referrals_->received(trust::Actor::anyone()));
  const vault::Work at_work = work();
  ASSERT_TRUE(ReferralGate(*referrals_).withdraw(at_work, token));
  EXPECT_EQ(state_in_vault(), "withdrawn");
}

TEST_P(ReferralGateTest, NoFreeTextAndNothingOfTheClientEntersTheCommons) {
  const vault::Work at_work = work();
  ReferralGate gate(*referrals_);
  const auto place = [&](auto change) {
    referrals::Request wrong = request();
    change(wrong);
    const auto token = gate.send(at_work, client_, wrong);
    return token ? std::string("taken") : token.error().place;
  };
  EXPECT_EQ(place([](auto& r) { r.service = "Ana needs a bed"; }), "field service");
  EXPECT_EQ(place([](auto& r) { r.language = "Ana Ejemplo"; }), "field language");
  EXPECT_EQ(place([](auto& r) { r.accessibility = {"Ana"}; }), "field accessibility");
  EXPECT_EQ(place([](auto& r) { r.household = 13; }), "field household");
  EXPECT_EQ(place([](auto& r) { r.urgency = "x"; }), "field urgency");
  EXPECT_EQ(place([](auto& r) { r.age_group = "34"; }), "field age_group");
  EXPECT_EQ(place([](auto& r) { r.hand_over = "Ana waits"; }), "field hand_over");
  EXPECT_EQ(place([](auto& r) { r.receiver = vault::id_number<trust::OrganizationId>(9); }),
            "field receiver");
  EXPECT_EQ(place([](auto& r) { r.receiver = vault::id_number<trust::OrganizationId>(1); }),
            "field receiver");
  const auto token = sent();
  // Every column of the row, and the whole log: no client's id, no word.
  const auto found = [&](const std::string& word) {
    return (*database().read([&](db::Connection& connection) {
             return connection.query_one(
                 "SELECT (SELECT count(*) FROM audit_entry WHERE leaf LIKE $1) +"
                 " (SELECT count(*) FROM referrals_token WHERE id || sender || receiver || worker"
                 " || service || urgency || language || age_group || accessibility LIKE $1)",
                 {"%" + word + "%"});
           }))
        ->integer(0);
  };
  EXPECT_EQ(found(client_.to_string()), 0);
  EXPECT_EQ(found("Ejemplo"), 0);
  EXPECT_GT(found(token.to_string()), 0);  // the search itself works
}

TEST_P(ReferralGateTest, EachReferralKeepsItsOwnStateOnBothSides) {
  const auto first = sent(), second = sent();
  const auto stored = [&](const referrals::TokenId& token) {
    return (*vault_->database().read([&](db::Connection& connection) {
             return connection.query_one("SELECT state FROM referred_client WHERE token = $1",
                                         {token});
           }))
        ->text(0);
  };
  EXPECT_EQ(stored(first), "sent");
  ASSERT_TRUE(referrals_->decide(shelter_, second, State::kAccepted));
  const vault::Work at_work = work();
  ReferralGate gate(*referrals_);
  ASSERT_TRUE(gate.settle(*vault_));
  EXPECT_EQ(stored(first), "sent");
  EXPECT_EQ(stored(second), "accepted");
  ASSERT_TRUE(gate.withdraw(at_work, first));
  EXPECT_EQ(stored(first), "withdrawn");
  // At the receiver too: it cannot be taken up any more.
  EXPECT_EQ(kind_of(referrals_->decide(shelter_, first, State::kAccepted)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(gate.withdraw(at_work, referrals::TokenId::generate(clock_, random_))),
            ErrorKind::kNotFound);
}

TEST_P(ReferralGateTest, WhatWasNotSentIsKnownAsNotSent) {
  const vault::Work at_work = work();
  ReferralGate gate(*referrals_);
  referrals::Request wrong = request();
  wrong.urgency = "whenever";
  EXPECT_FALSE(gate.send(at_work, client_, wrong));
  EXPECT_TRUE(gate.of_client(at_work, client_)->empty());  // refused before anything was written
  wrong = request();
  wrong.receiver = vault::id_number<trust::OrganizationId>(9);
  EXPECT_FALSE(gate.send(at_work, client_, wrong));
  ASSERT_EQ(gate.of_client(at_work, client_)->size(), 1u);
  EXPECT_EQ(state_in_vault(), "failed");
  const trust::Actor administrator = test_member(1, 9, {Role::kAdministrator}, kTestStart);
  const vault::Work not_theirs{*vault_, administrator, keyring_};
  EXPECT_FALSE(gate.send(not_theirs, client_, request()));
  EXPECT_FALSE(gate.of_client(not_theirs, client_));
  EXPECT_EQ(
      kind_of(gate.send(at_work, vault::clients::ClientId::generate(clock_, random_), request())),
      ErrorKind::kNotFound);
  EXPECT_EQ(gate.of_client(at_work, client_)->size(), 1u);
}

TEST_P(ReferralGateTest, AnIdTellsNothingOfTheTimeAndWhatWasAskedForArrives) {
  referrals::Request plain = request();
  plain.accessibility.clear();
  const vault::Work at_work = work();
  ASSERT_TRUE(ReferralGate(*referrals_).send(at_work, client_, plain));
  ASSERT_TRUE(referrals_->received(shelter_)->at(0).request.accessibility.empty());
  for (int i = 0; i < 8; ++i) {
    const std::string id = sent().to_string();
    EXPECT_EQ(id[14], '4') << id;  // random throughout, and said to be
    EXPECT_THAT(id.substr(19, 1), testing::AnyOf("8", "9", "a", "b")) << id;
  }
  const auto received = *referrals_->received(shelter_);  // those of one moment in any order
  EXPECT_EQ(std::ranges::count_if(received,
                                  [](const auto& one) {
                                    return one.request.accessibility ==
                                           std::vector<std::string>{"wheelchair"};
                                  }),
            8);
}

TEST_P(ReferralGateTest, AnswersComeInTheirOrderAndFromTheList) {
  const auto decided = [&](const trust::Actor& actor, referrals::TokenId token, State state) {
    const auto done = referrals_->decide(actor, token, state);
    return done ? std::string("taken")
                : (done.error().kind == ErrorKind::kConflict ? "conflict" : done.error().place);
  };
  const auto first = sent(), second = sent(), third = sent();
  EXPECT_EQ(decided(shelter_, first, State::kAccepted), "taken");
  EXPECT_EQ(decided(shelter_, first, State::kAccepted), "conflict");  // not twice
  EXPECT_EQ(decided(shelter_, first, State::kDeclined), "taken");     // it can still be declined
  EXPECT_EQ(decided(shelter_, second, State::kNoCapacity), "taken");
  EXPECT_EQ(decided(shelter_, third, State::kDeclined), "taken");
  const auto fourth = sent();
  for (const State state : {State::kSent, State::kExpired, State::kWithdrawn}) {
    EXPECT_EQ(decided(shelter_, fourth, state), "field state");
    EXPECT_EQ(decided(advocate_, fourth, state), "field state");
  }
  EXPECT_EQ(decided(advocate_, fourth, State::kDeclined), "conflict");
  EXPECT_EQ(referrals::state_from("gossip"), std::nullopt);
  const auto log = *database().read(
      [](db::Connection& connection) { return trust::audit_entries(connection, 0, 10000); });
  int accepted = 0;
  for (const auto& entry : log)
    accepted += entry.leaf.find("state=accepted") != std::string::npos ? 1 : 0;
  EXPECT_EQ(accepted, 1);
}

TEST_P(ReferralGateTest, OnlyCountsByMonthServiceAndOutcomeStay) {
  const auto end = [&](const char* service, State state) {
    referrals::Request one = request();
    one.service = service;
    const auto token = referrals::TokenId::generate(clock_, random_);
    ASSERT_TRUE(referrals_->send(advocate_, token, one));
    ASSERT_TRUE(referrals_->decide(shelter_, token, state));
  };
  end("safety.tonight", State::kDeclined);
  end("safety.tonight", State::kDeclined);
  end("safety.tonight", State::kNoCapacity);
  end("legal", State::kDeclined);
  clock_.advance(std::chrono::hours(24 * 20));
  advocate_.confirmed_at = shelter_.confirmed_at = clock_.now();
  end("safety.tonight", State::kDeclined);
  std::string all;
  const auto counts = *referrals_->counts();
  for (const auto& one : counts)
    all +=
        one.month + " " + one.service + " " + one.outcome + " " + std::to_string(one.count) + "\n";
  EXPECT_EQ(all,
            "2026-11 legal declined 1\n2026-11 safety.tonight declined 2\n"
            "2026-11 safety.tonight no_capacity 1\n2026-12 safety.tonight declined 1\n");
}

TEST_P(ReferralGateTest, EachExpiresAtItsOwnTimeAndWhatHasEndedStaysAsItEnded) {
  referrals::Request urgent = request();
  urgent.urgency = "now";
  const vault::Work at_work = work();
  const auto soonest = *ReferralGate(*referrals_).send(at_work, client_, urgent);
  const auto declined = *ReferralGate(*referrals_).send(at_work, client_, urgent);
  const auto later = sent();
  ASSERT_TRUE(referrals_->decide(shelter_, declined, State::kDeclined));
  clock_.advance(std::chrono::hours(4));
  std::map<std::string, State> states;
  const auto received = *referrals_->received(shelter_);
  for (const auto& token : received) states[token.id.to_string()] = token.state;
  EXPECT_EQ(states.at(soonest.to_string()), State::kExpired);
  EXPECT_EQ(states.at(declined.to_string()), State::kDeclined);
  EXPECT_EQ(states.at(later.to_string()), State::kSent);
  // Accepted, there are three days to meet.
  ASSERT_TRUE(referrals_->decide(shelter_, later, State::kAccepted));
  clock_.advance(std::chrono::hours(72) - std::chrono::milliseconds(1));
  EXPECT_EQ(referrals_->received(shelter_)->at(0).state, State::kAccepted);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(referrals_->received(shelter_)->at(0).state, State::kExpired);
  EXPECT_EQ(referrals_->received(shelter_)->at(0).ended_at,
            referrals_->received(shelter_)->at(0).due_at);
}

TEST_P(ReferralGateTest, ARequestHoldsNothingButCodesOfTheirLength) {
  const auto place = [&](auto change) {
    referrals::Request one = request();
    change(one);
    const auto checked = referrals::check(one);
    return checked ? std::string("taken") : checked.error().place;
  };
  const auto household = [&](int people) { return place([&](auto& r) { r.household = people; }); };
  EXPECT_EQ(household(0), "field household");
  EXPECT_EQ(household(1), "taken");
  EXPECT_EQ(household(12), "taken");
  EXPECT_EQ(household(13), "field household");
  for (const char* good : {"az", "za", "eng"})
    EXPECT_EQ(place([&](auto& r) { r.language = good; }), "taken") << good;
  for (const char* bad : {"", "e", "engl", "EN", "e1", "e{", "`e", "{{"})
    EXPECT_EQ(place([&](auto& r) { r.language = bad; }), "field language") << bad;
  std::vector<std::string> needs = {"wheelchair", "sign_language", "service_animal"};
  EXPECT_EQ(place([&](auto& r) { r.accessibility = needs; }), "taken");
  needs.push_back("wheelchair");
  EXPECT_EQ(place([&](auto& r) { r.accessibility = needs; }), "field accessibility");
  EXPECT_EQ(place([](auto& r) { r.receiver = {}; }), "field receiver");
  EXPECT_EQ(place([](auto& r) { r.urgency = "whenever"; }), "field urgency");
  EXPECT_EQ(place([](auto& r) { r.age_group = "old"; }), "field age_group");
  EXPECT_EQ(place([](auto& r) { r.hand_over = "by mail"; }), "field hand_over");
  referrals::Request nobody = request();
  nobody.receiver = {};
  EXPECT_EQ(place_of(ReferralGate(*referrals_).send(work(), client_, nobody)), "field receiver");
  EXPECT_TRUE(ReferralGate(*referrals_).of_client(work(), client_)->empty());
  referrals::Request wrong = request();
  wrong.household = 0;
  EXPECT_EQ(
      place_of(referrals_->send(advocate_, referrals::TokenId::generate(clock_, random_), wrong)),
      "field household");
}

TEST_P(ReferralGateTest, OnlyThoseWhoWorkWithPeopleReferAndAnswer) {
  const trust::Actor sender = test_member(1, 9, {Role::kAdministrator}, kTestStart),
                     receiver = test_member(2, 9, {Role::kAdministrator}, kTestStart);
  const auto token = sent();
  EXPECT_EQ(
      kind_of(referrals_->send(sender, referrals::TokenId::generate(clock_, random_), request())),
      ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(referrals_->decide(receiver, token, State::kAccepted)), ErrorKind::kNotFound);
  EXPECT_EQ(referrals_->received(shelter_)->size(), 1u);
  // In the vault, the list of whom was referred is the advocates'.
  const vault::Work not_theirs{*vault_, sender, keyring_};
  vault::referred::ReferredClients referred(not_theirs);
  EXPECT_EQ(kind_of(referred.of_client(client_)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(referred.newest()), ErrorKind::kNotFound);
  const auto noted = vault_->database().read([&](db::Connection& connection) {
    return connection.query_one("SELECT count(*) FROM audit_entry WHERE leaf LIKE $1",
                                {"%referral.send%" + token.to_string() + "%"});
  });
  EXPECT_EQ((*noted)->integer(0), 1);
}

TEST_P(ReferralGateTest, OtherNodesAreToldInTheSameTransaction) {
  std::vector<State> told;
  bool fails = false;
  const auto result = [&]() -> Result<void> {
    if (fails) return fail(ErrorKind::kUnavailable, "the line's outbox is full");
    return {};
  };
  Referrals telling(database(), clock_,
                    [&](db::Connection&, const trust::Actor&, const referrals::Token& token) {
                      told.push_back(token.state);
                      return result();
                    });
  int also = 0;
  const referrals::Also count = [&](db::Connection&) -> Result<void> {
    ++also;
    return {};
  };
  const auto token = referrals::TokenId::generate(clock_, random_);
  ASSERT_TRUE(telling.send(advocate_, token, request(), count));
  ASSERT_TRUE(telling.decide(shelter_, token, State::kAccepted, count));
  ASSERT_TRUE(telling.withdraw(advocate_, token, count));
  EXPECT_EQ(told, (std::vector{State::kSent, State::kAccepted, State::kWithdrawn}));
  EXPECT_EQ(also, 3);
  fails = true;
  const auto lost = referrals::TokenId::generate(clock_, random_);
  EXPECT_EQ(kind_of(telling.send(advocate_, lost, request())), ErrorKind::kUnavailable);
  EXPECT_EQ(referrals_->received(shelter_)->size(), 1u) << "not told, not sent";
}

TEST_P(ReferralGateTest, ACopyTakesThePlaceOfWhatIsKnownHere) {
  const auto first = sent(), second = sent();
  const auto copy = [&](auto change) {
    referrals::Token token = referrals_->received(shelter_)->at(0);
    EXPECT_TRUE(token.id == first || token.id == second);
    token.id = first;
    change(token);
    return database().write(
        [&](db::Connection& connection) { return referrals::take_over(connection, token); });
  };
  ASSERT_TRUE(copy([](auto& t) { t.state = State::kAccepted; }));
  EXPECT_EQ(place_of(copy([](auto& t) { t.request.language = "Ana"; })), "field language");
  const auto found = [&](const referrals::TokenId& id) {
    return *database().read(
        [&](db::Connection& connection) { return referrals::find(connection, id); });
  };
  EXPECT_EQ(found(first)->state, State::kAccepted);
  EXPECT_EQ(found(second)->state, State::kSent);
  ASSERT_TRUE(database().write(
      [&](db::Connection& connection) { return referrals::forget(connection, first); }));
  EXPECT_FALSE(found(first));
  EXPECT_TRUE(found(second));
}

TEST(Referred, IsOpenUntilItsEndIsKnown) {
  for (const char* state : {"sending", "sent", "accepted"})
    EXPECT_TRUE(vault::referred::is_open({.state = state})) << state;
  for (const char* state :
       {"declined", "no_capacity", "connected", "withdrawn", "expired", "failed"})
    EXPECT_FALSE(vault::referred::is_open({.state = state})) << state;
}

TEST_P(ReferralGateTest, AReferralHoldsCodesOfItsDayAlone) {
  const vault::Work at_work = work();
  const auto list = [](const std::string& id, const std::string& old, const std::string& now) {
    return "[[list]]\nid='" + id + "'\nas_of='2026-01-01'\nsource='s'\ncodes=[{code='" + old +
           "',en='x',es='x',until='2026-01-31'},{code='" + now + "',en='x',es='x'}]\n";
  };
  auto codes = vault::codes::Codes::parse(
      list("urgency", "soon", "today") + list("hand_over", "call_worker", "together") +
          list("referral_age", "minor", "adult") + list("language", "en", "es") +
          list("accessibility", "sign_language", "wheelchair"),
      "");
  ASSERT_TRUE(codes) << codes.error().describe();
  const vault::codes::BuiltInForTest replaced(std::move(*codes));
  const auto place = [&](auto change) {
    referrals::Request one = request();
    change(one);
    const auto done = ReferralGate(*referrals_).send(at_work, client_, one);
    return done ? std::string("sent") : done.error().place;
  };
  EXPECT_EQ(place([](auto&) {}), "sent");
  EXPECT_EQ(place([](auto& one) { one.urgency = "soon"; }), "field urgency");
  EXPECT_EQ(place([](auto& one) { one.hand_over = "call_worker"; }), "field hand_over");
  EXPECT_EQ(place([](auto& one) { one.age_group = "minor"; }), "field age_group");
  EXPECT_EQ(place([](auto& one) { one.language = "en"; }), "field language");
  EXPECT_EQ(place([](auto& one) { one.accessibility = {"sign_language"}; }), "field accessibility");
  EXPECT_EQ(ReferralGate(*referrals_).of_client(at_work, client_)->size(), 1u)
      << "what was refused is not in the vault";
}

}  // namespace
}  // namespace daybreak::gates
