// SPDX-License-Identifier: AGPL-3.0-or-later
// An exact file of a survivor's attachments as an item of a release: told as its clean copy, opened
// through the gate each time, and gone with the release.
#include <fstream>

#include "base/test_wait.hpp"
#include "gates/release/test_gate.hpp"
#include "gates/release/test_photograph.hpp"
#include "vault/outward/outward.hpp"

namespace daybreak::gates {
namespace {

using namespace std::string_literals;
using vault::attachments::AttachmentId;
using vault::attachments::Attachments;

const std::string kScan = scan_of(150'001);  // three pieces

class ReleaseGateFiles : public GateStoreTest {
 protected:
  Item add(const std::string& content, vault::clients::ClientId client) {
    const auto id = Attachments(advocate())
                        .add(client, vault::notes::NoteClass::kFactual,
                             Secret<std::string>("Canaryname_.jpg"), content);
    EXPECT_TRUE(id) << id.error().describe();
    return {ItemKind::kAttachment, id->to_string()};
  }
  // Told together with the telephone number; what is needed to open it.
  struct Told {
    ReleaseId release;
    Item file;
    Uuid pointer, attachment;
  };
  Told told() {
    clock_.advance(std::chrono::seconds(1));  // the newest is the first in the inbox
    Told one{.file = add(photograph(kScan), client_)};
    one.release = signed_release({kPhone, one.file});
    const auto disclosed = gate_->disclose(advocate(), one.release, {kPhone, one.file});
    EXPECT_TRUE(disclosed) << disclosed.error().describe();
    one.pointer = gate_->inbox(detective())->front().projection;
    one.attachment = *Uuid::parse(one.file.subject);
    return one;
  }
  const Work& detective() {
    if (!detective_work_) detective_work_ = std::make_unique<Work>(house_->work(2, detective_));
    return *detective_work_;
  }
  static Result<std::string> all_of(SeenFile& file) {
    std::string all;
    while (const auto piece = TRY(file.pieces())) all += *piece;
    return all;
  }
  std::int64_t pieces() { return count(1, "SELECT count(*) FROM releases_piece"); }

  std::unique_ptr<Work> detective_work_;
};
DAYBREAK_ON_BOTH_ENGINES(ReleaseGateFiles);

TEST_P(ReleaseGateFiles, TheCopyWithoutThePlaceArrivesWhole) {
  const Told one = told();
  const auto seen = gate_->view(detective(), one.pointer);
  ASSERT_TRUE(seen) << seen.error().describe();
  ASSERT_EQ(seen->lines.size(), 2u);
  EXPECT_FALSE(seen->lines[0].file);
  ASSERT_TRUE(seen->lines[1].file);
  EXPECT_EQ(seen->lines[1].file->attachment, one.attachment);
  EXPECT_EQ(seen->lines[1].content, "");

  auto file = gate_->open_file(detective(), one.pointer, one.attachment);
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(file->type, doc::FileType::kJpeg);
  EXPECT_EQ(file->position, 2u);
  const auto bytes = all_of(*file);
  ASSERT_TRUE(bytes) << bytes.error().describe();
  EXPECT_EQ(bytes->size(), seen->lines[1].file->size);
  EXPECT_NE(bytes->find(kScan), std::string::npos);
  EXPECT_EQ(bytes->find("Canary"), std::string::npos);

  const auto record = Releases(advocate()).record_of(client_);
  EXPECT_THAT(record->disclosures.at(0).items, testing::ElementsAre(kPhone, one.file));
  EXPECT_EQ(record->looks.at(0).action, "released_item.open_file");
  EXPECT_EQ(record->looks.at(0).member, detective_.member);
}

TEST_P(ReleaseGateFiles, ASmallFileIsOnePiece) {
  const Item small = add(photograph(scan_of(0) + "light"), client_);
  const ReleaseId release = signed_release({small});
  ASSERT_TRUE(gate_->disclose(advocate(), release, {small}));
  auto file = gate_->open_file(detective(), gate_->inbox(detective())->front().projection,
                               *Uuid::parse(small.subject));
  ASSERT_TRUE(file) << file.error().describe();
  const auto bytes = all_of(*file);
  ASSERT_TRUE(bytes) << bytes.error().describe();
  EXPECT_NE(bytes->find("light"), std::string::npos);
  EXPECT_EQ(pieces(), 1);
}

TEST_P(ReleaseGateFiles, StoppedBetweenLookAndOpeningNothingOpens) {
  const Told one = told();
  ASSERT_TRUE(gate_->view(detective(), one.pointer));
  auto begun = gate_->open_file(detective(), one.pointer, one.attachment);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(begun->pieces().value().has_value());
  EXPECT_EQ(pieces(), 3);
  ASSERT_TRUE(Releases(advocate()).revoke(one.release, "spoken"));
  EXPECT_EQ(pieces(), 0);
  EXPECT_EQ(kind_of(gate_->open_file(detective(), one.pointer, one.attachment)),
            ErrorKind::kNotFound);
  // What was being sent breaks off.
  EXPECT_EQ(kind_of(begun->pieces()), ErrorKind::kNotFound);
}

TEST_P(ReleaseGateFiles, ItEndsWithItsDayEvenWhileItIsSent) {
  const Told one = told();
  auto begun = gate_->open_file(detective(), one.pointer, one.attachment);
  ASSERT_TRUE(begun);
  clock_.advance(std::chrono::days(14));
  EXPECT_EQ(kind_of(begun->pieces()), ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(gate_->open_file(detective(), one.pointer, one.attachment)),
            ErrorKind::kNotFound);
  EXPECT_EQ(pieces(), 0);
}

TEST_P(ReleaseGateFiles, OnlyWhoIsNamedAndOnlyWhatWasTold) {
  const Told one = told();
  const Item other = add(photograph(kScan), client_);
  EXPECT_EQ(kind_of(gate_->open_file(detective(), one.pointer, *Uuid::parse(other.subject))),
            ErrorKind::kNotFound);
  const auto clerk = test_member(2, 7, {Role::kCourtStaff}, kTestStart);
  EXPECT_EQ(kind_of(gate_->open_file(house_->work(2, clerk), one.pointer, one.attachment)),
            ErrorKind::kNotFound);
  const auto prosecutor = test_member(3, 8, {Role::kInvestigator}, kTestStart);
  EXPECT_EQ(kind_of(gate_->open_file(house_->work(3, prosecutor), one.pointer, one.attachment)),
            ErrorKind::kNotFound);
  EXPECT_TRUE(gate_->open_file(detective(), one.pointer, one.attachment));
}

TEST_P(ReleaseGateFiles, WhatHasNoCleanCopyIsShreddedOrAnothersIsNotTold) {
  const auto somebody = *vault::clients::Clients(advocate()).open({}, kToday);
  const Item good = add(photograph(kScan), client_), text = add("plain words", client_),
             foreign = add(photograph(kScan), somebody), shredded = add(photograph(kScan), client_),
             none{ItemKind::kAttachment, AttachmentId::generate(clock_, random_).to_string()};
  ASSERT_TRUE(Attachments(advocate()).shred(client_, AttachmentId(*Uuid::parse(shredded.subject))));
  const ReleaseId release = signed_release({good, text, foreign, shredded, none});
  for (const Item& wrong : {text, foreign, shredded, none})
    EXPECT_EQ(kind_of(gate_->disclose(advocate(), release, {good, wrong})), ErrorKind::kInvalid)
        << wrong.subject;
  EXPECT_EQ(count(1, "SELECT count(*) FROM releases_disclosure"), 0);
  EXPECT_EQ(pieces(), 0);
  // A store that fails is no file that is missing.
  if (GetParam() == db::Engine::kSqlite) {
    const auto rename = [&](const char* from, const char* to) {
      ASSERT_TRUE(house_->vault(1).database().write([&](db::Connection& connection) {
        return connection.execute_script("ALTER TABLE " + std::string(from) + " RENAME TO " + to);
      }));
    };
    rename("attachments_file", "attachments_away");
    EXPECT_EQ(kind_of(gate_->disclose(advocate(), release, {good})), ErrorKind::kInternal);
    rename("attachments_away", "attachments_file");
  }
  EXPECT_TRUE(gate_->disclose(advocate(), release, {good}));
}

// On SQLite what stood in the log of the store goes with the release.
TEST_P(ReleaseGateFiles, NothingOfWhatWasToldStaysInTheStore) {
  if (GetParam() == db::Engine::kPostgres) GTEST_SKIP() << "PostgreSQL keeps its log by itself";
  const Told one = told();
  const auto row = house_->vault(1).database().read([](db::Connection& connection) {
    return connection.query_one("SELECT letter FROM releases_projection");
  });
  const std::string letter = (*row)->blob(0).substr(0, 64);
  const auto in_files = [&] {
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder() / "house"))
      if (file.is_regular_file() &&
          file.path().string().find(vault::id_number<trust::OrganizationId>(1).to_string()) !=
              std::string::npos) {
        std::ifstream stream(file.path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
        if (bytes.find(letter) != std::string::npos) return true;
      }
    return false;
  };
  ASSERT_TRUE(in_files());
  ASSERT_TRUE(Releases(advocate()).revoke(one.release, "spoken"));
  EXPECT_TRUE(comes_true([&] { return !in_files(); }));
}

TEST_P(ReleaseGateFiles, AFileThatIsShreddedIsNotOpenedAnyMore) {
  const Told one = told();
  ASSERT_TRUE(Attachments(advocate()).shred(client_, AttachmentId(one.attachment)));
  auto file = gate_->open_file(detective(), one.pointer, one.attachment);
  EXPECT_TRUE(!file || kind_of(file->pieces()) == ErrorKind::kNotFound);
  ASSERT_TRUE(gate_->destroy_ended(house_->vault(1)));
  EXPECT_EQ(pieces(), 0);
  EXPECT_EQ(gate_->view(detective(), one.pointer)->lines.at(0).content, "716-555-0142");
}

TEST_P(ReleaseGateFiles, PiecesAreSealedEachForItsPlace) {
  const Told one = told(), two = told();
  const auto rows = house_->vault(1).database().read([](db::Connection& connection) {
    return connection.query("SELECT sealed FROM releases_piece");
  });
  ASSERT_EQ(rows->size(), 6u);
  for (const db::Row& row : *rows) EXPECT_EQ(row.blob(0).find("pppp"), std::string::npos);
  // Nothing rewrites a piece; one taken away breaks the file instead of shortening it.
  EXPECT_FALSE(house_->vault(1).database().write([](db::Connection& connection) {
    return connection.execute("UPDATE releases_piece SET number = number + 1 WHERE number = 3");
  }));
  ASSERT_TRUE(house_->vault(1).database().write([&](db::Connection& connection) {
    return connection.execute("DELETE FROM releases_piece WHERE projection = $1 AND number = 3",
                              {two.pointer});
  }));
  auto cut = gate_->open_file(detective(), two.pointer, two.attachment);
  ASSERT_TRUE(cut);
  EXPECT_EQ(kind_of(all_of(*cut)), ErrorKind::kCorrupt);
  auto whole = gate_->open_file(detective(), one.pointer, one.attachment);
  EXPECT_TRUE(all_of(*whole));
}

TEST_P(ReleaseGateFiles, OneReleasesEndTakesNoOthersFiles) {
  const Told first = told(), second = told();
  EXPECT_EQ(pieces(), 6);
  ASSERT_TRUE(Releases(advocate()).revoke(first.release, "spoken"));
  EXPECT_EQ(pieces(), 3);
  auto file = gate_->open_file(detective(), second.pointer, second.attachment);
  ASSERT_TRUE(file);
  EXPECT_TRUE(all_of(*file));
}

TEST_P(ReleaseGateFiles, ACopyThatIsGoneSendsNoPieceMore) {
  const Told one = told();
  auto begun = gate_->open_file(detective(), one.pointer, one.attachment);
  ASSERT_TRUE(begun);
  ASSERT_TRUE(house_->vault(1).database().write([](db::Connection& connection) {
    return connection.execute("UPDATE releases_projection SET letter = NULL");
  }));
  EXPECT_EQ(kind_of(begun->pieces()), ErrorKind::kNotFound);
  const auto nothing = house_->vault(1).database().read([&](db::Connection& connection) {
    return vault::outward::read_file_piece(connection, house_->vault(1),
                                           ProjectionId::generate(clock_, random_),
                                           vault::outward::File{.attachment = one.attachment}, 1);
  });
  EXPECT_EQ(kind_of(nothing), ErrorKind::kNotFound);
}

TEST(ReleasedFile, IsWholeOrDamaged) {
  const std::string id = "01890000-0000-7000-8000-000000000001", key(64, 'a');
  const auto read = [](const std::string& item, const std::string& content) {
    const auto json = parse_json("{\"item\":" + item + content + "}");
    EXPECT_TRUE(json) << item << content;
    const auto file = vault::outward::file_of(*json);
    return !file ? "damaged" : (*file ? "a file" : "none");
  };
  const std::string named = "\"attachment:" + id + "\"";
  const auto content = [&](const std::string& of_key, const std::string& size) {
    return R"(,"content":{"type":"jpeg","sha256":"x","key":")" + of_key + "\"" + size + "}";
  };
  EXPECT_STREQ(read(named, content(key, ",\"size\":9")), "a file");
  EXPECT_STREQ(read("\"answer:phone\"", content(key, ",\"size\":9")), "none");
  EXPECT_STREQ(read("\"nothing\"", content(key, ",\"size\":9")), "none");
  EXPECT_STREQ(read("3", content(key, ",\"size\":9")), "none");
  EXPECT_STREQ(read(named, ""), "damaged");
  EXPECT_STREQ(read("\"attachment:photograph\"", content(key, ",\"size\":9")), "damaged");
  EXPECT_STREQ(read(named, content("xyz", ",\"size\":9")), "damaged");
  EXPECT_STREQ(read(named, content(key.substr(2), ",\"size\":9")), "damaged");
  EXPECT_STREQ(read(named, content(key, "")), "damaged");
  EXPECT_STREQ(read(named, content(key, ",\"size\":\"9\"")), "damaged");
}

}  // namespace
}  // namespace daybreak::gates
