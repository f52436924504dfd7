// SPDX-License-Identifier: AGPL-3.0-or-later
// Nodes and a commons that say what they like: what each end takes, refuses and writes down; and
// questions that wait for an answer.
#include "gates/post/test_saying.hpp"

namespace daybreak::gates::post {
namespace {

class StrangersTest : public SayingTest {
 protected:
  std::string refusals() {
    std::string all;
    const std::string log = Machine::log_of(*commons_->store);
    for (std::size_t at = log.find("reason="); at != std::string::npos;
         at = log.find("reason=", at + 1)) {
      const auto end = log.find_first_not_of("abcdefghijklmnopqrstuvwxyz_-", at + 7);
      all += log.substr(at + 7, end - at - 7) + ",";
    }
    return all;
  }
  std::int64_t waiting_for_nodes() { return commons_->count("SELECT count(*) FROM line_outbox"); }
};
DAYBREAK_ON_BOTH_ENGINES(StrangersTest);

TEST_P(StrangersTest, ANodeSpeaksForItsOrganizationsAndGivesNoSharedRole) {
  port_ = commons_->listen();
  EXPECT_EQ(say(kReferralSend, own_, referral({Role::kAdvocate}, token())), Outcome::kTaken);
  EXPECT_EQ(say(kReferralSend, third_, referral({Role::kAdvocate}, token())), Outcome::kRefused);
  EXPECT_EQ(say(kReferralSend, {}, referral({Role::kAdvocate}, token())), Outcome::kRefused);
  // A coordinator may send too; that role reaches beyond an organisation and is dropped.
  EXPECT_EQ(say(kReferralSend, own_, referral({Role::kCoordinator}, token())), Outcome::kRefused);
  EXPECT_EQ(say(kReferralSend, own_, "{}"), Outcome::kRefused);
  EXPECT_EQ(say(kKeys, own_, write(Keys{{third_, std::string(32, 'k')}})), Outcome::kRefused);
  EXPECT_EQ(say(kKeys, own_, "{}"), Outcome::kRefused);
  EXPECT_EQ(say(kOrganizations, own_, "{}"), Outcome::kRefused);
  EXPECT_EQ(say("anything", own_, "{}"), Outcome::kRefused);
  EXPECT_EQ(say(kReferralAgain, third_, ""), Outcome::kRefused);
  EXPECT_EQ(say(kPointer, own_, "x", third_), Outcome::kRefused);  // it has no vault at all
  EXPECT_EQ(commons_->count("SELECT count(*) FROM referrals_token"), 1);
  EXPECT_EQ(commons_->count("SELECT count(*) FROM elsewhere_key"), 0);
  EXPECT_EQ(
      refusals(),
      "not_theirs,not_theirs,not-found,invalid,not_theirs,body,kind,kind,not_theirs,not-found,");
  EXPECT_EQ(say(kKeys, {}, write(Keys{{own_, std::string(32, 'k')}})), Outcome::kTaken);
  EXPECT_EQ(commons_->count("SELECT count(*) FROM elsewhere_key"), 1);
}

TEST_P(StrangersTest, AnOrganizationThatWasShutOutDoesNothingThroughItsNode) {
  port_ = commons_->listen();
  commons_->run("UPDATE trust_organization SET active = 0 WHERE id = $1", {own_});
  EXPECT_EQ(say(kReferralSend, own_, referral({Role::kAdvocate}, token())), Outcome::kRefused);
  const MeasureSend measure{{advocate_.member, "Worker 1_", {Role::kAdvocate}}, {"x", "y", "z"}};
  EXPECT_EQ(say(kMeasureSend, own_, write(measure)), Outcome::kRefused);
  EXPECT_EQ(say(kMeasureSend, own_, "{}"), Outcome::kRefused);
  EXPECT_EQ(refusals(), "not-found,not-found,body,");
  // Nor does anyone of it see what was released.
  EXPECT_EQ(say(kAsk, own_, "x", sheriff_), Outcome::kUnreachable);
}

TEST_P(StrangersTest, AMoveThatIsRefusedTellsHowItStandsOnlyThoseWhoseItIs) {
  port_ = commons_->listen();
  const auto mine = token();
  ASSERT_EQ(say(kReferralSend, own_, referral({Role::kAdvocate}, mine)), Outcome::kTaken);
  const auto move = [&](referrals::TokenId id, State state) {
    return say(kReferralMove, own_,
               write(ReferralMove{{advocate_.member, "Worker 1_", {Role::kAdvocate}}, id, state}));
  };
  const auto before = waiting_for_nodes();
  EXPECT_EQ(move(mine, State::kAccepted), Outcome::kRefused);  // it is the sheriff's to accept
  EXPECT_EQ(waiting_for_nodes(), before + 1);
  EXPECT_EQ(move(token(), State::kWithdrawn), Outcome::kRefused);
  EXPECT_EQ(say(kReferralMove, own_, "{}"), Outcome::kRefused);
  // Between two others, of which one has a node too.
  const auto other = line::Identity::load_or_create(Machine::make(folder() / "other"));
  ASSERT_TRUE(commons_->nodes.add(trust::Actor::system("cli"), "Third_", other->pin, {third_}));
  const auto theirs = token();
  const auto sent = commons_->referrals.send(
      test_member(3, 3, {Role::kAdvocate}, vault::kTestStart), theirs, request(2));
  ASSERT_TRUE(sent) << sent.error().describe();
  commons_->run("DELETE FROM line_outbox WHERE kind = 'referral.state' AND receiver = $1",
                {third_});
  EXPECT_EQ(move(theirs, State::kWithdrawn), Outcome::kRefused);
  EXPECT_EQ(waiting_for_nodes(), before + 1);
  EXPECT_EQ(move(mine, State::kWithdrawn), Outcome::kTaken);
  EXPECT_EQ(waiting_for_nodes(), before + 2) << "told once";
  // One that was sent to this node is the sender's to withdraw.
  const auto received = token();
  const auto to_node = commons_->referrals.send(detective_, received, request(1));
  ASSERT_TRUE(to_node) << to_node.error().describe();
  EXPECT_EQ(waiting_for_nodes(), before + 3);
  EXPECT_EQ(move(received, State::kWithdrawn), Outcome::kRefused);
  EXPECT_EQ(waiting_for_nodes(), before + 4);
  EXPECT_THAT(refusals(), testing::HasSubstr("body,"));
}

TEST_P(StrangersTest, ANodeWithBothSidesOfAReferralIsToldOnce) {
  ASSERT_TRUE(commons_->nodes.remove(trust::Actor::system("cli"), "Harbor_"));
  ASSERT_TRUE(commons_->nodes.add(trust::Actor::system("cli"), "Both_", node_->identity.pin,
                                  {own_, third_}));
  const auto sent = commons_->referrals.send(
      test_member(3, 3, {Role::kAdvocate}, vault::kTestStart), token(), request(1));
  ASSERT_TRUE(sent) << sent.error().describe();
  EXPECT_EQ(waiting_for_nodes(), 1);
}

TEST_P(StrangersTest, WhatComesAgainIsTakenAndDoneOnce) {
  port_ = commons_->listen();
  const auto id = token();
  const line::Message sent = message(kReferralSend, own_, referral({Role::kAdvocate}, id));
  EXPECT_EQ(say(sent), Outcome::kTaken);
  EXPECT_EQ(say(sent), Outcome::kTaken);
  const std::string log = Machine::log_of(*commons_->store);
  const auto at = log.find("referral.send");
  ASSERT_NE(at, std::string::npos);
  const auto begin = log.rfind('\n', at) + 1;  // npos + 1 is 0
  EXPECT_NE(log.substr(begin, log.find('\n', at) - begin).find("\"line\""), std::string::npos);
  const auto told = waiting_for_nodes();
  const line::Message moved =
      message(kReferralMove, own_,
              write(ReferralMove{
                  {advocate_.member, "Worker 1_", {Role::kAdvocate}}, id, State::kWithdrawn}));
  EXPECT_EQ(say(moved), Outcome::kTaken);
  EXPECT_EQ(say(moved), Outcome::kTaken);
  EXPECT_EQ(waiting_for_nodes(), told + 1);
  const line::Message again = message(kReferralAgain, own_, "");
  EXPECT_EQ(say(again), Outcome::kTaken);
  EXPECT_EQ(say(again), Outcome::kTaken);
  EXPECT_EQ(waiting_for_nodes(), told + 2);
  EXPECT_EQ(refusals(), "");
}

TEST_P(StrangersTest, WhileTheStoreFailsTheOtherSideIsToldToTryAgain) {
  port_ = commons_->listen();
  const auto id = token();
  ASSERT_EQ(say(kReferralSend, own_, referral({Role::kAdvocate}, id)), Outcome::kTaken);
  commons_->run("ALTER TABLE line_seen RENAME TO line_away", {});
  EXPECT_EQ(say(kReferralSend, own_, referral({Role::kAdvocate}, token())), Outcome::kLater);
  EXPECT_EQ(say(kReferralMove, own_,
                write(ReferralMove{
                    {advocate_.member, "Worker 1_", {Role::kAdvocate}}, id, State::kWithdrawn})),
            Outcome::kLater);
  EXPECT_EQ(say(kReferralAgain, own_, ""), Outcome::kLater);
  commons_->run("ALTER TABLE line_away RENAME TO line_seen", {});
  EXPECT_EQ(say(kReferralAgain, own_, ""), Outcome::kTaken);
  EXPECT_EQ(refusals(), "");
}

TEST_P(StrangersTest, ANodeConfirmsForAMemberOrTheCountsAreRefused) {
  port_ = commons_->listen();
  MeasureSend counts{{advocate_.member, "Worker 1_", {Role::kAdvocate}}, {"x", "y", "z"}};
  EXPECT_EQ(say(kMeasureSend, own_, write(counts)), Outcome::kRefused);
  counts.worker.confirmed = true;
  EXPECT_EQ(say(kMeasureSend, own_, write(counts)), Outcome::kRefused);
  EXPECT_THAT(refusals(), testing::StartsWith("denied,"));
  EXPECT_THAT(refusals(), testing::Not(testing::HasSubstr("denied,denied")));
  const std::string log = Machine::log_of(*commons_->store);
  for (std::size_t at = log.find("node.refuse"); at != std::string::npos;
       at = log.find("node.refuse", at + 1))
    EXPECT_LT(log.find("denied", at), log.find('\n', at)) << "a refusal is no act";
  EXPECT_NE(log.find("\"line\""), std::string::npos) << log;
}

TEST_P(StrangersTest, ANodeThatWasTakenOffTheRegisterIsLetGo) {
  connect();
  ASSERT_TRUE(commons_->nodes.remove(trust::Actor::system("cli"), "Harbor_"));
  ASSERT_TRUE(send());
  EXPECT_TRUE(comes_true([&] { return !node_->vault_post->state().connected; }));
  EXPECT_EQ(commons_->count("SELECT count(*) FROM referrals_token"), 0);
  // Under the same key it is another node, which begins anew.
  clock_.advance(std::chrono::minutes(1));
  add_node("Harbor_again_", *node_, 1);
  EXPECT_TRUE(comes_true([&] { return state_at_commons() == State::kSent; }));
  EXPECT_EQ(node_->vault_post->state().last_connected_at, clock_.now());
}

TEST_P(StrangersTest, AQuestionThatNobodyAnswersEndsAtOnce) {
  connect();
  ASSERT_TRUE(node_->releases.disclose(at_node(), release(), {kPhone}));
  const auto there = arrived(commons_->releases, at_sheriff());
  ASSERT_TRUE(there);
  const auto refused_soon = [&](ReleaseGate& gate, const vault::Work& work, const Uuid& pointer) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(place_of(gate.view(work, pointer)), kOutOfReach);
    return std::chrono::steady_clock::now() - began < std::chrono::seconds(6);
  };
  node_->run("UPDATE trust_organization SET active = 0 WHERE id = $1", {sheriff_});
  EXPECT_TRUE(refused_soon(commons_->releases, at_sheriff(), there->projection));
  // And the other way round.
  release_to_node();
  const auto here = arrived(node_->releases, at_node());
  ASSERT_TRUE(here);
  commons_->run("UPDATE trust_organization SET active = 0 WHERE id = $1", {own_});
  EXPECT_TRUE(refused_soon(node_->releases, at_node(), here->projection));
}

TEST_P(StrangersTest, WhatIsForAnotherNodeIsKeptForItOnce) {
  Machine third(folder() / "third", false, {3}, clock_, random_);
  add_node("Third_", third, 3);
  port_ = commons_->listen();
  const line::Message pointer = message(kPointer, own_, "sealed", third_);
  EXPECT_EQ(say(pointer), Outcome::kTaken);
  EXPECT_EQ(say(pointer), Outcome::kTaken);
  EXPECT_EQ(commons_->count("SELECT count(*) FROM line_outbox WHERE kind = 'release.pointer'"), 1);
  commons_->run("DELETE FROM line_outbox", {});
  EXPECT_EQ(say(pointer), Outcome::kTaken);
  EXPECT_EQ(commons_->count("SELECT count(*) FROM line_outbox WHERE kind = 'release.pointer'"), 0);
  // A question is for now: nobody is there to answer.
  EXPECT_EQ(say(kAsk, own_, "sealed", third_), Outcome::kUnreachable);
  EXPECT_EQ(say(kAsk, own_, "sealed", sheriff_), Outcome::kUnreachable);  // what it cannot read
  EXPECT_EQ(say(kAnswer, own_, "sealed", third_), Outcome::kTaken);       // too late
}

TEST_P(StrangersTest, AVaultsNodeTakesNothingThatIsNotForIt) {
  const auto state = [&](int sender, int receiver, const char* worker = "Sam Sender_") {
    referrals::Token token{.id = referrals::TokenId::generate(clock_, random_),
                           .sender = id_number<OrganizationId>(sender),
                           .worker = id_number<trust::MemberId>(1009),
                           .request = request(receiver),
                           .state = State::kAccepted,
                           .answered_by = id_number<trust::MemberId>(1008),
                           .sent_at = clock_.now(),
                           .due_at = clock_.now() + std::chrono::hours(4),
                           .ended_at = {}};
    return write(ReferralState{token, worker, "Rae Receiver_"});
  };
  const auto tokens = [&] { return node_->count("SELECT count(*) FROM referrals_token"); };
  const auto unanswered = [&] {
    referrals::Token token{.id = referrals::TokenId::generate(clock_, random_),
                           .sender = own_,
                           .worker = id_number<trust::MemberId>(1009),
                           .request = request(2),
                           .sent_at = clock_.now(),
                           .due_at = clock_.now() + std::chrono::hours(4),
                           .ended_at = {}};
    return write(ReferralState{token, "Sam Sender_", "Nobody_"});
  };
  const auto name_of = [&](int member) {
    return *node_->store->read([&](db::Connection& connection) {
      return line::elsewhere::shown_name(connection, id_number<trust::MemberId>(member));
    });
  };
  EXPECT_EQ(say_as_commons("anything", "{}"), Outcome::kRefused);
  EXPECT_EQ(say_as_commons("anything", "x", own_), Outcome::kRefused);
  EXPECT_EQ(say_as_commons(kKeys, write(Keys{})), Outcome::kRefused);
  EXPECT_EQ(say_as_commons(kReferralState, "{}"), Outcome::kRefused);
  EXPECT_EQ(say_as_commons(kOrganizations, "{}"), Outcome::kRefused);
  EXPECT_EQ(say_as_commons(kPointer, "x", sheriff_), Outcome::kRefused);
  EXPECT_EQ(say_as_commons(kAsk, "x", sheriff_), Outcome::kRefused);
  EXPECT_EQ(say_as_commons(kAsk, "x", own_), Outcome::kUnreachable);
  EXPECT_EQ(say_as_commons(kReferralState, state(2, 3)), Outcome::kRefused);
  EXPECT_EQ(tokens(), 0);
  // Of workers elsewhere the names are kept, of the own nothing that others say.
  EXPECT_EQ(say_as_commons(kReferralState, state(2, 1)), Outcome::kTaken);
  EXPECT_EQ(tokens(), 1);
  EXPECT_EQ(name_of(1009), "Sam Sender_");
  EXPECT_EQ(name_of(1008), "");
  EXPECT_EQ(say_as_commons(kReferralState, state(2, 1, "")), Outcome::kTaken) << "no name is none";
  EXPECT_EQ(name_of(1009), "Sam Sender_");
  node_->run("DELETE FROM referrals_token WHERE id <> (SELECT min(id) FROM referrals_token)", {});
  EXPECT_EQ(say_as_commons(kReferralState, unanswered()), Outcome::kTaken);
  EXPECT_EQ(node_->count("SELECT count(*) FROM elsewhere_person WHERE name = 'Nobody_'"), 0);
  EXPECT_EQ(tokens(), 2);
  const line::Message sent = message(kReferralState, {}, state(1, 2));
  EXPECT_EQ(say_as_commons(sent), Outcome::kTaken);
  EXPECT_EQ(name_of(1008), "Rae Receiver_");
  EXPECT_EQ(tokens(), 3);
  node_->run("DELETE FROM referrals_token", {});
  EXPECT_EQ(say_as_commons(sent), Outcome::kTaken);
  EXPECT_EQ(tokens(), 0) << "it was taken before";
  EXPECT_EQ(node_->count("SELECT count(*) FROM elsewhere_person WHERE name = ''"), 0);
}

TEST_P(StrangersTest, KeysAreThoseOfTheLastListAndNeverTheOwn) {
  const auto list = [&](std::vector<int> of) {
    Organizations all{*commons_->members.organizations(), {}};
    for (const int number : of)
      all.keys.push_back({id_number<OrganizationId>(number), std::string(32, 'k')});
    return write(all);
  };
  const auto known = [&] {
    std::string numbers;
    const auto all = node_->store->read(
        [](db::Connection& connection) { return line::elsewhere::keys(connection); });
    for (const auto& key : *all)
      for (int number = 1; number <= 3; ++number)
        if (key.organization == id_number<OrganizationId>(number))
          numbers += std::to_string(number);
    return numbers;
  };
  EXPECT_EQ(say_as_commons(kOrganizations, list({1, 2, 3})), Outcome::kTaken);
  EXPECT_EQ(known(), "23");
  EXPECT_EQ(node_->members.organizations()->size(), 3u);
  EXPECT_EQ(say_as_commons(kOrganizations, list({3})), Outcome::kTaken);
  EXPECT_EQ(known(), "3");
}

TEST_P(StrangersTest, PeopleSeeHowTheLineStands) {
  const std::uint16_t port = commons_->listen();
  commons_->commons_post.reset();
  node_->add_organization(2);
  ASSERT_TRUE(send());
  ASSERT_TRUE(node_->vault(1).database().write([&](db::Connection& connection) {  // of a vault too
    return line::enqueue(connection, message(kPointer, own_, "sealed", sheriff_), clock_.now());
  }));
  std::vector<std::string> lines;
  std::mutex mutex;
  node_->log = Log::to_function(clock_, [&](std::string_view one) {
    const std::scoped_lock lock(mutex);
    lines.emplace_back(one);
  });
  node_->connect(port, commons_->identity.pin);
  EXPECT_TRUE(comes_true([&] { return !node_->vault_post->state().reason.empty(); }));
  LineState state = node_->vault_post->state();
  EXPECT_FALSE(state.connected || state.last_connected_at);
  EXPECT_EQ(state.waiting, 2);
  EXPECT_FALSE(node_->vault_post->push(message(kAnswer, own_, "x")));
  const auto began = std::chrono::steady_clock::now();
  const auto asked =
      node_->vault_post->ask(Uuid::generate(clock_, random_), own_, sheriff_, "sealed");
  EXPECT_EQ(kind_of(asked), ErrorKind::kUnavailable);
  EXPECT_EQ(place_of(asked), kOutOfReach);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  node_->run("ALTER TABLE line_outbox RENAME TO line_away", {});
  EXPECT_EQ(node_->vault_post->state().waiting, 1) << "what can be counted is";
  node_->run("ALTER TABLE line_away RENAME TO line_outbox", {});
  commons_->listen(port);
  EXPECT_TRUE(comes_true([&] {
    state = node_->vault_post->state();
    return state.connected && state.waiting == 0;
  }));
  EXPECT_EQ(state.last_connected_at, clock_.now());
  EXPECT_TRUE(state.reason.empty()) << state.reason;
  commons_->commons_post.reset();
  EXPECT_TRUE(comes_true([&] { return !node_->vault_post->state().connected; }));
  node_->vault_post.reset();
  // Operators read of both, and that it could not connect at first.
  std::string all;
  for (const std::string& one : lines) all += one + "\n";
  EXPECT_THAT(all, testing::HasSubstr("connected"));
  EXPECT_THAT(all, testing::HasSubstr("ended"));
}

TEST_P(StrangersTest, ListsAreToldOnceWhileTheyAreTheSame) {
  ASSERT_TRUE(commons_->store->write([&](db::Connection& connection) {
    return line::elsewhere::put_key(connection, {own_, std::string(32, 'k')}, clock_.now());
  }));
  port_ = commons_->listen();
  Hand as_node, as_commons;
  const auto channel = channel_of_node();
  line::Bell stop;
  std::jthread at_work([&] { (void)line::exchange(*channel, as_node, {.stop = stop.file()}); });
  auto listener = line::Listener::start(
      {.address = {"127.0.0.1", 0}}, commons_->identity, [](const std::string&) { return true; },
      [&](line::Channel& one, int end) { (void)line::exchange(one, as_commons, {.stop = end}); });
  ASSERT_TRUE(listener);
  node_->connect((*listener)->port(), commons_->identity.pin);
  std::this_thread::sleep_for(std::chrono::milliseconds(4600));  // they look every two seconds
  stop.ring();
  at_work.join();
  node_->vault_post.reset();
  listener->reset();
  EXPECT_EQ(as_node.count_of(kOrganizations), 1);
  EXPECT_EQ(as_commons.count_of(kKeys), 1);
  const auto told = read_organizations(as_node.last().body);
  ASSERT_TRUE(told) << told.error().describe();
  ASSERT_EQ(told->keys.size(), 1u) << "the node knows its own";
  EXPECT_EQ(told->keys[0].organization, sheriff_);
}

// The waiting alone, without a line.
struct Waiting final : Post {
  using Post::answer_of;
  using Post::give_up;
  using Post::give_up_asking;
  using Post::Post;
  using Post::resolve;
  void wake() override {}
  bool push(const line::Message& message) override {
    asked.push_back(message);
    if (then) then(message);
    return sends;
  }
  bool sends = true;
  std::vector<line::Message> asked;
  std::function<void(const line::Message&)> then;
};

TEST_P(StrangersTest, AQuestionEndsWithTheAnswerOfWhoeverWasAsked) {
  Waiting post(node_->here(), node_->key);
  const auto answer = [&](const Uuid& to, OrganizationId from, std::string body) {
    line::Message one = message(kAnswer, from, std::move(body));
    one.answers = to;
    return one;
  };
  const auto ask = [&] {
    return post.ask(Uuid::generate(clock_, random_), own_, sheriff_, "sealed");
  };
  post.then = [&](const line::Message& question) {
    EXPECT_EQ(question.kind, kAsk);
    EXPECT_EQ(question.body, "sealed");
    EXPECT_FALSE(post.resolve(answer(Uuid::generate(clock_, random_), sheriff_, "of another")));
    EXPECT_TRUE(post.resolve(answer(question.id, third_, "not theirs to say")));
    EXPECT_TRUE(post.resolve(answer(question.id, sheriff_, "the answer")));
    EXPECT_TRUE(post.resolve(answer(question.id, sheriff_, "a second one")));
  };
  const auto first = ask();
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_EQ(*first, "the answer");
  EXPECT_FALSE(post.resolve(answer(post.asked.at(0).id, sheriff_, "too late")));
  post.then = [&](const line::Message& question) {
    post.give_up(Uuid::generate(clock_, random_));
    post.give_up(question.id);
    EXPECT_TRUE(post.resolve(answer(question.id, sheriff_, "after it was given up")));
  };
  EXPECT_EQ(place_of(ask()), kOutOfReach);
  // The connection ended that it went by, or that of others.
  const auto ask_while_gone = [&](const std::vector<OrganizationId>* gone) {
    post.then = [&post, &answer, gone, this](const line::Message& question) {
      post.give_up_asking(gone);
      EXPECT_TRUE(post.resolve(answer(question.id, sheriff_, "the answer")));
    };
    return ask();
  };
  const std::vector<OrganizationId> others{third_}, theirs{third_, sheriff_};
  EXPECT_EQ(ask_while_gone(&others).value_or("nothing"), "the answer");
  EXPECT_EQ(place_of(ask_while_gone(&theirs)), kOutOfReach);
  EXPECT_EQ(place_of(ask_while_gone(nullptr)), kOutOfReach);
  // Whoever is not known here is answered nothing.
  const line::Message stranger = message(kAsk, id_number<OrganizationId>(9), "sealed", own_);
  EXPECT_FALSE(post.answer_of(node_->vault(1), stranger));
  post.then = {};
  post.sends = false;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(place_of(ask()), kOutOfReach);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  // An answer that comes from another thread while it waits.
  post.sends = true;
  std::jthread later;
  post.then = [&](const line::Message& question) {
    later = std::jthread([&, id = question.id] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      post.resolve(answer(id, sheriff_, "later"));
    });
  };
  EXPECT_EQ(ask().value_or("nothing"), "later");
}

TEST_P(StrangersTest, WhatMayPassIsTriedAgainAndNothingElse) {
  const auto outcome = [](ErrorKind kind) { return outcome_of(Error{.kind = kind}); };
  EXPECT_EQ(outcome(ErrorKind::kUnavailable), Outcome::kLater);
  EXPECT_EQ(outcome(ErrorKind::kInternal), Outcome::kLater);
  EXPECT_EQ(outcome(ErrorKind::kInvalid), Outcome::kRefused);
  EXPECT_EQ(outcome(ErrorKind::kDenied), Outcome::kRefused);
  std::string logged;
  node_->log = Log::to_function(clock_, [&](std::string_view one) { logged += one; });
  Outboxes outboxes(node_->here());
  node_->add_organization(2);
  ASSERT_TRUE(send());
  const auto due = outboxes.due({}, nullptr);
  ASSERT_EQ(due.size(), 1u);
  outboxes.settle(Uuid::generate(clock_, random_), Outcome::kTaken);
  outboxes.settle(due[0].id, Outcome::kLater);
  EXPECT_TRUE(outboxes.due({}, nullptr).empty());
  clock_.advance(std::chrono::seconds(2));
  ASSERT_EQ(outboxes.due({}, nullptr).size(), 1u);
  bool also = false;
  outboxes.settle(due[0].id, Outcome::kTaken, [&](db::Connection&) -> Result<void> {
    also = true;
    return fail(ErrorKind::kConflict, "what belongs to it failed");
  });
  EXPECT_TRUE(also);
  EXPECT_TRUE(outboxes.due({}, nullptr).empty()) << "it is not tried at once again";
  clock_.advance(std::chrono::seconds(4));
  EXPECT_EQ(outboxes.due({}, nullptr).size(), 1u) << "neither is done without the other";
  EXPECT_THAT(logged, testing::HasSubstr("what belongs to it failed"));
  outboxes.settle(due[0].id, Outcome::kRefused);
  EXPECT_TRUE(outboxes.due({}, nullptr).empty());
}

}  // namespace
}  // namespace daybreak::gates::post
