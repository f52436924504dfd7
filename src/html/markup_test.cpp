// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/markup.hpp"

#include <gtest/gtest.h>
#include <map>

#include "html/components.hpp"

namespace daybreak::html {
namespace {

TEST(Markup, EscapesTextAndAttributes) {
  Markup out;
  out.element("p", {{"title", "a\"<b>&'"}}, "1 < 2 & \"x\" > y");
  EXPECT_EQ(out.view(),
            "<p title=\"a&quot;&lt;b&gt;&amp;'\">1 &lt; 2 &amp; &quot;x&quot; &gt; y</p>");
}

TEST(Markup, RepairsWhatIsNotUtf8AndControls) {
  Markup out;
  out.text(
      "a\xff"
      "b\x01\xc3\xb1\xc3");
  EXPECT_EQ(out.view(),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "ñ\xEF\xBF\xBD");
}

TEST(Markup, AttributesOfEveryKind) {
  Markup out;
  out.lone("input", {{"value", std::string("x")},
                     {"size", 5},
                     {"checked", Presence(true)},
                     {"disabled", Presence(false)},
                     {"title", maybe("")}});
  out.element("a", {{"href", Href("/services?a=1&b=2")}}, "go");
  EXPECT_EQ(out.view(),
            "<input value=\"x\" size=\"5\" checked/><a href=\"/services?a=1&amp;b=2\">go</a>");
}

TEST(Markup, AddressesCarryTheLanguageOfThePage) {
  Markup out(Language::kSpanish);
  out.element("a", {{"href", Href("/services")}}, "x");
  out.lone("img", {{"src", Href("/assets/a.svg")}, {"alt", ""}});
  EXPECT_EQ(out.view(), "<a href=\"/es/services\">x</a><img src=\"/assets/a.svg\" alt=\"\"/>");
}

TEST(Href, LetsOnlySafeAddressesThrough) {
  for (const char* bad : {"javascript:alert(1)", "JaVaScRiPt:x", "java\tscript:x", " javascript:x",
                          "data:text/html,x", "//evil.example", "/\\evil.example", "vbscript:x", "",
                          "evil.example", "\x01javascript:x"})
    EXPECT_EQ(Href(bad).view(), "#") << bad;
  for (const char* good : {"/", "/a/b?c=d#e", "#top", "?page=2", "https://example.org/",
                           "HTTP://EXAMPLE.ORG", "mailto:a@example.org", "tel:+17165550100"})
    EXPECT_EQ(Href(good).view(), good);
}

TEST(Href, BuildsAddresses) {
  EXPECT_EQ((route("/services") / "a b/c?").with("q", "ñ&").at("x y").view(),
            "/services/a%20b%2Fc%3F?q=%C3%B1%26#x%20y");
  EXPECT_EQ((route("/a") / "..").view(), "/a/%2E%2E");
  EXPECT_EQ(route("/a#f").with("p", "1").view(), "/a?p=1#f");
  EXPECT_EQ(telephone("1 (716) 555-0100 x12").view(), "tel:+17165550100;ext=12");
  EXPECT_EQ(telephone("988").view(), "tel:988");
  EXPECT_TRUE(Href("tel:988").leaves_site());
  EXPECT_FALSE(Href("/x:y").leaves_site());
}

TEST(Required, RefusesBlankWords) {
  EXPECT_THROW(Required(""), std::logic_error);
  EXPECT_THROW(Required(std::string(" \n")), std::logic_error);
  static_assert(!std::is_default_constructible_v<Required>);
}

// Wherever it stands in a text, each byte is treated as it is alone.
TEST(Markup, EscapesEveryByteAtEveryPlace) {
  const std::map<char, std::string> entities{
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    const bool stays =
        (value >= 0x20 && value < 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
    const auto found = entities.find(byte);
    const std::string alone = found != entities.end() ? found->second
                              : stays                 ? std::string(1, byte)
                                                      : "\xEF\xBF\xBD";
    for (std::size_t length = 1; length < 20; ++length)
      for (std::size_t at = 0; at < length; ++at) {
        std::string text(length, 'a');
        text[at] = byte;
        EXPECT_EQ(escape(text), std::string(at, 'a') + alone + std::string(length - at - 1, 'a'));
      }
  }
}

}  // namespace
}  // namespace daybreak::html
