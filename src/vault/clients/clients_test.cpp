// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/clients/clients.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "base/text.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::clients {
namespace {

using testing::HasSubstr;
using testing::Not;
using trust::Role;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};

Answer said(std::string question, std::string text) {
  return {.question = std::move(question), .text = Secret<std::string>(std::move(text))};
}

class ClientsTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (!IsSkipped()) open_vault({migrations()});
  }
  ClientId ana() {
    const Work at_work = work();
    const auto id = Clients(at_work).open(
        std::vector<Answer>{said("preferred_name", "Ana Ejemplo_"),
                            said("phone", "716-555-0142"),
                            {.question = "language", .codes = {"es"}},
                            {.question = "sex", .skip = codes::Skip::kPrefersNot}},
        kToday);
    EXPECT_TRUE(id) << id.error().describe();
    return *id;
  }
};
DAYBREAK_ON_BOTH_ENGINES(ClientsTest);

TEST_P(ClientsTest, AFileComesBackAsItWasTold) {
  const ClientId id = ana();
  const Work at_work = work();
  Clients clients(at_work);
  const auto file = clients.read(id);
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(file->line.number, 1);
  EXPECT_EQ(file->line.initials, "A.E.");
  EXPECT_EQ(file->find("phone")->answer.text.reveal(), "716-555-0142");
  EXPECT_EQ(file->find("sex")->answer.skip, codes::Skip::kPrefersNot);
  EXPECT_EQ(file->find("goals"), nullptr);

  ASSERT_TRUE(clients.answer(id, std::vector<Answer>{said("phone", "716-555-0143")}));
  EXPECT_EQ(clients.read(id)->find("phone")->version, 2);
  EXPECT_EQ(clients.read(id)->find("phone")->answer.text.reveal(), "716-555-0143");
  ASSERT_TRUE(clients.add_relative(id, "2", "0_8", Secret<std::string>("Luz Ejemplo_")));
  EXPECT_EQ(clients.read(id)->relatives.at(0).name.reveal(), "Luz Ejemplo_");
  EXPECT_THAT(log_text(), HasSubstr("client.read"));
  EXPECT_THAT(log_text(), Not(HasSubstr("Ejemplo")));
}

TEST_P(ClientsTest, EveryQuestionMayBeSkippedAndAWrongAnswerNamesItsField) {
  const Work at_work = work();
  Clients clients(at_work);
  std::vector<Answer> all;
  for (const auto& question : codes::Codes::built_in().questions())
    all.push_back({.question = question.id, .skip = codes::Skip::kNotToday});
  EXPECT_TRUE(clients.open(all, kToday));
  EXPECT_TRUE(clients.open({}, kToday));
  const auto refused = [&](const Answer& answer) {
    const auto opened = clients.open(std::vector<Answer>{answer}, kToday);
    return opened ? std::string("taken") : opened.error().place;
  };
  EXPECT_EQ(refused(said("date_of_birth", "1990-02-30")), "field date_of_birth");
  EXPECT_EQ(refused(said("preferred_name", "  ")), "field preferred_name");
  EXPECT_EQ(refused(said("preferred_name", std::string(20001, 'x'))), "field preferred_name");
  EXPECT_EQ(refused(said("preferred_name", "bad\xff")), "field preferred_name");
  EXPECT_EQ(refused(said("no_such", "x")), "field no_such");
  EXPECT_EQ(refused({.question = "sex", .codes = {"7"}}), "field sex");
  EXPECT_EQ(refused({.question = "sex", .codes = {"0", "1"}}), "field sex");
  const auto twice =
      clients.open(std::vector<Answer>{said("phone", "1"), said("phone", "2")}, kToday);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().place, "field phone");
}

TEST_P(ClientsTest, AreFoundByWordsInThisVaultOnly) {
  const ClientId id = ana();
  const Work at_work = work();
  Clients clients(at_work);
  const auto found = [&](std::string words) {
    const auto page = clients.list({.words = std::move(words)});
    EXPECT_TRUE(page);
    return page->all;
  };
  EXPECT_EQ(found("ANA"), 1);
  EXPECT_EQ(found("eje"), 1);
  EXPECT_EQ(found("ana ejemplo"), 1);
  EXPECT_EQ(found("0142"), 1);
  EXPECT_EQ(found("ana smith"), 0);
  EXPECT_EQ(found("' OR 1=1 --"), 0);
  ASSERT_TRUE(clients.answer(
      id, std::vector<Answer>{{.question = "phone", .skip = codes::Skip::kPrefersNot}}));
  EXPECT_EQ(found("0142"), 0);
  EXPECT_THAT(log_text(), Not(HasSubstr("ejemplo")));
}

TEST_P(ClientsTest, AreNobodysBusinessOutsideOfTheOrganization) {
  const ClientId id = ana();
  for (const trust::Actor& actor :
       {test_member(2, 5, {Role::kAdvocate}, kTestStart),
        test_member(2, 6, {Role::kInvestigator}, kTestStart),
        test_member(1, 7, {Role::kAdministrator}, kTestStart),
        test_member(1, 8, {Role::kCoordinator, Role::kAuditor}, kTestStart), trust::Actor::anyone(),
        trust::Actor::system("cli")}) {
    const Work at_work{vault(), actor, keyring_};
    Clients clients(at_work);
    EXPECT_EQ(kind_of(clients.read(id)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(clients.list({})), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(clients.list({.words = "ana"})), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(clients.answer(id, {})), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(clients.open({}, kToday)), ErrorKind::kNotFound);
    EXPECT_EQ(kind_of(clients.shred(id)), ErrorKind::kNotFound);
  }
  // Absent and hidden say the same.
  const Work mine = work(), theirs{vault(), advocate_, keyring_};
  const trust::Actor other = test_member(2, 5, {Role::kAdvocate}, kTestStart);
  const Work foreign{vault(), other, keyring_};
  EXPECT_EQ(Clients(mine).read(id_number<ClientId>(1)).error().describe(),
            Clients(foreign).read(id).error().describe());
  EXPECT_THAT(log_text(), HasSubstr("\"outcome\":\"denied\""));
}

TEST_P(ClientsTest, ABlockThatWasMovedOrPutBackIsRefused) {
  const ClientId id = ana();
  const Work at_work = work();
  Clients clients(at_work);
  const auto other = clients.open(
      std::vector<Answer>{said("preferred_name", "Bo Muster_"), said("phone", "716-555-0199")},
      kToday);
  ASSERT_TRUE(other);
  const auto sealed = [&](ClientId client, const char* question) {
    return (*vault().database().read([&](db::Connection& connection) {
             return connection.query_one(
                 "SELECT sealed FROM clients_answer WHERE client = $1 AND question = $2",
                 {client, question});
           }))
        ->blob(0);
  };
  const auto put = [&](ClientId client, const char* question, const std::string& block) {
    ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
      return connection.execute(
          "UPDATE clients_answer SET sealed = $3 WHERE client = $1 AND question = $2",
          {client, question, db::Blob{block}});
    }));
  };
  const std::string name = sealed(id, "preferred_name"), phone = sealed(id, "phone");
  put(id, "phone", name);  // another column
  EXPECT_EQ(kind_of(clients.read(id)), ErrorKind::kCorrupt);
  put(id, "phone", sealed(*other, "phone"));  // another client
  EXPECT_EQ(kind_of(clients.read(id)), ErrorKind::kCorrupt);
  put(id, "phone", phone);
  ASSERT_TRUE(clients.read(id));
  ASSERT_TRUE(clients.answer(id, std::vector<Answer>{said("phone", "716-555-0150")}));
  put(id, "phone", phone);  // the earlier version
  EXPECT_EQ(kind_of(clients.read(id)), ErrorKind::kCorrupt);

  // The key of another organisation opens nothing.
  const Work stolen{vault(), advocate_, test_keyring(id_number<trust::OrganizationId>(2), random_)};
  EXPECT_EQ(kind_of(Clients(stolen).read(*other)), ErrorKind::kCorrupt);
}

TEST_P(ClientsTest, NoSealedWordIsInAnyByteOfTheStore) {
  const Work at_work = work();
  Clients clients(at_work);
  std::vector<Answer> answers;
  std::vector<std::string> canaries;
  for (const auto& question : codes::Codes::built_in().questions()) {
    if (!question.is_sealed() || question.kind == codes::QuestionKind::kDate) continue;
    canaries.push_back("kanarie" + to_hex(random_.bytes(8)));
    answers.push_back(said(question.id, "before " + canaries.back() + " after"));
  }
  answers.push_back(said("date_of_birth", "1987-06-05"));
  canaries.emplace_back("1987-06-05");
  const auto id = clients.open(answers, kToday);
  ASSERT_TRUE(id);
  ASSERT_TRUE(clients.add_relative(*id, "3", "", Secret<std::string>("kanarierelative")));
  canaries.emplace_back("kanarierelative");
  ASSERT_TRUE(clients.list({.words = canaries.front()}));
  ASSERT_TRUE(clients.read(*id));
  if (GetParam() != db::Engine::kSqlite) return;  // its files are the server's; the rows are below
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    for (const std::string& canary : canaries)
      EXPECT_EQ(bytes.find(canary), std::string::npos) << entry.path() << " " << canary;
  }
}

TEST_P(ClientsTest, TwoPersonsShredAndNothingOpensAgain) {
  const ClientId id = ana();
  const Work first = work();
  EXPECT_EQ(kind_of(Clients(first).shred(id)), ErrorKind::kConflict);
  ASSERT_TRUE(Clients(first).ask_to_shred(id));
  EXPECT_EQ(kind_of(Clients(first).shred(id)), ErrorKind::kConflict);
  const trust::Actor colleague = test_member(1, 4, {Role::kAdvocate}, kTestStart);
  const Work second{vault(), colleague, keyring_};
  ASSERT_TRUE(Clients(second).shred(id));
  const auto file = Clients(first).read(id);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->answers.empty());
  EXPECT_EQ(file->line.initials, "");
  EXPECT_EQ(Clients(first).list({.state = {}, .words = "ana"})->all, 0);
  EXPECT_EQ(kind_of(Clients(first).answer(id, {})), ErrorKind::kConflict);
}

TEST_P(ClientsTest, TheListShowsOpenClosedOrAllInBothOrders) {
  const ClientId first = ana(), second = ana(), third = ana();
  const Work at_work = work();
  Clients clients(at_work);
  ASSERT_TRUE(clients.close(second, "goals_met", kToday));
  const auto ids = [&](const ClientFilter& filter) {
    std::vector<ClientId> found;
    const auto page = clients.list(filter);
    EXPECT_TRUE(page) << page.error().describe();
    for (const ClientLine& line : page->lines) found.push_back(line.id);
    return found;
  };
  using testing::ElementsAre;
  EXPECT_THAT(ids({}), ElementsAre(third, first));
  EXPECT_THAT(ids({.oldest_first = true}), ElementsAre(first, third));
  EXPECT_THAT(ids({.state = ClientState::kClosed}), ElementsAre(second));
  EXPECT_THAT(ids({.state = {}, .oldest_first = true}), ElementsAre(first, second, third));
  EXPECT_THAT(ids({.state = {}, .skip = 1, .most = 1}), ElementsAre(second));
}

TEST_P(ClientsTest, CloseAndReopen) {
  const ClientId id = ana();
  const Work at_work = work();
  Clients clients(at_work);
  EXPECT_EQ(place_of(clients.close(id, "no_such", kToday)), "field reason");
  ASSERT_TRUE(clients.close(id, "goals_met", kToday));
  EXPECT_EQ(kind_of(clients.close(id, "goals_met", kToday)), ErrorKind::kConflict);
  EXPECT_EQ(clients.list({})->all, 0);
  EXPECT_EQ(clients.read(id)->closure_reason, "goals_met");
  EXPECT_EQ(place_of(clients.reopen(id, "goals_met", kToday)), "field reason");
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(clients.reopen(id, "came_back", kToday));
  EXPECT_EQ(kind_of(clients.reopen(id, "came_back", kToday)), ErrorKind::kConflict);
  EXPECT_EQ(clients.list({})->all, 1);
  const auto file = clients.read(id);
  ASSERT_EQ(file->turns.size(), 2u);
  EXPECT_FALSE(file->turns[0].closes);
  EXPECT_EQ(file->turns[0].reason, "came_back");
  EXPECT_EQ(file->turns[1].reason, "goals_met");
  EXPECT_FALSE(file->closed_on);
}

TEST_P(ClientsTest, AFamilyMemberIsChangedAndRemovedInTheOwnFileOnly) {
  const ClientId id = ana();
  const Work at_work = work();
  Clients clients(at_work);
  const auto other = clients.open({}, kToday);
  ASSERT_TRUE(other);
  const auto child = clients.add_relative(id, "2", "0_8", Secret<std::string>("Beni Ejemplo_"));
  ASSERT_TRUE(child);
  const Secret<std::string> name("Benito Ejemplo_");
  EXPECT_EQ(kind_of(clients.edit_relative(*other, *child, "2", "9_17", name)),
            ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(clients.remove_relative(*other, *child)), ErrorKind::kNotFound);
  EXPECT_EQ(place_of(clients.edit_relative(id, *child, "x", "", name)), "field relation");
  EXPECT_EQ(place_of(clients.edit_relative(id, *child, "2", "x", name)), "field age_group");
  EXPECT_EQ(clients.edit_relative(id, *child, "2", "", Secret<std::string>(std::string(201, 'a')))
                .error()
                .place,
            "field name");
  const auto sealed = [&] {
    return (*vault().database().read([&](db::Connection& connection) {
             return connection.query_one("SELECT name FROM clients_relative WHERE id = $1",
                                         {*child});
           }))
        ->blob(0);
  };
  const std::string before = sealed();
  ASSERT_TRUE(clients.edit_relative(id, *child, "2", "9_17", name));
  const auto file = clients.read(id);
  ASSERT_EQ(file->relatives.size(), 1u);
  EXPECT_EQ(file->relatives[0].age_group, "9_17");
  EXPECT_EQ(file->relatives[0].name.reveal(), "Benito Ejemplo_");
  // The earlier name cannot be put back in its place.
  ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
    return connection.execute("UPDATE clients_relative SET name = $2 WHERE id = $1",
                              {*child, db::Blob{before}});
  }));
  EXPECT_EQ(kind_of(clients.read(id)), ErrorKind::kCorrupt);
  ASSERT_TRUE(clients.remove_relative(id, *child));
  EXPECT_TRUE(clients.read(id)->relatives.empty());
  EXPECT_THAT(log_text(), Not(HasSubstr("Ben")));
}

TEST_P(ClientsTest, ASecondPersonMaySayNoToShredding) {
  const ClientId id = ana();
  const Work first = work();
  EXPECT_EQ(kind_of(Clients(first).keep(id)), ErrorKind::kConflict);
  ASSERT_TRUE(Clients(first).ask_to_shred(id));
  const trust::Actor colleague = test_member(1, 4, {Role::kAdvocate}, kTestStart);
  const Work second{vault(), colleague, keyring_};
  ASSERT_TRUE(Clients(second).keep(id));
  EXPECT_EQ(kind_of(Clients(second).shred(id)), ErrorKind::kConflict);
  EXPECT_FALSE(Clients(first).read(id)->shred_asked_by);
}

TEST_P(ClientsTest, ARelativeIsEditedWithCodesOfTodayAndKeepsTheOldOnes) {
  const Work at_work = work();
  Clients clients(at_work);
  const ClientId id = *clients.open({}, kToday);
  const Secret<std::string> name("Luz Ejemplo_");
  const auto relative = clients.add_relative(id, "2", "0_8", name);
  ASSERT_TRUE(relative);
  const std::string head = "as_of='2026-01-01'\nsource='s'\ncodes=[";
  auto codes = codes::Codes::parse(
      "[[list]]\nid='relation'\n" + head +
          "{code='2',en='x',es='x',until='2026-09-30'},{code='3',en='x',es='x'},"
          "{code='4',en='x',es='x',until='2026-09-30'}]\n[[list]]\nid='age_group'\n" +
          head +
          "{code='0_8',en='x',es='x',until='2026-09-30'},{code='9_17',en='x',es='x'},"
          "{code='old',en='x',es='x',until='2026-09-30'}]\n",
      "");
  ASSERT_TRUE(codes) << codes.error().describe();
  const codes::BuiltInForTest replaced(std::move(*codes));
  EXPECT_TRUE(clients.edit_relative(id, *relative, "2", "0_8", name));  // only the name is new
  EXPECT_EQ(place_of(clients.edit_relative(id, *relative, "4", "0_8", name)), "field relation");
  EXPECT_EQ(place_of(clients.edit_relative(id, *relative, "2", "old", name)), "field age_group");
  EXPECT_TRUE(clients.edit_relative(id, *relative, "3", "9_17", name));
  EXPECT_EQ(place_of(clients.edit_relative(id, *relative, "2", "9_17", name)), "field relation");
  EXPECT_TRUE(clients.edit_relative(id, *relative, "3", "", name));
}

}  // namespace
}  // namespace daybreak::vault::clients
