// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/release/letters.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/example_vault.hpp"

namespace daybreak::gates::letters {
namespace {

TEST(Letters, HoldJsonAndBytesAndTellLittleOfTheirLength) {
  const Json json = Json::object({{"words", "two\nlines"}});
  for (const std::size_t bytes : {0u, 1u, 487u, 488u, 4096u}) {
    const std::string body(bytes, '\n');
    const std::string text = padded(json, 512, body);
    EXPECT_EQ(text.size() % 512, 0u);
    EXPECT_LT(text.size(), bytes + 1024);
    const auto said = read_padded(text);
    ASSERT_TRUE(said) << said.error().describe();
    EXPECT_EQ(said->json, json);
    EXPECT_TRUE(said->bytes.starts_with(body));
  }
  EXPECT_EQ(kind_of(read_padded("{}")), ErrorKind::kCorrupt);
  EXPECT_FALSE(read_padded("{\n}"));
}

TEST(Letters, ATicketIsForOneMemberAndOneFileAndAnHour) {
  SystemRandom random;
  const auto box = trust::keys::KeyPair::generate(random),
             other_box = trust::keys::KeyPair::generate(random);
  const OpenedFile file{vault::id_number<ProjectionId>(1), Uuid::generate(SystemClock(), random),
                        vault::id_number<trust::OrganizationId>(2),
                        vault::id_number<trust::MemberId>(3)};
  const Instant now = vault::kTestStart;
  const std::string ticket = write_ticket(box, file, now, random);
  const auto kind = [&](const OpenedFile& asked, Instant at) {
    return kind_of(check_ticket(box, asked, ticket, at));
  };
  EXPECT_TRUE(check_ticket(box, file, ticket, now));
  EXPECT_TRUE(check_ticket(box, file, ticket, now + kFileTime - std::chrono::milliseconds(1)));
  EXPECT_EQ(kind(file, now + kFileTime), ErrorKind::kDenied);
  OpenedFile other = file;
  other.projection = vault::id_number<ProjectionId>(9);
  EXPECT_EQ(kind(other, now), ErrorKind::kDenied);
  other = file;
  other.attachment = Uuid::generate(SystemClock(), random);
  EXPECT_EQ(kind(other, now), ErrorKind::kDenied);
  other = file;
  other.organization = vault::id_number<trust::OrganizationId>(9);
  EXPECT_EQ(kind(other, now), ErrorKind::kDenied);
  other = file;
  other.member = vault::id_number<trust::MemberId>(9);
  EXPECT_EQ(kind(other, now), ErrorKind::kDenied);
  EXPECT_EQ(kind_of(check_ticket(other_box, file, ticket, now)), ErrorKind::kDenied);
  EXPECT_EQ(kind_of(check_ticket(box, file, "", now)), ErrorKind::kDenied);
  const std::string context = "release file " + file.projection.to_string() + " " +
                              file.attachment.to_string() + " " + file.organization.to_string() +
                              " " + file.member.to_string();
  const auto ticket_saying = [&](std::string_view words) {
    return trust::keys::write_letter(box, box.public_key(), words, context, random);
  };
  EXPECT_TRUE(check_ticket(box, file, ticket_saying("4000000000000"), now));
  EXPECT_EQ(kind_of(check_ticket(box, file, ticket_saying("for ever"), now)), ErrorKind::kDenied);
}

TEST(Letters, PiecesFollowTheirSizes) {
  const auto said = read_padded(pieces_answer({"one", "", std::string("\n2\0", 3)}));
  ASSERT_TRUE(said) << said.error().describe();
  EXPECT_EQ(to_text(said->json), "{\"pieces\":[3,0,3]}");
  EXPECT_TRUE(said->bytes.starts_with(std::string("one\n2\0", 6)));
}

}  // namespace
}  // namespace daybreak::gates::letters
