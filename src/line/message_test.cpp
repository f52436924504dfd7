// SPDX-License-Identifier: AGPL-3.0-or-later
// Frames as they are written and read back, and what is no frame.
#include "line/message.hpp"

#include "base/text.hpp"
#include "line/test_line.hpp"

namespace daybreak::line {
namespace {

TEST(LineFrames, AreReadBackAndTellLittleByTheirLength) {
  const Message one = message(7, std::string("\x00\xff body", 7));
  const std::string text = write_frame(one);
  EXPECT_EQ(text.size() % 1024, 0u);
  EXPECT_EQ(text.size(), write_frame(message(8, "")).size());
  EXPECT_EQ(std::get<Message>(*read_frame(text)), one);
  EXPECT_EQ(std::get<Settled>(*read_frame(write_frame(Settled{one.id, Outcome::kLater}))).outcome,
            Outcome::kLater);
  EXPECT_TRUE(std::holds_alternative<Alive>(*read_frame(write_frame(Alive{}))));
  for (const char* wrong :
       {"", "{}", "[]", "{\"is\":\"message\"}", "{\"is\":\"settled\",\"id\":\"x\"}",
        "{\"is\":\"message\",\"id\":\"00000000-0000-0000-0000-000000000007\",\"kind\":\"a\","
        "\"body\":\"zz\"}"})
    EXPECT_FALSE(read_frame(wrong)) << wrong;
}

// A frame with one member of it changed or left out.
std::string changed(const Frame& frame, std::string_view member, std::string_view value) {
  std::string text(trim(write_frame(frame)));
  const std::string mark = "\"" + std::string(member) + "\":\"";
  const auto at = text.find(mark);
  EXPECT_NE(at, std::string::npos) << member;
  const auto from = at + mark.size();
  return text.replace(from, text.find('"', from) - from, value);
}

TEST(LineFrames, WithOneWrongMemberAreNone) {
  const Message one = message(7);
  const std::string id = message(8).id.to_string(), nil = Uuid().to_string();
  for (const char* member : {"from", "to", "answers"}) {
    EXPECT_TRUE(read_frame(changed(one, member, id))) << member;
    EXPECT_TRUE(read_frame(changed(one, member, ""))) << member;
    EXPECT_FALSE(read_frame(changed(one, member, "nobody"))) << member;
  }
  for (const std::string& wrong : {std::string(), nil, std::string("nothing")}) {
    EXPECT_FALSE(read_frame(changed(one, "id", wrong))) << wrong;
    EXPECT_FALSE(read_frame(changed(Settled{one.id}, "id", wrong))) << wrong;
  }
  EXPECT_TRUE(read_frame(changed(one, "kind", std::string(40, 'k'))));
  EXPECT_FALSE(read_frame(changed(one, "kind", std::string(41, 'k'))));
  EXPECT_FALSE(read_frame(changed(one, "kind", "")));
  EXPECT_FALSE(read_frame(changed(one, "body", "0")));
  EXPECT_FALSE(read_frame(changed(one, "is", "anything")));
  EXPECT_FALSE(read_frame(changed(Settled{one.id}, "outcome", "perhaps")));
  EXPECT_FALSE(read_frame(changed(Settled{one.id}, "outcome", "")));
  EXPECT_FALSE(read_frame("{\"is\":[[\"message\"]]}"));
  EXPECT_FALSE(read_frame("{\"is\":7}"));
  for (const Outcome outcome :
       {Outcome::kTaken, Outcome::kRefused, Outcome::kLater, Outcome::kUnreachable})
    EXPECT_EQ(std::get<Settled>(*read_frame(write_frame(Settled{one.id, outcome}))).outcome,
              outcome);
}

TEST(LineFrames, AreNoLongerThanTheyMustBe) {
  bool was_full = false;
  for (std::size_t size = 0; size < 1200; ++size) {
    Message one = message(7, std::string(size / 2, 'x'));
    one.kind += size % 2 == 0 ? "" : "s";
    const std::string text = write_frame(one);
    const std::size_t said = trim(text).size();
    EXPECT_EQ(text.size() % 1024, 0u);
    EXPECT_LT(text.size() - said, 1024u);
    was_full = was_full || text.size() == said;
  }
  EXPECT_TRUE(was_full);
}

}  // namespace
}  // namespace daybreak::line
