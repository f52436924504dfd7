// SPDX-License-Identifier: AGPL-3.0-or-later
// A document from its answers through two signatures to membership and renewal; what is fixed stays
// fixed; templates made by forms never touch a draft.
#include "commons/library/drafts/drafts.hpp"

#include <algorithm>
#include <gmock/gmock.h>

#include "base/digest.hpp"
#include "base/test_result.hpp"
#include "commons/library/read.hpp"
#include "commons/network/agreement.hpp"
#include "commons/network/network.hpp"
#include "db/test_database.hpp"
#include "doc/plain_text.hpp"
#include "jobs/queue.hpp"
#include "trust/migrations.hpp"

namespace daybreak::library::drafts {
namespace {

using documents::Answers;

using language::Language;
using testing::HasSubstr;
using testing::Not;

trust::Actor member(std::uint8_t number, std::uint8_t organization, trust::Roles roles = {}) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid({number}));
  actor.organization = trust::OrganizationId(Uuid({organization}));
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = roles;
  actor.source = "web";
  return actor;
}
const trust::Actor kKeeper = member(1, 100, {trust::Role::kCoordinator});
const trust::Actor kAdvocate = member(2, 101, {trust::Role::kAdvocate});

Answers mou_answers() {
  return {{"name", "Example Task Force"},
          {"parties", "Example County Sheriff\nHarbor Example Services"},
          {"contacts", "Captain of investigations\nProgram director"},
          {"purposes", "Find labor trafficking\nHouse survivors"},
          {"area", "Example County"},
          {"forms", "both"},
          {"start", "2026-12-01"},
          {"end", "2027-11-30"},
          {"coordinator", "Coordinator"},
          {"has_provider", "yes"},
          {"has_tribe", "no"},
          {"shares_counts", "no"},
          {"has_money", "no"},
          {"notice_days", "30"}};
}

class KeptMail final : public mail::Sender {
 public:
  Result<void> send(const mail::Envelope& envelope, const std::string& message) override {
    to.push_back(envelope.to.front());
    messages.push_back(message);
    return {};
  }
  std::vector<std::string> to, messages;
};

class DraftsTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(jobs::migrations());
    modules.push_back(network::migrations());
    modules.push_back(register_migrations());
    modules.push_back(migrations());
    migrate_with(modules);
    facts_.emplace(database(), clock_, built_in_library());
    editions_.emplace(database(), clock_, *facts_);
    network_.emplace(database(), clock_, random_);
    drafts_.emplace(database(), clock_, random_, *editions_, *facts_,
                    Options{.site = "https://resources.example.org",
                            .site_name = "Community resources",
                            .keepers = [] {
                              return Result<std::vector<std::string>>(
                                  std::vector<std::string>{"desk@example.org"});
                            }});
    task_force_ = network_
                      ->save(kKeeper, {.name = "Example Task Force",
                                       .home = "NY",
                                       .model = "multidisciplinary",
                                       .source = "desk"})
                      ->id;
  }
  void TearDown() override {
    drafts_.reset();
    network_.reset();
    editions_.reset();
    facts_.reset();
    db::StoreTest::TearDown();
  }
  Draft find(const Uuid& id) { return drafts_->find(kKeeper, id).value(); }
  Draft begun(Answers answers = mou_answers()) {
    return drafts_->begin(kKeeper, "mou", "Example MOU", Language::kEnglish, std::move(answers))
        .value();
  }
  Drafts::Offer offer() {
    return {.kinds = {"local", "provider"},
            .accounts = {std::nullopt, Uuid({101})},
            .task_force = task_force_};
  }
  Result<void> sign(const trust::Actor& actor, const Uuid& id, int party, std::string copy = {}) {
    return drafts_->sign(actor, id,
                         {.party = party,
                          .signer = "Sam Example",
                          .title = "Director",
                          .statement = "I sign for this organization.",
                          .copy = std::move(copy)});
  }
  std::vector<network::AgreedMember> members_of(const Uuid& draft) {
    return database()
        .read([&](db::Connection& c) { return network::agreed_members(c, draft); })
        .value();
  }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  SeededRandom random_{11};
  std::optional<Register> facts_;
  std::optional<Editions> editions_;
  std::optional<network::Network> network_;
  std::optional<Drafts> drafts_;
  Uuid task_force_;
};
DAYBREAK_ON_BOTH_ENGINES(DraftsTest);

TEST_P(DraftsTest, TwoPartiesSignInTurnAndBecomeMembers) {
  const Uuid id = begun().id;
  ASSERT_TRUE(drafts_->offer(kKeeper, id, offer()));
  Draft draft = find(id);
  EXPECT_EQ(draft.state, State::kSigning);
  ASSERT_EQ(draft.parties.size(), 2u);
  EXPECT_EQ(draft.next()->name, "Example County Sheriff");
  EXPECT_EQ(draft.parties[1].contact, "Program director");

  EXPECT_EQ(place_of(sign(kAdvocate, id, 2)), "party") << "it is the sheriff's turn";
  EXPECT_EQ(kind_of(sign(kAdvocate, id, 1)), ErrorKind::kNotFound)
      << "an advocate of one organization for another";
  ASSERT_TRUE(sign(kKeeper, id, 1));
  EXPECT_TRUE(members_of(id).empty()) << "not before all have signed";
  ASSERT_TRUE(sign(kAdvocate, id, 2));

  draft = find(id);
  EXPECT_EQ(draft.state, State::kInForce);
  EXPECT_EQ(draft.parties[0].how, How::kInPerson);
  EXPECT_EQ(draft.parties[1].how, How::kOnScreen);
  EXPECT_EQ(draft.parties[1].signer, "Sam Example");
  EXPECT_EQ(draft.parties[1].statement, "I sign for this organization.");
  EXPECT_FALSE(draft.holds_on(drafts_->today())) << "it begins on the first of December";
  EXPECT_TRUE(draft.holds_on(*parse_date("2027-11-30")));
  const auto members = members_of(id);
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].contact, "Captain of investigations");
  EXPECT_EQ(members[0].until, parse_date("2027-11-30").value());
  const auto listed = *network_->organizations(task_force_);
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[1].name, "Harbor Example Services");
  EXPECT_EQ(listed[1].kind, "provider");
  EXPECT_EQ(listed[1].purpose, "Find labor trafficking; House survivors");
  EXPECT_EQ(listed[1].since, parse_date("2026-12-01").value());
  EXPECT_TRUE(trust::verify_audit(database())->faults.empty());
}

TEST_P(DraftsTest, ThePaperThatIsSignedNeverChanges) {
  const Uuid id = begun().id;
  ASSERT_TRUE(drafts_->offer(kKeeper, id, offer()));
  const std::string paper = *drafts_->paper(kKeeper, id);
  EXPECT_EQ(sha256_hex(paper), find(id).paper_digest);
  EXPECT_FALSE(drafts_->answer(kKeeper, id, {}, find(id).revision));
  EXPECT_FALSE(drafts_->offer(kKeeper, id, offer()));
  EXPECT_FALSE(drafts_->take_newer(kKeeper, id));
  ASSERT_TRUE(sign(kKeeper, id, 1));
  EXPECT_FALSE(sign(kKeeper, id, 1)) << "twice";
  ASSERT_TRUE(sign(kAdvocate, id, 2));
  EXPECT_EQ(*drafts_->paper(kKeeper, id), paper);
  // A fact that it quotes changes: the words stay, and the change is pointed out.
  const std::string words = find(id).words;
  EXPECT_THAT(words, HasSubstr("Funded victim programs may not share"));
  EXPECT_TRUE(drafts_->changed_facts(find(id))->empty());
  clock_.advance(std::chrono::hours(1));
  Fact fact = *facts_->library()->fact("provider-privacy");
  fact.expired = {"The law was changed.", "La ley cambió."};
  ASSERT_TRUE(facts_->save(kKeeper, {.fact = fact, .new_source = {}, .reason = "New law."}));
  EXPECT_EQ(find(id).words, words);
  ASSERT_EQ(drafts_->changed_facts(find(id))->size(), 1u);
  EXPECT_THAT(doc::to_plain_text(drafts_->document(begun()).value(), 100000),
              HasSubstr("Out of date. The law was changed."))
      << "a new draft";
  // Somebody reaches into the store: it is seen.
  ASSERT_TRUE(database().write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute("UPDATE library_drafts_draft SET paper = $2 WHERE id = $1",
                  {id, db::Blob{"%PDF-other"}}));
    return {};
  }));
  EXPECT_EQ(kind_of(drafts_->paper(kKeeper, id)), ErrorKind::kCorrupt);
}

TEST_P(DraftsTest, ASignedCopyOnPaperCountsAndIsKept) {
  const Uuid id = begun().id;
  ASSERT_TRUE(drafts_->offer(kKeeper, id, offer()));
  EXPECT_EQ(place_of(sign(kKeeper, id, 1, "<html>")), "copy");
  EXPECT_EQ(place_of(sign(kKeeper, id, 1, "%PDF-" + std::string(11 << 20, 'x'))), "copy");
  ASSERT_TRUE(sign(kKeeper, id, 1, "%PDF-1.7 scanned"));
  EXPECT_EQ(find(id).parties[0].how, How::kPaperCopy);
  EXPECT_EQ(*drafts_->copy(kKeeper, id, 1), "%PDF-1.7 scanned");
  EXPECT_EQ(kind_of(drafts_->copy(kKeeper, id, 2)), ErrorKind::kNotFound);
}

TEST_P(DraftsTest, DeclinedAndWithdrawnEndTheSigning) {
  const Uuid first = begun().id, second = begun().id;
  ASSERT_TRUE(drafts_->offer(kKeeper, first, offer()));
  ASSERT_TRUE(drafts_->offer(kKeeper, second, offer()));
  EXPECT_EQ(place_of(drafts_->decline(kAdvocate, first, 2, "")), "reason");
  ASSERT_TRUE(drafts_->decline(kAdvocate, first, 2, "Our board asks for another clause."));
  EXPECT_EQ(find(first).state, State::kDeclined);
  EXPECT_EQ(find(first).reason, "Our board asks for another clause.");
  EXPECT_FALSE(sign(kKeeper, first, 1));
  ASSERT_TRUE(drafts_->withdraw(kKeeper, second, "Wrong dates."));
  EXPECT_FALSE(sign(kKeeper, second, 1));
  EXPECT_TRUE(members_of(first).empty());
  // A new draft begins where the declined one stopped.
  const Draft again = drafts_->renew(kKeeper, first).value();
  EXPECT_EQ(again.state, State::kDraft);
  EXPECT_EQ(again.answers, mou_answers());
  EXPECT_EQ(again.follows, first);
}

TEST_P(DraftsTest, RenewalCarriesMembersOnAndEndingEndsThem) {
  const Uuid first = begun().id;
  ASSERT_TRUE(drafts_->offer(kKeeper, first, offer()));
  ASSERT_TRUE(sign(kKeeper, first, 1));
  ASSERT_TRUE(sign(kAdvocate, first, 2));
  clock_.set(parse_instant("2027-10-20T12:00:00Z").value());
  ASSERT_EQ(drafts_->ending()->size(), 1u);
  const Draft next = drafts_->renew(kKeeper, first).value();
  EXPECT_TRUE(drafts_->ending()->empty()) << "somebody is on it";
  Answers answers = next.answers;
  answers["start"] = "2027-12-01";
  answers["end"] = "2028-11-30";
  ASSERT_TRUE(drafts_->answer(kKeeper, next.id, answers, next.revision));
  ASSERT_TRUE(drafts_->offer(kKeeper, next.id, offer()));
  ASSERT_TRUE(sign(kKeeper, next.id, 1));
  ASSERT_TRUE(sign(kAdvocate, next.id, 2));
  EXPECT_EQ(find(first).state, State::kEnded);
  auto listed = *network_->organizations(task_force_);
  ASSERT_EQ(listed.size(), 2u) << "carried on, not doubled";
  EXPECT_EQ(listed[0].since, parse_date("2026-12-01").value());
  EXPECT_EQ(listed[0].until, parse_date("2028-11-30").value());
  ASSERT_TRUE(drafts_->withdraw(kKeeper, next.id, "The grant ended."));
  listed = *network_->organizations(task_force_);
  EXPECT_EQ(listed[0].until, parse_date("2027-10-20").value());
  EXPECT_EQ(listed[0].going, "ended");
}

TEST_P(DraftsTest, KeepersAreRemindedOnceAndTheMailNamesNothing) {
  const Uuid id = begun().id;
  ASSERT_TRUE(drafts_->offer(kKeeper, id, offer()));
  ASSERT_TRUE(sign(kKeeper, id, 1));
  ASSERT_TRUE(sign(kAdvocate, id, 2));
  auto owned = std::make_unique<KeptMail>();
  KeptMail& sent = *owned;
  mail::Post post{.from = {"node@example.org", ""}, .sender = std::move(owned)};
  jobs::Queue queue(database(), clock_);
  drafts_->add_handlers(queue, post);
  ASSERT_TRUE(drafts_->schedule());
  ASSERT_TRUE(queue.run_due());
  EXPECT_TRUE(sent.messages.empty()) << "a year before";
  clock_.set(parse_instant("2027-10-20T12:00:00Z").value());
  ASSERT_TRUE(queue.run_due());
  ASSERT_EQ(sent.to, std::vector<std::string>{"desk@example.org"});
  EXPECT_THAT(sent.messages[0], HasSubstr("A document ends soon"));
  for (const char* name : {"Sheriff", "Harbor", "MOU"})
    EXPECT_THAT(sent.messages[0], Not(HasSubstr(name)));
  clock_.advance(std::chrono::hours(25));
  ASSERT_TRUE(queue.run_due());
  EXPECT_EQ(sent.messages.size(), 1u);
}

TEST_P(DraftsTest, MissingAnswersAndWrongDatesAreNamedBeforeSigning) {
  Answers answers = mou_answers();
  answers["end"] = "2026-02-30";
  const Draft draft = begun(answers);
  EXPECT_EQ(place_of(drafts_->offer(kKeeper, draft.id, offer())), "end");
  answers["end"] = "2026-11-30";
  ASSERT_TRUE(drafts_->answer(kKeeper, draft.id, answers, draft.revision));
  EXPECT_EQ(place_of(drafts_->offer(kKeeper, draft.id, offer())), "end") << "before its start";
  answers["end"] = "2027-11-30";
  EXPECT_EQ(kind_of(drafts_->answer(kKeeper, draft.id, answers, draft.revision)),
            ErrorKind::kConflict);
  ASSERT_TRUE(drafts_->answer(kKeeper, draft.id, answers, draft.revision + 1));
  EXPECT_EQ(place_of(drafts_->offer(kKeeper, draft.id, {})), "kinds");
  answers["zebra"] = "stripes";
  EXPECT_EQ(place_of(drafts_->answer(kKeeper, draft.id, answers, find(draft.id).revision)),
            "zebra");
  answers.erase("zebra");
  answers["area"] = std::string(10 << 20, 'x');
  EXPECT_EQ(place_of(drafts_->answer(kKeeper, draft.id, answers, find(draft.id).revision)), "area");
}

TEST_P(DraftsTest, OthersSeeNothing) {
  const Uuid id = begun().id;
  ASSERT_TRUE(drafts_->offer(kKeeper, id, offer()));
  trust::Actor partner = member(3, 103);
  partner.standing = trust::Standing::kPartner;
  EXPECT_EQ(kind_of(drafts_->find(partner, id)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(drafts_->paper(partner, id)), ErrorKind::kNotFound);
  EXPECT_TRUE(drafts_->list(partner)->empty());
  partner.organization = trust::OrganizationId(Uuid({101}));  // now it is a party
  EXPECT_TRUE(drafts_->find(partner, id));
  EXPECT_EQ(drafts_->list(partner)->size(), 1u);
  for (const auto& actor : {kAdvocate, partner, trust::Actor::anyone()}) {
    EXPECT_FALSE(drafts_->withdraw(actor, id, "No."));
    EXPECT_FALSE(drafts_->begin(actor, "mou", "", Language::kEnglish, {}));
    EXPECT_FALSE(editions_->own(actor));
  }
}

// ---- templates made by forms ----

Work small_work() {
  Work work{.id = "own-visit",
            .title_en = "Visit plan",
            .title_es = "Plan de visita",
            .purpose_en = "Says who visits.",
            .purpose_es = "Dice quién visita.",
            .fields = {},
            .sections = {},
            .effect = {}};
  work.fields.push_back(
      {.id = "who", .kind = "lines", .label_en = "Who", .label_es = "Quién", .required = true});
  work.fields.push_back(
      {.id = "night", .kind = "yes_no", .label_en = "At \"night\"?\\", .label_es = "¿De noche?"});
  work.sections.push_back({"Visit", "Visita", "", {}});
  work.sections[0].clauses.push_back(
      {"{who} visit. {fact:two-kinds}", "Visitan {who}. {fact:two-kinds}", "", "", false});
  work.sections[0].clauses.push_back({"Take a lamp.", "Lleven una lámpara.", "night", "", true});
  work.sections[0].clauses.push_back({"", "", "", "who", false});
  return work;
}

TEST_P(DraftsTest, ATemplateMadeByFormsIsUsedAndAChangeLeavesDraftsAlone) {
  Work work = small_work();
  ASSERT_TRUE(editions_->save(kKeeper, work, 0));
  EXPECT_EQ(kind_of(editions_->save(kKeeper, work, 0)), ErrorKind::kConflict);
  EXPECT_FALSE(editions_->current("own-visit")) << "not in use yet";
  const auto made = editions_->publish(kKeeper, "own-visit");
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->fields[1].label.en, "At \"night\"?\\");
  EXPECT_EQ(editions_->current()->size(), documents::built_in_templates().size() + 1);
  const Draft draft =
      drafts_->begin(kKeeper, "own-visit", "", Language::kEnglish, {{"who", "A\nB"}}).value();
  const auto text = [&](const Draft& one) {
    return doc::to_plain_text(drafts_->document(one).value(), 100000);
  };
  const std::string before = text(draft);
  EXPECT_THAT(before, HasSubstr("A; B visit. Federal law names two kinds"));
  work.sections[0].clauses[0].text_en = "{who} go there. {fact:two-kinds}";
  ASSERT_TRUE(editions_->save(kKeeper, work, 1));
  ASSERT_TRUE(editions_->publish(kKeeper, "own-visit"));
  EXPECT_EQ(text(find(draft.id)), before) << "pinned";
  const auto newer = *drafts_->newer(find(draft.id));
  ASSERT_TRUE(newer);
  ASSERT_EQ(newer->differences.size(), 1u);
  EXPECT_THAT(newer->differences[0].before, HasSubstr("A; B visit."));
  EXPECT_THAT(newer->differences[0].after, HasSubstr("A; B go there."));
  ASSERT_TRUE(drafts_->take_newer(kKeeper, draft.id));
  EXPECT_THAT(text(find(draft.id)), HasSubstr("go there"));
  EXPECT_FALSE(*drafts_->newer(find(draft.id)));
  ASSERT_TRUE(editions_->retire(kKeeper, "own-visit"));
  EXPECT_FALSE(editions_->current("own-visit"));
  EXPECT_THAT(text(find(draft.id)), HasSubstr("go there"));
}

TEST_P(DraftsTest, WrongTemplatesAreKeptButNotUsedAndThePlaceIsNamed) {
  const auto error_of = [&](auto change) {
    Work work = small_work();
    change(work);
    const auto made = editions_->check(work);
    return made ? std::string() : made.error().describe();
  };
  EXPECT_EQ(error_of([](Work&) {}), "");
  EXPECT_THAT(error_of([](Work& work) { work.fields[1].when = "night"; }),
              HasSubstr("night → night"));
  EXPECT_THAT(error_of([](Work& work) { work.sections[0].clauses[1].when = "zebra"; }),
              HasSubstr("section 1, clause 2"));
  EXPECT_THAT(error_of([](Work& work) {
                work.sections[0].clauses[0].text_en = "{fact:zebra}";
                work.sections[0].clauses[0].text_es = "{fact:zebra}";
              }),
              HasSubstr("zebra"));
  EXPECT_THAT(error_of([](Work& work) { work.fields[0].label_es.clear(); }), HasSubstr("label"));
  EXPECT_THAT(error_of([](Work& work) { work.sections.clear(); }), HasSubstr("section"));
  EXPECT_THAT(
      error_of([](Work& work) {
        for (int i = 0; i < 250; ++i)
          work.fields.push_back(
              {.id = "f" + std::to_string(i), .kind = "text", .label_en = "F", .label_es = "F"});
      }),
      HasSubstr("never ends"));
  EXPECT_THAT(error_of([](Work& work) { work.title_en = "a\"]\nid = \"other\""; }), "")
      << "what is typed stays text";
  Work work = small_work();
  work.fields[1].when = "night";
  ASSERT_TRUE(editions_->save(kKeeper, work, 0)) << "work may be wrong";
  EXPECT_FALSE(editions_->publish(kKeeper, "own-visit"));
  EXPECT_EQ(editions_->own(kKeeper, "own-visit")->work.fields[1].when, "night");
}

TEST_P(DraftsTest, EveryShippedTemplateComesBackFromItsForm) {
  for (const Template& made : documents::built_in_templates()) {
    const auto again = editions_->check(work_of(made));
    ASSERT_TRUE(again) << made.id << ": " << again.error().describe();
    const auto same = documents::differences(
        documents::assemble(made, {}, Language::kSpanish, drafts_->today()),
        documents::assemble(*again, {}, Language::kSpanish, drafts_->today()));
    EXPECT_TRUE(same.empty()) << made.id;
    EXPECT_EQ(again->fields.size(), made.fields.size());
  }
}

}  // namespace
}  // namespace daybreak::library::drafts
