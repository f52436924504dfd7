// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/catalogue/card.hpp"

#include <gtest/gtest.h>
#include <random>

namespace daybreak::directory {
namespace {

TEST(Card, ReadsTextsFlagsAndValues) {
  const std::string json =
      R"({"name":"Casa \"Alba\" \\","phone":"555-0100","open_24_hours":true,"rule":{"all":[{"age":{"min":18}},"],}"]},"miles":3.5,"city":""})";
  const Card card(json);
  EXPECT_EQ(card.text("name"), "Casa \"Alba\" \\");
  EXPECT_EQ(card.text("phone"), "555-0100");
  EXPECT_EQ(card.text("city"), "");
  EXPECT_EQ(card.text("absent"), "");
  EXPECT_EQ(card.text("rule"), "");
  EXPECT_TRUE(card.is_true("open_24_hours"));
  EXPECT_FALSE(card.is_true("name"));
  EXPECT_EQ(card.value("rule"), *parse_json(json)->find("rule"));
  EXPECT_EQ(card.value("miles"), Json(3.5));
  EXPECT_EQ(card.value("absent"), std::nullopt);
}

// Whatever is written, the card reads what the parser reads.
TEST(Card, AgreesWithTheParser) {
  std::mt19937 random(1);
  const std::string_view pieces[] = {"a", "\"", "\\",     "{",     "}", "[", "]", ",",
                                     ":", "\n", "\u00e9", "word ", " ", "0", "\t"};
  for (int run = 0; run < 2'000; ++run) {
    Json object = Json::object();
    const auto text = [&] {
      std::string made;
      for (auto n = random() % 12; n > 0; --n) made += pieces[random() % std::size(pieces)];
      return made;
    };
    for (auto n = random() % 6; n > 0; --n) {
      const std::string name = "m" + std::to_string(n);
      switch (random() % 4) {
        case 0:
          object.set(name, Json(random() % 2 == 0));
          break;
        case 1:
          object.set(name, Json::object({{text(), Json(text())}, {text() + "x", Json()}}));
          break;
        case 2:
          object.set(name, Json::array({Json(text()), Json(1), Json::array()}));
          break;
        default:
          object.set(name, Json(text()));
      }
    }
    const std::string json = to_text(object);
    const Card card(json);
    for (const JsonMember& member : *object.if_object()) {
      EXPECT_EQ(card.value(member.key), parse_json(to_text(member.value)).value()) << json;
      if (const std::string* value = member.value.if_string()) {
        EXPECT_EQ(card.text(member.key), *value) << json;
      }
    }
  }
}

TEST(Card, TakesWhatStandsBeforeABreak) {
  const std::string whole = R"({"name":"A","list":[1,{"b":"]"}],"text":"C\"d"})";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string part = whole.substr(0, length);
    const Card card(part);
    EXPECT_TRUE(card.text("name") == "A" || card.text("name").empty());
    EXPECT_EQ(card.text("text"), "");
  }
  EXPECT_EQ(Card("").text("name"), "");
  EXPECT_EQ(Card("[]").text("name"), "");
  EXPECT_EQ(Card("{\"").text("name"), "");
}

}  // namespace
}  // namespace daybreak::directory
