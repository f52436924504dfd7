// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/unicode.hpp"

#include <gtest/gtest.h>

namespace daybreak {
namespace {

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
