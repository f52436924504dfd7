// SPDX-License-Identifier: AGPL-3.0-or-later
// Releases between vaults on two nodes, without the line between them: who may see what on the
// other side, what is not believed of another node, and what each side writes down.
#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "gates/release/letters.hpp"
#include "gates/release/test_gate.hpp"
#include "gates/release/test_photograph.hpp"
#include "line/outbox.hpp"
#include "vault/known_keys.hpp"

namespace daybreak::gates {
namespace {

namespace keys = trust::keys;
using letters::Said;
using trust::OrganizationId;

const OrganizationId kProvider = vault::id_number<OrganizationId>(1),
                     kSheriff = vault::id_number<OrganizationId>(2);

// One organisation's vault on a node of its own.
struct Side {
  Side(const std::filesystem::path& folder, OrganizationId organization, const Clock& clock,
       Random& random)
      : vaults(folder, rooms(), clock, random),
        ring(vault::test_keyring(organization, random)),
        box(keys::KeyPair::generate(random)) {
    const auto made = vaults.create(organization, vault::StoreAddress{});
    if (!made) throw std::runtime_error(made.error().describe());
    store = *vaults.find(organization);
    run("INSERT INTO vault_identity (id, organization, public_key, founded_at, founded_by)"
        " VALUES (1, $1, $2, 0, '')",
        {organization, db::Blob{std::string(ring->pair().public_key().view())}});
  }
  static std::vector<db::ModuleMigrations> rooms() {
    auto all = rooms_for_tests();
    all.push_back(line::migrations());
    return all;
  }
  void run(const std::string& sql, std::vector<db::Value> values = {}) {
    const auto done = store->database().write(
        [&](db::Connection& connection) { return connection.execute(sql, values); });
    if (!done) throw std::runtime_error(done.error().describe());
  }
  std::int64_t count(const std::string& sql) {
    return (*store->database().read(
                [&](db::Connection& connection) { return connection.query_one(sql); }))
        ->integer(0);
  }
  // How many entries of the log hold all these words.
  int logged(std::initializer_list<std::string_view> words) {
    int found = 0;
    const auto entries = store->database().read(
        [](db::Connection& connection) { return trust::audit_entries(connection, 0, 10000); });
    for (const auto& entry : *entries)
      found += std::ranges::all_of(
          words, [&](std::string_view word) { return entry.leaf.find(word) != std::string::npos; });
    return found;
  }
  vault::Work work(const trust::Actor& actor) { return {*store, actor, ring}; }

  vault::Vaults vaults;
  ReleaseGate gate{vaults};
  std::shared_ptr<const keys::Keyring> ring;
  keys::KeyPair box;
  vault::Vault* store = nullptr;
};

// From one side to the other at once.
struct Wire final : Beyond {
  Wire(Side& own, Side& other, trust::Organization as)
      : own(own), other(other), as(std::move(as)), key(other.ring->pair().public_key()) {}
  Result<std::vector<std::pair<OrganizationId, keys::PublicKey>>> keys() override {
    return std::vector<std::pair<OrganizationId, keys::PublicKey>>();
  }
  Result<std::optional<keys::PublicKey>> key_of(OrganizationId id) override {
    return id == other.store->organization() ? key : std::nullopt;
  }
  const keys::KeyPair& box() const override { return own.box; }
  Result<std::string> ask(const Uuid& id, OrganizationId, OrganizationId,
                          std::string sealed) override {
    asked.emplace_back(id, sealed);
    if (instead) return instead(id, sealed);
    return other.gate.answer(*other.store, id, as, sealed);
  }
  void wake() override {
    const auto waiting = own.store->database().read(
        [&](db::Connection& connection) { return line::due(connection, own.store->now(), 10); });
    for (const line::Message& one : *waiting) {
      if (!other.gate.receive(*other.store, one.id, one.from, one.body))
        throw std::runtime_error("a pointer was not taken");
      own.run("DELETE FROM line_outbox WHERE id = $1", {one.id});
    }
  }
  Side& own;
  Side& other;
  trust::Organization as;  // what the other side knows of this one
  std::optional<keys::PublicKey> key;
  std::vector<std::pair<Uuid, std::string>> asked;
  std::function<Result<std::string>(const Uuid&, const std::string&)> instead;
};

class FarReleases : public testing::Test {
 protected:
  FarReleases() {
    provider_.gate.reach(to_sheriff_);
    sheriff_.gate.reach(to_provider_);
    client_ = *vault::clients::Clients(advocate())
                   .open(
                       std::vector<vault::clients::Answer>{
                           {.question = "phone", .text = Secret<std::string>("716-555-0142")}},
                       kToday);
  }
  const Work& advocate() const { return at_provider_; }
  const Work& detective() const { return at_sheriff_; }
  Item attach(std::size_t bytes) {
    const auto id = vault::attachments::Attachments(advocate())
                        .add(client_, vault::notes::NoteClass::kFactual,
                             Secret<std::string>("scan.jpg"), photograph(scan_of(bytes)));
    EXPECT_TRUE(id) << id.error().describe();
    return {ItemKind::kAttachment, id->to_string()};
  }
  ReleaseId tell(vault::releases::Terms terms) {
    const auto id = sign_release(advocate(), client_, terms);
    EXPECT_TRUE(id) << id.error().describe();
    const auto told = provider_.gate.disclose(advocate(), *id, terms.items);
    EXPECT_TRUE(told) << told.error().describe();
    return *id;
  }
  ReleaseId tell(std::vector<Item> items = {kPhone}) {
    return tell(terms_for(2, Role::kInvestigator, std::move(items)));
  }
  vault::inbox::Pointer pointer() {
    const auto inbox = sheriff_.gate.inbox(detective());
    if (!inbox || inbox->empty()) throw std::runtime_error("the inbox is empty");
    return inbox->front();
  }
  // A question as the sheriff's node writes them, with these members more; also a refusal is read.
  Result<Said> question(const vault::inbox::Pointer& about, JsonObject more,
                        const trust::Actor& actor) {
    const Uuid id = Uuid::generate(clock_, random_);
    const auto once = keys::KeyPair::generate(random_);
    Json json = Json::object({{"projection", about.projection.to_string()},
                              {"member", actor.member.to_string()},
                              {"roles", "investigator"},
                              {"once", to_hex(once.public_key().view())}});
    for (const JsonMember& one : more) json.set(one.key, one.value);
    last_ = keys::write_letter(sheriff_.ring->pair(), provider_.box.public_key(),
                               letters::padded(json, letters::kSmallStep),
                               letters::question_context(id, kSheriff, kProvider), random_);
    last_id_ = id;
    const std::string sealed =
        TRY(provider_.gate.answer(*provider_.store, id, to_provider_.as, last_));
    const auto text = TRY(
        keys::read_letter(once, provider_.box.public_key(), sealed, letters::answer_context(id)));
    return letters::read_padded(text.reveal());
  }
  Result<Said> question(const vault::inbox::Pointer& about, JsonObject more = {}) {
    return question(about, std::move(more), detective_);
  }
  // From now on the provider's node says this.
  void answer_instead(std::string text) {
    to_provider_.instead = [this, text = std::move(text)](
                               const Uuid& id, const std::string& sealed) -> Result<std::string> {
      const auto asked =
          TRY(keys::read_letter(provider_.box, sheriff_.ring->pair().public_key(), sealed,
                                letters::question_context(id, kSheriff, kProvider)));
      const Json json = TRY(letters::read_padded(asked.reveal())).json;
      return keys::write_letter(provider_.box, TRY(letters::key_in(json, "once")), text,
                                letters::answer_context(id), random_);
    };
  }
  void send_pointer(const Json& json, const keys::KeyPair& from) {
    ASSERT_TRUE(sheriff_.gate.receive(
        *sheriff_.store, Uuid::generate(clock_, random_), kProvider,
        keys::write_letter(from, sheriff_.ring->pair().public_key(),
                           letters::padded(json, letters::kSmallStep),
                           letters::pointer_context(kProvider, kSheriff), random_)));
  }
  Json pointer_json(std::string_view member, std::string_view role) {
    return Json::object(
        {{"projection", Uuid::generate(clock_, random_).to_string()},
         {"number", 7},
         {"ends_at", (clock_.now() + std::chrono::days(3)).time_since_epoch().count()},
         {"member", member},
         {"role", role},
         {"box", to_hex(provider_.box.public_key().view())}});
  }

  ManualClock clock_{kTestStart};
  SystemRandom random_;
  ScratchFolder folder_;
  Side provider_{folder_.path() / "provider", kProvider, clock_, random_},
      sheriff_{folder_.path() / "sheriff", kSheriff, clock_, random_};
  Wire to_sheriff_{provider_,
                   sheriff_,
                   {kProvider, "Provider_", trust::OrganizationKind::kVictimServiceProvider,
                    trust::Standing::kTaskForce, true}},
      to_provider_{sheriff_,
                   provider_,
                   {kSheriff, "Sheriff_", trust::OrganizationKind::kLawEnforcement,
                    trust::Standing::kTaskForce, true}};
  trust::Actor advocate_ = test_member(1, 1, {Role::kAdvocate}, kTestStart),
               detective_ = test_member(2, 6, {Role::kInvestigator}, kTestStart),
               colleague_ = test_member(2, 7, {Role::kInvestigator}, kTestStart);
  Work at_provider_ = provider_.work(advocate_), at_sheriff_ = sheriff_.work(detective_);
  vault::clients::ClientId client_;
  std::string last_;
  Uuid last_id_;
};

TEST_F(FarReleases, BothSidesWriteDownWhoLooked) {
  tell();
  const auto seen = sheriff_.gate.view(detective(), pointer().projection);
  ASSERT_TRUE(seen) << seen.error().describe();
  EXPECT_EQ(seen->release_number, 1);
  EXPECT_EQ(seen->lines.at(0).content, "716-555-0142");
  const std::string id = pointer().projection.to_string();
  EXPECT_EQ(provider_.logged({"released_item.view", id, "\"line\""}), 1);
  EXPECT_EQ(sheriff_.logged({"released_item.view", id}), 1);
}

TEST_F(FarReleases, WhatIsForOnePersonIsForNoColleague) {
  auto terms = terms_for(2, std::nullopt, {kPhone});
  terms.recipient_member = detective_.member;
  tell(terms);
  const auto about = pointer();
  const Work other = sheriff_.work(colleague_);
  EXPECT_TRUE(sheriff_.gate.inbox(other)->empty());
  EXPECT_EQ(kind_of(sheriff_.gate.view(other, about.projection)), ErrorKind::kNotFound);
  EXPECT_TRUE(to_provider_.asked.empty()) << "nobody is asked for what is not theirs";
  EXPECT_TRUE(sheriff_.gate.view(detective(), about.projection));
  // The releasing side decides for itself.
  EXPECT_EQ(question(about, {}, colleague_)->json.text_of("refused"), "no");

  vault::inbox::Far far{.box = provider_.box.public_key(), .member = {}, .role = {}};
  EXPECT_FALSE(is_for(far, detective_));
  far.role = Role::kInvestigator;
  EXPECT_TRUE(is_for(far, detective_));
  far.role = Role::kCourtStaff;
  EXPECT_FALSE(is_for(far, detective_));
  far.member = detective_.member;
  EXPECT_TRUE(is_for(far, detective_));
  EXPECT_FALSE(is_for(far, colleague_));
}

TEST_F(FarReleases, ACoordinatorOfAnotherNodeSeesNothingAndThatIsNoEnd) {
  tell(terms_for(2, Role::kCoordinator, {kPhone}));
  const trust::Actor coordinator = test_member(2, 8, {Role::kCoordinator}, kTestStart);
  trust::Actor both = coordinator;
  both.roles.add(Role::kInvestigator);
  const Work work = sheriff_.work(both);
  const auto inbox = sheriff_.gate.inbox(work);
  ASSERT_EQ(inbox->size(), 1u);
  EXPECT_EQ(kind_of(sheriff_.gate.view(work, inbox->front().projection)), ErrorKind::kNotFound);
  EXPECT_EQ(sheriff_.gate.inbox(work)->size(), 1u) << "a refusal is no end";
}

TEST_F(FarReleases, WhatHasEndedLeavesTheInbox) {
  const ReleaseId id = tell();
  const auto about = pointer();
  ASSERT_TRUE(Releases(advocate()).revoke(id, "spoken"));
  EXPECT_EQ(kind_of(sheriff_.gate.view(detective(), about.projection)), ErrorKind::kNotFound);
  EXPECT_TRUE(sheriff_.gate.inbox(detective())->empty());
  EXPECT_EQ(sheriff_.count("SELECT count(*) FROM inbox_far"), 0);
}

TEST_F(FarReleases, WithoutALineOrAKeyNothingIsShown) {
  tell();
  const auto about = pointer();
  ReleaseGate alone(sheriff_.vaults);
  EXPECT_EQ(kind_of(alone.view(detective(), about.projection)), ErrorKind::kNotFound);
  EXPECT_EQ(alone.inbox(detective())->size(), 1u);
  EXPECT_EQ(kind_of(alone.answer(*sheriff_.store, Uuid(), to_provider_.as, "x")),
            ErrorKind::kNotFound);
  ReleaseGate told_alone(provider_.vaults);  // its vault knows the sheriff's key
  EXPECT_EQ(kind_of(told_alone.answer(*provider_.store, Uuid(), to_provider_.as, "x")),
            ErrorKind::kNotFound);
  ASSERT_TRUE(alone.receive(*sheriff_.store, Uuid::generate(clock_, random_), kProvider, "x"));
  EXPECT_EQ(alone.inbox(detective())->size(), 1u) << "what came waits for the line";
  sheriff_.run("DELETE FROM inbox_arrival");
  to_provider_.key.reset();
  EXPECT_EQ(kind_of(sheriff_.gate.view(detective(), about.projection)), ErrorKind::kNotFound);
  tell();
  EXPECT_EQ(sheriff_.gate.inbox(detective())->size(), 1u);
  EXPECT_EQ(sheriff_.count("SELECT count(*) FROM inbox_arrival"), 1) << "it waits for the key";
}

TEST_F(FarReleases, AChangedKeyStopsWhatCameAndWhatIsLookedAt) {
  tell();
  const auto about = pointer();
  const auto changed = keys::KeyPair::generate(random_);
  to_provider_.key = changed.public_key();
  send_pointer(pointer_json("", "investigator"), changed);
  const auto inbox = sheriff_.gate.inbox(detective());
  ASSERT_TRUE(inbox) << inbox.error().describe();
  EXPECT_EQ(inbox->size(), 1u);
  EXPECT_EQ(sheriff_.count("SELECT count(*) FROM inbox_arrival"), 1) << "until it was compared";
  EXPECT_EQ(place_of(sheriff_.gate.view(detective(), about.projection)), vault::kKeyChanged);
  const auto attachment = Uuid::generate(clock_, random_);
  EXPECT_EQ(place_of(sheriff_.gate.open_file(detective(), about.projection, attachment)),
            vault::kKeyChanged);
}

TEST_F(FarReleases, TheKeyOfTheFirstLetterIsRemembered) {
  tell();
  (void)pointer();
  const auto known = sheriff_.store->database().read(
      [](db::Connection& connection) { return vault::known_key(connection, kProvider); });
  ASSERT_TRUE(known && known->has_value());
  EXPECT_EQ(**known, provider_.ring->pair().public_key());
}

TEST_F(FarReleases, ALetterThatSaysTooLittleIsLetGoAndWrittenDown) {
  const keys::KeyPair& pair = provider_.ring->pair();
  send_pointer(pointer_json("", ""), pair);
  send_pointer(pointer_json("somebody", ""), pair);
  send_pointer(pointer_json("", "emperor"), pair);
  Json no_box = pointer_json("", "investigator");
  no_box.set("box", "00");
  send_pointer(no_box, pair);
  send_pointer(pointer_json("", "investigator"), keys::KeyPair::generate(random_));
  EXPECT_TRUE(sheriff_.gate.inbox(detective())->empty());
  EXPECT_EQ(sheriff_.count("SELECT count(*) FROM inbox_arrival"), 0);
  EXPECT_EQ(sheriff_.count("SELECT count(*) FROM inbox_far"), 0);
  EXPECT_EQ(sheriff_.logged({"released_item.let_go", kProvider.to_string()}), 5);
  send_pointer(pointer_json("", "investigator"), pair);
  EXPECT_EQ(sheriff_.gate.inbox(detective())->size(), 1u);
}

TEST_F(FarReleases, AnInboxThatCannotBeKeptIsNoEmptyInbox) {
  tell();
  sheriff_.run(
      "CREATE TRIGGER full BEFORE INSERT ON inbox_pointer BEGIN SELECT RAISE(ABORT, 'full'); END");
  EXPECT_FALSE(sheriff_.gate.inbox(detective()));
  EXPECT_EQ(sheriff_.count("SELECT count(*) FROM inbox_arrival"), 1);
  sheriff_.run("DROP TRIGGER full");
  EXPECT_EQ(sheriff_.gate.inbox(detective())->size(), 1u);
}

TEST_F(FarReleases, PiecesAreAskedForWithTheTicketOfALookAlone) {
  const Item file = attach(10);
  tell({kPhone, file});
  const auto about = pointer();
  const JsonObject wanted{{"file", file.subject}};
  const auto look = question(about);
  ASSERT_TRUE(look) << look.error().describe();
  EXPECT_EQ(look->json.find("ticket"), nullptr) << "nothing was opened";
  EXPECT_EQ(question(about, wanted, colleague_)->json.find("ticket") != nullptr, true)
      << "the release is for a role that both have";
  const auto opened = question(about, wanted);
  ASSERT_TRUE(opened) << opened.error().describe();
  const std::string ticket = opened->json.text_of("ticket");
  ASSERT_FALSE(ticket.empty());
  const auto pieces = [&](std::int64_t number, const std::string& with) {
    JsonObject more = wanted;
    more.push_back({"ticket", with});
    more.push_back({"number", number});
    return question(about, more);
  };
  const auto first = pieces(1, ticket);
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_EQ(first->json.find("pieces")->size(), 1u);
  EXPECT_FALSE(provider_.gate.answer(*provider_.store, last_id_, to_provider_.as, last_))
      << "a question is answered once";
  EXPECT_EQ(pieces(2, ticket)->json.find("pieces")->size(), 0u);
  EXPECT_TRUE(pieces(1'000'000, ticket));
  EXPECT_EQ(kind_of(pieces(1'000'001, ticket)), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(pieces(0, ticket)), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(pieces(1, "00")), ErrorKind::kDenied);
  EXPECT_EQ(provider_.logged({"released_item.open_file"}), 2) << "each opening, and no piece";
}

TEST_F(FarReleases, ARefusalBringsNoTicketAndAFailureIsNoEnd) {
  const Item file = attach(10);
  const ReleaseId id = tell({file});
  const auto about = pointer();
  const JsonObject wanted{{"file", file.subject}};
  const std::string ticket = question(about, wanted)->json.text_of("ticket");
  JsonObject more = wanted;
  more.push_back({"ticket", ticket});
  more.push_back({"number", 1});
  provider_.run("ALTER TABLE releases_piece RENAME TO releases_away");
  EXPECT_FALSE(question(about, more)) << "no word of an end that is none";
  provider_.run("ALTER TABLE releases_away RENAME TO releases_piece");
  ASSERT_TRUE(question(about, more));
  ASSERT_TRUE(Releases(advocate()).revoke(id, "spoken"));
  const auto refused = question(about, wanted);
  EXPECT_EQ(refused->json.text_of("refused"), "ended");
  EXPECT_EQ(refused->json.find("ticket"), nullptr);
  EXPECT_EQ(question(about, more)->json.text_of("refused"), "ended");
}

TEST_F(FarReleases, FourPiecesAreOneQuestion) {
  const Item file = attach(300'000);  // five pieces
  tell({file});
  const auto about = pointer();
  auto opened = sheriff_.gate.open_file(detective(), about.projection, *Uuid::parse(file.subject));
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(opened->release_number, 1);
  int pieces = 0;
  for (auto piece = opened->pieces(); piece && *piece; piece = opened->pieces()) ++pieces;
  EXPECT_EQ(pieces, 5);
  EXPECT_EQ(to_provider_.asked.size(), 3u) << "one that opens, four pieces, and one";
  EXPECT_EQ(sheriff_.logged({"released_item.open_file"}), 1);
}

TEST_F(FarReleases, WhatAnotherNodeSaysIsNotBelieved) {
  const Item file = attach(10);
  tell({file});
  const auto about = pointer();
  const auto view = [&] { return kind_of(sheriff_.gate.view(detective(), about.projection)); };
  answer_instead("no line");
  EXPECT_EQ(view(), ErrorKind::kCorrupt);
  answer_instead(letters::padded(
      Json::object({{"release", Uuid::generate(clock_, random_).to_string()}, {"letter", "zz"}}),
      letters::kAnswerStep));
  EXPECT_EQ(view(), ErrorKind::kCorrupt);
  EXPECT_EQ(sheriff_.logged({"released_item.view"}), 0) << "nothing was seen";
  const auto piece = [&](const std::string& text) {
    to_provider_.instead = {};
    auto opened =
        sheriff_.gate.open_file(detective(), about.projection, *Uuid::parse(file.subject));
    EXPECT_TRUE(opened) << opened.error().describe();
    answer_instead(text);
    return kind_of(opened->pieces());
  };
  for (const char* text : {"{}\n", "{\"pieces\":3}\n", "{\"pieces\":[\"3\"]}\nabc",
                           "{\"pieces\":[-1]}\nabc", "{\"pieces\":[4]}\nabc",
                           "{\"pieces\":[3]}\nabc", "{\"pieces\":[]}\n", "{\"pieces\":[0]}\n"})
    EXPECT_EQ(piece(text), ErrorKind::kCorrupt) << text;
}

TEST_F(FarReleases, APieceMayEndWhereTheAnswerEnds) {
  const Item file = attach(10);
  tell({file});
  const auto about = pointer();
  auto opened = sheriff_.gate.open_file(detective(), about.projection, *Uuid::parse(file.subject));
  ASSERT_TRUE(opened) << opened.error().describe();
  const auto sealed = provider_.store->database().read([](db::Connection& connection) {
    return connection.query_one("SELECT sealed FROM releases_piece");
  });
  const std::string piece = (*sealed)->blob(0);
  answer_instead("{\"pieces\":[" + std::to_string(piece.size()) + "]}\n" + piece);
  const auto first = opened->pieces();
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_TRUE(first->has_value());
}

TEST_F(FarReleases, ALetterThatIsNoListIsDamaged) {
  const ReleaseId id = tell();
  const auto about = pointer();
  vault::releases::ReleaseRow row;
  row.id = id;
  row.recipient_organization = kSheriff;
  row.expires_at = about.ends_at;
  const auto letter =
      keys::write_letter(provider_.ring->pair(), sheriff_.ring->pair().public_key(), "{}",
                         letter_context(ProjectionId(about.projection), row), random_);
  answer_instead(
      letters::padded(Json::object({{"release", id.to_string()},
                                    {"number", 1},
                                    {"ends_at", about.ends_at.time_since_epoch().count()},
                                    {"letter", to_hex(letter)}}),
                      letters::kAnswerStep));
  EXPECT_EQ(kind_of(sheriff_.gate.view(detective(), about.projection)), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(sheriff_.gate.open_file(detective(), about.projection,
                                            Uuid::generate(clock_, random_))),
            ErrorKind::kCorrupt);
}

TEST_F(FarReleases, OnlyWhoWasToldSomethingIsAnswered) {
  const auto question =
      keys::write_letter(sheriff_.ring->pair(), provider_.box.public_key(), "{}\n",
                         letters::question_context(last_id_, kSheriff, kProvider), random_);
  EXPECT_EQ(kind_of(provider_.gate.answer(*provider_.store, last_id_, to_provider_.as, question)),
            ErrorKind::kNotFound);
}

TEST(Letters, MembersOfAnotherKindAreNone) {
  const Json json = Json::object({{"text", "one"}, {"number", 2}});
  EXPECT_EQ(letters::number_in(json, "number"), 2);
  EXPECT_EQ(letters::number_in(json, "text"), 0);
  EXPECT_EQ(letters::number_in(json, "nothing"), 0);
}

}  // namespace
}  // namespace daybreak::gates
