// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/json.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"

namespace daybreak {
namespace {

TEST(Json, RoundTripsAndKeepsTheOrderOfMembers) {
  const std::string text = R"({"z":1,"a":[true,null,-2.5,"ñ \"q\"\n\u0001"],"m":{},"l":[]})";
  const Json value = parse_json(text).value();
  EXPECT_EQ(to_text(value), text);
  EXPECT_EQ(parse_json(to_text(value, JsonLayout::kIndented)).value(), value);
  EXPECT_EQ(*value.find("a")->if_array()->at(2).if_number(), -2.5);
  EXPECT_EQ(value.find("none"), nullptr);
  EXPECT_EQ(parse_json("9007199254740993").value(), Json(std::int64_t{9007199254740993}));
  EXPECT_EQ(parse_json("1.0").value(), Json(1));
}

TEST(Json, RefusesWhatShouldNotBeThere) {
  const std::vector<std::pair<std::string, std::string>> bad{
      {R"({"a":1,"a":2})", "two members of one name"},
      {"[1e999]", "too large"},
      {"[NaN]", "not valid JSON"},
      {"\"\x80\"", "not valid JSON"},
      {std::string(100, '[') + std::string(100, ']'), "nested too deeply"},
      {"{} {}", "behind its end"},
      {"[1,", "ends too early"},
      {"", "ends too early"}};
  for (const auto& [text, message] : bad) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_NE(value.error().message.find(message), std::string::npos)
        << text << ": " << value.error().message;
  }
  EXPECT_EQ(place_of(parse_json("{\n \"a\": x}", {}, "page.json")), "page.json:2:7");
  EXPECT_FALSE(parse_json("[1,2,3]", {.max_bytes = 3}));
}

TEST(Json, NumbersAreReadToTheLastBit) {
  const std::string nines(56, '9');
  EXPECT_EQ(parse_json(nines)->if_number(), 1e56);
  for (const char* text : {"0.1234567890123456789", "-87.654321098765432", "9007199254740993.5",
                           "2.2250738585072014e-308"})
    EXPECT_EQ(parse_json(text)->if_number(), std::strtod(text, nullptr)) << text;
}

TEST(Json, DuplicatesAreFoundInLargeObjectsToo) {
  Json value;
  for (int i = 0; i < 40; ++i) value.set("k" + std::to_string(i), i);
  std::string text = to_text(value);
  EXPECT_TRUE(parse_json(text));
  text.back() = ',';
  EXPECT_FALSE(parse_json(text + "\"k7\":0}"));
}

TEST(Json, TextOfAMemberOrNone) {
  const Json json = Json::object({{"text", "one"}, {"number", 2}});
  EXPECT_EQ(json.text_of("text"), "one");
  EXPECT_EQ(json.text_of("number"), "");
  EXPECT_EQ(json.text_of("nothing"), "");
  EXPECT_EQ(Json(3).text_of("text"), "");
}

TEST(Json, WritesNoBadUtf8) { EXPECT_EQ(to_text(Json("a\x80z")), "\"a\xEF\xBF\xBDz\""); }

std::vector<std::string> items(std::string text) {
  JsonStream stream = JsonStream::open(open_memory(std::move(text), "feed")).value();
  std::vector<std::string> seen;
  for (int guard = 0; guard < 100; ++guard) {
    auto value = stream.next();
    if (!value) {
      seen.push_back("error at " + value.error().place);
    } else if (!*value) {
      return seen;
    } else {
      seen.push_back(to_text(**value));
    }
  }
  seen.push_back("never ends");
  return seen;
}

TEST(JsonStream, GivesItemsWhateverTheForm) {
  const std::vector<std::string> two{R"({"id":1,"contents":[7]})", R"({"id":2})"};
  EXPECT_EQ(items(R"([{"id":1,"contents":[7]},{"id":2}])"), two);
  EXPECT_EQ(
      items(R"({"total_items":2,"contents":[{"id":1,"contents":[7]},{"id":2}],"empty":false})"),
      two);
  EXPECT_EQ(items("\xEF\xBB\xBF{\"id\":1,\"contents\":[7]}"), (std::vector<std::string>{"7"}));
  EXPECT_EQ(items("{\"id\":1}\n{\"id\":2}\r\n\n"),
            (std::vector<std::string>{R"({"id":1})", R"({"id":2})"}));
  EXPECT_EQ(items(R"({"id":1,"name":"one"})"),
            (std::vector<std::string>{R"({"id":1,"name":"one"})"}));
  EXPECT_EQ(items("[]"), std::vector<std::string>{});
  EXPECT_EQ(items(""), std::vector<std::string>{});
}

TEST(JsonStream, ABrokenLineOfNdjsonCostsNoOther) {
  EXPECT_EQ(items("{\"id\":1}\n{\"id\":oops}\n{\"id\":3}\n"),
            (std::vector<std::string>{R"({"id":1})", "error at feed:2", R"({"id":3})"}));
}

TEST(JsonStream, LargeFeedsAreReadInChunks) {
  std::string text = "[";
  for (int i = 0; i < 20'000; ++i)
    text += (i ? ",{\"id\":" : "{\"id\":") + std::to_string(i) + ",\"name\":\"Harbor House\"}";
  text += "]";
  const auto seen = JsonStream::open(open_memory(text));
  std::size_t count = 0;
  JsonStream stream = JsonStream::open(open_memory(text)).value();
  while (auto value = stream.next().value())
    EXPECT_EQ(*value->find("id")->if_integer(), static_cast<int>(count++));
  EXPECT_EQ(count, 20'000u);
}

}  // namespace
}  // namespace daybreak
