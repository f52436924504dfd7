// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/codes/codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybreak::vault::codes {
namespace {

TEST(Codes, TheFilesOfTheProgramAreWhole) {
  const Codes& codes = Codes::built_in();
  EXPECT_GE(codes.questions().size(), 16u);
  for (const char* id : {"service_category", "mode", "method", "topic", "urgency"})
    EXPECT_FALSE(codes.required(id).source.empty()) << id;
  EXPECT_THROW(codes.required("no_such_list"), std::logic_error);
}

TEST(Codes, WhatNamesPlacesOrReachesSomeoneIsSealed) {
  for (const char* id : {"preferred_name", "legal_name", "date_of_birth", "safe_contact", "phone",
                         "where_staying", "safety_concerns", "goals"}) {
    const Question* question = Codes::built_in().question(id);
    ASSERT_NE(question, nullptr) << id;
    EXPECT_TRUE(question->is_sealed()) << id;
  }
}

TEST(Codes, AFileWithAMistakeIsRefused) {
  const std::string list =
      "[[list]]\nid='a'\nsource='s'\nas_of='2026-01-01'\ncodes=[{code='1',en='x',es='y'}]\n";
  EXPECT_TRUE(Codes::parse(list, ""));
  EXPECT_FALSE(Codes::parse(list + list, ""));
  EXPECT_FALSE(
      Codes::parse("[[list]]\nid='a'\nas_of='2026-01-01'\ncodes=[{code='1',en='x',es='y'}]", ""));
  EXPECT_FALSE(Codes::parse(list, "[[question]]\nid='q'\nkind='choice'\nen='x'\nes='y'"));
  EXPECT_FALSE(Codes::parse(list, "[[question]]\nid='q'\nkind='text'\nen='x'"));
}

TEST(Codes, EveryListIsDatedWithItsSourceAndSensitiveQuestionsSayWhy) {
  for (const Question& question : Codes::built_in().questions()) {
    if (question.list != nullptr) {
      EXPECT_FALSE(question.list->source.empty()) << question.list->id;
      EXPECT_TRUE(question.list->as_of.ok()) << question.list->id;
    }
    const bool sensitive = question.section == "safety" || question.id == "legal_name" ||
                           question.id == "date_of_birth" || question.id == "sex" ||
                           question.id == "trafficking_status" || question.id == "exploitation" ||
                           question.id == "relationship_to_trafficker";
    if (sensitive) {
      EXPECT_FALSE(question.why.en.empty()) << question.id;
    }
  }
}

TEST(Codes, ACodeCountsFromItsFirstDayToItsLast) {
  const std::string head = "[[list]]\nid='a'\nsource='s'\nas_of='2026-01-01'\n";
  const auto codes = Codes::parse(
      head +
          "from='2020-01-01'\ncodes=[{code='old',en='x',es='y',until='2025-09-30'},"
          "{code='new',en='x',es='y',from='2025-10-01'},{code='both',en='x',es='y'}]\n",
      "");
  ASSERT_TRUE(codes) << codes.error().describe();
  const auto holds = [&](std::string_view code, const char* day) {
    return codes->required("a").find(code)->valid.holds(*parse_date(day));
  };
  EXPECT_TRUE(holds("old", "2025-09-30"));
  EXPECT_FALSE(holds("old", "2025-10-01"));
  EXPECT_FALSE(holds("new", "2025-09-30"));
  EXPECT_TRUE(holds("new", "2025-10-01"));
  EXPECT_FALSE(holds("both", "2019-12-31")) << "its list did not count yet";
  EXPECT_TRUE(holds("both", "2020-01-01"));
  EXPECT_FALSE(Codes::parse(head + "codes=[{code='1',en='x',es='y',from='2026-02-30'}]", ""));
  EXPECT_FALSE(Codes::parse(
      head + "codes=[{code='1',en='x',es='y',from='2026-02-02',until='2026-02-01'}]", ""));
  EXPECT_FALSE(Codes::parse(
      head + "from='2020-01-01'\ncodes=[{code='1',en='x',es='y',from='2019-01-01'}]", ""));
}

}  // namespace
}  // namespace daybreak::vault::codes
