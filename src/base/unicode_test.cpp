// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/unicode.hpp"

#include <gtest/gtest.h>

namespace daybreak {
namespace {

TEST(Unicode, TheSameNameTypedTwoWaysGivesOneKey) {
  EXPECT_EQ(search_key("  Peña-Núñez,  José "), "pena nunez jose");
  EXPECT_EQ(search_key("PEN\xCC\x83"
                       "A"),
            search_key("Peña"));
  EXPECT_EQ(search_key("O’Brien"), search_key("O'Brien"));
  EXPECT_EQ(search_key("Ｆｕｌｌ　Ｗｉｄｔｈ"), "full width");
  EXPECT_EQ(search_key("Łódź Straße Ørsted"), "lodz strasse orsted");
  EXPECT_EQ(search_key("日本 언어"), search_key("日本  언어"));
  EXPECT_EQ(search_key("—"), "");
  EXPECT_EQ(search_words("Safe House #2"), (std::vector<std::string>{"safe", "house", "2"}));
  EXPECT_TRUE(search_words(" - ").empty());
}

TEST(Unicode, CaseAndNormalForms) {
  EXPECT_EQ(fold_case("STRASSE"), fold_case("Straße"));
  EXPECT_EQ(to_nfc("n\xCC\x83"), "ñ");
  EXPECT_EQ(fold_for_search("Ñandú"), "nandu");
  EXPECT_EQ(to_title("legal aid"), "Legal Aid");
  EXPECT_EQ(count_characters("n\xCC\x83o"), 2u);
}

TEST(Unicode, BadBytesAreReplacedNotTrusted) { EXPECT_EQ(fold_case("a\x80"), "a\xEF\xBF\xBD"); }

TEST(Unicode, WordsThatAPersonHoldsToBeTheSameFoldToOneKey) {
  EXPECT_EQ(fold_for_search("Clínica SEÑOR"), "clinica senor");
  EXPECT_EQ(fold_for_search("Cli\u0301nica"), "clinica");
  EXPECT_EQ(fold_for_search("STRASSE"), fold_for_search("straße"));
  EXPECT_EQ(fold_for_search("ﬁne"), "fine");
  EXPECT_EQ(fold_for_search("Việt"), "viet");
  EXPECT_EQ(fold_for_search("ПРИВЕТ"), "привет");
  EXPECT_EQ(fold_for_search(""), "");
  EXPECT_EQ(fold_for_search("a\xFFz"), "a\xEF\xBF\xBDz")
      << "invalid bytes are replaced, not passed on";
}

TEST(Unicode, NormalFormAndLowerCaseKeepAccents) {
  EXPECT_EQ(to_nfc("Cli\u0301nica"), "Clínica");
  EXPECT_EQ(to_lower("CLÍNICA"), "clínica");
}

}  // namespace
}  // namespace daybreak
