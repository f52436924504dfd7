// SPDX-License-Identifier: AGPL-3.0-or-later
// What becomes of questions and messages when a connection ends, when a node has two of them, and
// when a store fails in the middle; and that nothing waits for the next look.
#include <future>

#include "gates/post/test_saying.hpp"

namespace daybreak::gates::post {
namespace {

using std::chrono::milliseconds;

// One end of a connection at work, on a thread of its own.
class AtWork {
 public:
  explicit AtWork(std::unique_ptr<line::Channel> channel)
      : channel_(std::move(channel)), thread_([this] {
          (void)line::exchange(*channel_, hand, {.stop = stop_.file(), .look = milliseconds(20)});
        }) {}
  ~AtWork() {
    stop_.ring();
    thread_.join();
  }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;
  Hand hand;

 private:
  std::unique_ptr<line::Channel> channel_;
  line::Bell stop_;
  std::thread thread_;
};

class BreaksTest : public SayingTest {
 protected:
  using Asked = std::future<Result<std::string>>;
  static constexpr std::chrono::seconds kSoon{6};  // a question waits twelve

  // As the provider's node, once the commons counts it as connected.
  std::unique_ptr<AtWork> node_at_work() {
    auto node = std::make_unique<AtWork>(channel_of_node());
    EXPECT_TRUE(comes_true([&] { return node->hand.count_of(kOrganizations) == 1; }));
    return node;
  }
  // A commons with the right key at which the node's own post is connected.
  std::unique_ptr<line::Listener> commons_by(Hand& hand) {
    auto listener = line::Listener::start(
        {.address = {"127.0.0.1", 0}}, commons_->identity, [](const std::string&) { return true; },
        [&hand](line::Channel& channel, int stop) {
          (void)line::exchange(channel, hand, {.stop = stop, .look = milliseconds(20)});
        });
    node_->connect((*listener)->port(), commons_->identity.pin);
    EXPECT_TRUE(comes_true([&] { return hand.count_of(kKeys) == 1; }));
    return std::move(*listener);
  }
  // Asks, and comes back when the question has arrived.
  Asked ask(Post& post, OrganizationId from, OrganizationId to, Hand& there) {
    const auto before = there.count_of(kAsk);
    auto asked = std::async(std::launch::async, [this, &post, from, to] {
      return post.ask(Uuid::generate(clock_, random_), from, to, "sealed");
    });
    EXPECT_TRUE(comes_true([&] { return there.count_of(kAsk) == before + 1; }));
    return asked;
  }
  static bool is_given_up_soon(Asked& asked) {
    return asked.wait_for(kSoon) == std::future_status::ready &&
           place_of(asked.get()) == kOutOfReach;
  }
  static void rename(db::Database& store, const std::string& what, const std::string& change) {
    const auto done = store.write([&](db::Connection& connection) {
      return connection.execute_script("ALTER TABLE " + what + " RENAME " + change);
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void rename_at_provider(const std::string& what, const std::string& change) {
    if (schemas_.empty()) return rename(node_->vault(1).database(), what, change);
    schemas_[1]->change("ALTER TABLE " + what + " RENAME " + change);
  }
  // How many of ten come long before the next look, which is every half second.
  int quick_of_ten(Hand& hand, std::string_view kind, const std::function<void()>& cause) {
    int quick = 0;
    for (int i = 0; i < 10; ++i) {
      const auto before = hand.count_of(kind);
      const auto began = std::chrono::steady_clock::now();
      cause();
      EXPECT_TRUE(comes_true([&] { return hand.count_of(kind) > before; }));
      quick += std::chrono::steady_clock::now() - began < milliseconds(100) ? 1 : 0;
    }
    return quick;
  }
  // What the commons writes in its log.
  void listen_with_log() {
    commons_->log = Log::to_function(clock_, [this](std::string_view one) {
      const std::scoped_lock lock(log_mutex_);
      logged_.append(one).append("\n");
    });
    port_ = commons_->listen();
  }
  std::size_t lines_with(std::string_view word) {
    const std::scoped_lock lock(log_mutex_);
    std::size_t count = 0;
    for (auto at = logged_.find(word); at != std::string::npos; at = logged_.find(word, at + 1))
      ++count;
    return count;
  }
  void TearDown() override {
    if (commons_) commons_->commons_post.reset();
    SayingTest::TearDown();
  }

  std::mutex log_mutex_;
  std::string logged_;
};
DAYBREAK_ON_BOTH_ENGINES(BreaksTest);

TEST_P(BreaksTest, AQuestionEndsWithTheConnectionItWentBy) {
  listen_with_log();
  auto older = node_at_work();
  Asked asked = ask(*commons_->commons_post, sheriff_, own_, older->hand);
  auto newer = node_at_work();  // from now on it is the one that counts
  EXPECT_TRUE(is_given_up_soon(asked));
  asked = ask(*commons_->commons_post, sheriff_, own_, newer->hand);
  older.reset();
  ASSERT_TRUE(comes_true([&] { return lines_with(" ended=") == 1; }));
  line::Message answer = message(kAnswer, own_, "the answer", sheriff_);
  answer.answers = newer->hand.last().id;
  newer->hand.say(answer);
  EXPECT_EQ(asked.get().value_or("nothing"), "the answer");
  asked = ask(*commons_->commons_post, sheriff_, own_, newer->hand);
  newer.reset();
  EXPECT_TRUE(is_given_up_soon(asked));
  EXPECT_FALSE(commons_->commons_post->push(answer));
  // Operators read of each that went, and of none that the commons itself let go.
  ASSERT_TRUE(comes_true([&] { return lines_with(" ended=") == 2; }));
  const auto last = node_at_work();
  commons_->commons_post.reset();
  EXPECT_EQ(lines_with(" ended="), 2u);
  EXPECT_EQ(lines_with("error="), 0u);
}

TEST_P(BreaksTest, AVaultsNodeStopsWaitingWhenTheLineBreaks) {
  Hand commons;
  auto listener = commons_by(commons);
  Asked asked = ask(*node_->vault_post, own_, sheriff_, commons);
  listener.reset();
  EXPECT_TRUE(is_given_up_soon(asked));
  node_->vault_post.reset();
}

TEST_P(BreaksTest, WhatWasOnItsWayIsNotSaidToTheNextConnection) {
  Hand commons;
  std::atomic<bool> has_left = false;
  const auto listener = line::Listener::start(
      {.address = {"127.0.0.1", 0}}, commons_->identity, [](const std::string&) { return true; },
      [&](line::Channel& channel, int stop) {
        while (!has_left) {  // the first one hears the question and goes without a word
          const auto frame = channel.receive(milliseconds(20));
          if (!frame) return;
          if (!*frame) continue;
          const auto read = line::read_frame(**frame);
          const auto* one = read ? std::get_if<line::Message>(&*read) : nullptr;
          if (one == nullptr || one->kind != kAsk) continue;
          has_left = true;
          return;
        }
        (void)line::exchange(channel, commons, {.stop = stop, .look = milliseconds(20)});
      });
  node_->connect((*listener)->port(), commons_->identity.pin);
  ASSERT_TRUE(comes_true([&] { return node_->vault_post->state().connected; }));
  const auto asked =
      node_->vault_post->ask(Uuid::generate(clock_, random_), own_, sheriff_, "sealed");
  EXPECT_EQ(place_of(asked), kOutOfReach);
  EXPECT_TRUE(comes_true([&] { return commons.count_of(kKeys) == 1; }));
  EXPECT_EQ(commons.count_of(kAsk), 0);
  node_->vault_post.reset();
}

TEST_P(BreaksTest, ANodePutBackUnderTheSameKeyIsAnother) {
  connect();
  clock_.advance(std::chrono::minutes(1));
  const auto other = line::NodeId::generate(clock_, random_);
  ASSERT_TRUE(commons_->store->write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM nodes_organization WHERE organization = $1", {own_}));
    TRY(connection.execute("UPDATE nodes_node SET id = $1", {other}));
    TRY(connection.execute("INSERT INTO nodes_organization (organization, node) VALUES ($1, $2)",
                           {own_, other}));
    return {};
  }));
  EXPECT_TRUE(
      comes_true([&] { return node_->vault_post->state().last_connected_at == clock_.now(); }));
}

TEST_P(BreaksTest, ForWhomANodeSpeaksIsAskedAgainAtEachMessage) {
  port_ = commons_->listen();
  const auto node = node_at_work();
  EXPECT_EQ(node->hand.outcome_of(message(kReferralAgain, own_, "")), Outcome::kTaken);
  EXPECT_EQ(node->hand.outcome_of(message(kReferralAgain, third_, "")), Outcome::kRefused);
  commons_->run("UPDATE nodes_organization SET organization = $1", {third_});
  EXPECT_EQ(node->hand.outcome_of(message(kReferralAgain, own_, "")), Outcome::kRefused);
  EXPECT_EQ(node->hand.outcome_of(message(kReferralAgain, third_, "")), Outcome::kTaken);
}

TEST_P(BreaksTest, WhoIsNotOnTheRegisterIsNotGreeted) {
  port_ = commons_->listen();
  const auto stranger = line::Identity::load_or_create(Machine::make(folder() / "stranger"));
  ASSERT_TRUE(stranger);
  EXPECT_FALSE(line::Channel::connect({"127.0.0.1", port_}, *stranger, commons_->identity.pin,
                                      std::chrono::seconds(5)));
  VaultPost never_connected(node_->here(), node_->key);
  EXPECT_FALSE(never_connected.state().connected);
}

TEST_P(BreaksTest, NothingWaitsForTheNextLook) {
  port_ = commons_->listen();
  auto node = node_at_work();
  const auto at_commons = *commons_->nodes.node_of(own_);
  EXPECT_GE(quick_of_ten(node->hand, kAnswer,
                         [&] {
                           EXPECT_TRUE(commons_->commons_post->push(
                               message(kAnswer, sheriff_, "sealed", own_)));
                         }),
            6);
  EXPECT_GE(quick_of_ten(node->hand, kReferralState,
                         [&] {
                           EXPECT_TRUE(commons_->store->write([&](db::Connection& connection) {
                             return line::enqueue(connection, message(kReferralState, {}, "", own_),
                                                  clock_.now(), *at_commons);
                           }));
                           commons_->commons_post->wake();
                         }),
            6);
  node.reset();
  Hand commons;
  const auto listener = commons_by(commons);
  EXPECT_GE(quick_of_ten(commons, kAnswer,
                         [&] {
                           EXPECT_TRUE(
                               node_->vault_post->push(message(kAnswer, own_, "sealed", sheriff_)));
                         }),
            6);
  EXPECT_GE(quick_of_ten(commons, kReferralSend,
                         [&] {
                           EXPECT_TRUE(node_->store->write([&](db::Connection& connection) {
                             return line::enqueue(connection, message(kReferralSend, own_, ""),
                                                  clock_.now());
                           }));
                           node_->vault_post->wake();
                         }),
            6);
  node_->vault_post.reset();
}

TEST_P(BreaksTest, AVaultWithoutAKeyIsNotTold) {
  for (vault::Vault* vault : {&commons_->vault(2), &node_->vault(1)})
    ASSERT_TRUE(vault->database().write([](db::Connection& connection) -> Result<void> {
      TRY(connection.execute("DELETE FROM vault_identity", {}));
      return {};
    }));
  port_ = commons_->listen();
  node_->connect(port_, commons_->identity.pin);
  EXPECT_TRUE(comes_true([&] { return node_->members.organizations()->size() == 3; }));
  ASSERT_TRUE(send());
  EXPECT_TRUE(comes_true([&] { return state_at_commons() == State::kSent; }));
  EXPECT_FALSE(node_->knows_key_of(2));
  EXPECT_FALSE(commons_->knows_key_of(1));
}

TEST_P(BreaksTest, WhatCannotBeWrittenAtTheCommonsIsTriedAgain) {
  Machine third(folder() / "third", false, {3}, clock_, random_);
  add_node("Third_", third, 3);
  listen_with_log();
  const auto theirs = token();  // the provider's to decide, not to withdraw
  ASSERT_TRUE(commons_->referrals.send(detective_, theirs, request(1)));
  commons_->run("DELETE FROM line_outbox", {});
  const Worker worker{advocate_.member, "Worker 1_", {Role::kAdvocate}};
  const std::string sent = referral({Role::kAdvocate}, token());
  db::Database& store = *commons_->store;

  rename(store, "line_outbox", "COLUMN body TO away");
  EXPECT_EQ(say(kReferralSend, own_, sent), Outcome::kLater);
  EXPECT_EQ(say(kReferralAgain, own_, ""), Outcome::kLater);
  EXPECT_EQ(say(kPointer, own_, "sealed", third_), Outcome::kLater);
  EXPECT_EQ(lines_with("error="), 0u);
  EXPECT_EQ(say(kReferralMove, own_, write(ReferralMove{worker, theirs, State::kWithdrawn})),
            Outcome::kRefused);
  EXPECT_EQ(lines_with("error="), 1u) << "how it stands could not be told";
  rename(store, "line_outbox", "COLUMN away TO body");

  rename(store, "elsewhere_key", "COLUMN known_at TO away");
  EXPECT_EQ(say(kKeys, own_, write(Keys{{own_, std::string(32, 'k')}})), Outcome::kLater);
  rename(store, "elsewhere_key", "COLUMN away TO known_at");

  rename(store, "elsewhere_person", "COLUMN known_at TO away");
  EXPECT_EQ(say(kReferralSend, own_, sent), Outcome::kLater);
  rename(store, "elsewhere_person", "COLUMN away TO known_at");

  rename(store, "audit_entry", "TO audit_away");  // no refusal without its row
  EXPECT_EQ(say("anything", own_, "{}"), Outcome::kLater);
  rename(store, "audit_away", "TO audit_entry");

  rename(store, "trust_organization", "TO trust_away");
  EXPECT_EQ(say(kReferralSend, own_, sent), Outcome::kLater);
  EXPECT_EQ(say(kMeasureSend, own_, write(MeasureSend{worker, {"x", "y", "z"}})), Outcome::kLater);
  EXPECT_EQ(say(kAsk, own_, "sealed", sheriff_), Outcome::kUnreachable);
  rename(store, "trust_away", "TO trust_organization");

  db::Database& vault = commons_->vault(2).database();
  rename(vault, "line_seen", "TO line_away");
  EXPECT_EQ(say(kPointer, own_, "sealed", sheriff_), Outcome::kLater);
  rename(vault, "line_away", "TO line_seen");
  EXPECT_EQ(say(kPointer, own_, "sealed", sheriff_), Outcome::kTaken);

  EXPECT_EQ(say(kReferralSend, own_, sent), Outcome::kTaken);
  EXPECT_EQ(commons_->count("SELECT count(*) FROM referrals_token"), 2);
}

TEST_P(BreaksTest, WhatCannotBeToldIsToldLaterAndTheRestGoesOn) {
  for (Machine* machine : {commons_.get(), node_.get()})
    rename(*machine->store, "elsewhere_key", "TO elsewhere_away");
  port_ = commons_->listen();
  node_->connect(port_, commons_->identity.pin);
  node_->add_organization(2);
  ASSERT_TRUE(send());
  EXPECT_TRUE(comes_true([&] { return state_at_commons() == State::kSent; }));
  rename(*commons_->store, "elsewhere_away", "TO elsewhere_key");
  EXPECT_TRUE(comes_true([&] { return commons_->knows_key_of(1); }));
  std::this_thread::sleep_for(milliseconds(2100));  // told, and not taken
  EXPECT_EQ(node_->members.organizations()->size(), 2u);
  rename(*node_->store, "elsewhere_away", "TO elsewhere_key");
  EXPECT_TRUE(comes_true([&] { return node_->knows_key_of(2); }));
  EXPECT_EQ(node_->members.organizations()->size(), 3u);
  rename(*commons_->store, "line_outbox", "COLUMN body TO away");  // its own mail, not its vaults'
  release_to_node();
  EXPECT_TRUE(arrived(node_->releases, at_node()));
  rename(*commons_->store, "line_outbox", "COLUMN away TO body");
}

TEST_P(BreaksTest, WhatCannotBeWrittenAtTheNodeIsTriedAgain) {
  const referrals::Token accepted{.id = token(),
                                  .sender = sheriff_,
                                  .worker = id_number<trust::MemberId>(1009),
                                  .request = request(1),
                                  .state = State::kAccepted,
                                  .answered_by = id_number<trust::MemberId>(1008),
                                  .sent_at = clock_.now(),
                                  .due_at = clock_.now() + std::chrono::hours(4),
                                  .ended_at = {}};
  const std::string state = write(ReferralState{accepted, "Sam Sender_", "Rae Receiver_"});
  const std::string list = write(Organizations{*commons_->members.organizations(), {}});
  db::Database& store = *node_->store;
  for (const char* table : {"line_seen", "elsewhere_person", "referrals_token"}) {
    rename(store, table, "TO away");
    EXPECT_EQ(say_as_commons(kReferralState, state), Outcome::kLater) << table;
    rename(store, "away", "TO " + std::string(table));
  }
  rename(store, "elsewhere_key", "TO away");
  EXPECT_EQ(say_as_commons(kOrganizations, list), Outcome::kLater);
  rename(store, "away", "TO elsewhere_key");
  rename(store, "trust_organization", "TO away");
  EXPECT_EQ(say_as_commons(kAsk, "sealed", own_), Outcome::kUnreachable);
  rename(store, "away", "TO trust_organization");
  rename_at_provider("line_seen", "TO away");
  EXPECT_EQ(say_as_commons(kPointer, "sealed", own_), Outcome::kLater);
  rename_at_provider("away", "TO line_seen");
  EXPECT_EQ(node_->count("SELECT count(*) FROM referrals_token"), 0);
  EXPECT_EQ(say_as_commons(kReferralState, state), Outcome::kTaken);
}

TEST_P(BreaksTest, WhatCannotBeNotedAsNotSentStillWaits) {
  connect();
  commons_->run("UPDATE trust_organization SET active = 0 WHERE id = $1", {third_});
  commons_->commons_post.reset();
  ASSERT_TRUE(send(3));
  rename_at_provider("referred_client", "TO away");
  commons_->listen(port_);
  const auto refusals = [&] {
    return commons_->count("SELECT count(*) FROM audit_entry WHERE leaf LIKE '%node.refuse%'");
  };
  ASSERT_TRUE(comes_true([&] { return refusals() == 1; }));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(refusals(), 1) << "it is not tried at once again";
  EXPECT_EQ(node_->count("SELECT count(*) FROM line_outbox"), 1);
  rename_at_provider("away", "TO referred_client");
  EXPECT_EQ(state_at_node(), "sent");
  clock_.advance(std::chrono::minutes(1));
  EXPECT_TRUE(comes_true([&] { return state_at_node() == "failed"; }));
  EXPECT_TRUE(comes_true([&] { return node_->count("SELECT count(*) FROM line_outbox") == 0; }));
}

}  // namespace
}  // namespace daybreak::gates::post
