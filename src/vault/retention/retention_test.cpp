// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/retention/retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "base/test_result.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/notes/notes.hpp"
#include "vault/plans/safety.hpp"
#include "vault/releases/releases.hpp"
#include "vault/retention/shred_list.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::retention {
namespace {

using clients::ClientId;
using clients::Clients;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class RetentionTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), plans::migrations(), services::migrations(),
                notes::migrations(), releases::migrations(), attachments::migrations(),
                tasks::migrations(), migrations()});
  }
  Date today() const { return Date(std::chrono::floor<std::chrono::days>(clock_.now())); }
  Work colleague() { return {vault(), second_, keyring_}; }

  // A file with an answer, a note, a task, an attachment and a service, closed today.
  ClientId closed_file() {
    const Work mine = work();
    const std::vector<clients::Answer> answers = {
        {.question = "preferred_name", .text = Secret<std::string>("Canaryname_")}};
    const auto id = *Clients(mine).open(answers, today());
    const auto note =
        *notes::Notes(mine).write(id, notes::NoteClass::kFactual, Secret<std::string>("a note"));
    EXPECT_TRUE(notes::Notes(mine).sign(note));
    EXPECT_TRUE(tasks::Tasks(mine).add({.client = id,
                                        .due_on = today(),
                                        .owner = advocate_.member,
                                        .text = Secret<std::string>("Canaryname_ to the clerk")}));
    plan_for(mine, id);
    EXPECT_TRUE(attachments::Attachments(mine).add(id, notes::NoteClass::kFactual,
                                                   Secret<std::string>("x"), "a letter"));
    EXPECT_TRUE(services::Services(mine).add(
        {.client = id, .day = today(), .category = "housing", .minutes = 45}));
    EXPECT_TRUE(Clients(mine).close(id, code("closure_reason"), today()));
    return id;
  }
  void plan_for(const Work& mine, ClientId id) {
    const auto goal = plans::Plans(mine).add_goal(
        id,
        {.area = code("goal_area"), .since = today(), .words = Secret<std::string>("Canarygoal")});
    EXPECT_TRUE(goal) << goal.error().describe();
    EXPECT_TRUE(plans::Plans(mine).add_step(
        id, *goal, {.since = today(), .words = Secret<std::string>("Canarystep")}));
    const plans::SafetyPart part[] = {
        {.section = "safe_places", .words = Secret<std::string>("Canaryplace")}};
    EXPECT_TRUE(plans::SafetyPlans(mine).save(id, 0, part));
  }
  static std::string code(std::string_view list) {
    return codes::Codes::built_in().required(list).codes.front().code;
  }
  // Asked by one, done by the other, both confirmed now.
  PurgeId purge(ClientId id, PurgeKind kind) {
    advocate_.confirmed_at = second_.confirmed_at = clock_.now();
    const Work mine = work(), other = colleague();
    const auto asked = Retention(mine).ask(id, kind);
    EXPECT_TRUE(asked) << asked.error().describe();
    const auto done = Retention(other).carry_out(id, *asked);
    EXPECT_TRUE(done) << done.error().describe();
    return *asked;
  }
  trust::Actor second_ = test_member(1, 2, {trust::Role::kAdvocate}, kTestStart);
};
DAYBREAK_ON_BOTH_ENGINES(RetentionTest);

TEST_P(RetentionTest, TheTimerRunsFromClosing) {
  const auto id = closed_file();
  const Work mine = work();
  Retention retention(mine);
  EXPECT_THAT(*retention.due(today()), SizeIs(0));
  clock_.advance(std::chrono::hours(24 * 364));
  EXPECT_THAT(*retention.due(today()), SizeIs(0));
  clock_.advance(std::chrono::hours(24));
  const auto due = *retention.due(today());
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].id, id);
  EXPECT_EQ(std::chrono::sys_days(due[0].partial_on), std::chrono::sys_days(today()));
  purge(id, PurgeKind::kPartial);
  EXPECT_THAT(*retention.due(today()), SizeIs(0)) << "the rest is not due yet";
  clock_.advance(std::chrono::hours(24 * 730));
  EXPECT_THAT(*retention.due(today()), SizeIs(1));
  purge(id, PurgeKind::kFull);
  EXPECT_THAT(*retention.due(today()), SizeIs(0));
}

TEST_P(RetentionTest, EachFileOfTheListStandsByItself) {
  const auto plain = closed_file(), held = closed_file(), lifted = closed_file(),
             asked = closed_file(), dropped = closed_file(), purged = closed_file();
  purge(purged, PurgeKind::kPartial);
  clock_.advance(std::chrono::hours(24 * 1095));
  advocate_.confirmed_at = clock_.now();
  const Work mine = work();
  Retention retention(mine);
  ASSERT_TRUE(retention.hold(held, code("hold_reason"), Secret<std::string>("a trial_")));
  const auto once = retention.hold(lifted, code("hold_reason"), Secret<std::string>("over_"));
  ASSERT_TRUE(once && retention.lift(lifted, *once));
  ASSERT_TRUE(retention.ask(asked, PurgeKind::kPartial));
  const auto no_more = retention.ask(dropped, PurgeKind::kPartial);
  ASSERT_TRUE(no_more && retention.drop(dropped, *no_more));
  const auto due = retention.due(today());
  ASSERT_TRUE(due) << due.error().describe();
  std::map<ClientId, std::string> standings;
  for (const Due& one : *due)
    standings[one.id] = std::string(one.is_held ? "held " : "") + (one.is_asked ? "asked " : "") +
                        (one.is_partly_purged ? "purged" : "");
  EXPECT_THAT(standings, testing::UnorderedElementsAre(
                             testing::Pair(plain, ""), testing::Pair(held, "held "),
                             testing::Pair(lifted, ""), testing::Pair(asked, "asked "),
                             testing::Pair(dropped, ""), testing::Pair(purged, "purged")));
}

TEST_P(RetentionTest, AnOrganizationSetsItsOwnDays) {
  closed_file();
  const trust::Actor steward = test_member(1, 3, {trust::Role::kAccountSteward}, kTestStart);
  const Work officers{vault(), steward, keyring_};
  const Work mine = work();
  EXPECT_FALSE(Retention(mine).set_days("narrative", 30)) << "an advocate is no officer";
  EXPECT_EQ(kind_of(Retention(officers).set_days("narrative", 0)), ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(Retention(officers).set_days("no such", 30)), ErrorKind::kNotFound);
  ASSERT_TRUE(Retention(officers).set_days("narrative", 30));
  clock_.advance(std::chrono::hours(24 * 30));
  EXPECT_THAT(*Retention(mine).due(today()), SizeIs(1));
}

TEST_P(RetentionTest, APartialPurgeTakesTheNarrativeAndLeavesTheCounts) {
  const auto id = closed_file();
  const auto asked = purge(id, PurgeKind::kPartial);
  const Work mine = work();
  const auto file = Clients(mine).read(id);
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(file->line.initials, "");
  for (const auto& told : file->answers) EXPECT_EQ(told.answer.text.reveal(), "");
  EXPECT_THAT(*notes::Notes(mine).of_client(id), SizeIs(0));
  EXPECT_THAT(*tasks::Tasks(mine).list({.shown = tasks::Shown::kAll}, today()), SizeIs(0));
  EXPECT_TRUE(attachments::Attachments(mine).of_client(id)->at(0).is_shredded);
  EXPECT_EQ(services::Services(mine).of_client(id)->at(0).minutes, 45);
  EXPECT_EQ(Clients(mine).list({.state = {}, .words = "Canaryname"})->all, 0);
  const auto certificate = *Retention(mine).certificate(id, asked);
  EXPECT_EQ(certificate.counts,
            (std::vector<std::pair<std::string, std::int64_t>>{
                {"answers", 1}, {"notes", 1}, {"tasks", 1}, {"plans", 3}, {"attachments", 1}}));
  EXPECT_EQ(certificate.asked_role, "advocate");
  EXPECT_EQ(certificate.ended_role, "advocate");
  EXPECT_EQ(*certificate.backups_until, clock_.now() + std::chrono::days(90));
  EXPECT_THAT(log_text(),
              HasSubstr("kind=partial,answers=1,notes=1,tasks=1,plans=3,attachments=1"));
  EXPECT_THAT(log_text(), Not(HasSubstr("Canaryname")));
}

TEST_P(RetentionTest, AFullPurgeTakesTheKeyAndTheMinutesStay) {
  const auto id = closed_file();
  purge(id, PurgeKind::kFull);
  const Work mine = work();
  EXPECT_EQ(Clients(mine).read(id)->line.state, clients::ClientState::kShredded);
  EXPECT_EQ(kind_of(notes::Notes(mine).of_client(id)), ErrorKind::kConflict);
  EXPECT_EQ(services::Services(mine).of_client(id)->at(0).minutes, 45);
  const auto left = *Retention(mine).of_client(id);
  EXPECT_THAT(left.purges, SizeIs(1));
}

TEST_P(RetentionTest, TwoPersonsBothConfirmed) {
  const auto id = closed_file();
  const Work mine = work(), other = colleague();
  const auto asked = *Retention(mine).ask(id, PurgeKind::kFull);
  EXPECT_EQ(kind_of(Retention(mine).carry_out(id, asked)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(Retention(mine).ask(id, PurgeKind::kPartial)), ErrorKind::kConflict)
      << "one purge at a time";
  clock_.advance(std::chrono::minutes(6));
  EXPECT_EQ(kind_of(Retention(other).carry_out(id, asked)), ErrorKind::kDenied)
      << "confirmed too long ago";
  second_.confirmed_at = clock_.now();
  const auto another = closed_file();
  EXPECT_EQ(kind_of(Retention(other).carry_out(another, asked)), ErrorKind::kNotFound)
      << "a child of another parent";
  ASSERT_TRUE(Retention(other).carry_out(id, asked));
  EXPECT_EQ(kind_of(Retention(other).carry_out(id, asked)), ErrorKind::kConflict);
}

TEST_P(RetentionTest, AHoldKeepsEverythingWhoeverAsks) {
  const auto id = closed_file();
  const Work mine = work(), other = colleague();
  const auto asked = *Retention(mine).ask(id, PurgeKind::kPartial);
  const auto hold = Retention(other).hold(id, "subpoena", Secret<std::string>("Canarycase v. X"));
  ASSERT_TRUE(hold) << hold.error().describe();
  EXPECT_FALSE(Retention(other).carry_out(id, asked)) << "asked before the hold";
  EXPECT_EQ(kind_of(Retention(mine).ask(id, PurgeKind::kFull)), ErrorKind::kConflict);
  ASSERT_TRUE(Clients(mine).ask_to_shred(id));
  EXPECT_EQ(kind_of(Clients(other).shred(id)), ErrorKind::kConflict)
      << "shredding goes around the hold";
  EXPECT_EQ(Clients(mine).read(id)->line.initials, "C.");
  const auto found = *Retention(mine).of_client(id);
  EXPECT_TRUE(found.is_held());
  EXPECT_EQ(found.holds.at(0).words.reveal(), "Canarycase v. X");
  EXPECT_THAT(log_text(), Not(HasSubstr("Canarycase")));
  ASSERT_TRUE(Retention(mine).lift(id, *hold));
  EXPECT_EQ(kind_of(Retention(mine).lift(id, *hold)), ErrorKind::kNotFound);
  purge(id, PurgeKind::kFull);
}

TEST_P(RetentionTest, AHeldFilesAttachmentIsNotShreddedByHand) {
  const auto id = closed_file();
  const Work mine = work(), other = colleague();
  attachments::Attachments attachments(mine);
  const auto one = attachments.of_client(id)->at(0).id;
  const auto hold = *Retention(other).hold(id, "subpoena", Secret<std::string>("x"));
  EXPECT_EQ(kind_of(attachments.shred(id, one)), ErrorKind::kConflict);
  EXPECT_FALSE(attachments.of_client(id)->at(0).is_shredded);
  EXPECT_TRUE(attachments.open(id, one, attachments::Copy::kOriginal)) << "nothing of it went";
  // What was shredded before the hold, brought back by a restore, goes again.
  const ShreddedThing before[] = {{vault().organization(), Shredded::kAttachment, one.uuid()}};
  EXPECT_EQ(*shred_again(vault(), trust::Actor::system("cli"), before), 1);
  ASSERT_TRUE(Retention(mine).lift(id, hold));
  const auto later =
      *attachments.add(id, notes::NoteClass::kFactual, Secret<std::string>("y"), "z");
  EXPECT_TRUE(attachments.shred(id, later));
}

TEST_P(RetentionTest, OpenFilesAndLivingReleasesAreNotPurged) {
  const Work mine = work();
  const auto open = *Clients(mine).open({}, today());
  EXPECT_EQ(kind_of(Retention(mine).ask(open, PurgeKind::kPartial)), ErrorKind::kConflict);
  const auto id = closed_file();
  releases::Terms terms;
  terms.recipient_elsewhere = "A court";
  terms.recipient_person = "The clerk";
  terms.method = "paper";
  terms.items = {{releases::ItemKind::kAnswer, "preferred_name"}};
  terms.purpose = "p";
  terms.other_ways = "o";
  terms.risks_told = terms.rights_told = true;
  const auto release = *releases::Releases(mine).draft(id);
  const auto saved = releases::Releases(mine).save(release, terms);
  ASSERT_TRUE(saved) << saved.error().describe();
  ASSERT_TRUE(releases::Releases(mine).sign(release, {.name = "S_"}));
  EXPECT_EQ(kind_of(Retention(mine).ask(id, PurgeKind::kFull)), ErrorKind::kConflict);
  ASSERT_TRUE(releases::Releases(mine).revoke(release, "spoken"));
  EXPECT_TRUE(Retention(mine).ask(id, PurgeKind::kFull));
}

TEST_P(RetentionTest, ARestoredStoreIsShreddedAgain) {
  const auto gone = closed_file(), partly = closed_file(), kept = closed_file();
  // What an earlier backup holds: the rows as they are now.
  std::map<std::string, std::vector<db::Row>> before;
  const auto columns = std::map<std::string, std::string>{
      {"clients_client", "id, wrapped_key"}, {"clients_answer", "client, question, sealed"}};
  for (const auto& [table, list] : columns)
    before[table] = *vault().database().read([&](db::Connection& connection) {
      return connection.query("SELECT " + list + " FROM " + table);
    });
  purge(gone, PurgeKind::kFull);
  purge(partly, PurgeKind::kPartial);
  const auto list = *shred_list(vault());
  const std::string text = write_shred_list(list);
  EXPECT_EQ(*read_shred_list(text), list);
  EXPECT_THAT(text, HasSubstr(" file " + gone.to_string()));
  EXPECT_THAT(text, HasSubstr(" narrative " + partly.to_string()));
  EXPECT_THAT(text, Not(HasSubstr(kept.to_string())));
  // The backup comes back: keys and words open again.
  ASSERT_TRUE(vault().database().write([&](db::Connection& connection) -> Result<void> {
    for (const db::Row& row : before["clients_client"])
      TRY(connection.execute(
          "UPDATE clients_client SET wrapped_key = $2, state = 'closed' WHERE id = $1",
          {row.text(0), row.at(1)}));
    for (const db::Row& row : before["clients_answer"])
      TRY(connection.execute(
          "UPDATE clients_answer SET sealed = $3 WHERE client = $1 AND question = $2",
          {row.text(0), row.text(1), row.at(2)}));
    return {};
  }));
  const Work mine = work();
  ASSERT_EQ(Clients(mine).read(gone)->line.initials, "C.") << "the example proves nothing";
  ASSERT_TRUE(Retention(mine).hold(gone, "audit", Secret<std::string>("")));
  const auto system = trust::Actor::system("test");
  EXPECT_EQ(*shred_again(vault(), system, list), 2);
  EXPECT_EQ(Clients(mine).read(gone)->line.state, clients::ClientState::kShredded);
  EXPECT_EQ(Clients(mine).read(partly)->line.initials, "");
  EXPECT_EQ(Clients(mine).read(kept)->line.initials, "C.");
  EXPECT_EQ(*shred_again(vault(), system, list), 0) << "again is no harm";
  EXPECT_THAT(log_text(), HasSubstr("revived=2"));
}

TEST(ShredList, NamesTheLineThatIsWrong) {
  const auto read = read_shred_list("\n00000000-0000-0000-0000-000000000001 file x\n");
  ASSERT_FALSE(read);
  EXPECT_EQ(place_of(read), "line 2");
}

TEST(Periods, EachHasASourceAndADay) {
  for (const char* id : {"narrative", "file", "key_backups"}) {
    const Period* period = find_period(id);
    ASSERT_NE(period, nullptr);
    EXPECT_GT(period->days, 0);
    EXPECT_FALSE(period->source.empty());
  }
}

}  // namespace
}  // namespace daybreak::vault::retention
