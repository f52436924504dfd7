// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/attachments/attachments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/test_result.hpp"
#include "base/text.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::vault::attachments {
namespace {

using namespace std::string_literals;
using notes::NoteClass;

constexpr Date kToday{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(18)};

class AttachmentsTest : public VaultStoreTest {
 protected:
  void SetUp() override {
    VaultStoreTest::SetUp();
    if (IsSkipped()) return;
    open_vault({clients::migrations(), notes::migrations(), migrations()});
    const Work at_work = work();
    client_ = *clients::Clients(at_work).open({}, kToday);
  }
  AttachmentId add(std::string_view content, NoteClass note_class = NoteClass::kFactual,
                   const std::string& name = "scan of Canaryname_.jpg") {
    const Work mine = work();
    const auto id =
        Attachments(mine).add(client_, note_class, Secret<std::string>(name), content);
    EXPECT_TRUE(id) << id.error().describe();
    return *id;
  }
  Result<std::string> bytes(AttachmentId id, Copy copy) {
    const Work mine = work();
    auto opened = TRY(Attachments(mine).open(client_, id, copy));
    std::string all;
    while (const auto piece = TRY(opened.pieces())) all += *piece;
    return all;
  }
  std::int64_t count(const std::string& sql) {
    return vault()
        .database()
        .read([&](db::Connection& connection) { return connection.query_one(sql); })
        .value()
        ->integer(0);
  }
  // Every value of both tables, as one text.
  std::string stored() {
    std::string all;
    for (const char* sql : {"SELECT * FROM attachments_file", "SELECT * FROM attachments_piece"}) {
      const auto rows = vault().database().read(
          [&](db::Connection& connection) { return connection.query(sql); });
      for (const db::Row& row : *rows)
        for (std::size_t i = 0; i < row.size(); ++i) {
          const auto& value = row.at(i).variant();
          if (const auto* text = std::get_if<std::string>(&value)) all += *text;
          if (const auto* blob = std::get_if<db::Blob>(&value)) all += blob->bytes;
        }
    }
    return all;
  }
  clients::ClientId client_;
};
DAYBREAK_ON_BOTH_ENGINES(AttachmentsTest);

std::string segment(unsigned char marker, const std::string& body) {
  const std::size_t size = body.size() + 2;
  return "\xff"s + static_cast<char>(marker) + static_cast<char>(size >> 8) +
         static_cast<char>(size & 0xff) + body;
}
// Larger than a piece, and not a whole number of pieces.
const std::string kScan = segment(0xda, "\x01\x01\0\0\x3f\0"s) + std::string(150'001, 'p');
std::string photograph() {
  return "\xff\xd8"s + segment(0xe1, "Exif\0\0MM\0*GPSLatitude Canaryplace"s) + kScan + "\xff\xd9"s;
}

TEST_P(AttachmentsTest, TheOriginalIsByteIdenticalAndTheCopyWithoutThePlace) {
  const std::string file = photograph();
  const auto id = add(file);
  EXPECT_EQ(bytes(id, Copy::kOriginal).value(), file);
  const std::string copy = bytes(id, Copy::kClean).value();
  EXPECT_EQ(copy.find("GPS"), std::string::npos);
  EXPECT_EQ(copy.find("Canary"), std::string::npos);
  EXPECT_NE(copy.find(kScan), std::string::npos);
  const Work mine = work();
  const Attachment about = Attachments(mine).of_client(client_)->at(0);
  EXPECT_EQ(about.sha256, sha256_hex(file));
  EXPECT_EQ(about.size, file.size());
  EXPECT_EQ(about.name.reveal(), "scan of Canaryname_.jpg");
  EXPECT_TRUE(about.has_clean_copy);
  EXPECT_EQ(file_name_of(about.number, about.type), "attachment-1.jpg");
}

TEST_P(AttachmentsTest, NothingOfItStandsPlainInTheStoreOrTheLog) {
  add(photograph());
  add("A letter: Canarytext");
  for (const std::string& all : {stored(), log_text()}) {
    EXPECT_EQ(all.find("Canary"), std::string::npos);
    EXPECT_EQ(all.find("GPS"), std::string::npos);
    EXPECT_EQ(all.find("pppppppp"), std::string::npos);
    EXPECT_EQ(all.find(sha256_hex(photograph())), std::string::npos);
    EXPECT_EQ(all.find(to_hex(sha256("A letter: Canarytext"))), std::string::npos);
  }
}

TEST_P(AttachmentsTest, OtherTypesAndDamagedOnesAreKeptAsOriginalsOnly) {
  for (const std::string& file : {"A letter"s, photograph().substr(0, 40), "%PDF-1.7 broken"s}) {
    const auto id = add(file);
    EXPECT_EQ(kind_of(bytes(id, Copy::kClean)), ErrorKind::kNotFound);
    EXPECT_EQ(bytes(id, Copy::kOriginal).value(), file);
  }
  EXPECT_EQ(count("SELECT count(*) FROM attachments_piece WHERE copy = 'clean'"), 0);
}

TEST_P(AttachmentsTest, AClassIsForThoseWhoHoldItsKey) {
  const auto id = add("advice", NoteClass::kAttorney);
  const Work other{vault(), advocate_,
                   std::make_shared<const trust::keys::Keyring>(
                       keyring_->limited_to({"note.factual"}))};
  EXPECT_TRUE(Attachments(other).of_client(client_)->empty());
  EXPECT_EQ(kind_of(Attachments(other).open(client_, id, Copy::kOriginal)), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(Attachments(other).shred(client_, id)), ErrorKind::kNotFound);
  EXPECT_EQ(Attachments(other)
                .add(client_, NoteClass::kAttorney, Secret<std::string>("x"), "x")
                .error()
                .kind,
            ErrorKind::kDenied);
  const Work mine = work();
  const auto another = *clients::Clients(mine).open({}, kToday);
  EXPECT_EQ(kind_of(Attachments(mine).open(another, id, Copy::kOriginal)),
            ErrorKind::kNotFound)
      << "a child of another parent";
  const trust::Actor detective = test_member(1, 3, {trust::Role::kInvestigator}, kTestStart);
  const Work police{vault(), detective, keyring_};
  EXPECT_FALSE(Attachments(police).of_client(client_));
  EXPECT_FALSE(Attachments(police).open(client_, id, Copy::kOriginal));
}

TEST_P(AttachmentsTest, ShreddingForgetsTheKeyAndTheBytes) {
  const auto id = add(photograph());
  const Work mine = work();
  ASSERT_TRUE(Attachments(mine).shred(client_, id));
  EXPECT_EQ(kind_of(bytes(id, Copy::kOriginal)), ErrorKind::kNotFound);
  EXPECT_EQ(count("SELECT count(*) FROM attachments_piece"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM attachments_file WHERE wrapped_key IS NOT NULL"
                  " OR about IS NOT NULL"),
            0);
  const auto lines = *Attachments(mine).of_client(client_);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0].is_shredded);
  EXPECT_EQ(lines[0].name.reveal(), "");
  EXPECT_EQ(kind_of(Attachments(mine).shred(client_, id)), ErrorKind::kNotFound);
  const auto next = add("another");
  EXPECT_EQ(Attachments(mine).of_client(client_)->at(0).id, next);
  EXPECT_EQ(Attachments(mine).of_client(client_)->at(0).number, 2) << "a number is never used twice";
}

TEST_P(AttachmentsTest, ChangedSwappedAndMissingPiecesAreFound) {
  const auto first = add(photograph()), second = add(photograph());
  const auto change = [&](const std::string& sql) {
    ASSERT_TRUE(vault().database().write(
        [&](db::Connection& connection) { return connection.execute(sql); }));
  };
  const std::string of_first = "attachment = '" + first.to_string() + "' AND copy = 'original'";
  change("UPDATE attachments_piece SET sealed = (SELECT p.sealed FROM attachments_piece p WHERE"
         " p.attachment = '" + second.to_string() + "' AND p.copy = 'original' AND p.number = 1)"
         " WHERE number = 1 AND " + of_first);
  EXPECT_EQ(kind_of(bytes(first, Copy::kOriginal)), ErrorKind::kCorrupt);
  EXPECT_TRUE(bytes(second, Copy::kOriginal));
  change("DELETE FROM attachments_piece WHERE number = 3 AND copy = 'original'");
  EXPECT_EQ(kind_of(bytes(second, Copy::kOriginal)), ErrorKind::kCorrupt);
}

TEST_P(AttachmentsTest, WhatWasNeverFinishedIsRemovedAndNobodyHasAKeyToIt) {
  ASSERT_TRUE(vault().database().write([&](db::Connection& connection) {
    return connection.execute(
        "INSERT INTO attachments_file (id, client, number, class, type, state, added_by, added_at)"
        " VALUES ($1, $2, 9, 'factual', 'jpeg', 'incoming', $3, $4)",
        {id_number<AttachmentId>(77), client_, advocate_.member, clock_.now()});
  }));
  const Work mine = work();
  EXPECT_TRUE(Attachments(mine).of_client(client_)->empty());
  clock_.advance(std::chrono::hours(2));
  add("later");
  EXPECT_EQ(count("SELECT count(*) FROM attachments_file WHERE state = 'incoming'"), 0);
}

TEST_P(AttachmentsTest, TooLargeAndEmptyFilesAreRefusedAndLeaveNothing) {
  const Work mine = work();
  const auto refused = [&](std::string_view content) {
    const auto id =
        Attachments(mine).add(client_, NoteClass::kFactual, Secret<std::string>("x"), content);
    ASSERT_FALSE(id);
    EXPECT_EQ(kind_of(id), ErrorKind::kInvalid);
    EXPECT_EQ(place_of(id), "field file");
  };
  refused("");
  refused(std::string(kMostBytes + 1, 'x'));
  EXPECT_EQ(count("SELECT count(*) FROM attachments_file"), 0);
}

}  // namespace
}  // namespace daybreak::vault::attachments
