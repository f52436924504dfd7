// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stats/linkage/distance.hpp"
#include "stats/linkage/table.hpp"

namespace daybreak::linkage {
namespace {

using testing::ElementsAre;

std::vector<std::vector<std::string>> words_of(std::string_view cell) {
  std::vector<std::vector<std::string>> out;
  for (const ParsedName& name : parse_names(cell)) out.push_back(name.words);
  return out;
}

TEST(Words, FoldTakesAccentsMarksAndBadBytes) {
  EXPECT_EQ(fold("  Caf\xC3\xA9 d'Or & Co. "), "CAFE DOR AND CO");
  EXPECT_EQ(fold("Mu\xF1oz"), "MUNOZ");  // Latin-1 in a file that should be UTF-8
  EXPECT_EQ(fold(std::string(1 << 20, 'x')).size(), 2000U);
  EXPECT_EQ(fold("\xFF\xFE"), "YT");
}

TEST(Words, LegalFormIsEvidenceNotText) {
  const auto names = parse_names("Sunny Acre Farms, L.L.C.");
  ASSERT_EQ(names.size(), 1U);
  EXPECT_THAT(names[0].words, ElementsAre("SUNNY", "ACRE", "FARM"));
  EXPECT_EQ(names[0].forms, kFormLlc);
  EXPECT_EQ(parse_names("Acre Lane Holdings LP")[0].forms, kFormLp);
}

TEST(Words, AliasesComeApart) {
  EXPECT_THAT(words_of("Acme Picking LLC DBA Sunny Acre"),
              ElementsAre(ElementsAre("ACME", "PICKING"), ElementsAre("SUNNY", "ACRE")));
  EXPECT_THAT(words_of("Acme / Sunny Acre"),
              ElementsAre(ElementsAre("ACME"), ElementsAre("SUNNY", "ACRE")));
  EXPECT_THAT(words_of("Acme a/k/a Sunny d/b/a Acre"),
              ElementsAre(ElementsAre("ACME"), ElementsAre("SUNNY"), ElementsAre("ACRE")));
  EXPECT_THAT(words_of("Acme (FLC)"), ElementsAre(ElementsAre("ACME")));
  EXPECT_THAT(words_of("Acme (dba Acre)"), ElementsAre(ElementsAre("ACME"), ElementsAre("ACRE")));
  EXPECT_TRUE(parse_names("  ,.- ").empty());
}

TEST(Words, LettersRunTogether) {
  EXPECT_THAT(words_of("J & J Acre"), ElementsAre(ElementsAre("JJ", "ACRE")));
  EXPECT_THAT(words_of("J and J Acre"), ElementsAre(ElementsAre("JJ", "ACRE")));
  EXPECT_THAT(words_of("R. B. Acre"), ElementsAre(ElementsAre("RB", "ACRE")));
}

TEST(Words, OneShapeForAbbreviationsAndPlurals) {
  EXPECT_EQ(canonical_word("BROS"), canonical_word("BROTHERS"));
  EXPECT_EQ(canonical_word("NURSERIES"), "NURSERY");
  EXPECT_EQ(canonical_word("CITRUS"), "CITRUS");
}

TEST(Words, StreetsLoseTypeUnitAndRemark) {
  const ParsedStreet street =
      parse_street("2450 N. Broadway Ave., Suite 5, between 90th and 91st Sts.");
  EXPECT_EQ(street.number, "2450");
  EXPECT_THAT(street.words, ElementsAre("BROADWAY"));
  EXPECT_EQ(parse_street("P.O. Box 17").number, "B17");
  EXPECT_THAT(parse_street("156 Second Ave.").words, ElementsAre("2ND"));
}

TEST(Words, PlacesDatesAndCodesHaveOneShape) {
  EXPECT_EQ(normal_city("Ft. Pierce"), "FORT PIERCE");
  EXPECT_EQ(normal_state("new york"), "NY");
  EXPECT_EQ(normal_postcode("92021.0"), "92021");
  EXPECT_EQ(normal_postcode("92021-1234"), "92021");
  EXPECT_EQ(normal_date("1916-12-14"), "19161214");
  EXPECT_EQ(normal_date("12/14/1916"), "19161214");
  EXPECT_EQ(normal_date("14.12.1916"), "19161214");
  EXPECT_EQ(normal_code("(202) 555-0123"), "2025550123");
}

TEST(Distance, CountsEditsAndStopsAtTheLimit) {
  EXPECT_EQ(edit_distance("KITTEN", "SITTING", 3), 3);
  EXPECT_EQ(edit_distance("ADAM", "ADMA", 2), 1);
  EXPECT_EQ(edit_distance("ABCDEF", "UVWXYZ", 2), 3);
  EXPECT_EQ(edit_distance("", "AB", 2), 2);
  EXPECT_EQ(edit_distance(std::string(500, 'A'), std::string(500, 'A'), 2), 0);
}

TEST(Distance, JaroWinklerAsPublished) {
  EXPECT_NEAR(jaro_winkler("MARTHA", "MARHTA"), 0.9611, 5e-5);
  EXPECT_NEAR(jaro_winkler("DWAYNE", "DUANE"), 0.84, 5e-5);
  EXPECT_NEAR(jaro_winkler("DIXON", "DICKSONX"), 0.8133, 5e-5);
}

TEST(Kinds, AreInferredFromNamesAndContent) {
  const auto kind = [](std::string name, std::vector<std::string> cells = {}) {
    Column column(std::move(name), FieldKind::kText);
    for (const std::string& cell : cells) column.append(cell);
    return infer_kind(column);
  };
  EXPECT_EQ(kind("EMPLOYER_NAME"), FieldKind::kName);
  EXPECT_EQ(kind("given_name"), FieldKind::kGivenName);
  EXPECT_EQ(kind("address_1"), FieldKind::kStreet);
  EXPECT_EQ(kind("EMPLOYER_STATE"), FieldKind::kState);
  EXPECT_EQ(kind("employer_city"), FieldKind::kCity);
  EXPECT_EQ(kind("date_of_birth"), FieldKind::kDate);
  EXPECT_EQ(kind("soc_sec_id"), FieldKind::kIdentifier);
  EXPECT_EQ(kind("x", {"1999-01-02", "2001-11-30"}), FieldKind::kDate);
  EXPECT_EQ(kind("x", {"202-555-0123", "202-555-0199"}), FieldKind::kIdentifier);
  EXPECT_TRUE(parse_kind("date").has_value());
  EXPECT_FALSE(parse_kind("vegetable").has_value());
}

}  // namespace
}  // namespace daybreak::linkage
