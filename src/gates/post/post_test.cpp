// SPDX-License-Identifier: AGPL-3.0-or-later
// What goes over the line between a commons and the vaults of other machines, and what becomes of
// it when the line breaks.
#include "gates/post/test_post.hpp"
#include "gates/release/test_photograph.hpp"

namespace daybreak::gates::post {
namespace {

DAYBREAK_ON_BOTH_ENGINES(PostTest);

TEST_P(PostTest, ANodeLearnsTheOrganizationsAndWhatAReferralComesTo) {
  connect();
  EXPECT_EQ(node_->members.organizations()->size(), 3u);
  const auto token = send();
  ASSERT_TRUE(token) << token.error().describe();
  ASSERT_TRUE(comes_true([&] { return state_at_commons() == State::kSent; }));
  const auto received = commons_->referrals.received(detective_)->at(0);
  EXPECT_EQ(received.worker, advocate_.member);
  EXPECT_EQ(*commons_->store->read([&](db::Connection& connection) {
    return line::elsewhere::shown_name(connection, received.worker);
  }),
            "Worker 1_");
  ASSERT_TRUE(commons_->referrals.decide(detective_, *token, State::kAccepted));
  ASSERT_TRUE(comes_true([&] { return state_at_node() == "accepted"; }));
  EXPECT_TRUE(comes_true([&] {  // what was taken waits no more
    return commons_->count("SELECT count(*) FROM line_outbox") == 0;
  }));
  EXPECT_EQ(*node_->store->read([&](db::Connection& connection) {
    return line::elsewhere::shown_name(connection, detective_.member);
  }),
            "Worker 2_");
  ASSERT_TRUE(ReferralGate(node_->referrals).connected(at_node(), *token));
  ASSERT_TRUE(comes_true([&] { return state_at_commons() == State::kConnected; }));
  // Nothing of the client went along.
  for (const char* word : {"716", "client"})
    EXPECT_EQ(Machine::log_of(*commons_->store).find(std::string(word) + "-"), std::string::npos);
  EXPECT_EQ(Machine::log_of(*commons_->store).find(client_.to_string()), std::string::npos);
}

TEST_P(PostTest, WhatIsDoneWhileTheLineIsDownGoesOnceItIsBackAndOnce) {
  connect();
  commons_->commons_post.reset();
  const auto token = send();
  ASSERT_TRUE(token) << token.error().describe();
  EXPECT_EQ(node_->count("SELECT count(*) FROM line_outbox"), 1);
  commons_->listen(port_);
  ASSERT_TRUE(comes_true([&] { return state_at_commons() == State::kSent; }));
  ASSERT_TRUE(comes_true([&] { return node_->count("SELECT count(*) FROM line_outbox") == 0; }));
  // The commons dies; what is done meanwhile waits; a message that it took comes again and is
  // taken no second time.
  commons_->commons_post.reset();
  ASSERT_TRUE(ReferralGate(node_->referrals).withdraw(at_node(), *token));
  const auto before = commons_->count("SELECT count(*) FROM audit_entry");
  ASSERT_TRUE(node_->store->write([&](db::Connection& connection) {
    const auto seen = commons_->store->read(
        [](db::Connection& c) { return c.query_one("SELECT id FROM line_seen"); });
    return line::enqueue(
        connection,
        {(*seen)->uuid(0),
         std::string(kReferralSend),
         id_number<OrganizationId>(1),
         {},
         write(ReferralSend{{advocate_.member, "Worker 1_", advocate_.roles}, *token, request()}),
         {}},
        clock_.now());
  }));
  commons_->listen(port_);
  ASSERT_TRUE(comes_true([&] { return state_at_commons() == State::kWithdrawn; }));
  ASSERT_TRUE(comes_true([&] { return node_->count("SELECT count(*) FROM line_outbox") == 0; }));
  EXPECT_EQ(commons_->count("SELECT count(*) FROM audit_entry"), before + 1);  // the withdrawal
}

TEST_P(PostTest, ANodeThatCameBackFromABackupLearnsWhatCameSince) {
  connect();
  const auto sent = send();
  ASSERT_TRUE(sent) << sent.error().describe();
  const auto sheriffs = referrals::TokenId::generate(clock_, random_);
  ASSERT_TRUE(comes_true([&] { return state_at_commons() == State::kSent; }));
  ASSERT_TRUE(commons_->referrals.send(detective_, sheriffs, request(1)));
  ASSERT_TRUE(commons_->referrals.decide(detective_, *sent, State::kAccepted));
  ASSERT_TRUE(comes_true([&] {
    return state_at_node() == "accepted" && node_->referrals.received(advocate_)->size() == 1;
  }));
  // The backup knows neither that one was accepted nor that the other came.
  ASSERT_TRUE(node_->store->write([&](db::Connection& connection) -> Result<void> {
    TRY(referrals::forget(connection, *sent));
    TRY(referrals::forget(connection, sheriffs));
    return ask_for_referrals(connection, id_number<OrganizationId>(1), clock_, random_);
  }));
  EXPECT_TRUE(node_->referrals.received(advocate_)->empty());
  node_->vault_post->wake();
  ASSERT_TRUE(comes_true([&] { return node_->referrals.received(advocate_)->size() == 1; }));
  EXPECT_EQ(node_->referrals.received(advocate_)->front().id, sheriffs);
  EXPECT_TRUE(comes_true([&] { return state_at_node() == "accepted"; }));
}

TEST_P(PostTest, WhatTheCommonsDoesNotTakeIsNotSentHereEither) {
  connect();
  commons_->run("UPDATE trust_organization SET active = 0 WHERE id = $1",
                {id_number<OrganizationId>(3)});
  ASSERT_TRUE(send(3));
  EXPECT_TRUE(comes_true([&] { return state_at_node() == "failed"; }));
  EXPECT_TRUE(
      comes_true([&] { return node_->count("SELECT count(*) FROM referrals_token") == 0; }));
  EXPECT_NE(Machine::log_of(*commons_->store).find("node.refuse"), std::string::npos);
}

TEST_P(PostTest, WhoeverWasOvertakenLearnsHowItStands) {
  connect();
  const auto token = send();
  ASSERT_TRUE(comes_true([&] { return state_at_commons() == State::kSent; }));
  ASSERT_TRUE(comes_true([&] { return node_->count("SELECT count(*) FROM line_outbox") == 0; }));
  commons_->commons_post.reset();
  ASSERT_TRUE(commons_->referrals.decide(detective_, *token, State::kDeclined));
  ASSERT_TRUE(ReferralGate(node_->referrals).withdraw(at_node(), *token));
  commons_->listen(port_);
  EXPECT_TRUE(comes_true([&] {
    const auto known = node_->referrals.sent(advocate_);
    return known && known->size() == 1 && known->at(0).state == State::kDeclined;
  }));
  EXPECT_EQ(state_at_commons(), State::kDeclined);
  EXPECT_TRUE(comes_true([&] {  // what was refused waits no more
    return node_->count("SELECT count(*) FROM line_outbox") == 0;
  }));
}

TEST_P(PostTest, CountsGoSignedAndAreTakenByTheCommons) {
  connect();
  measures::CountTable table;
  table.organization = id_number<OrganizationId>(1);
  table.measure = "clients_served";
  table.period = "2026-Q3";
  table.cells = {{"new", 20}, {"continuing", 30}};
  table.total = 50;
  const trust::keys::OrganizationSigner signer(*node_->rings.at(1));
  const std::string text = table.write();
  const auto sent =
      node_->measures.accept(advocate_, {text, signer.public_key(), signer.sign(text)});
  ASSERT_TRUE(sent) << sent.error().describe();
  ASSERT_TRUE(
      comes_true([&] { return commons_->count("SELECT count(*) FROM measures_table") == 1; }));
  EXPECT_EQ(node_->count("SELECT count(*) FROM measures_table"), 1);
  // Another key than the one met: the commons refuses, and here it does not count as sent.
  node_->run("DELETE FROM measures_key", {});
  table.version = 2;
  table.total = 90;
  table.cells = {{"new", 40}, {"continuing", 50}};
  const auto other = vault::test_keyring(id_number<OrganizationId>(1), random_);
  const trust::keys::OrganizationSigner stranger(*other);
  const std::string next = table.write();
  ASSERT_TRUE(
      node_->measures.accept(advocate_, {next, stranger.public_key(), stranger.sign(next)}));
  EXPECT_TRUE(comes_true([&] { return node_->count("SELECT count(*) FROM measures_table") == 1; }));
  EXPECT_EQ(commons_->count("SELECT count(*) FROM measures_table"), 1);
}

TEST_P(PostTest, AReleaseIsSeenThroughTheLineUntilItIsStopped) {
  connect();
  const auto id = release();
  const auto told = node_->releases.disclose(at_node(), id, {kPhone});
  ASSERT_TRUE(told) << told.error().describe();
  const auto pointer = arrived(commons_->releases, at_sheriff());
  ASSERT_TRUE(pointer);
  EXPECT_EQ(pointer->sender, id_number<OrganizationId>(1));
  const auto seen = commons_->releases.view(at_sheriff(), pointer->projection);
  ASSERT_TRUE(seen) << seen.error().describe();
  EXPECT_EQ(seen->lines.at(0).content, kNumber);
  // The releasing vault recorded who looked, before it answered.
  const auto record = vault::releases::Releases(at_node()).record_of(client_);
  EXPECT_TRUE(std::ranges::any_of(record->looks, [&](const auto& look) {
    return look.member == detective_.member && look.action == "released_item.view";
  }));
  ASSERT_TRUE(vault::releases::Releases(at_node()).revoke(id, "spoken"));
  EXPECT_EQ(kind_of(commons_->releases.view(at_sheriff(), pointer->projection)),
            ErrorKind::kNotFound);
  EXPECT_TRUE(commons_->releases.inbox(at_sheriff())->empty());
}

TEST_P(PostTest, AFileArrivesWholeOnTheOtherSideUntilItIsStopped) {
  connect();
  // Eleven pieces, and four: three questions, and two, of which the last brings nothing.
  const std::string scan = scan_of(700'001), four = scan_of(250'000);
  const Item file = attach(photograph(scan)), second = attach(photograph(four));
  const auto id =
      sign_release(at_node(), client_, terms_for(2, Role::kInvestigator, {kPhone, file, second}));
  ASSERT_TRUE(id) << id.error().describe();
  const auto told = node_->releases.disclose(at_node(), *id, {kPhone, file, second});
  ASSERT_TRUE(told) << told.error().describe();
  const auto pointer = arrived(commons_->releases, at_sheriff());
  ASSERT_TRUE(pointer);
  const Uuid attachment = *Uuid::parse(file.subject);
  const auto seen = commons_->releases.view(at_sheriff(), pointer->projection);
  ASSERT_TRUE(seen) << seen.error().describe();
  ASSERT_EQ(seen->lines.size(), 3u);
  ASSERT_TRUE(seen->lines[1].file);
  EXPECT_EQ(seen->lines[1].file->attachment, attachment);

  auto opened = commons_->releases.open_file(at_sheriff(), pointer->projection, attachment);
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(opened->position, 2u);
  const std::string bytes = all_of(*opened);
  EXPECT_EQ(bytes.size(), seen->lines[1].file->size);
  EXPECT_NE(bytes.find(scan), std::string::npos);
  EXPECT_EQ(bytes.find("Canary"), std::string::npos);
  // One look at it, however many questions that took.
  const auto record = vault::releases::Releases(at_node()).record_of(client_);
  EXPECT_EQ(
      std::ranges::count(record->looks, "released_item.open_file", &vault::releases::Look::action),
      1);

  auto begun = commons_->releases.open_file(at_sheriff(), pointer->projection, attachment);
  ASSERT_TRUE(begun) << begun.error().describe();
  ASSERT_TRUE(begun->pieces());
  ASSERT_TRUE(vault::releases::Releases(at_node()).revoke(*id, "spoken"));
  int more = 0;
  for (auto piece = begun->pieces(); piece && more < 20; piece = begun->pieces()) ++more;
  EXPECT_LT(more, 4);  // what had come with the first
  EXPECT_EQ(kind_of(begun->pieces()), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(commons_->releases.open_file(at_sheriff(), pointer->projection, attachment)),
            ErrorKind::kNotFound);
}

TEST_P(PostTest, OnlyWhatWasToldIsSentAsAFile) {
  connect();
  const Item told = attach(photograph(scan_of(10))), other = attach(photograph(scan_of(20)));
  const auto id = sign_release(at_node(), client_, terms_for(2, Role::kInvestigator, {told}));
  ASSERT_TRUE(id) << id.error().describe();
  ASSERT_TRUE(node_->releases.disclose(at_node(), *id, {told}));
  const auto pointer = arrived(commons_->releases, at_sheriff());
  ASSERT_TRUE(pointer);
  EXPECT_EQ(kind_of(commons_->releases.open_file(at_sheriff(), pointer->projection,
                                                 *Uuid::parse(other.subject))),
            ErrorKind::kNotFound);
  const trust::Actor advocate = test_member(2, 9, {Role::kAdvocate}, vault::kTestStart);
  EXPECT_EQ(kind_of(commons_->releases.open_file(commons_->work(2, advocate), pointer->projection,
                                                 *Uuid::parse(told.subject))),
            ErrorKind::kNotFound);
  // An hour after it was opened the rest is not sent any more.
  auto opened =
      commons_->releases.open_file(at_sheriff(), pointer->projection, *Uuid::parse(told.subject));
  ASSERT_TRUE(opened) << opened.error().describe();
  clock_.advance(std::chrono::hours(1));
  EXPECT_FALSE(opened->pieces());
}

TEST_P(PostTest, AReleaseIsForWhomItNamesAlsoOnTheOtherSide) {
  connect();
  ASSERT_TRUE(node_->releases.disclose(at_node(), release(), {kPhone}));
  ASSERT_TRUE(arrived(commons_->releases, at_sheriff()));
  const auto pointer = commons_->releases.inbox(at_sheriff())->front();
  const trust::Actor advocate = test_member(2, 9, {Role::kAdvocate}, vault::kTestStart);
  const vault::Work other = commons_->work(2, advocate);
  EXPECT_TRUE(commons_->releases.inbox(other)->empty());
  EXPECT_EQ(kind_of(commons_->releases.view(other, pointer.projection)), ErrorKind::kNotFound);
}

TEST_P(PostTest, WithoutTheOtherSideNothingIsShownAndItSaysSo) {
  connect();
  ASSERT_TRUE(node_->releases.disclose(at_node(), release(), {kPhone}));
  const auto pointer = arrived(commons_->releases, at_sheriff());
  ASSERT_TRUE(pointer);
  node_->vault_post.reset();
  const auto looks = Machine::log_of(node_->vault(1).database());
  const line::Message knock{Uuid::generate(clock_, random_),
                            std::string(kAnswer),
                            {},
                            id_number<OrganizationId>(1),
                            {},
                            {}};
  ASSERT_TRUE(comes_true([&] { return !commons_->commons_post->push(knock); }));
  ASSERT_TRUE(comes_true([&] {
    const auto seen = commons_->releases.view(at_sheriff(), pointer->projection);
    return !seen && seen.error().place == kOutOfReach;
  }));
  EXPECT_EQ(Machine::log_of(node_->vault(1).database()), looks);
  EXPECT_EQ(commons_->releases.inbox(at_sheriff())->size(), 1u);  // it is still there, unopened
}

TEST_P(PostTest, TheCommonsCarriesFromNodeToNodeWhatItCannotRead) {
  Machine third(folder() / "third", false, {3}, clock_, random_);
  add_node("Third_", third, 3);
  connect();
  third.connect(port_, commons_->identity.pin);
  ASSERT_TRUE(comes_true([&] { return node_->knows_key_of(3) && third.knows_key_of(1); }));
  const trust::Actor reader = test_member(3, 3, {Role::kAdvocate}, vault::kTestStart);
  const vault::Work at_third = third.work(3, reader);
  const auto id = sign_release(at_node(), client_, terms_for(3, Role::kAdvocate, {kPhone}));
  ASSERT_TRUE(id);
  third.vault_post.reset();  // so that the pointer waits at the commons for a while
  ASSERT_TRUE(node_->releases.disclose(at_node(), *id, {kPhone}));
  ASSERT_TRUE(comes_true([&] {
    return commons_->count(
               "SELECT count(*) FROM line_outbox"
               " WHERE kind = 'release.pointer'") == 1;
  }));
  const auto body = commons_->store->read([](db::Connection& connection) {
    return connection.query_one("SELECT body FROM line_outbox WHERE kind = 'release.pointer'");
  });
  const auto projection = node_->vault(1).database().read([](db::Connection& connection) {
    return connection.query_one("SELECT id FROM releases_projection");
  });
  EXPECT_EQ((*body)->blob(0).find((*projection)->text(0)), std::string::npos);
  EXPECT_FALSE(commons_->releases
                   .receive(commons_->vault(2), Uuid::generate(clock_, random_),
                            id_number<OrganizationId>(1), (*body)->blob(0))
                   .map([&] { return commons_->releases.inbox(at_sheriff())->size(); })
                   .value_or(0) > 0);  // another organisation cannot open it
  third.connect(port_, commons_->identity.pin);
  const auto pointer = arrived(third.releases, at_third);
  ASSERT_TRUE(pointer);
  const auto seen = third.releases.view(at_third, pointer->projection);
  ASSERT_TRUE(seen) << seen.error().describe();
  EXPECT_EQ(seen->lines.at(0).content, kNumber);
  EXPECT_EQ(Machine::log_of(*commons_->store).find(std::string(kNumber)), std::string::npos);
}

TEST_P(PostTest, AVaultAtTheCommonsReleasesToANode) {
  connect();
  release_to_node();
  const auto pointer = arrived(node_->releases, at_node());
  ASSERT_TRUE(pointer);
  const auto seen = node_->releases.view(at_node(), pointer->projection);
  ASSERT_TRUE(seen) << seen.error().describe();
  EXPECT_EQ(seen->lines.at(0).content, "716-555-0199");
}

// The line without a line: what the commons could do with letters that it keeps.
struct Replayer final : Beyond {
  Replayer(Machine& asking, Machine& asked) : here(asking), there(asked) {}
  Result<std::vector<std::pair<OrganizationId, trust::keys::PublicKey>>> keys() override {
    return std::vector<std::pair<OrganizationId, trust::keys::PublicKey>>();
  }
  Result<std::optional<trust::keys::PublicKey>> key_of(OrganizationId id) override {
    for (Machine* machine : {&here, &there})
      if (const auto found = machine->vaults.find(id)) return (*found)->public_key();
    return std::optional<trust::keys::PublicKey>();
  }
  const trust::keys::KeyPair& box() const override { return pair; }
  Result<std::string> ask(const Uuid& id, OrganizationId, OrganizationId to,
                          std::string sealed) override {
    last = sealed;
    last_id = id;
    return there.releases.answer(**there.vaults.find(to), id, asker, sealed);
  }
  void wake() override {}

  Machine& here;
  Machine& there;
  trust::Organization asker{id_number<OrganizationId>(2), "Example 2_",
                            trust::OrganizationKind::kLawEnforcement, trust::Standing::kTaskForce,
                            true};
  SystemRandom random;
  trust::keys::KeyPair pair = trust::keys::KeyPair::generate(random);
  std::string last;
  Uuid last_id;
};

TEST_P(PostTest, AQuestionIsAnsweredOnceAndOnlyToTheKeyThatAsked) {
  Replayer line(*commons_, *node_);
  node_->releases.reach(line);
  commons_->releases.reach(line);
  ASSERT_TRUE(node_->releases.disclose(at_node(), release(), {kPhone}));
  const auto waiting = node_->vault(1).database().read(
      [&](db::Connection& connection) { return line::due(connection, clock_.now(), 10); });
  ASSERT_EQ(waiting->size(), 1u);
  for (int twice = 0; twice < 2; ++twice)
    ASSERT_TRUE(commons_->releases.receive(commons_->vault(2), waiting->front().id,
                                           waiting->front().from, waiting->front().body));
  const auto inbox = commons_->releases.inbox(at_sheriff());
  ASSERT_TRUE(inbox) << inbox.error().describe();
  ASSERT_EQ(inbox->size(), 1u) << Machine::log_of(commons_->vault(2).database());
  ASSERT_TRUE(commons_->releases.view(at_sheriff(), inbox->front().projection));
  vault::Vault& asked = node_->vault(1);
  const auto log = Machine::log_of(asked.database());
  EXPECT_FALSE(node_->releases.answer(asked, line.last_id, line.asker, line.last));
  EXPECT_FALSE(
      node_->releases.answer(asked, Uuid::generate(clock_, random_), line.asker, line.last));
  trust::Organization other = line.asker;
  other.id = id_number<OrganizationId>(3);
  EXPECT_FALSE(node_->releases.answer(asked, line.last_id, other, line.last));
  std::string changed = line.last;
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  EXPECT_FALSE(node_->releases.answer(asked, Uuid::generate(clock_, random_), line.asker, changed));
  EXPECT_EQ(Machine::log_of(asked.database()), log);  // no look was recorded that was none
}

}  // namespace
}  // namespace daybreak::gates::post
