// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/notes/notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::notes {
namespace {

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};

class NotesTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), migrations()});
    const Work at_work = work();
    client_ = *clients::Clients(at_work).open({}, kToday);
  }
  Work with(const std::vector<std::string>& names, const trust::Actor& actor) {
    return {vault(), actor,
            std::make_shared<const trust::keys::Keyring>(keyring_->limited_to(names))};
  }
  clients::ClientId client_;
};
DAYBREAK_ON_BOTH_ENGINES(NotesTest);

TEST_P(NotesTest, EachClassIsForThoseWhoHoldItsKey) {
  const Work all = work();
  for (const NoteClass one : kNoteClasses) {
    const auto id =
        Notes(all).write(client_, one, Secret<std::string>("about " + std::string(code_of(one))));
    ASSERT_TRUE(id) << id.error().describe();
    ASSERT_TRUE(Notes(all).sign(*id));
    clock_.advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(Notes(all).of_client(client_)->size(), 5u);

  const trust::Actor colleague = test_member(1, 4, {trust::Role::kAdvocate}, kTestStart);
  const Work less = with({"note.factual"}, colleague);
  const auto seen = Notes(less).of_client(client_);
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->size(), 1u);
  EXPECT_EQ((*seen)[0].body.reveal(), "about factual");
  EXPECT_EQ(kind_of(Notes(less).write(client_, NoteClass::kAttorney, Secret<std::string>("x"))),
            ErrorKind::kDenied);
}

TEST_P(NotesTest, ADraftIsItsAuthorsAndASignedNoteStays) {
  const Work mine = work();
  const auto id = Notes(mine).write(client_, NoteClass::kFactual, Secret<std::string>("draft"));
  ASSERT_TRUE(id);
  const trust::Actor colleague = test_member(1, 4, {trust::Role::kAdvocate}, kTestStart);
  const Work other{vault(), colleague, keyring_};
  EXPECT_TRUE(Notes(other).of_client(client_)->empty());
  EXPECT_EQ(kind_of(Notes(other).sign(*id)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(Notes(other).rewrite(*id, 1, Secret<std::string>("mine"))),
            ErrorKind::kNotFound);

  ASSERT_TRUE(Notes(mine).rewrite(*id, 1, Secret<std::string>("better")));
  EXPECT_EQ(kind_of(Notes(mine).rewrite(*id, 1, Secret<std::string>("lost"))),
            ErrorKind::kConflict);
  ASSERT_TRUE(Notes(mine).sign(*id));
  EXPECT_EQ(kind_of(Notes(mine).rewrite(*id, 2, Secret<std::string>("late"))),
            ErrorKind::kConflict);
  EXPECT_EQ(Notes(other).of_client(client_)->at(0).body.reveal(), "better");
}

TEST_P(NotesTest, ANoteMovedToAnotherClassOrClientDoesNotOpen) {
  const Work mine = work();
  const auto id = Notes(mine).write(client_, NoteClass::kAttorney, Secret<std::string>("advice"));
  ASSERT_TRUE(Notes(mine).sign(*id));
  const auto move = [&](const char* column, const std::string& to) {
    ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
      return connection.execute(std::string("UPDATE notes_note SET ") + column + " = $1", {to});
    }));
  };
  move("class", "factual");
  EXPECT_EQ(kind_of(Notes(mine).of_client(client_)), ErrorKind::kCorrupt);
  move("class", "attorney");
  ASSERT_TRUE(Notes(mine).of_client(client_));
  const auto other = *clients::Clients(mine).open({}, kToday);
  move("client", other.to_string());
  EXPECT_EQ(kind_of(Notes(mine).of_client(other)), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace daybreak::vault::notes
