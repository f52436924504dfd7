// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: a commons with a sheriff's vault (2) and the provider's (1) on a machine of its
// own, with real connections on loopback; with PostgreSQL all stores but the sheriff's are there.
#pragma once

#include "base/text.hpp"
#include "gates/post/test_machine.hpp"
#include "trust/keys/signing.hpp"

namespace daybreak::gates::post {

using referrals::State;
using vault::releases::ItemKind;

inline constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};
inline const Item kPhone{ItemKind::kAnswer, "phone"};
inline constexpr std::string_view kNumber = "716-555-0142";

class PostTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    std::signal(SIGPIPE, SIG_IGN);
    Stores of_commons, of_node;
    if (GetParam() == db::Engine::kPostgres) {
      const std::string name = "test_post_" + std::to_string(::getpid());
      for (const char* one : {"_node", "_vault"})
        schemas_.push_back(std::make_unique<Schema>(postgres_url(), name + one));
      of_commons.own = url();
      of_node = {schemas_[0]->url(), schemas_[1]->url()};
    }
    commons_ = std::make_unique<Machine>(folder() / "commons", true, std::vector{2}, clock_,
                                         random_, of_commons);
    node_ = std::make_unique<Machine>(folder() / "node", false, std::vector{1}, clock_, random_,
                                      of_node);
    at_node_ = std::make_unique<vault::Work>(node_->work(1, advocate_));
    at_sheriff_ = std::make_unique<vault::Work>(commons_->work(2, detective_));
    add_node("Harbor_", *node_, 1);
    client_ = *vault::clients::Clients(at_node()).open(
        std::vector<vault::clients::Answer>{
            {.question = "phone", .text = Secret<std::string>(std::string(kNumber))}},
        kToday);
  }
  void TearDown() override {
    node_.reset();
    commons_.reset();
    schemas_.clear();
    db::StoreTest::TearDown();
  }
  const vault::Work& at_node() const { return *at_node_; }
  const vault::Work& at_sheriff() const { return *at_sheriff_; }
  void add_node(const std::string& name, Machine& node, int organization) {
    const auto added = commons_->nodes.add(trust::Actor::system("cli"), name, node.identity.pin,
                                           {id_number<OrganizationId>(organization)});
    ASSERT_TRUE(added) << added.error().describe();
  }
  void connect() {
    port_ = commons_->listen();
    node_->connect(port_, commons_->identity.pin);
    ASSERT_TRUE(comes_true([&] { return node_->knows_key_of(2) && commons_->knows_key_of(1); }));
  }
  referrals::Request request(int receiver = 2) {
    return {.receiver = id_number<OrganizationId>(receiver), .service = "safety.tonight"};
  }
  Result<referrals::TokenId> send(int receiver = 2) {
    return ReferralGate(node_->referrals).send(at_node(), client_, request(receiver));
  }
  State state_at_commons() {
    const auto all = commons_->referrals.received(detective_);
    return all && all->size() == 1 ? all->at(0).state : State::kExpired;
  }
  std::string state_at_node() {
    return ReferralGate(node_->referrals).of_client(at_node(), client_)->at(0).referred.state;
  }
  ReleaseId release() {
    const auto id = sign_release(at_node(), client_, terms_for(2, Role::kInvestigator, {kPhone}));
    EXPECT_TRUE(id) << id.error().describe();
    return *id;
  }
  // A number from the vault at the commons to the provider's.
  void release_to_node() {
    const trust::Actor provider = test_member(2, 2, {Role::kAdvocate}, vault::kTestStart);
    const vault::Work work = commons_->work(2, provider);
    const auto client = *vault::clients::Clients(work).open(
        std::vector<vault::clients::Answer>{
            {.question = "phone", .text = Secret<std::string>("716-555-0199")}},
        kToday);
    const auto id = sign_release(work, client, terms_for(1, Role::kAdvocate, {kPhone}));
    ASSERT_TRUE(id);
    ASSERT_TRUE(commons_->releases.disclose(work, *id, {kPhone}));
  }
  Item attach(const std::string& content) {
    const auto id = vault::attachments::Attachments(at_node()).add(
        client_, vault::notes::NoteClass::kFactual, Secret<std::string>("scan.jpg"), content);
    EXPECT_TRUE(id) << id.error().describe();
    return {ItemKind::kAttachment, id->to_string()};
  }
  static std::string all_of(SeenFile& file) {
    std::string all;
    auto piece = file.pieces();
    for (; piece && *piece; piece = file.pieces()) all += **piece;
    EXPECT_TRUE(piece) << piece.error().describe();
    return all;
  }
  // What the sheriff's inbox shows once something arrived.
  std::optional<vault::inbox::Pointer> arrived(ReleaseGate& gate, const vault::Work& work) {
    std::optional<vault::inbox::Pointer> found;
    comes_true([&] {
      const auto inbox = gate.inbox(work);
      if (inbox && !inbox->empty()) found = inbox->front();
      return found.has_value();
    });
    return found;
  }

  ManualClock clock_{vault::kTestStart};
  SystemRandom random_;
  trust::Actor advocate_ = test_member(1, 1, {Role::kAdvocate}, vault::kTestStart);
  trust::Actor detective_ = test_member(2, 2, {Role::kInvestigator}, vault::kTestStart);
  std::vector<std::unique_ptr<Schema>> schemas_;
  std::unique_ptr<Machine> commons_, node_;
  std::unique_ptr<vault::Work> at_node_, at_sheriff_;
  vault::clients::ClientId client_;
  std::uint16_t port_ = 0;
};
// Says what it likes and keeps what became of it; takes nothing, so that all of it still waits.
struct Liar final : line::Party {
  std::vector<line::Message> says;
  std::map<Uuid, line::Outcome> answers;
  std::mutex mutex;
  std::vector<line::Message> due() override { return says; }
  void settled(const line::Message& message, line::Outcome outcome) override {
    const std::scoped_lock lock(mutex);
    answers[message.id] = outcome;
    std::erase(says, message);
  }
  line::Outcome take(const line::Message&) override { return line::Outcome::kLater; }
  bool has_answer(const Uuid& id) {
    const std::scoped_lock lock(mutex);
    return answers.contains(id);
  }
};

}  // namespace daybreak::gates::post
