// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/takeout/takeout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "base/test_result.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/notes/notes.hpp"
#include "vault/plans/safety.hpp"
#include "vault/releases/releases.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::takeout {
namespace {

using testing::HasSubstr;
using testing::Not;

const Secret<std::string> kPassphrase{"nine slow otters sleep"};
constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};

class TakeoutTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), plans::migrations(), services::migrations(),
                notes::migrations(), releases::migrations(), attachments::migrations(),
                tasks::migrations()});
    advocate_.roles.add(trust::Role::kAccountSteward);
    const Work mine = work();
    const std::vector<clients::Answer> answers = {
        {.question = "preferred_name", .text = Secret<std::string>("=Canaryname_")}};
    const auto id = *clients::Clients(mine).open(answers, kToday);
    const auto note = *notes::Notes(mine).write(id, notes::NoteClass::kAttorney,
                                                Secret<std::string>("Canarynote"));
    EXPECT_TRUE(notes::Notes(mine).sign(note));
    EXPECT_TRUE(services::Services(mine).add({.client = id, .day = kToday, .category = "housing"}));
    const auto task = [&](std::optional<clients::ClientId> client, std::string text) {
      return tasks::Tasks(mine).add({.client = client,
                                     .due_on = kToday,
                                     .owner = advocate_.member,
                                     .text = Secret<std::string>(std::move(text))});
    };
    EXPECT_TRUE(task(id, "Canarytask"));
    const auto done = task(std::nullopt, "Canarydone");
    EXPECT_TRUE(done && tasks::Tasks(mine).set_done(*done, true));
    for (int i = 0; i < more_tasks_; ++i) EXPECT_TRUE(task(id, "more"));
    const auto goal = plans::Plans(mine).add_goal(
        id, {.area = "housing", .since = kToday, .words = Secret<std::string>("Canarygoal")});
    ASSERT_TRUE(goal);
    const auto step = plans::Plans(mine).add_step(
        id, *goal, {.since = kToday, .words = Secret<std::string>("Canarystep")});
    ASSERT_TRUE(step);
    clock_.advance(std::chrono::minutes(1));
    EXPECT_TRUE(plans::Plans(mine).change_goal(
        id, *goal, 1,
        {.area = "livelihood", .since = kToday, .words = Secret<std::string>("Canarychanged")}));
    EXPECT_TRUE(plans::Plans(mine).change_step(id, *goal, *step, 1,
                                               {.state = plans::State::kReached,
                                                .since = kToday,
                                                .words = Secret<std::string>("Canarytaken")}));
    const plans::SafetyPart part[] = {
        {.section = "safe_places", .words = Secret<std::string>("Canaryplace")}};
    EXPECT_TRUE(plans::SafetyPlans(mine).save(id, 0, part));
    const plans::SafetyPart later[] = {
        {.section = "safe_places", .words = Secret<std::string>("Canaryelsewhere")}};
    EXPECT_TRUE(plans::SafetyPlans(mine).save(id, 1, later));
    EXPECT_TRUE(attachments::Attachments(mine).add(id, notes::NoteClass::kFactual,
                                                   Secret<std::string>("x"), letter_));
  }
  Result<std::string> taken(const trust::Actor& second) {
    std::string all;
    const Work mine = work();
    auto package = TRY(PackageWriter::begin(
        [&](std::string_view bytes) -> Result<void> {
          all += bytes;
          return {};
        },
        kPassphrase, vault().organization(), random_));
    TRY(take_out(mine, second, package));
    return all;
  }
  static Result<std::map<std::string, std::string>> open(const std::string& package,
                                                         const Secret<std::string>& passphrase) {
    std::size_t at = 0;
    std::map<std::string, std::string> files;
    std::string name;
    TRY(read_package(
        [&](std::size_t most) -> Result<std::string> {
          const std::string part = package.substr(std::min(at, package.size()), most);
          at += part.size();
          return part;
        },
        passphrase,
        {[&](const std::string& file) -> Result<void> {
           name = file;
           files[name];
           return {};
         },
         [&](std::string_view bytes) -> Result<void> {
           files[name] += bytes;
           return {};
         }}));
    return files;
  }
  const int more_tasks_ = 1001;  // a list shows at most a thousand
  std::string letter_ = "A letter of " + std::string(100'000, 'x');
  trust::Actor second_ = test_member(1, 2, {trust::Role::kAdvocate}, kTestStart);
};
DAYBREAK_ON_BOTH_ENGINES(TakeoutTest);

TEST_P(TakeoutTest, EverythingIsInItAndOpensWithThePassphraseOnly) {
  const auto package = taken(second_);
  ASSERT_TRUE(package) << package.error().describe();
  EXPECT_THAT(*package, Not(HasSubstr("Canary")));
  EXPECT_THAT(*package, Not(HasSubstr("xxxxxxxx")));
  EXPECT_EQ(kind_of(open(*package, Secret<std::string>("another passphrase of mine"))),
            ErrorKind::kDenied);
  const auto files = open(*package, kPassphrase);
  ASSERT_TRUE(files) << files.error().describe();
  EXPECT_THAT(files->at("people.csv"), HasSubstr("C-1"));
  EXPECT_THAT(files->at("people.csv"), HasSubstr("'=Canaryname_")) << "a formula would run";
  EXPECT_THAT(files->at("people.json"), HasSubstr("Canaryname_"));
  EXPECT_THAT(files->at("notes.csv"), HasSubstr("Canarynote"));
  EXPECT_THAT(files->at("services.csv"), HasSubstr("housing"));
  const std::string first = format_instant(kTestStart),
                    then = format_instant(kTestStart + std::chrono::minutes(1));
  EXPECT_EQ(files->at("goals.csv"),
            "person,goal,of,version,written_at,area,state,since,who,due_on,words\r\n"
            "C-1,1,goal,2," +
                then +
                ",livelihood,open,2026-11-18,,,Canarychanged\r\n"
                "C-1,1,goal,1," +
                first +
                ",housing,open,2026-11-18,,,Canarygoal\r\n"
                "C-1,1,step 1,2," +
                then +
                ",,reached,2026-11-18,client,,Canarytaken\r\n"
                "C-1,1,step 1,1," +
                first + ",,open,2026-11-18,client,,Canarystep\r\n");
  EXPECT_EQ(files->at("safety-plans.csv"),
            "person,version,written_at,part,skipped,words\r\n"
            "C-1,2," +
                then +
                ",safe_places,,Canaryelsewhere\r\n"
                "C-1,1," +
                then + ",safe_places,,Canaryplace\r\n");
  for (const char* one : {"Canarygoal", "Canarychanged", "Canarystep", "Canarytaken", "Canaryplace",
                          "Canaryelsewhere"})
    EXPECT_THAT(files->at("people.json"), HasSubstr(one));
  EXPECT_THAT(files->at("tasks.csv"), HasSubstr("C-1,2026-11-18,,,Canarytask"));
  EXPECT_THAT(files->at("tasks.csv"), HasSubstr(",Canarydone"));
  const std::string& all_tasks = files->at("tasks.csv");
  EXPECT_EQ(std::count(all_tasks.begin(), all_tasks.end(), '\n'), 1 + 2 + more_tasks_);
  EXPECT_EQ(files->at("attachments/C-1/attachment-1.txt"), letter_);
  EXPECT_THAT(log_text(), HasSubstr("second=" + second_.member.to_string()));
}

TEST_P(TakeoutTest, TwoPersonsBothOfThisOrganization) {
  EXPECT_EQ(kind_of(taken(advocate_)), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(taken(test_member(2, 2, {trust::Role::kAdvocate}, kTestStart))),
            ErrorKind::kNotFound);
  clock_.advance(std::chrono::minutes(6));
  EXPECT_EQ(kind_of(taken(second_)), ErrorKind::kDenied) << "confirmed too long ago";
}

TEST_P(TakeoutTest, AChangedCutOrReorderedPackageIsRefused) {
  const std::string package = *taken(second_);
  for (const std::size_t at : {package.size() / 2, package.size() - 3}) {
    std::string changed = package;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(open(changed, kPassphrase)) << at;
  }
  // The last block is the end: without it everything opens but the package counts as cut.
  for (std::size_t less = 1; less < 120; less += 7)
    EXPECT_EQ(kind_of(open(package.substr(0, package.size() - less), kPassphrase)),
              ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(open("something else", kPassphrase)), ErrorKind::kInvalid);
}

TEST_P(TakeoutTest, NotesWithoutAKeyAreNotInIt) {
  keyring_ = std::make_shared<const trust::keys::Keyring>(keyring_->limited_to({"note.factual"}));
  const auto files = open(*taken(second_), kPassphrase);
  ASSERT_TRUE(files);
  EXPECT_THAT(files->at("notes.csv"), Not(HasSubstr("Canarynote")));
}

TEST(Package, NoNameLeavesItsFolder) {
  SystemRandom random;
  for (const char* name : {"../x", "/etc/x", "a//b", "a b", ".x", ""}) {
    std::string all;
    auto package = *PackageWriter::begin(
        [&](std::string_view bytes) -> Result<void> {
          all += bytes;
          return {};
        },
        kPassphrase, id_number<trust::OrganizationId>(1), random);
    ASSERT_TRUE(package.file(name));
    ASSERT_TRUE(package.end());
    std::size_t at = 0;
    const auto read = read_package(
        [&](std::size_t most) -> Result<std::string> {
          const std::string part = all.substr(at, most);
          at += part.size();
          return part;
        },
        kPassphrase,
        {[](const std::string&) -> Result<void> { return {}; },
         [](std::string_view) -> Result<void> { return {}; }});
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(kind_of(read), ErrorKind::kCorrupt) << name;
  }
}

}  // namespace
}  // namespace daybreak::vault::takeout
